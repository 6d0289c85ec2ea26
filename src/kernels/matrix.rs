//! Arithmetic of matrices of channels x channels: `shaders/matrix.wgsl`.

use bytemuck::{Pod, Zeroable};

use super::matrix_buffer::MatrixBuffer;
use super::sources::WORKGROUP_SUM;
use crate::gpu::{Dispatch, Gpu, GpuError, Kernel, Memory};

const SOURCE: &str = include_str!("../../shaders/matrix.wgsl");

const TILE: u32 = 8;

#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
struct Uniform {
    quads: u32,
    alpha: f32,
    beta: f32,
    factor: u32,
}

/// A number that the GPU has found, and that multiplies a matrix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Factor {
    /// One, or what a length has been made.
    First,
    /// One over the norm.
    InverseNorm,
    /// The norm's root.
    Root,
    /// One over the norm's root.
    InverseRoot,
}

impl Factor {
    const fn number(self) -> u32 {
        match self {
            Self::First => 0,
            Self::InverseNorm => 1,
            Self::Root => 2,
            Self::InverseRoot => 3,
        }
    }
}

/// The factors that [`Matrix::norm`] leaves.
#[derive(Debug)]
pub struct Factors(pub(crate) wgpu::Buffer);

impl Factors {
    /// Numbers in it.
    pub const LENGTH: usize = 4;

    /// That one first; all others are one.
    ///
    /// # Errors
    /// As [`Memory::storage`].
    pub fn new(memory: &mut Memory, first: f32) -> Result<Self, GpuError> {
        let mut factors = [1.0; Self::LENGTH];
        factors[0] = first;
        Ok(Self(memory.upload("factors", &factors)?))
    }
}

impl Factors {
    /// Reads them back.
    ///
    /// # Errors
    /// As [`Gpu::read`].
    pub async fn read(&self, gpu: &Gpu) -> Result<Vec<f32>, GpuError> {
        gpu.read(&self.0).await
    }
}

/// `factor * alpha * ... + beta * I`.
#[derive(Debug, Clone, Copy)]
pub struct Scaling<'a> {
    /// The factors, of which one is chosen.
    pub factor: (&'a Factors, Factor),
    /// A further factor.
    pub alpha: f32,
    /// Of the identity.
    pub beta: f32,
}

/// The compiled kernels.
#[derive(Debug)]
pub struct Matrix {
    multiply: Kernel,
    scale: Kernel,
    norm: Kernel,
}

impl Matrix {
    /// Prepares the kernels.
    pub fn new(gpu: &Gpu) -> Self {
        let compile = |entry| gpu.kernel(&[WORKGROUP_SUM, SOURCE], entry, &[]);
        Self {
            multiply: compile("multiply"),
            scale: compile("scale"),
            norm: compile("norm"),
        }
    }

    /// `result = factor * alpha * a b + beta * I`, of matrices of so many quads.
    pub fn multiply(
        &self,
        gpu: &Gpu,
        quads: u32,
        a: &MatrixBuffer,
        b: &MatrixBuffer,
        scaling: Scaling<'_>,
        result: &MatrixBuffer,
    ) -> Dispatch {
        let uniform = gpu.uniform(&uniform(quads, scaling));
        gpu.bind(
            &self.multiply,
            &[
                (0, &uniform),
                (1, &a.0),
                (2, &b.0),
                (3, &result.0),
                (4, &scaling.factor.0.0),
            ],
            [quads / TILE, quads / TILE, 1],
        )
    }

    /// `result = factor * alpha * a + beta * I`, of matrices of so many quads.
    pub fn scale(
        &self,
        gpu: &Gpu,
        quads: u32,
        a: &MatrixBuffer,
        scaling: Scaling<'_>,
        result: &MatrixBuffer,
    ) -> Dispatch {
        let uniform = gpu.uniform(&uniform(quads, scaling));
        gpu.bind(
            &self.scale,
            &[
                (0, &uniform),
                (1, &a.0),
                (3, &result.0),
                (4, &scaling.factor.0.0),
            ],
            [quads / TILE, quads / TILE, 1],
        )
    }

    /// Finds the factors from the norm of `a`, of so many quads.
    pub fn norm(&self, gpu: &Gpu, quads: u32, a: &MatrixBuffer, factors: &Factors) -> Dispatch {
        let uniform = gpu.uniform(&Uniform {
            quads,
            alpha: 0.0,
            beta: 0.0,
            factor: 0,
        });
        gpu.bind(
            &self.norm,
            &[(0, &uniform), (1, &a.0), (4, &factors.0)],
            [1, 1, 1],
        )
    }
}

fn uniform(quads: u32, scaling: Scaling<'_>) -> Uniform {
    Uniform {
        quads,
        alpha: scaling.alpha,
        beta: scaling.beta,
        factor: scaling.factor.1.number(),
    }
}
