//! 3x3 convolution with bias and ReLU, and its backward pass to the input: `shaders/conv3x3.wgsl`.

use bytemuck::{Pod, Zeroable};

use super::filter::FilterBuffers;
use super::format::{Format, stores};
use super::sources::QUAD;
use crate::gpu::{Dispatch, Flag, Gpu, Kernel};
use crate::maps::{Precision, STRIP, Shape};
use crate::settings::Padding;

pub(super) const SOURCE: &str = include_str!("../../shaders/conv3x3.wgsl");

#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
struct Uniform {
    mean: [f32; 4],
    width: u32,
    height: u32,
    source_quads: u32,
    destination_quads: u32,
    apply_mask: Flag,
    replicate: Flag,
    padding: [u32; 2],
}

/// How much of the output a workgroup computes: so many columns of a strip for so many quads of channels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tile {
    /// Columns.
    pub width: u32,
    /// Quads.
    pub quads: u32,
}

/// Small maps: more workgroups, so that more of the GPU has work.
const SMALL: Tile = Tile { width: 8, quads: 8 };

/// Maps of a few rows, of the last blocks of a small picture: no lane has more than the map does.
const LOW: Tile = Tile {
    width: 4,
    quads: 16,
};

/// The picture's own gradient, one quad.
const PICTURE: Tile = Tile {
    width: 64,
    quads: 1,
};

/// Maps of fewer positions than this take [`SMALL`] tiles.
const SMALL_POSITIONS: u32 = 64 * 64;

/// Maps of at most so many rows take [`LOW`] tiles, of which only these rows are computed.
const LOW_ROWS: u32 = STRIP / 2;

/// One direction, for one tile.
#[derive(Debug, Clone)]
pub struct Pass {
    tile: Tile,
    kernel: Kernel,
}

impl Pass {
    /// Forward from feature maps, for that tile.
    pub fn forward_from_features(gpu: &Gpu, tile: Tile, precision: Precision) -> Self {
        let features = Format::features(precision);
        let tile = (tile, STRIP);
        Self::new(gpu, tile, "forward", features, features, precision)
    }

    /// For that tile, and maps of at most so many rows if they are fewer than a strip's.
    fn new(
        gpu: &Gpu,
        (tile, rows): (Tile, u32),
        entry: &'static str,
        source: Format,
        destination: Format,
        precision: Precision,
    ) -> Self {
        let maps = stores(&[
            ("Source", source),
            ("Destination", destination),
            ("Filter", Format::features(precision)),
        ]);
        let constants = [
            ("TILE_WIDTH", f64::from(tile.width)),
            ("TILE_QUADS", f64::from(tile.quads)),
            ("ROWS", f64::from(rows)),
        ];
        let kernel = gpu.kernel(&[&maps, QUAD, SOURCE], entry, &constants);
        Self { tile, kernel }
    }

    /// As [`Conv3x3::forward`], with this tile whatever the shape.
    pub fn forward(
        &self,
        gpu: &Gpu,
        filter: &FilterBuffers,
        shape: Shape,
        mean: [f32; 3],
        padding: Padding,
        source: &wgpu::Buffer,
        destination: &wgpu::Buffer,
        mask: &wgpu::Buffer,
    ) -> Dispatch {
        let from = shape.with_channels(filter.inputs);
        let to = shape.with_channels(filter.outputs);
        let uniform = gpu.uniform(&uniform(from, to, mean, false, padding));
        gpu.bind(
            &self.kernel,
            &[
                (0, &uniform),
                (1, source),
                (2, &filter.blocks),
                (3, &filter.bias),
                (4, destination),
                (5, mask),
            ],
            workgroups(self.tile, to),
        )
    }

    fn backward(
        &self,
        gpu: &Gpu,
        filter: &FilterBuffers,
        shape: Shape,
        gradient: &wgpu::Buffer,
        destination: &wgpu::Buffer,
        mask: Option<&wgpu::Buffer>,
    ) -> Dispatch {
        let from = shape.with_channels(filter.outputs);
        let to = shape.with_channels(filter.inputs);
        let uniform = gpu.uniform(&uniform(from, to, [0.0; 3], mask.is_some(), Padding::Zero));
        gpu.bind(
            &self.kernel,
            &[
                (0, &uniform),
                (1, gradient),
                (2, &filter.blocks),
                (4, destination),
                // Without a mask the binding is not read; any buffer that is not otherwise bound will do.
                (5, mask.unwrap_or(&filter.bias)),
            ],
            workgroups(self.tile, to),
        )
    }
}

#[derive(Debug)]
struct Variant {
    from_picture: Pass,
    forward: Pass,
    backward: Pass,
}

impl Variant {
    fn new(gpu: &Gpu, tile: (Tile, u32), precision: Precision) -> Self {
        let (features, gradients) = (Format::features(precision), Format::gradients(precision));
        let pass = |entry, from, to| Pass::new(gpu, tile, entry, from, to, precision);
        let forward = pass("forward", features, features);
        Self {
            from_picture: match features {
                Format::Single => forward.clone(),
                _ => pass("forward", Format::Single, features),
            },
            forward,
            backward: pass("backward", gradients, gradients),
        }
    }
}

/// The kernel, a variant for each tile.
#[derive(Debug)]
pub struct Conv3x3 {
    wide: Variant,
    small: Variant,
    low: Variant,
    to_picture: Pass,
}

impl Conv3x3 {
    /// The variants; `wide` is the tile of all maps but small ones and the picture's gradient.
    pub fn new(gpu: &Gpu, precision: Precision, wide: Tile) -> Self {
        Self {
            wide: Variant::new(gpu, (wide, STRIP), precision),
            small: Variant::new(gpu, (SMALL, STRIP), precision),
            low: Variant::new(gpu, (LOW, LOW_ROWS), precision),
            to_picture: Pass::new(
                gpu,
                (PICTURE, STRIP),
                "backward",
                Format::gradients(precision),
                Format::Single,
                precision,
            ),
        }
    }

    /// `relu(filter * (source - mean) + bias)`, with the ReLU's mask.
    ///
    /// `source` and `destination` are feature maps of the spatial size of `shape` with the filter's channels; `mask`
    /// has [`Shape::mask_words`] words of the destination's shape. A source of one quad is the picture, of full precision.
    pub fn forward(
        &self,
        gpu: &Gpu,
        filter: &FilterBuffers,
        shape: Shape,
        mean: [f32; 3],
        padding: Padding,
        source: &wgpu::Buffer,
        destination: &wgpu::Buffer,
        mask: &wgpu::Buffer,
    ) -> Dispatch {
        let variant = self.variant(shape);
        let pass = match shape.with_channels(filter.inputs).quads() {
            1 => &variant.from_picture,
            _ => &variant.forward,
        };
        pass.forward(gpu, filter, shape, mean, padding, source, destination, mask)
    }

    /// The gradient to the convolution's input from `gradient`, that before the ReLU of its output.
    ///
    /// A destination of one quad is the picture's gradient, of full precision.
    ///
    /// With `mask`, that of the layer which made the input, the result is the gradient before that layer's ReLU.
    pub fn backward(
        &self,
        gpu: &Gpu,
        filter: &FilterBuffers,
        shape: Shape,
        gradient: &wgpu::Buffer,
        destination: &wgpu::Buffer,
        mask: Option<&wgpu::Buffer>,
    ) -> Dispatch {
        let pass = match shape.with_channels(filter.inputs).quads() {
            1 => &self.to_picture,
            _ => &self.variant(shape).backward,
        };
        pass.backward(gpu, filter, shape, gradient, destination, mask)
    }

    fn variant(&self, shape: Shape) -> &Variant {
        if shape.height <= LOW_ROWS {
            &self.low
        } else if shape.positions() < SMALL_POSITIONS {
            &self.small
        } else {
            &self.wide
        }
    }
}

fn uniform(
    source: Shape,
    destination: Shape,
    [r, g, b]: [f32; 3],
    apply_mask: bool,
    padding: Padding,
) -> Uniform {
    Uniform {
        mean: [r, g, b, 0.0],
        width: source.width,
        height: source.height,
        source_quads: source.quads(),
        destination_quads: destination.quads(),
        apply_mask: apply_mask.into(),
        replicate: (padding == Padding::Replicate).into(),
        padding: [0; 2],
    }
}

fn workgroups(tile: Tile, destination: Shape) -> [u32; 3] {
    [
        destination.width.div_ceil(tile.width),
        destination.height.div_ceil(STRIP),
        destination.quads().div_ceil(tile.quads),
    ]
}
