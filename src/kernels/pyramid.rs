//! What passes between the levels of a pyramid: `shaders/pyramid.wgsl`.

use bytemuck::{Pod, Zeroable};

use crate::gpu::{Banded, Dispatch, Flag, Gpu, Kernel};
use crate::maps::{Band, Shape};

const SOURCE: &str = include_str!("../../shaders/pyramid.wgsl");

#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
struct Uniform {
    fine_width: u32,
    fine_height: u32,
    width: u32,
    height: u32,
    fine_first: u32,
    fine_rows: u32,
    first: u32,
    rows: u32,
    accumulate: Flag,
    padding: [u32; 3],
}

/// The compiled kernels.
#[derive(Debug)]
pub struct Pyramid {
    reduce: Kernel,
    expand: Kernel,
}

impl Pyramid {
    /// Prepares the kernels.
    pub fn new(gpu: &Gpu) -> Self {
        Self {
            reduce: gpu.kernel(&[SOURCE], "reduce", &[]),
            expand: gpu.kernel(&[SOURCE], "expand", &[]),
        }
    }

    /// The gradient of the coarser level from that of the finer one.
    pub fn reduce(&self, gpu: &Gpu, fine: &Banded, coarse: &Banded) -> Vec<Dispatch> {
        let mut commands = Vec::new();
        for to in coarse.iter() {
            for (number, from) in fine.iter().enumerate() {
                let uniform = uniform(fine.shape(), coarse.shape(), from.0, to.0, number > 0);
                commands.push(bind(gpu, &self.reduce, uniform, (from.1, to.1), to.0));
            }
        }
        commands
    }

    /// Adds the coarser level to the finer one.
    pub fn expand(&self, gpu: &Gpu, fine: &Banded, coarse: &Banded) -> Vec<Dispatch> {
        let mut commands = Vec::new();
        for to in fine.iter() {
            for from in coarse.iter() {
                let uniform = uniform(fine.shape(), coarse.shape(), to.0, from.0, true);
                commands.push(bind(gpu, &self.expand, uniform, (to.1, from.1), to.0));
            }
        }
        commands
    }
}

fn bind(
    gpu: &Gpu,
    kernel: &Kernel,
    uniform: Uniform,
    (fine, coarse): (&wgpu::Buffer, &wgpu::Buffer),
    written: Band,
) -> Dispatch {
    let Shape { width, height, .. } = written.shape;
    let buffers = [(0, &gpu.uniform(&uniform)), (1, coarse), (2, fine)];
    gpu.bind(kernel, &buffers, [width.div_ceil(64), height, 1])
}

fn uniform(
    fine: Shape,
    coarse: Shape,
    of_fine: Band,
    of_coarse: Band,
    accumulate: bool,
) -> Uniform {
    Uniform {
        fine_width: fine.width,
        fine_height: fine.height,
        width: coarse.width,
        height: coarse.height,
        fine_first: of_fine.first,
        fine_rows: of_fine.shape.height,
        first: of_coarse.first,
        rows: of_coarse.shape.height,
        accumulate: accumulate.into(),
        padding: [0; 3],
    }
}
