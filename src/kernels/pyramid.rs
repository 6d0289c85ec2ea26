//! What passes between the levels of a pyramid: `shaders/pyramid.wgsl`.

use bytemuck::{Pod, Zeroable};

use crate::gpu::{Dispatch, Gpu, Kernel};
use crate::maps::Shape;

const SOURCE: &str = include_str!("../../shaders/pyramid.wgsl");

#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
struct Uniform {
    fine_width: u32,
    fine_height: u32,
    width: u32,
    height: u32,
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

    /// The gradient of the coarser level from that of the finer one, each with its shape.
    pub fn reduce(
        &self,
        gpu: &Gpu,
        fine: (Shape, &wgpu::Buffer),
        coarse: (Shape, &wgpu::Buffer),
    ) -> Dispatch {
        bind(gpu, &self.reduce, fine, coarse, coarse.0)
    }

    /// Adds the coarser level to the finer one, each with its shape.
    pub fn expand(
        &self,
        gpu: &Gpu,
        fine: (Shape, &wgpu::Buffer),
        coarse: (Shape, &wgpu::Buffer),
    ) -> Dispatch {
        bind(gpu, &self.expand, fine, coarse, fine.0)
    }
}

fn bind(
    gpu: &Gpu,
    kernel: &Kernel,
    (fine_shape, fine): (Shape, &wgpu::Buffer),
    (shape, coarse): (Shape, &wgpu::Buffer),
    written: Shape,
) -> Dispatch {
    let uniform = gpu.uniform(&Uniform {
        fine_width: fine_shape.width,
        fine_height: fine_shape.height,
        width: shape.width,
        height: shape.height,
    });
    gpu.bind(
        kernel,
        &[(0, &uniform), (1, coarse), (2, fine)],
        [written.width.div_ceil(64), written.height, 1],
    )
}
