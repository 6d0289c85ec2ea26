//! The total variation of the picture and its gradient: `shaders/total_variation.wgsl`.

use super::pixel_loss;
use super::sources::{REGION, WORKGROUP_SUM};
use super::sums::SumRange;
use crate::gpu::{Dispatch, Gpu, Kernel};
use crate::maps::{Region, Shape};

const SOURCE: &str = include_str!("../../shaders/total_variation.wgsl");

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
        let kernel = &self.add_gradient;
        let buffers = (picture, gradient);
        pixel_loss::add_gradient(gpu, kernel, (shape, core), buffers, weight, sums, &[])
    }
}
