//! The mean of the pictures so far: `shaders/average.wgsl`.

use bytemuck::{Pod, Zeroable};

use super::sums::linear_workgroups;
use crate::gpu::{Dispatch, Gpu, Kernel};
use crate::maps::Shape;

const SOURCE: &str = include_str!("../../shaders/average.wgsl");

#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
struct Uniform {
    decay: f32,
    log_decay: f32,
    length: u32,
    pitch: u32,
}

/// The compiled kernel.
#[derive(Debug)]
pub struct Average {
    add: Kernel,
}

impl Average {
    /// Prepares the kernel.
    pub fn new(gpu: &Gpu) -> Self {
        Self {
            add: gpu.kernel(&[SOURCE], "add", &[]),
        }
    }

    /// Brings the picture of the step after `progress` into `mean`, in which `decay` of it stays.
    pub fn add(
        &self,
        gpu: &Gpu,
        shape: Shape,
        decay: f32,
        progress: &wgpu::Buffer,
        picture: &wgpu::Buffer,
        mean: &wgpu::Buffer,
    ) -> Dispatch {
        let length = shape.positions();
        let (workgroups, pitch) = linear_workgroups(length);
        let uniform = gpu.uniform(&Uniform {
            decay,
            log_decay: f64::from(decay).ln() as f32,
            length,
            pitch,
        });
        gpu.bind(
            &self.add,
            &[(0, &uniform), (1, progress), (2, picture), (3, mean)],
            workgroups,
        )
    }
}
