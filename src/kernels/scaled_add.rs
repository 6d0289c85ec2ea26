//! A weighted sum of two arrays: `shaders/scaled_add.wgsl`.

use bytemuck::{Pod, Zeroable};

use super::sums::linear_workgroups;
use crate::gpu::{Dispatch, Gpu, Kernel};

const SOURCE: &str = include_str!("../../shaders/scaled_add.wgsl");

#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
struct Uniform {
    a: f32,
    b: f32,
    length: u32,
    pitch: u32,
}

/// The compiled kernel.
#[derive(Debug)]
pub struct ScaledAdd {
    add: Kernel,
}

impl ScaledAdd {
    /// Prepares the kernel.
    pub fn new(gpu: &Gpu) -> Self {
        Self {
            add: gpu.kernel(&[SOURCE], "add", &[]),
        }
    }

    /// `y = a x + b y`, over so many vec4.
    pub fn add(
        &self,
        gpu: &Gpu,
        length: u32,
        (a, x): (f32, &wgpu::Buffer),
        (b, y): (f32, &wgpu::Buffer),
    ) -> Dispatch {
        let (workgroups, pitch) = linear_workgroups(length);
        let uniform = gpu.uniform(&Uniform {
            a,
            b,
            length,
            pitch,
        });
        gpu.bind(&self.add, &[(0, &uniform), (1, x), (2, y)], workgroups)
    }
}
