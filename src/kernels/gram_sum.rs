//! Adds up partial sums by slice: `shaders/gram_sum.wgsl`.

use bytemuck::{Pod, Zeroable};

use super::gram::{Slicing, triangle};
use crate::gpu::{Dispatch, Flag, Gpu, Kernel};

const SOURCE: &str = include_str!("../../shaders/gram_sum.wgsl");

#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
struct Uniform {
    vectors: u32,
    slices: u32,
    accumulate: Flag,
    padding: u32,
}

/// The compiled kernel.
#[derive(Debug)]
pub struct GramSum {
    add_up: Kernel,
}

impl GramSum {
    /// Prepares the kernel.
    pub fn new(gpu: &Gpu) -> Self {
        Self {
            add_up: gpu.kernel(&[SOURCE], "add_up", &[]),
        }
    }

    /// The sum of a Gram matrix's `partials` replaces `totals`, [`triangle`] numbers, or is added to them.
    pub fn add_up(
        &self,
        gpu: &Gpu,
        slicing: Slicing,
        partials: &wgpu::Buffer,
        totals: &wgpu::Buffer,
        accumulate: bool,
    ) -> Dispatch {
        let vectors = triangle(slicing.shape) as u32 / 4;
        self.add(gpu, slicing, vectors, partials, totals, accumulate)
    }

    /// The sum of the `partials` of the channels replaces `totals`, `[quads]` vec4, or is added to them.
    pub fn add_up_channels(
        &self,
        gpu: &Gpu,
        slicing: Slicing,
        partials: &wgpu::Buffer,
        totals: &wgpu::Buffer,
        accumulate: bool,
    ) -> Dispatch {
        let vectors = slicing.shape.quads();
        self.add(gpu, slicing, vectors, partials, totals, accumulate)
    }

    fn add(
        &self,
        gpu: &Gpu,
        slicing: Slicing,
        vectors: u32,
        partials: &wgpu::Buffer,
        totals: &wgpu::Buffer,
        accumulate: bool,
    ) -> Dispatch {
        let uniform = gpu.uniform(&Uniform {
            vectors,
            slices: slicing.slices,
            accumulate: accumulate.into(),
            padding: 0,
        });
        gpu.bind(
            &self.add_up,
            &[(0, &uniform), (1, partials), (2, totals)],
            [vectors.div_ceil(64), 1, 1],
        )
    }
}
