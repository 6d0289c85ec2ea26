//! Convolution by F(4, 3) along the columns in one kernel: `shaders/winograd/fused.wgsl`.

use bytemuck::{Pod, Zeroable};

use super::fused_filter::FusedFilter;
use crate::gpu::{Dispatch, Flag, Gpu, Kernel};
use crate::kernels::filter::FilterBuffers;
use crate::kernels::format::{Format, stores};
use crate::kernels::sources::{FOUR_ROWS, QUAD};
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

/// Columns and quads that an invocation computes.
const COLUMNS_PER_LANE: u32 = 8;

const QUADS_PER_LANE: u32 = 2;

/// How a workgroup is laid out; it has twelve times as many invocations as the two say, for two windows and six entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FusedTile {
    /// Invocations over columns, each of which computes eight; one or two.
    pub column_lanes: u32,
    /// Invocations over quads of the destination, each of which computes two.
    pub quad_lanes: u32,
}

/// One direction, for one tile.
#[derive(Debug, Clone)]
pub struct FusedPass {
    tile: FusedTile,
    kernel: Kernel,
}

impl FusedPass {
    /// Forward between features, for that tile.
    pub fn forward(gpu: &Gpu, tile: FusedTile, precision: Precision) -> Self {
        Self::new(gpu, tile, "forward", Format::features(precision))
    }

    /// Backward between gradients, for that tile.
    pub fn backward(gpu: &Gpu, tile: FusedTile, precision: Precision) -> Self {
        Self::new(gpu, tile, "backward", Format::gradients(precision))
    }

    fn new(gpu: &Gpu, tile: FusedTile, entry: &'static str, format: Format) -> Self {
        let maps = stores(&[("Source", format), ("Destination", format)]);
        let constants = [
            ("COLUMN_LANES", f64::from(tile.column_lanes)),
            ("QUAD_LANES", f64::from(tile.quad_lanes)),
        ];
        Self {
            tile,
            kernel: gpu.kernel(&[&maps, QUAD, FOUR_ROWS, SOURCE], entry, &constants),
        }
    }

    /// Between maps of these shapes with the transformed filter of that direction; `bias` forward only.
    pub fn convolve(
        &self,
        gpu: &Gpu,
        (from, to): (Shape, Shape),
        source: &wgpu::Buffer,
        transformed: &wgpu::Buffer,
        bias: Option<&wgpu::Buffer>,
        destination: &wgpu::Buffer,
        mask: (&wgpu::Buffer, bool),
    ) -> Dispatch {
        let (mask, apply_mask) = mask;
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
        let FusedTile {
            column_lanes,
            quad_lanes,
        } = self.tile;
        gpu.bind(
            &self.kernel,
            &buffers,
            [
                to.width.div_ceil(column_lanes * COLUMNS_PER_LANE),
                to.strips(),
                to.quads().div_ceil(quad_lanes * QUADS_PER_LANE),
            ],
        )
    }
}

/// The kernels, for one tile.
#[derive(Debug)]
pub struct Fused {
    filter: FusedFilter,
    forward: FusedPass,
    backward: FusedPass,
}

impl Fused {
    /// Both directions.
    pub fn new(gpu: &Gpu, precision: Precision, tile: FusedTile) -> Self {
        Self {
            filter: FusedFilter::new(gpu, precision),
            forward: FusedPass::forward(gpu, tile, precision),
            backward: FusedPass::backward(gpu, tile, precision),
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
