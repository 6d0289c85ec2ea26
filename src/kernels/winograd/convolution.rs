//! Convolution by the transforms and the product: `shaders/winograd/filter.wgsl`, `input.wgsl` and `output.wgsl`.
//!
//! The filter is transformed anew for every convolution where it is not kept: 36 entries for 9 of every layer, in both
//! directions, take 490 MB. The map is transformed, multiplied and transformed back by bands of strips, and if need be by
//! parts of the output's channels, as much at a time as the scratch memory holds.

use bytemuck::{Pod, Zeroable};

use super::product::{ProductSize, ProductTile, Products};
use super::scratch::{Part, Scratch, WINDOW};
use crate::gpu::{Dispatch, Flag, Gpu, Kernel};
use crate::kernels::filter::FilterBuffers;
use crate::kernels::format::{Format, stores};
use crate::kernels::sources::{FOUR_ROWS, QUAD};
use crate::maps::{Precision, STRIP, Shape};

const FILTER: &str = include_str!("../../../shaders/winograd/filter.wgsl");

const INPUT: &str = include_str!("../../../shaders/winograd/input.wgsl");

const OUTPUT: &str = include_str!("../../../shaders/winograd/output.wgsl");

/// Rows or columns of entries.
const ROWS: u32 = 6;

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
    /// The transformed filter, where it is kept.
    kept: Option<&'a wgpu::Buffer>,
}

impl Conv3x3Winograd {
    /// All of them; `many` is the product's tile for many windows.
    pub fn new(gpu: &Gpu, precision: Precision, many: ProductTile) -> Self {
        let (features, gradients) = (Format::features(precision), Format::gradients(precision));
        let input = |format| gpu.kernel(&[&stores(&[("Source", format)]), INPUT], "transform", &[]);
        let output = |entry, format| {
            let maps = stores(&[("Destination", format)]);
            gpu.kernel(&[&maps, QUAD, FOUR_ROWS, OUTPUT], entry, &[])
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

    /// As [`Conv3x3::forward`](crate::kernels::conv3x3::Conv3x3::forward), without a mean.
    ///
    /// Both sides of the filter have a multiple of 16 channels. `kept` is what [`Conv3x3Winograd::keep_filter`] has filled for
    /// this direction, where [`kept_filter_bytes`](super::kept_filter_bytes) says that it can be used.
    pub fn forward(
        &self,
        gpu: &Gpu,
        filter: &FilterBuffers,
        shape: Shape,
        source: &wgpu::Buffer,
        destination: &wgpu::Buffer,
        mask: &wgpu::Buffer,
        scratch: &Scratch,
        kept: Option<&wgpu::Buffer>,
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
                kept,
            },
        )
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
        scratch: &Scratch,
        kept: Option<&wgpu::Buffer>,
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
                kept,
            },
        )
    }

    fn convolve(&self, gpu: &Gpu, work: &Work<'_>) -> Vec<Dispatch> {
        let mut dispatches = Vec::new();
        let kept = work.kept.is_some();
        for part in Part::largest(work.from, work.to, work.scratch, kept).by_quads() {
            if !kept {
                let to = work.scratch.operands.part(0, part.filter_bytes());
                let quads = (part.first_quad, part.quads);
                dispatches.push(self.transform_filter(gpu, work.filter, work.backward, quads, to));
            }
            for band in part.by_strips() {
                dispatches.push(self.transform_input(gpu, work, band));
                dispatches.push(self.multiply(gpu, work, band));
                dispatches.push(self.transform_output(gpu, work, band));
            }
        }
        dispatches
    }

    /// Transforms the whole filter of a direction into a buffer of its own.
    pub fn keep_filter(
        &self,
        gpu: &Gpu,
        filter: &FilterBuffers,
        backward: bool,
        kept: &wgpu::Buffer,
    ) -> Dispatch {
        let (_, destination_quads) = filter.quads(backward);
        let quads = (0, destination_quads);
        self.transform_filter(
            gpu,
            filter,
            backward,
            quads,
            kept.as_entire_buffer_binding(),
        )
    }

    /// Of so many quads of the destination, from the first one on.
    fn transform_filter(
        &self,
        gpu: &Gpu,
        filter: &FilterBuffers,
        backward: bool,
        (first_destination, destination_quads): (u32, u32),
        to: wgpu::BufferBinding<'_>,
    ) -> Dispatch {
        let (source_quads, all_destinations) = filter.quads(backward);
        let uniform = gpu.uniform(&FilterUniform {
            source_quads,
            destination_quads,
            first_destination,
            all_destinations,
            backward: backward.into(),
            padding: [0; 3],
        });
        gpu.bind_parts(
            &self.filter,
            &[
                (0, uniform.as_entire_buffer_binding()),
                (1, filter.blocks().as_entire_buffer_binding()),
                (2, to),
            ],
            [(source_quads * destination_quads * 4).div_ceil(64), 1, 1],
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
            match work.kept {
                Some(kept) => kept.as_entire_buffer_binding(),
                None => work.scratch.operands.part(0, part.filter_bytes()),
            },
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

/// The transformed map, behind the transformed filter if that is there.
fn values<'a>(work: &Work<'a>, part: Part) -> wgpu::BufferBinding<'a> {
    work.scratch
        .operands
        .part(part.values_offset(), part.value_bytes())
}
