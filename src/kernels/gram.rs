//! Partial sums of the Gram matrix of a feature map: `shaders/gram.wgsl`.

use bytemuck::{Pod, Zeroable};

use super::format::{Format, stores};
use super::place::{Place, PositionWeights};
use super::sources::{OUTER_ADD, REGION};
use crate::gpu::{Dispatch, Gpu, Kernel};
use crate::maps::{Precision, Region, Shape};

const SOURCE: &str = include_str!("../../shaders/gram.wgsl");

/// Channels of a block, which one workgroup computes.
const BLOCK: u32 = 64;

/// Positions staged at a time; a slice is a multiple of it.
const DEPTH: u32 = 16;

/// Workgroups that fill a large GPU.
const WANTED_WORKGROUPS: u32 = 512;

/// Fewer positions a slice than this are not worth the partial sums.
const LEAST_SLICE: u32 = 256;

#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
pub(super) struct Uniform {
    core: Region,
    width: u32,
    height: u32,
    quads: u32,
    slice_positions: u32,
    weights: Place,
}

/// How the sum over the positions of one map, or of a region of it, is cut into slices.
#[derive(Debug, Clone, Copy)]
pub struct Slicing {
    pub(super) shape: Shape,
    core: Region,
    pub(super) slices: u32,
    slice_positions: u32,
}

impl Slicing {
    /// Plans the cut of a region of a map, whose channels are a multiple of 64.
    pub fn new(shape: Shape, core: Region) -> Self {
        let blocks = blocks(shape);
        let wanted = WANTED_WORKGROUPS.div_ceil(blocks);
        let slice_positions = core
            .positions()
            .div_ceil(wanted)
            .max(LEAST_SLICE)
            .next_multiple_of(DEPTH);
        let slices = core.positions().div_ceil(slice_positions);
        Self {
            shape,
            core,
            slices,
            slice_positions,
        }
    }

    pub(super) fn uniform(self, weights: Option<PositionWeights<'_>>) -> Uniform {
        Uniform {
            core: self.core,
            width: self.shape.width,
            height: self.shape.height,
            quads: self.shape.quads(),
            slice_positions: self.slice_positions,
            weights: weights.map_or_else(Place::default, |weights| weights.place),
        }
    }

    /// Numbers in the buffer of partial sums: `[slices][blocks][16][16]` mat4x4.
    pub fn partials(self) -> usize {
        self.slices as usize * triangle(self.shape)
    }
}

/// Numbers of a Gram matrix's blocks on and above the diagonal: `[blocks][16][16]` mat4x4.
pub fn triangle(shape: Shape) -> usize {
    (blocks(shape) * BLOCK * BLOCK) as usize
}

fn blocks(shape: Shape) -> u32 {
    let side = shape.channels / BLOCK;
    side * (side + 1) / 2
}

/// The compiled kernel, for equal weights and for others.
#[derive(Debug)]
pub struct Gram {
    accumulate: Kernel,
    accumulate_weighted: Kernel,
}

impl Gram {
    /// Prepares the kernel.
    pub fn new(gpu: &Gpu, precision: Precision) -> Self {
        let maps = stores(&[("Feature", Format::features(precision))]);
        let compile = |weighted| {
            let constants = [("WEIGHTED", f64::from(weighted))];
            gpu.kernel(
                &[&maps, OUTER_ADD, REGION, SOURCE],
                "accumulate",
                &constants,
            )
        };
        Self {
            accumulate: compile(0_u8),
            accumulate_weighted: compile(1),
        }
    }

    /// Sums the products of the map's channels, weighted by position or not, by slices into `partials`.
    pub fn accumulate(
        &self,
        gpu: &Gpu,
        slicing: Slicing,
        features: &wgpu::Buffer,
        weights: Option<PositionWeights<'_>>,
        partials: &wgpu::Buffer,
    ) -> Dispatch {
        let uniform = gpu.uniform(&slicing.uniform(weights));
        let kernel = match weights {
            None => &self.accumulate,
            Some(_) => &self.accumulate_weighted,
        };
        gpu.bind(
            kernel,
            &[
                (0, &uniform),
                (1, features),
                (2, partials),
                // Without weights the binding is not read.
                (3, weights.map_or(features, |weights| weights.buffer)),
            ],
            [blocks(slicing.shape), slicing.slices, 1],
        )
    }
}
