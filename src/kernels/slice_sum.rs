//! The sum of a convolution's slices: `shaders/slice_sum.wgsl`.

use bytemuck::{Pod, Zeroable};

use super::filter::FilterBuffers;
use super::format::{Format, stores};
use super::sources::QUAD;
use crate::gpu::{Dispatch, Flag, Gpu, Kernel};
use crate::maps::{STRIP, Shape};

const SOURCE: &str = include_str!("../../shaders/slice_sum.wgsl");

#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
struct Uniform {
    width: u32,
    height: u32,
    quads: u32,
    slices: u32,
    apply_mask: Flag,
    padding: [u32; 3],
}

/// One direction, for a destination of one format.
#[derive(Debug, Clone)]
pub(super) struct SliceSum {
    kernel: Kernel,
    backward: bool,
}

impl SliceSum {
    pub(super) fn new(gpu: &Gpu, entry: &'static str, destination: Format) -> Self {
        let maps = stores(&[("Destination", destination)]);
        Self {
            kernel: gpu.kernel(&[&maps, QUAD, SOURCE], entry, &[]),
            backward: entry == "backward",
        }
    }

    /// Adds up as many slices of a map of that shape: forward with the filter's bias, of which the mask is written; backward
    /// without, and with the mask if there is one.
    pub(super) fn add_up(
        &self,
        gpu: &Gpu,
        (shape, slices): (Shape, u32),
        filter: &FilterBuffers,
        partials: &wgpu::Buffer,
        destination: &wgpu::Buffer,
        mask: Option<&wgpu::Buffer>,
    ) -> Dispatch {
        let uniform = gpu.uniform(&Uniform {
            width: shape.width,
            height: shape.height,
            quads: shape.quads(),
            slices,
            apply_mask: mask.is_some().into(),
            padding: [0; 3],
        });
        let mut buffers = vec![
            (0, &uniform),
            (1, partials),
            (3, destination),
            // Without a mask the binding is not read; any buffer that is not otherwise bound will do.
            (4, mask.unwrap_or(filter.bias())),
        ];
        if !self.backward {
            buffers.push((2, filter.bias()));
        }
        let workgroups = [shape.width.div_ceil(STRIP), shape.strips(), shape.quads()];
        gpu.bind(&self.kernel, &buffers, workgroups)
    }
}
