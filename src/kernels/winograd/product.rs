//! The product of transformed maps and filters: `shaders/winograd/product.wgsl`.

use bytemuck::{Pod, Zeroable};

use super::scratch::ENTRIES;
use crate::gpu::{Dispatch, Gpu, Kernel};
use crate::kernels::sources::{QUAD, TILE_SUMS};

pub(crate) const SOURCE: &str = include_str!("../../../shaders/winograd/product.wgsl");

#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
struct ProductUniform {
    windows: u32,
    source_quads: u32,
    destination_quads: u32,
    padding: u32,
}

/// Windows and quads that an invocation of the product computes.
const WINDOWS_PER_LANE: u32 = 8;

const QUADS_PER_LANE: u32 = 2;

/// How a workgroup of the product is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
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
            &[QUAD, TILE_SUMS, SOURCE],
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
pub(crate) struct Products {
    many: Product,
    few: [Product; 4],
}

impl Products {
    pub(super) fn new(gpu: &Gpu, many: ProductTile, transposed: bool) -> Self {
        let compile = |tile| Product::new(gpu, tile, transposed);
        Self {
            many: compile(many),
            few: FEW.map(compile),
        }
    }

    pub(super) fn variant(&self, size: ProductSize) -> &Product {
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
