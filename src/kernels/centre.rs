//! Means of samples and their lengths: `shaders/centre.wgsl`.

use bytemuck::{Pod, Zeroable};

use super::format::{Format, stores};
use super::samples::{Rows, Samples};
use super::sources::{SAMPLES, WORKGROUP_VECTOR_SUM};
use crate::gpu::{Dispatch, Flag, Gpu, Kernel};
use crate::maps::Precision;

const SOURCE: &str = include_str!("../../shaders/centre.wgsl");

/// Samples of which one workgroup measures the lengths.
const ABREAST: u32 = 32;

#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
struct Uniform {
    first_quad: u32,
    quads: u32,
    pitch: u32,
    first: u32,
    count: u32,
    first_mean: u32,
    first_length: u32,
    scale: f32,
    flag: Flag,
    padding: [u32; 3],
}

/// Some of the samples.
#[derive(Debug, Clone, Copy)]
pub struct Span<'a> {
    /// All of them.
    pub samples: &'a Samples,
    /// Which quads.
    pub rows: Rows,
    /// The first sample.
    pub first: u32,
    /// How many.
    pub count: u32,
}

/// The compiled kernels.
#[derive(Debug)]
pub struct Centre {
    add_up: Kernel,
    mean: Kernel,
    centre: Kernel,
    measure: Kernel,
}

impl Centre {
    /// Prepares the kernels.
    pub fn new(gpu: &Gpu, precision: Precision) -> Self {
        let maps = stores(&[("Feature", Format::features(precision))]);
        let compile =
            |entry| gpu.kernel(&[&maps, SAMPLES, WORKGROUP_VECTOR_SUM, SOURCE], entry, &[]);
        Self {
            add_up: compile("add_up"),
            mean: compile("mean"),
            centre: compile("centre"),
            measure: compile("measure"),
        }
    }

    /// Sums the samples into `sums`, one vec4 a quad, beside what is there or not.
    pub fn add_up(
        &self,
        gpu: &Gpu,
        span: Span<'_>,
        sums: &wgpu::Buffer,
        accumulate: bool,
    ) -> Dispatch {
        let uniform = gpu.uniform(&Uniform {
            flag: accumulate.into(),
            ..uniform(span)
        });
        gpu.bind(
            &self.add_up,
            &[(0, &uniform), (1, &span.samples.buffer), (2, sums)],
            [span.rows.count, 1, 1],
        )
    }

    /// Brings so many times the sums to `means`, from that vec4 on.
    pub fn mean(
        &self,
        gpu: &Gpu,
        quads: u32,
        (scale, sums): (f32, &wgpu::Buffer),
        (first, means): (u32, &wgpu::Buffer),
    ) -> Dispatch {
        let uniform = gpu.uniform(&Uniform {
            quads,
            first_mean: first,
            scale,
            ..Uniform::zeroed()
        });
        gpu.bind(
            &self.mean,
            &[(0, &uniform), (2, sums), (3, means)],
            [quads.div_ceil(64), 1, 1],
        )
    }

    /// Subtracts the mean, which begins at that vec4.
    pub fn centre(
        &self,
        gpu: &Gpu,
        span: Span<'_>,
        (first, means): (u32, &wgpu::Buffer),
    ) -> Dispatch {
        let uniform = gpu.uniform(&Uniform {
            first_mean: first,
            ..uniform(span)
        });
        gpu.bind(
            &self.centre,
            &[(0, &uniform), (1, &span.samples.buffer), (3, means)],
            [span.count.div_ceil(64), span.rows.count, 1],
        )
    }

    /// One over the samples' lengths from the mean, which begins at that vec4, or where they are `centred` from zero, into
    /// `lengths` from that number on.
    pub fn measure(
        &self,
        gpu: &Gpu,
        span: Span<'_>,
        (first_mean, means): (u32, &wgpu::Buffer),
        centred: bool,
        (first_length, lengths): (u32, &wgpu::Buffer),
    ) -> Dispatch {
        let uniform = gpu.uniform(&Uniform {
            first_mean,
            first_length,
            flag: centred.into(),
            ..uniform(span)
        });
        gpu.bind(
            &self.measure,
            &[
                (0, &uniform),
                (1, &span.samples.buffer),
                (3, means),
                (4, lengths),
            ],
            [span.count.div_ceil(ABREAST), 1, 1],
        )
    }
}

fn uniform(span: Span<'_>) -> Uniform {
    Uniform {
        first_quad: span.rows.first,
        quads: span.rows.count,
        pitch: span.samples.pitch,
        first: span.first,
        count: span.count,
        ..Uniform::zeroed()
    }
}
