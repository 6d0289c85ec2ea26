//! 3x3 convolution with bias and ReLU, and its backward pass to the input: `shaders/conv3x3.wgsl`.

use bytemuck::{Pod, Zeroable};

use super::filter::FilterBuffers;
use super::format::{Format, stores};
use super::slice_sum::SliceSum;
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
    slice_quads: u32,
    slice_groups: u32,
}

/// The entry points of either direction: over the whole source, and over a slice of it.
const FORWARD: [&str; 2] = ["forward", "forward_slice"];

const BACKWARD: [&str; 2] = ["backward", "backward_slice"];

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

/// Invocations that are enough to keep most GPUs busy; a map that has fewer is cut into slices of the source's channels.
const ENOUGH_LANES: u32 = 16384;

/// Source quads of a slice at least: fewer would not pay for the sums' way through memory.
const LEAST_SLICE: u32 = 8;

/// vec4s for all slices' sums together, 2 MiB: what so many invocations compute of a strip.
pub const SLICE_VECTORS: usize = (ENOUGH_LANES * STRIP) as usize;

/// How the source's quads are cut.
#[derive(Debug, Clone, Copy)]
struct Slices {
    count: u32,
    quads: u32,
}

impl Slices {
    const fn whole(from: Shape) -> Self {
        Self {
            count: 1,
            quads: from.quads(),
        }
    }

    fn choose(tile: Tile, from: Shape, to: Shape) -> Self {
        // A plan also asks about pictures that are too small for the deepest maps to have any positions.
        if to.positions() == 0 {
            return Self::whole(from);
        }
        let [x, y, z] = workgroups(tile, to);
        let wanted = ENOUGH_LANES / (x * y * z * tile.width * tile.quads);
        let room = SLICE_VECTORS / to.vectors();
        let most = wanted.min(from.quads() / LEAST_SLICE).min(room as u32);
        let quads = from.quads().div_ceil(most.max(1));
        Self {
            count: from.quads().div_ceil(quads),
            quads,
        }
    }
}

/// One direction, for one tile.
#[derive(Debug, Clone)]
pub struct Pass {
    tile: Tile,
    kernel: Kernel,
    slice: Kernel,
    sum: SliceSum,
}

impl Pass {
    /// Forward from feature maps, for that tile.
    pub fn forward_from_features(gpu: &Gpu, tile: Tile, precision: Precision) -> Self {
        let features = Format::features(precision);
        let tile = (tile, STRIP);
        Self::new(gpu, tile, FORWARD, features, features, precision)
    }

    /// For that tile, and maps of at most so many rows if they are fewer than a strip's.
    fn new(
        gpu: &Gpu,
        (tile, rows): (Tile, u32),
        [entry, slice]: [&'static str; 2],
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
        Self {
            tile,
            kernel: gpu.kernel(&[&maps, QUAD, SOURCE], entry, &constants),
            slice: gpu.kernel(&[&maps, QUAD, SOURCE], slice, &constants),
            sum: SliceSum::new(gpu, entry, destination),
        }
    }

    /// As [`Conv3x3::forward`], with this tile whatever the shape, and never in slices.
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
        let whole = Slices::whole(from);
        let uniform = gpu.uniform(&uniform(from, to, mean, false, padding, whole, self.tile));
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
        let (mean, padding, whole) = ([0.0; 3], Padding::Zero, Slices::whole(from));
        let masks = mask.is_some();
        let uniform = gpu.uniform(&uniform(from, to, mean, masks, padding, whole, self.tile));
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

    /// All slices, between maps of these shapes, and their sum.
    fn by_slices(
        &self,
        gpu: &Gpu,
        filter: &FilterBuffers,
        (from, to, slices): (Shape, Shape, Slices),
        source: &wgpu::Buffer,
        partials: &wgpu::Buffer,
        destination: &wgpu::Buffer,
        mask: Option<&wgpu::Buffer>,
    ) -> Vec<Dispatch> {
        let (mean, padding) = ([0.0; 3], Padding::Zero);
        let uniform = gpu.uniform(&uniform(from, to, mean, false, padding, slices, self.tile));
        let [x, y, z] = workgroups(self.tile, to);
        let parts = gpu.bind(
            &self.slice,
            &[
                (0, &uniform),
                (1, source),
                (2, &filter.blocks),
                (6, partials),
            ],
            [x, y, z * slices.count],
        );
        let size = (to, slices.count);
        let sum = self
            .sum
            .add_up(gpu, size, filter, partials, destination, mask);
        vec![parts, sum]
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
        let forward = pass(FORWARD, features, features);
        Self {
            from_picture: match features {
                Format::Single => forward.clone(),
                _ => pass(FORWARD, Format::Single, features),
            },
            forward,
            backward: pass(BACKWARD, gradients, gradients),
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
                BACKWARD,
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
    /// `partials` has room for [`slice_vectors`]; without it nothing is cut into slices.
    pub fn forward(
        &self,
        gpu: &Gpu,
        filter: &FilterBuffers,
        shape: Shape,
        (mean, padding): ([f32; 3], Padding),
        source: &wgpu::Buffer,
        destination: &wgpu::Buffer,
        mask: &wgpu::Buffer,
        partials: Option<&wgpu::Buffer>,
    ) -> Vec<Dispatch> {
        let variant = self.variant(shape);
        let (from, to) = (
            shape.with_channels(filter.inputs),
            shape.with_channels(filter.outputs),
        );
        let pass = match from.quads() {
            1 => &variant.from_picture,
            _ => &variant.forward,
        };
        let slices = Slices::choose(pass.tile, from, to);
        let Some(partials) = partials.filter(|_| slices.count > 1) else {
            let to = destination;
            return vec![pass.forward(gpu, filter, shape, mean, padding, source, to, mask)];
        };
        let (cut, mask) = ((from, to, slices), Some(mask));
        pass.by_slices(gpu, filter, cut, source, partials, destination, mask)
    }

    /// The gradient to the convolution's input from `gradient`, that before the ReLU of its output.
    ///
    /// A destination of one quad is the picture's gradient, of full precision.
    ///
    /// With `mask`, that of the layer which made the input, the result is the gradient before that layer's ReLU. `partials` is
    /// as for [`Conv3x3::forward`].
    pub fn backward(
        &self,
        gpu: &Gpu,
        filter: &FilterBuffers,
        shape: Shape,
        gradient: &wgpu::Buffer,
        destination: &wgpu::Buffer,
        mask: Option<&wgpu::Buffer>,
        partials: Option<&wgpu::Buffer>,
    ) -> Vec<Dispatch> {
        let (from, to) = (
            shape.with_channels(filter.outputs),
            shape.with_channels(filter.inputs),
        );
        let pass = match to.quads() {
            1 => &self.to_picture,
            _ => &self.variant(shape).backward,
        };
        let slices = Slices::choose(pass.tile, from, to);
        let Some(partials) = partials.filter(|_| slices.count > 1) else {
            return vec![pass.backward(gpu, filter, shape, gradient, destination, mask)];
        };
        let cut = (from, to, slices);
        pass.by_slices(gpu, filter, cut, gradient, partials, destination, mask)
    }

    fn variant(&self, shape: Shape) -> &Variant {
        match Size::of(shape) {
            Size::Low => &self.low,
            Size::Small => &self.small,
            Size::Wide => &self.wide,
        }
    }
}

/// How large a map is, by which its tile is chosen.
enum Size {
    Low,
    Small,
    Wide,
}

impl Size {
    fn of(shape: Shape) -> Self {
        if shape.height <= LOW_ROWS {
            Self::Low
        } else if shape.positions() < SMALL_POSITIONS {
            Self::Small
        } else {
            Self::Wide
        }
    }
}

/// vec4s for the sums of the slices into which a convolution between such maps is cut; zero where it is not. `wide` is as in
/// [`Conv3x3::new`].
pub fn slice_vectors(wide: Tile, from: Shape, to: Shape) -> usize {
    let tile = match (to.quads(), Size::of(to)) {
        (1, _) => PICTURE,
        (_, Size::Low) => LOW,
        (_, Size::Small) => SMALL,
        (_, Size::Wide) => wide,
    };
    match Slices::choose(tile, from, to).count {
        1 => 0,
        count => count as usize * to.vectors(),
    }
}

fn uniform(
    source: Shape,
    destination: Shape,
    [r, g, b]: [f32; 3],
    apply_mask: bool,
    padding: Padding,
    slices: Slices,
    tile: Tile,
) -> Uniform {
    Uniform {
        mean: [r, g, b, 0.0],
        width: source.width,
        height: source.height,
        source_quads: source.quads(),
        destination_quads: destination.quads(),
        apply_mask: apply_mask.into(),
        replicate: (padding == Padding::Replicate).into(),
        slice_quads: slices.quads,
        slice_groups: destination.quads().div_ceil(tile.quads),
    }
}

fn workgroups(tile: Tile, destination: Shape) -> [u32; 3] {
    [
        destination.width.div_ceil(tile.width),
        destination.height.div_ceil(STRIP),
        destination.quads().div_ceil(tile.quads),
    ]
}
