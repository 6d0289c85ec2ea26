//! 3x3 convolution by Winograd's F(4x4, 3x3), with a quarter of the multiplications of the direct one: the shaders
//! `winograd_filter`, `winograd_input`, `winograd_product` and `winograd_output`.
//!
//! The filter is transformed anew for every convolution, because 36 entries for 9 of every layer would take 200 MB. The
//! map is transformed, multiplied and transformed back by bands of strips, as many at a time as the scratch memory
//! holds.

use bytemuck::{Pod, Zeroable};

use super::conv3x3::FilterBuffers;
use crate::feature_map::{STRIP, Shape};
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
    backward: Flag,
    padding: u32,
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
    transposed: Flag,
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
    apply_mask: Flag,
    padding: u32,
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

/// The maps of a convolution, cut into bands of strips.
#[derive(Debug, Clone, Copy)]
struct Bands {
    from: Shape,
    to: Shape,
    /// Strips of a band; the last one may have fewer.
    strips: u32,
}

impl Bands {
    fn new(from: Shape, to: Shape, scratch: &Scratch) -> Self {
        let one = Self {
            from,
            to,
            strips: 1,
        };
        let values =
            scratch.operands.bytes().saturating_sub(one.filter_bytes()) / one.value_bytes();
        let products = scratch.products.bytes() / one.product_bytes();
        let strips = values.min(products).clamp(1, u64::from(from.strips())) as u32;
        // Equal bands: a last one of one strip would leave most of the GPU idle.
        let bands = from.strips().div_ceil(strips);
        Self {
            strips: from.strips().div_ceil(bands),
            ..one
        }
    }

    fn window_columns(self) -> u32 {
        self.from.width.div_ceil(WINDOW)
    }

    fn windows(self) -> u32 {
        self.strips * (STRIP / WINDOW) * self.window_columns()
    }

    fn filter_bytes(self) -> u64 {
        aligned(ENTRIES * u64::from(self.from.quads()) * u64::from(self.to.quads()) * BLOCK_BYTES)
    }

    fn value_bytes(self) -> u64 {
        ENTRIES * u64::from(self.from.quads()) * u64::from(self.windows()) * VECTOR_BYTES
    }

    fn product_bytes(self) -> u64 {
        ENTRIES * u64::from(self.to.quads()) * u64::from(self.windows()) * VECTOR_BYTES
    }

    /// Each band's first strip, and the band itself with its own number of strips.
    fn each(self) -> impl Iterator<Item = (u32, Self)> {
        let all = self.from.strips();
        (0..all).step_by(self.strips as usize).map(move |first| {
            let strips = self.strips.min(all - first);
            (first, Self { strips, ..self })
        })
    }
}

/// Windows of a band that are enough to keep a GPU busy.
const ENOUGH_WINDOWS: u32 = 256;

/// Bytes that either half of the scratch memory needs for a convolution between such maps to be worth it.
pub fn scratch_bytes(from: Shape, to: Shape) -> u64 {
    let whole = Bands {
        from,
        to,
        strips: from.strips(),
    };
    let a_strip = Bands { strips: 1, ..whole }.windows();
    let bands = Bands {
        strips: whole.strips.min(ENOUGH_WINDOWS.div_ceil(a_strip)),
        ..whole
    };
    (bands.filter_bytes() + bands.value_bytes()).max(bands.product_bytes())
}

/// How a workgroup of the product is laid out.
#[derive(Debug)]
struct ProductVariant {
    window_lanes: u32,
    quad_lanes: u32,
    multiply: Kernel,
}

/// Windows and quads that an invocation of the product computes.
const WINDOWS_PER_LANE: u32 = 8;
const QUADS_PER_LANE: u32 = 2;
/// Lanes over windows, lanes over quads and source quads staged, for ever fewer windows. Each fills at most 10 KiB.
const PRODUCT_VARIANTS: [(u32, u32, u32); 4] = [(8, 8, 4), (4, 16, 4), (2, 32, 2), (1, 64, 1)];

/// The compiled kernels.
#[derive(Debug)]
pub struct Conv3x3Winograd {
    filter: Kernel,
    input: Kernel,
    product: [ProductVariant; 4],
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
    /// Compiles the kernels.
    pub fn new(gpu: &Gpu) -> Self {
        Self {
            filter: gpu.kernel(&[FILTER], "transform", &[]),
            input: gpu.kernel(&[INPUT], "transform", &[]),
            product: PRODUCT_VARIANTS.map(|(window_lanes, quad_lanes, depth)| ProductVariant {
                window_lanes,
                quad_lanes,
                multiply: gpu.kernel(
                    &[super::QUAD, PRODUCT],
                    "multiply",
                    &[
                        ("WINDOW_LANES", f64::from(window_lanes)),
                        ("QUAD_LANES", f64::from(quad_lanes)),
                        ("DEPTH", f64::from(depth)),
                    ],
                ),
            }),
            forward: gpu.kernel(&[super::QUAD, OUTPUT], "forward", &[]),
            backward: gpu.kernel(&[super::QUAD, OUTPUT], "backward", &[]),
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
        let bands = Bands::new(work.from, work.to, work.scratch);
        let mut dispatches = vec![self.transform_filter(gpu, work, bands)];
        for (first_strip, band) in bands.each() {
            dispatches.push(self.transform_input(gpu, work, band, first_strip));
            dispatches.push(self.multiply(gpu, work, band));
            dispatches.push(self.transform_output(gpu, work, band, first_strip));
        }
        dispatches
    }

    fn transform_filter(&self, gpu: &Gpu, work: &Work<'_>, bands: Bands) -> Dispatch {
        let (source_quads, destination_quads) = (work.from.quads(), work.to.quads());
        let uniform = gpu.uniform(&FilterUniform {
            source_quads,
            destination_quads,
            backward: work.backward.into(),
            padding: 0,
        });
        gpu.bind_parts(
            &self.filter,
            &[
                (0, uniform.as_entire_buffer_binding()),
                (1, work.filter.blocks().as_entire_buffer_binding()),
                (2, work.scratch.operands.part(0, bands.filter_bytes())),
            ],
            [(source_quads * destination_quads * 4).div_ceil(64), 1, 1],
        )
    }

    fn transform_input(&self, gpu: &Gpu, work: &Work<'_>, band: Bands, strip: u32) -> Dispatch {
        let quads = work.from.quads();
        let uniform = gpu.uniform(&InputUniform {
            width: work.from.width,
            height: work.from.height,
            quads,
            window_columns: band.window_columns(),
            windows: band.windows(),
            first_window_row: strip * (STRIP / WINDOW),
            padding: [0; 2],
        });
        gpu.bind_parts(
            &self.input,
            &[
                (0, uniform.as_entire_buffer_binding()),
                (1, work.source.as_entire_buffer_binding()),
                (2, values(work, band)),
            ],
            [band.windows().div_ceil(64), quads, ROWS],
        )
    }

    fn multiply(&self, gpu: &Gpu, work: &Work<'_>, band: Bands) -> Dispatch {
        let variant = self.product_variant(band.windows());
        let uniform = gpu.uniform(&ProductUniform {
            windows: band.windows(),
            source_quads: work.from.quads(),
            destination_quads: work.to.quads(),
            transposed: work.backward.into(),
        });
        gpu.bind_parts(
            &variant.multiply,
            &[
                (0, uniform.as_entire_buffer_binding()),
                (1, values(work, band)),
                (2, work.scratch.operands.part(0, band.filter_bytes())),
                (3, work.scratch.products.part(0, band.product_bytes())),
            ],
            [
                band.windows()
                    .div_ceil(variant.window_lanes * WINDOWS_PER_LANE),
                work.to
                    .quads()
                    .div_ceil(variant.quad_lanes * QUADS_PER_LANE),
                ENTRIES as u32,
            ],
        )
    }

    fn product_variant(&self, windows: u32) -> &ProductVariant {
        let [most, ..] = &self.product;
        self.product
            .iter()
            .rev()
            .find(|variant| windows <= variant.window_lanes * WINDOWS_PER_LANE)
            .unwrap_or(most)
    }

    fn transform_output(&self, gpu: &Gpu, work: &Work<'_>, band: Bands, strip: u32) -> Dispatch {
        let kernel = if work.backward {
            &self.backward
        } else {
            &self.forward
        };
        let quads = work.to.quads();
        let uniform = gpu.uniform(&OutputUniform {
            width: work.to.width,
            height: work.to.height,
            quads,
            window_columns: band.window_columns(),
            windows: band.windows(),
            first_strip: strip,
            apply_mask: work.mask.is_some().into(),
            padding: 0,
        });
        let bias = work.filter.bias();
        let mut buffers = vec![
            (0, uniform.as_entire_buffer_binding()),
            (1, work.scratch.products.part(0, band.product_bytes())),
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
            [work.to.width.div_ceil(64), band.strips, quads],
        )
    }
}

/// The transformed map, behind the transformed filter.
fn values<'a>(work: &Work<'a>, band: Bands) -> wgpu::BufferBinding<'a> {
    work.scratch
        .operands
        .part(band.filter_bytes(), band.value_bytes())
}
