//! Brings a picture and its moments to another size: `shaders/resample.wgsl`.

use bytemuck::{Pod, Zeroable};

use crate::gpu::{Dispatch, Flag, Gpu, Kernel};
use crate::maps::Shape;

const SOURCE: &str = include_str!("../../shaders/resample.wgsl");

#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
struct Uniform {
    source_width: u32,
    source_height: u32,
    width: u32,
    height: u32,
    pitch: u32,
    offset: u32,
    cubic: Flag,
    is_picture: Flag,
}

/// The compiled kernel.
#[derive(Debug)]
pub struct Resample {
    resample: Kernel,
}

impl Resample {
    /// Prepares the kernel.
    pub fn new(gpu: &Gpu) -> Self {
        Self {
            resample: gpu.kernel(&[SOURCE], "resample", &[]),
        }
    }

    /// The picture, `[height][width]` vec4 in [0, 1], at another size.
    pub fn picture(
        &self,
        gpu: &Gpu,
        (from, source): (Shape, &wgpu::Buffer),
        (to, target): (Shape, &wgpu::Buffer),
    ) -> Dispatch {
        let uniform = uniform(from, to, (1, 0), true, true);
        self.bind(gpu, uniform, source, target)
    }

    /// Adam's moments, `[height][width][2]` vec4: the first by cubic interpolation, the second, which must not become
    /// negative, by linear one.
    pub fn moments(
        &self,
        gpu: &Gpu,
        (from, source): (Shape, &wgpu::Buffer),
        (to, target): (Shape, &wgpu::Buffer),
    ) -> [Dispatch; 2] {
        [(0, true), (1, false)].map(|(offset, cubic)| {
            let uniform = uniform(from, to, (2, offset), cubic, false);
            self.bind(gpu, uniform, source, target)
        })
    }

    fn bind(
        &self,
        gpu: &Gpu,
        uniform: Uniform,
        source: &wgpu::Buffer,
        target: &wgpu::Buffer,
    ) -> Dispatch {
        let workgroups = [uniform.width.div_ceil(64), uniform.height, 1];
        let uniform = gpu.uniform(&uniform);
        let buffers = [(0, &uniform), (1, source), (2, target)];
        gpu.bind(&self.resample, &buffers, workgroups)
    }
}

fn uniform(
    from: Shape,
    to: Shape,
    (pitch, offset): (u32, u32),
    cubic: bool,
    is_picture: bool,
) -> Uniform {
    Uniform {
        source_width: from.width,
        source_height: from.height,
        width: to.width,
        height: to.height,
        pitch,
        offset,
        cubic: cubic.into(),
        is_picture: is_picture.into(),
    }
}
