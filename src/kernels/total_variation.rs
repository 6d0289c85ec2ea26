//! The total variation of the picture and its gradient: `shaders/total_variation.wgsl`.

use bytemuck::{Pod, Zeroable};

use super::sources::{REGION, WORKGROUP_SUM};
use super::sums::{SumRange, striding_sums, striding_workgroups};
use crate::gpu::{Dispatch, Gpu, Kernel};
use crate::maps::{Region, Shape};

const SOURCE: &str = include_str!("../../shaders/total_variation.wgsl");

#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
struct Uniform {
    core: Region,
    width: u32,
    height: u32,
    first_sum: u32,
    weight: f32,
}

/// The compiled kernel.
#[derive(Debug)]
pub struct TotalVariation {
    add_gradient: Kernel,
}

impl TotalVariation {
    /// Prepares the kernel.
    pub fn new(gpu: &Gpu) -> Self {
        Self {
            add_gradient: gpu.kernel(&[REGION, WORKGROUP_SUM, SOURCE], "add_gradient", &[]),
        }
    }

    /// Adds `weight` times the gradient of the picture's total variation to `gradient`, at the pixels of the core of a window
    /// of it; their total variation itself, not weighted, goes to `sums` in the given range.
    pub fn add_gradient(
        &self,
        gpu: &Gpu,
        (shape, core): (Shape, Region),
        picture: &wgpu::Buffer,
        gradient: &wgpu::Buffer,
        weight: f32,
        sums: (&wgpu::Buffer, SumRange),
    ) -> Dispatch {
        debug_assert_eq!(sums.1.count, striding_sums(shape.positions()));
        let uniform = gpu.uniform(&Uniform {
            core,
            width: shape.width,
            height: shape.height,
            first_sum: sums.1.first,
            weight,
        });
        gpu.bind(
            &self.add_gradient,
            &[(0, &uniform), (1, picture), (2, gradient), (3, sums.0)],
            [striding_workgroups(shape.positions()), 1, 1],
        )
    }
}
