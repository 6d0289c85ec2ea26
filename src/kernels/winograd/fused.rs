//! Convolution by F(4, 3) along the columns in one kernel: `shaders/winograd/fused.wgsl`.

use bytemuck::{Pod, Zeroable};

use super::fused_filter::FusedFilter;
use crate::gpu::{Dispatch, Flag, Gpu, Kernel};
use crate::kernels::filter::FilterBuffers;
use crate::kernels::format::{Format, stores};
use crate::kernels::sources::{FOUR_ROWS, QUAD, TILE_SUMS};
use crate::maps::{Precision, Shape};

pub(crate) const SOURCE: &str = include_str!("../../../shaders/winograd/fused.wgsl");

#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
struct Uniform {
    width: u32,
    height: u32,
    source_quads: u32,
    destination_quads: u32,
    apply_mask: Flag,
    padding: [u32; 3],
}

/// Columns and quads that a workgroup computes.
const COLUMNS: u32 = 16;

const QUADS: u32 = 8;

/// One direction.
#[derive(Debug, Clone)]
pub struct FusedPass(Kernel);

impl FusedPass {
    /// Forward between features.
    pub fn forward(gpu: &Gpu, precision: Precision) -> Self {
        Self::new(gpu, "forward", Format::features(precision))
    }

    fn backward(gpu: &Gpu, precision: Precision) -> Self {
        Self::new(gpu, "backward", Format::gradients(precision))
    }

    fn new(gpu: &Gpu, entry: &'static str, format: Format) -> Self {
        let maps = stores(&[("Source", format), ("Destination", format)]);
        Self(gpu.kernel(&[&maps, QUAD, TILE_SUMS, FOUR_ROWS, SOURCE], entry, &[]))
    }

    /// Between maps of these shapes with the transformed filter of that direction. `bias` is for forward only; the mask is
    /// applied on the way back where the second says so.
    pub fn convolve(
        &self,
        gpu: &Gpu,
        (from, to): (Shape, Shape),
        source: &wgpu::Buffer,
        transformed: &wgpu::Buffer,
        bias: Option<&wgpu::Buffer>,
        destination: &wgpu::Buffer,
        (mask, apply_mask): (&wgpu::Buffer, bool),
    ) -> Dispatch {
        let uniform = gpu.uniform(&Uniform {
            width: to.width,
            height: to.height,
            source_quads: from.quads(),
            destination_quads: to.quads(),
            apply_mask: apply_mask.into(),
            padding: [0; 3],
        });
        let mut buffers = vec![
            (0, &uniform),
            (1, source),
            (2, transformed),
            (4, destination),
            (5, mask),
        ];
        buffers.extend(bias.map(|bias| (3, bias)));
        let workgroups = [
            to.width.div_ceil(COLUMNS),
            to.strips(),
            to.quads().div_ceil(QUADS),
        ];
        gpu.bind(&self.0, &buffers, workgroups)
    }
}

/// The kernels.
#[derive(Debug)]
pub struct Fused {
    filter: FusedFilter,
    forward: FusedPass,
    backward: FusedPass,
}

impl Fused {
    /// Both directions.
    pub fn new(gpu: &Gpu, precision: Precision) -> Self {
        Self {
            filter: FusedFilter::new(gpu, precision),
            forward: FusedPass::forward(gpu, precision),
            backward: FusedPass::backward(gpu, precision),
        }
    }

    /// Transforms the filter of a direction into a buffer of [`fused_filter_bytes`](super::fused_filter_bytes).
    pub fn keep_filter(
        &self,
        gpu: &Gpu,
        filter: &FilterBuffers,
        backward: bool,
        transformed: &wgpu::Buffer,
    ) -> Dispatch {
        self.filter.transform(gpu, filter, backward, transformed)
    }

    /// As [`Conv3x3::forward`](crate::kernels::conv3x3::Conv3x3::forward), without a mean and with zeros outside.
    /// `transformed` is what [`Fused::keep_filter`] has filled for this direction.
    pub fn forward(
        &self,
        gpu: &Gpu,
        filter: &FilterBuffers,
        shape: Shape,
        source: &wgpu::Buffer,
        destination: &wgpu::Buffer,
        mask: &wgpu::Buffer,
        transformed: &wgpu::Buffer,
    ) -> Dispatch {
        let maps = (
            shape.with_channels(filter.inputs()),
            shape.with_channels(filter.outputs()),
        );
        let (bias, mask) = (Some(filter.bias()), (mask, false));
        self.forward
            .convolve(gpu, maps, source, transformed, bias, destination, mask)
    }

    /// As [`Conv3x3::backward`](crate::kernels::conv3x3::Conv3x3::backward).
    pub fn backward(
        &self,
        gpu: &Gpu,
        filter: &FilterBuffers,
        shape: Shape,
        gradient: &wgpu::Buffer,
        destination: &wgpu::Buffer,
        mask: Option<&wgpu::Buffer>,
        transformed: &wgpu::Buffer,
    ) -> Dispatch {
        let maps = (
            shape.with_channels(filter.outputs()),
            shape.with_channels(filter.inputs()),
        );
        // Without a mask the binding is not read; any buffer that is not otherwise bound will do.
        let mask = (mask.unwrap_or(filter.bias()), mask.is_some());
        self.backward
            .convolve(gpu, maps, gradient, transformed, None, destination, mask)
    }
}
