//! 3x3 convolution by Winograd's F(4x4, 3x3), with a quarter of the multiplications of the direct one: the shaders
//! `winograd_filter`, `winograd_input`, `winograd_product` and `winograd_output`.
//!
//! The filter is transformed anew for every convolution, because 36 entries for 9 of every layer would take 200 MB. The
//! map is transformed, multiplied and transformed back by bands of strips, and if need be by parts of the output's
//! channels, as much at a time as the scratch memory holds.

use bytemuck::{Pod, Zeroable};

use super::conv3x3::FilterBuffers;
use super::{Format, stores};
use crate::feature_map::{Precision, STRIP, Shape};
use crate::gpu::{Dispatch, Flag, Gpu, Kernel};

const FILTER: &str = include_str!("../../shaders/winograd_filter.wgsl");
const INPUT: &str = include_str!("../../shaders/winograd_input.wgsl");
const PRODUCT: &str = include_str!("../../shaders/winograd_product.wgsl");
const OUTPUT: &str = include_str!("../../shaders/winograd_output.wgsl");

/// Entries of a transformed window or filter.
const ENTRIES: u64 = 36;
/// Rows and columns of a window's outputs.
const WINDOW: u32 = 4;
/// Rows or columns of entries.
const ROWS: u32 = 6;
const VECTOR_BYTES: u64 = size_of::<[f32; 4]>() as u64;
const BLOCK_BYTES: u64 = size_of::<[f32; 16]>() as u64;
/// Bindings begin at multiples of this: the most that WebGPU lets an adapter ask for.
const ALIGNMENT: u64 = 256;

#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
struct FilterUniform {
    source_quads: u32,
    destination_quads: u32,
    first_destination: u32,
    all_destinations: u32,
    backward: Flag,
    padding: [u32; 3],
}

#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
struct InputUniform {
    width: u32,
    height: u32,
    quads: u32,
    window_columns: u32,
    windows: u32,
    first_window_row: u32,
    padding: [u32; 2],
}

#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
struct ProductUniform {
    windows: u32,
    source_quads: u32,
    destination_quads: u32,
    padding: u32,
}

#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
struct OutputUniform {
    width: u32,
    height: u32,
    quads: u32,
    window_columns: u32,
    windows: u32,
    first_strip: u32,
    first_quad: u32,
    apply_mask: Flag,
}

/// Part of a buffer, from `offset` bytes on.
#[derive(Debug, Clone)]
pub struct Area {
    /// The whole buffer.
    pub buffer: wgpu::Buffer,
    /// Where the part begins, in bytes.
    pub offset: u64,
}

impl Area {
    fn bytes(&self) -> u64 {
        self.buffer.size() - self.offset
    }

    fn part(&self, offset: u64, bytes: u64) -> wgpu::BufferBinding<'_> {
        wgpu::BufferBinding {
            buffer: &self.buffer,
            offset: self.offset + offset,
            size: wgpu::BufferSize::new(bytes),
        }
    }
}

/// Memory for what lies between the transforms.
///
/// The operands must not be in the buffer from which the convolution reads, nor the products in the one to which it
/// writes, nor both in one: a GPU's kernel reads a buffer or writes it.
#[derive(Debug)]
pub struct Scratch {
    /// For the transformed filter and map.
    pub operands: Area,
    /// For their product.
    pub products: Area,
}

/// Bytes from the start of a buffer after which a binding can begin.
pub fn aligned(bytes: u64) -> u64 {
    bytes.next_multiple_of(ALIGNMENT)
}

/// A part of a convolution: some of the destination's quads in a band of strips.
#[derive(Debug, Clone, Copy)]
struct Part {
    from: Shape,
    to: Shape,
    first_quad: u32,
    quads: u32,
    first_strip: u32,
    strips: u32,
}

impl Part {
    fn whole(from: Shape, to: Shape) -> Self {
        Self {
            from,
            to,
            first_quad: 0,
            quads: to.quads(),
            first_strip: 0,
            strips: from.strips(),
        }
    }

    /// The same with few enough windows and quads, but enough of both to keep a GPU busy.
    fn least(self) -> Self {
        let a_strip = Self { strips: 1, ..self }.windows();
        Self {
            quads: self.quads.min(ENOUGH_QUADS),
            strips: self.strips.min(ENOUGH_WINDOWS.div_ceil(a_strip)),
            ..self
        }
    }

    fn window_columns(self) -> u32 {
        self.from.width.div_ceil(WINDOW)
    }

    fn windows(self) -> u32 {
        self.strips * (STRIP / WINDOW) * self.window_columns()
    }

    fn filter_bytes(self) -> u64 {
        aligned(ENTRIES * u64::from(self.from.quads()) * u64::from(self.quads) * BLOCK_BYTES)
    }

    fn value_bytes(self) -> u64 {
        ENTRIES * u64::from(self.from.quads()) * u64::from(self.windows()) * VECTOR_BYTES
    }

    fn product_bytes(self) -> u64 {
        ENTRIES * u64::from(self.quads) * u64::from(self.windows()) * VECTOR_BYTES
    }

    fn operand_bytes(self) -> u64 {
        self.filter_bytes() + self.value_bytes()
    }

    fn fits(self, scratch: &Scratch) -> bool {
        self.operand_bytes() <= scratch.operands.bytes()
            && self.product_bytes() <= scratch.products.bytes()
    }

    /// The largest equal parts for which there is room: all quads at once where that leaves room for enough windows,
    /// because the map is transformed for each part anew.
    fn largest(from: Shape, to: Shape, scratch: &Scratch) -> Self {
        let whole = Self::whole(from, to);
        let least = whole.least();
        let mut part = whole;
        while part.quads > least.quads
            && !(Self {
                strips: least.strips,
                ..part
            })
            .fits(scratch)
        {
            part.quads = part.quads.div_ceil(2).max(least.quads);
        }
        let bands = (1..whole.strips).find(|bands| {
            let strips = whole.strips.div_ceil(*bands);
            Self { strips, ..part }.fits(scratch)
        });
        // Equal bands: a last one of one strip would leave most of the GPU idle.
        part.strips = whole.strips.div_ceil(bands.unwrap_or(whole.strips));
        part
    }

    /// The parts of that size that make up all of the quads.
    fn by_quads(self) -> impl Iterator<Item = Self> {
        let all = self.to.quads();
        let starts = (0..all).step_by(self.quads as usize);
        starts.map(move |first_quad| Self {
            first_quad,
            quads: self.quads.min(all - first_quad),
            ..self
        })
    }

    /// The parts of that size that make up all of the strips.
    fn by_strips(self) -> impl Iterator<Item = Self> {
        let all = self.from.strips();
        let starts = (0..all).step_by(self.strips as usize);
        starts.map(move |first_strip| Self {
            first_strip,
            strips: self.strips.min(all - first_strip),
            ..self
        })
    }
}

/// Windows and quads of a part that are enough to keep a GPU busy.
const ENOUGH_WINDOWS: u32 = 256;
const ENOUGH_QUADS: u32 = 32;

/// Bytes that either half of the scratch memory needs for a convolution between such maps to be worth it.
pub fn scratch_bytes(from: Shape, to: Shape) -> u64 {
    let least = Part::whole(from, to).least();
    least.operand_bytes().max(least.product_bytes())
}

/// Windows and quads that an invocation of the product computes.
const WINDOWS_PER_LANE: u32 = 8;
const QUADS_PER_LANE: u32 = 2;

/// How a workgroup of the product is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProductTile {
    /// Invocations over windows, each of which computes eight.
    pub window_lanes: u32,
    /// Invocations over quads of the destination, each of which computes two.
    pub quad_lanes: u32,
    /// Source quads staged at a time; it divides 4.
    pub depth: u32,
}

impl ProductTile {
    const fn new(window_lanes: u32, quad_lanes: u32, depth: u32) -> Self {
        Self {
            window_lanes,
            quad_lanes,
            depth,
        }
    }

    fn windows(self) -> u32 {
        self.window_lanes * WINDOWS_PER_LANE
    }

    fn quads(self) -> u32 {
        self.quad_lanes * QUADS_PER_LANE
    }
}

/// From so many windows on, and a whole tile of quads, the product takes the tile that was chosen for many.
const MANY_WINDOWS: u32 = 256;
/// Tiles for fewer windows, and for ever fewer: the last that holds all windows at once is taken. Each fills at most 10 KiB.
const FEW: [ProductTile; 4] = [
    ProductTile::new(8, 8, 4),
    ProductTile::new(4, 16, 4),
    ProductTile::new(2, 32, 2),
    ProductTile::new(1, 64, 1),
];

/// The extents of a product.
#[derive(Debug, Clone, Copy)]
pub struct ProductSize {
    /// Windows.
    pub windows: u32,
    /// A multiple of four.
    pub source_quads: u32,
    /// Quads of the part of the destination.
    pub destination_quads: u32,
}

impl ProductSize {
    /// vec4s of the transformed map.
    pub const fn values(self) -> usize {
        (ENTRIES as u32 * self.source_quads * self.windows) as usize
    }

    /// vec4s of the transformed filter.
    pub const fn filters(self) -> usize {
        (ENTRIES as u32 * self.source_quads * self.destination_quads * 4) as usize
    }

    /// vec4s of the product.
    pub const fn products(self) -> usize {
        (ENTRIES as u32 * self.destination_quads * self.windows) as usize
    }
}

/// The product of the transformed map and filter, for one tile.
#[derive(Debug)]
pub struct Product {
    tile: ProductTile,
    kernel: Kernel,
}

impl Product {
    /// For blocks of the filter as they are or transposed.
    pub fn new(gpu: &Gpu, tile: ProductTile, transposed: bool) -> Self {
        let kernel = gpu.kernel(
            &[super::QUAD, PRODUCT],
            "multiply",
            &[
                ("WINDOW_LANES", f64::from(tile.window_lanes)),
                ("QUAD_LANES", f64::from(tile.quad_lanes)),
                ("DEPTH", f64::from(tile.depth)),
                ("TRANSPOSED", f64::from(u8::from(transposed))),
            ],
        );
        Self { tile, kernel }
    }

    /// Multiplies `values` with `filters` into `products`.
    pub fn multiply(
        &self,
        gpu: &Gpu,
        size: ProductSize,
        values: wgpu::BufferBinding<'_>,
        filters: wgpu::BufferBinding<'_>,
        products: wgpu::BufferBinding<'_>,
    ) -> Dispatch {
        let uniform = gpu.uniform(&ProductUniform {
            windows: size.windows,
            source_quads: size.source_quads,
            destination_quads: size.destination_quads,
            padding: 0,
        });
        gpu.bind_parts(
            &self.kernel,
            &[
                (0, uniform.as_entire_buffer_binding()),
                (1, values),
                (2, filters),
                (3, products),
            ],
            [
                size.windows.div_ceil(self.tile.windows()),
                size.destination_quads.div_ceil(self.tile.quads()),
                ENTRIES as u32,
            ],
        )
    }
}

/// The product's variants for one direction.
#[derive(Debug)]
struct Products {
    many: Product,
    few: [Product; 4],
}

impl Products {
    fn new(gpu: &Gpu, many: ProductTile, transposed: bool) -> Self {
        let compile = |tile| Product::new(gpu, tile, transposed);
        Self {
            many: compile(many),
            few: FEW.map(compile),
        }
    }

    fn variant(&self, size: ProductSize) -> &Product {
        let [most, ..] = &self.few;
        if size.windows >= MANY_WINDOWS && size.destination_quads >= self.many.tile.quads() {
            return &self.many;
        }
        self.few
            .iter()
            .rev()
            .find(|product| size.windows <= product.tile.windows())
            .unwrap_or(most)
    }
}

/// The kernels.
#[derive(Debug)]
pub struct Conv3x3Winograd {
    filter: Kernel,
    from_features: Kernel,
    from_gradients: Kernel,
    products_forward: Products,
    products_backward: Products,
    forward: Kernel,
    backward: Kernel,
}

/// What a convolution is made of, in either direction.
struct Work<'a> {
    filter: &'a FilterBuffers,
    backward: bool,
    from: Shape,
    to: Shape,
    source: &'a wgpu::Buffer,
    destination: &'a wgpu::Buffer,
    mask: Option<&'a wgpu::Buffer>,
    scratch: &'a Scratch,
}

impl Conv3x3Winograd {
    /// All of them; `many` is the product's tile for many windows.
    pub fn new(gpu: &Gpu, precision: Precision, many: ProductTile) -> Self {
        let (features, gradients) = (Format::features(precision), Format::gradients(precision));
        let input = |format| gpu.kernel(&[&stores(&[("Source", format)]), INPUT], "transform", &[]);
        let output = |entry, format| {
            let maps = stores(&[("Destination", format)]);
            gpu.kernel(&[&maps, super::QUAD, OUTPUT], entry, &[])
        };
        let from_features = input(features);
        Self {
            filter: gpu.kernel(
                &[&stores(&[("Filter", features)]), FILTER],
                "transform",
                &[],
            ),
            from_gradients: if features == gradients {
                from_features.clone()
            } else {
                input(gradients)
            },
            from_features,
            products_forward: Products::new(gpu, many, false),
            products_backward: Products::new(gpu, many, true),
            forward: output("forward", features),
            backward: output("backward", gradients),
        }
    }

    /// As [`Conv3x3::forward`](super::conv3x3::Conv3x3::forward), without a mean.
    ///
    /// Both sides of the filter have a multiple of 16 channels.
    pub fn forward(
        &self,
        gpu: &Gpu,
        filter: &FilterBuffers,
        shape: Shape,
        source: &wgpu::Buffer,
        destination: &wgpu::Buffer,
        mask: &wgpu::Buffer,
        scratch: &Scratch,
    ) -> Vec<Dispatch> {
        self.convolve(
            gpu,
            &Work {
                filter,
                backward: false,
                from: shape.with_channels(filter.inputs()),
                to: shape.with_channels(filter.outputs()),
                source,
                destination,
                mask: Some(mask),
                scratch,
            },
        )
    }

    /// As [`Conv3x3::backward`](super::conv3x3::Conv3x3::backward).
    pub fn backward(
        &self,
        gpu: &Gpu,
        filter: &FilterBuffers,
        shape: Shape,
        gradient: &wgpu::Buffer,
        destination: &wgpu::Buffer,
        mask: Option<&wgpu::Buffer>,
        scratch: &Scratch,
    ) -> Vec<Dispatch> {
        self.convolve(
            gpu,
            &Work {
                filter,
                backward: true,
                from: shape.with_channels(filter.outputs()),
                to: shape.with_channels(filter.inputs()),
                source: gradient,
                destination,
                mask,
                scratch,
            },
        )
    }

    fn convolve(&self, gpu: &Gpu, work: &Work<'_>) -> Vec<Dispatch> {
        let mut dispatches = Vec::new();
        for part in Part::largest(work.from, work.to, work.scratch).by_quads() {
            dispatches.push(self.transform_filter(gpu, work, part));
            for band in part.by_strips() {
                dispatches.push(self.transform_input(gpu, work, band));
                dispatches.push(self.multiply(gpu, work, band));
                dispatches.push(self.transform_output(gpu, work, band));
            }
        }
        dispatches
    }

    fn transform_filter(&self, gpu: &Gpu, work: &Work<'_>, part: Part) -> Dispatch {
        let source_quads = work.from.quads();
        let uniform = gpu.uniform(&FilterUniform {
            source_quads,
            destination_quads: part.quads,
            first_destination: part.first_quad,
            all_destinations: work.to.quads(),
            backward: work.backward.into(),
            padding: [0; 3],
        });
        gpu.bind_parts(
            &self.filter,
            &[
                (0, uniform.as_entire_buffer_binding()),
                (1, work.filter.blocks().as_entire_buffer_binding()),
                (2, work.scratch.operands.part(0, part.filter_bytes())),
            ],
            [(source_quads * part.quads * 4).div_ceil(64), 1, 1],
        )
    }

    fn transform_input(&self, gpu: &Gpu, work: &Work<'_>, part: Part) -> Dispatch {
        let quads = work.from.quads();
        let kernel = if work.backward {
            &self.from_gradients
        } else {
            &self.from_features
        };
        let uniform = gpu.uniform(&InputUniform {
            width: work.from.width,
            height: work.from.height,
            quads,
            window_columns: part.window_columns(),
            windows: part.windows(),
            first_window_row: part.first_strip * (STRIP / WINDOW),
            padding: [0; 2],
        });
        gpu.bind_parts(
            kernel,
            &[
                (0, uniform.as_entire_buffer_binding()),
                (1, work.source.as_entire_buffer_binding()),
                (2, values(work, part)),
            ],
            [ROWS, part.windows().div_ceil(64), quads],
        )
    }

    fn multiply(&self, gpu: &Gpu, work: &Work<'_>, part: Part) -> Dispatch {
        let products = if work.backward {
            &self.products_backward
        } else {
            &self.products_forward
        };
        let size = ProductSize {
            windows: part.windows(),
            source_quads: work.from.quads(),
            destination_quads: part.quads,
        };
        products.variant(size).multiply(
            gpu,
            size,
            values(work, part),
            work.scratch.operands.part(0, part.filter_bytes()),
            work.scratch.products.part(0, part.product_bytes()),
        )
    }

    fn transform_output(&self, gpu: &Gpu, work: &Work<'_>, part: Part) -> Dispatch {
        let kernel = if work.backward {
            &self.backward
        } else {
            &self.forward
        };
        let uniform = gpu.uniform(&OutputUniform {
            width: work.to.width,
            height: work.to.height,
            quads: part.quads,
            window_columns: part.window_columns(),
            windows: part.windows(),
            first_strip: part.first_strip,
            first_quad: part.first_quad,
            apply_mask: work.mask.is_some().into(),
        });
        let bias = work.filter.bias();
        let mut buffers = vec![
            (0, uniform.as_entire_buffer_binding()),
            (1, work.scratch.products.part(0, part.product_bytes())),
            (3, work.destination.as_entire_buffer_binding()),
            // Without a mask the binding is not read; any buffer that is not otherwise bound will do.
            (4, work.mask.unwrap_or(bias).as_entire_buffer_binding()),
        ];
        if !work.backward {
            buffers.push((2, bias.as_entire_buffer_binding()));
        }
        gpu.bind_parts(
            kernel,
            &buffers,
            [work.to.width.div_ceil(64), part.strips, part.quads],
        )
    }
}

/// The transformed map, behind the transformed filter.
fn values<'a>(work: &Work<'a>, part: Part) -> wgpu::BufferBinding<'a> {
    work.scratch
        .operands
        .part(part.filter_bytes(), part.value_bytes())
}
