//! The Wasserstein-2 style loss of one layer: `shaders/wasserstein.wgsl`.

use bytemuck::{Pod, Zeroable};

use super::matrix::Factors;
use super::matrix_buffer::MatrixBuffer;
use super::sources::WORKGROUP_SUM;
use super::sums::SumRange;
use crate::gpu::{Dispatch, Gpu, Kernel};

const SOURCE: &str = include_str!("../../shaders/wasserstein.wgsl");

/// Added to the variances, so that a covariance has a root where there are fewer positions than channels:
/// style-transfer-pytorch's 1e-4, whose features are smaller by the factor of 255 times 0.226 in the network's input.
pub const EPSILON: f32 = 0.3;

#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
struct Uniform {
    quads: u32,
    first_sum: u32,
    gradient_scale: f32,
    loss_scale: f32,
    epsilon: f32,
    padding: [u32; 3],
}

/// The first two moments of a layer's features: `[quads][quads]` mat4x4 and `[quads]` vec4.
#[derive(Debug)]
pub struct Moments {
    /// The second.
    pub second: MatrixBuffer,
    /// The first.
    pub mean: wgpu::Buffer,
}

/// The compiled kernels.
#[derive(Debug)]
pub struct Wasserstein {
    covariance: Kernel,
    measure: Kernel,
    offset: Kernel,
}

impl Wasserstein {
    /// Prepares the kernels.
    pub fn new(gpu: &Gpu) -> Self {
        let compile = |entry| gpu.kernel(&[WORKGROUP_SUM, SOURCE], entry, &[]);
        Self {
            covariance: compile("covariance"),
            measure: compile("measure"),
            offset: compile("offset"),
        }
    }

    /// The covariance that belongs to moments of so many quads.
    pub fn covariance(
        &self,
        gpu: &Gpu,
        quads: u32,
        moments: &Moments,
        covariance: &MatrixBuffer,
    ) -> Dispatch {
        let uniform = gpu.uniform(&uniform(quads, 0, 0.0, 0.0));
        gpu.bind(
            &self.covariance,
            &[
                (0, &uniform),
                (1, &moments.second.0),
                (2, &moments.mean),
                (3, &covariance.0),
            ],
            [quads / 8, quads / 8, 1],
        )
    }

    /// The loss, times `loss_scale`, into `sums`: from the covariance, the moments and the target's, and the normalised
    /// root of the product of both covariances with its factors.
    pub fn measure(
        &self,
        gpu: &Gpu,
        quads: u32,
        (covariance, moments): (&MatrixBuffer, &Moments),
        target: &Moments,
        (root, factors): (&MatrixBuffer, &Factors),
        loss_scale: f32,
        (sums, range): (&wgpu::Buffer, SumRange),
    ) -> Dispatch {
        debug_assert_eq!(range.count, 1);
        let uniform = gpu.uniform(&uniform(quads, range.first, 0.0, loss_scale));
        gpu.bind(
            &self.measure,
            &[
                (0, &uniform),
                (2, &moments.mean),
                (3, &covariance.0),
                (4, &target.second.0),
                (5, &target.mean),
                (6, &root.0),
                (7, &factors.0),
                (8, sums),
            ],
            [1, 1, 1],
        )
    }

    /// The part of the gradient that is the same everywhere, times the scale and the first of the factors, which
    /// `difference` has in it already.
    pub fn offset(
        &self,
        gpu: &Gpu,
        quads: u32,
        mean: &wgpu::Buffer,
        target: &Moments,
        difference: &MatrixBuffer,
        (gradient_scale, factors): (f32, &Factors),
        offsets: &wgpu::Buffer,
    ) -> Dispatch {
        let uniform = gpu.uniform(&uniform(quads, 0, gradient_scale, 0.0));
        gpu.bind(
            &self.offset,
            &[
                (0, &uniform),
                (2, mean),
                (5, &target.mean),
                (7, &factors.0),
                (9, &difference.0),
                (10, offsets),
            ],
            [quads.div_ceil(64), 1, 1],
        )
    }
}

fn uniform(quads: u32, first_sum: u32, gradient_scale: f32, loss_scale: f32) -> Uniform {
    Uniform {
        quads,
        first_sum,
        gradient_scale,
        loss_scale,
        epsilon: EPSILON,
        padding: [0; 3],
    }
}
