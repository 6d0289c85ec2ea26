//! The gradient of a style loss to the feature map: `shaders/gram_gradient.wgsl`.

use bytemuck::{Pod, Zeroable};

use super::format::{Format, stores};
use super::matrix_buffer::MatrixBuffer;
use super::place::{Place, PositionWeights};
use super::sources::{QUAD, REGION};
use crate::gpu::{Dispatch, Flag, Gpu, Kernel};
use crate::maps::{Precision, Region, Shape};

const SOURCE: &str = include_str!("../../shaders/gram_gradient.wgsl");

const TILE_POSITIONS: u32 = 128;

const TILE_QUADS: u32 = 16;

#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
struct Uniform {
    core: Region,
    weights: Place,
    width: u32,
    height: u32,
    quads: u32,
    accumulate: Flag,
}

/// What a style loss leaves for its gradient.
#[derive(Debug, Clone, Copy)]
pub struct StyleGradient<'a> {
    /// The symmetric matrix by which the features are multiplied.
    pub difference: &'a MatrixBuffer,
    /// What is added everywhere, `[quads]` vec4.
    pub offset: Option<&'a wgpu::Buffer>,
    /// What the sum of both is multiplied with.
    pub weights: Option<PositionWeights<'a>>,
}

/// The compiled kernel: with an offset or not, with weights or not.
#[derive(Debug)]
pub struct GramGradient {
    multiply: [[Kernel; 2]; 2],
}

impl GramGradient {
    /// Prepares the kernel.
    pub fn new(gpu: &Gpu, precision: Precision) -> Self {
        let maps = stores(&[
            ("Feature", Format::features(precision)),
            ("Gradient", Format::gradients(precision)),
        ]);
        let sources = [&maps, QUAD, REGION, SOURCE];
        let flags = [0.0, 1.0];
        let compile = |offset, weighted| {
            let constants = [("OFFSET", offset), ("WEIGHTED", weighted)];
            gpu.kernel(&sources, "multiply", &constants)
        };
        Self {
            multiply: flags.map(|offset| flags.map(|weighted| compile(offset, weighted))),
        }
    }

    /// Multiplies the map, whose channels are a multiple of 64, with the symmetric matrix of `style`; the product
    /// replaces `gradient`, or is added to it, and the ReLU's mask applied. Outside of `core` zero stands for the product.
    pub fn multiply(
        &self,
        gpu: &Gpu,
        shape: Shape,
        core: Region,
        features: &wgpu::Buffer,
        style: StyleGradient<'_>,
        gradient: &wgpu::Buffer,
        mask: &wgpu::Buffer,
        accumulate: bool,
    ) -> Dispatch {
        let uniform = gpu.uniform(&Uniform {
            core,
            weights: style
                .weights
                .map_or_else(Place::default, |weights| weights.place),
            width: shape.width,
            height: shape.height,
            quads: shape.quads(),
            accumulate: accumulate.into(),
        });
        let (offset, weights) = (style.offset, style.weights);
        gpu.bind(
            &self.multiply[usize::from(offset.is_some())][usize::from(weights.is_some())],
            &[
                (0, &uniform),
                (1, features),
                (2, &style.difference.0),
                (3, gradient),
                (4, mask),
                // What there is not is not read.
                (5, offset.unwrap_or(features)),
                (6, weights.map_or(features, |weights| weights.buffer)),
            ],
            [
                shape.positions().div_ceil(TILE_POSITIONS),
                shape.quads() / TILE_QUADS,
                1,
            ],
        )
    }
}
