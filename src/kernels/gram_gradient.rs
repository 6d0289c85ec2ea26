//! The gradient of a style loss to the feature map: `shaders/gram_gradient.wgsl`.

use bytemuck::{Pod, Zeroable};

use super::gram_loss::MatrixBuffer;
use super::{Format, stores};
use crate::feature_map::{Precision, Region, Shape};
use crate::gpu::{Dispatch, Flag, Gpu, Kernel};

const SOURCE: &str = include_str!("../../shaders/gram_gradient.wgsl");

const TILE_POSITIONS: u32 = 128;
const TILE_QUADS: u32 = 16;

#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
struct Uniform {
    core: Region,
    width: u32,
    height: u32,
    quads: u32,
    accumulate: Flag,
}

/// The compiled kernel.
#[derive(Debug)]
pub struct GramGradient {
    multiply: Kernel,
}

impl GramGradient {
    /// Compiles the kernel.
    pub fn new(gpu: &Gpu, precision: Precision) -> Self {
        let maps = stores(&[
            ("Feature", Format::features(precision)),
            ("Gradient", Format::gradients(precision)),
        ]);
        let sources = [&maps, super::QUAD, super::REGION, SOURCE];
        Self {
            multiply: gpu.kernel(&sources, "multiply", &[]),
        }
    }

    /// Multiplies the map, whose channels are a multiple of 64, with the symmetric matrix `difference`; the product
    /// replaces `gradient`, or is added to it, and the ReLU's mask applied. Outside of `core` zero stands for the product.
    pub fn multiply(
        &self,
        gpu: &Gpu,
        shape: Shape,
        core: Region,
        features: &wgpu::Buffer,
        difference: &MatrixBuffer,
        gradient: &wgpu::Buffer,
        mask: &wgpu::Buffer,
        accumulate: bool,
    ) -> Dispatch {
        let uniform = gpu.uniform(&Uniform {
            core,
            width: shape.width,
            height: shape.height,
            quads: shape.quads(),
            accumulate: accumulate.into(),
        });
        gpu.bind(
            &self.multiply,
            &[
                (0, &uniform),
                (1, features),
                (2, &difference.0),
                (3, gradient),
                (4, mask),
            ],
            [
                shape.positions().div_ceil(TILE_POSITIONS),
                shape.quads() / TILE_QUADS,
                1,
            ],
        )
    }
}
