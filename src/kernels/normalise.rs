//! Gives a layer's gradient the length that its weight says: `shaders/normalise.wgsl`.

use bytemuck::{Pod, Zeroable};

use super::matrix::Factors;
use super::matrix_buffer::MatrixBuffer;
use super::sources::WORKGROUP_SUM;
use super::sums::SumRange;
use crate::gpu::{Dispatch, Gpu, Kernel};

const SOURCE: &str = include_str!("../../shaders/normalise.wgsl");

#[derive(Debug, Clone, Copy, Default, Pod, Zeroable)]
#[repr(C)]
struct Uniform {
    quads: u32,
    first_sum: u32,
    sum_count: u32,
    scale: f32,
    strength: f32,
    padding: [u32; 3],
}

/// The part of a style's gradient that is the same everywhere, and the mean of the features, `[quads]` vec4 both.
#[derive(Debug, Clone, Copy)]
pub struct Offset<'a> {
    /// The part.
    pub offsets: &'a wgpu::Buffer,
    /// The mean.
    pub mean: &'a wgpu::Buffer,
}

/// The compiled kernels.
#[derive(Debug)]
pub struct Normalise {
    measure: Kernel,
    measure_offset: Kernel,
    factor: Kernel,
}

impl Normalise {
    /// Prepares the kernels.
    pub fn new(gpu: &Gpu) -> Self {
        let compile = |entry, constants: &[(&'static str, f64)]| {
            gpu.kernel(&[WORKGROUP_SUM, SOURCE], entry, constants)
        };
        Self {
            measure: compile("measure", &[]),
            measure_offset: compile("measure", &[("OFFSET", 1.0)]),
            factor: compile("factor", &[]),
        }
    }

    /// The square of the length of a style's gradient into `sums`, from its matrix, that matrix times the second moment,
    /// and the weights' sum over the positions.
    pub fn measure(
        &self,
        gpu: &Gpu,
        quads: u32,
        difference: &MatrixBuffer,
        product: &MatrixBuffer,
        offset: Option<Offset<'_>>,
        weight: f32,
        (sums, range): (&wgpu::Buffer, SumRange),
    ) -> Dispatch {
        debug_assert_eq!(range.count, 1);
        let uniform = gpu.uniform(&Uniform {
            quads,
            first_sum: range.first,
            scale: weight,
            ..Uniform::default()
        });
        let kernel = match offset {
            None => &self.measure,
            Some(_) => &self.measure_offset,
        };
        gpu.bind(
            kernel,
            &[
                (0, &uniform),
                (1, &difference.0),
                (2, &product.0),
                (3, offset.map_or(&difference.0, |offset| offset.offsets)),
                (4, offset.map_or(&difference.0, |offset| offset.mean)),
                (5, sums),
            ],
            [1, 1, 1],
        )
    }

    /// The first of `factors` becomes `strength` over the root of `scale` times the sum of that range of `sums`.
    pub fn factor(
        &self,
        gpu: &Gpu,
        (sums, range): (&wgpu::Buffer, SumRange),
        scale: f32,
        strength: f32,
        factors: &Factors,
    ) -> Dispatch {
        let uniform = gpu.uniform(&Uniform {
            first_sum: range.first,
            sum_count: range.count,
            scale,
            strength,
            ..Uniform::default()
        });
        gpu.bind(
            &self.factor,
            &[(0, &uniform), (5, sums), (6, &factors.0)],
            [1, 1, 1],
        )
    }
}
