//! The filters' transform for the convolution in one kernel: `shaders/winograd/fused_filter.wgsl`.

use bytemuck::{Pod, Zeroable};

use crate::gpu::{Dispatch, Flag, Gpu, Kernel};
use crate::kernels::filter::FilterBuffers;
use crate::kernels::format::{Format, stores};
use crate::maps::{Precision, Shape};

const SOURCE: &str = include_str!("../../../shaders/winograd/fused_filter.wgsl");

/// Entries of a transformed filter for each pair of channels: six for each column of three taps.
const ENTRIES: u64 = 18;

const BLOCK_BYTES: u64 = size_of::<[f32; 16]>() as u64;

#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
struct Uniform {
    source_quads: u32,
    destination_quads: u32,
    backward: Flag,
    padding: u32,
}

/// Bytes of a transformed filter between such maps.
pub fn fused_filter_bytes(from: Shape, to: Shape) -> u64 {
    ENTRIES * u64::from(from.quads()) * u64::from(to.quads()) * BLOCK_BYTES
}

/// The kernel.
#[derive(Debug)]
pub(super) struct FusedFilter(Kernel);

impl FusedFilter {
    pub(super) fn new(gpu: &Gpu, precision: Precision) -> Self {
        let filter = stores(&[("Filter", Format::features(precision))]);
        Self(gpu.kernel(&[&filter, SOURCE], "transform", &[]))
    }

    pub(super) fn transform(
        &self,
        gpu: &Gpu,
        filter: &FilterBuffers,
        backward: bool,
        transformed: &wgpu::Buffer,
    ) -> Dispatch {
        let (source_quads, destination_quads) = filter.quads(backward);
        let uniform = gpu.uniform(&Uniform {
            source_quads,
            destination_quads,
            backward: backward.into(),
            padding: 0,
        });
        let blocks = 3 * source_quads * destination_quads;
        gpu.bind(
            &self.0,
            &[(0, &uniform), (1, filter.blocks()), (2, transformed)],
            [blocks.div_ceil(64), 1, 1],
        )
    }
}
