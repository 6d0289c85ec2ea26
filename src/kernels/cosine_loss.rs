//! The loss of samples that should have the directions of others: `shaders/cosine_loss.wgsl`.

use bytemuck::{Pod, Zeroable};

use super::format::{Format, stores};
use super::samples::{GridWindow, Rows, Samples};
use super::sources::{REGION, SAMPLES, WORKGROUP_SUM};
use super::sums::{SumRange, striding_sums};
use crate::gpu::{Dispatch, Gpu, Kernel};
use crate::maps::{Precision, Region};

const SOURCE: &str = include_str!("../../shaders/cosine_loss.wgsl");

/// Parts of the quads that the invocations of one sample share.
const PARTS: u32 = 8;

#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
struct Uniform {
    core: Region,
    first_quad: u32,
    quads: u32,
    all_quads: u32,
    pitch: u32,
    count: u32,
    style_pitch: u32,
    first_length: u32,
    first_sum: u32,
    weight: f32,
    x: u32,
    y: u32,
    grid_width: u32,
}

/// The styles' samples, centred.
#[derive(Debug, Clone, Copy)]
pub struct Directions<'a> {
    /// Of all styles.
    pub samples: &'a Samples,
    /// One over the lengths, and where those of the compared quads begin.
    pub inverse_lengths: (u32, &'a wgpu::Buffer),
    /// The style of each, lying as the lengths do.
    pub owners: &'a wgpu::Buffer,
    /// Each style's mean, `[styles][all quads]` vec4.
    pub means: &'a wgpu::Buffer,
}

/// What is compared.
#[derive(Debug, Clone, Copy)]
pub struct Compared<'a> {
    /// The picture's samples; afterwards the loss's gradient to them.
    pub samples: &'a Samples,
    /// How many of them.
    pub count: u32,
    /// Which quads, of both.
    pub rows: Rows,
    /// Quads of a sample of all layers.
    pub all_quads: u32,
    /// The nearest of each: of the whole grid where there is a window, else of the samples.
    pub nearest: &'a wgpu::Buffer,
    /// The window of the grid whose core the samples are.
    pub window: Option<GridWindow>,
}

/// Partial sums of a comparison of at most so many samples.
pub fn cosine_sums(count: u32) -> u32 {
    striding_sums(count.saturating_mul(PARTS))
}

/// The compiled kernel, for windows and for listed samples.
#[derive(Debug)]
pub struct CosineLoss {
    compare: [Kernel; 2],
}

impl CosineLoss {
    /// Prepares the kernel.
    pub fn new(gpu: &Gpu, precision: Precision) -> Self {
        let maps = stores(&[
            ("Feature", Format::features(precision)),
            ("Gradient", Format::gradients(precision)),
        ]);
        let sources = [&maps, REGION, SAMPLES, WORKGROUP_SUM, SOURCE];
        Self {
            compare: [0_u8, 1]
                .map(|listed| gpu.kernel(&sources, "compare", &[("LISTED", f64::from(listed))])),
        }
    }

    /// Compares samples with the nearest of the styles': the sum of one minus the cosine goes to `sums` in the given range,
    /// `weight` times its gradient in the samples' place.
    pub fn compare(
        &self,
        gpu: &Gpu,
        compared: Compared<'_>,
        styles: Directions<'_>,
        weight: f32,
        sums: (&wgpu::Buffer, SumRange),
    ) -> Dispatch {
        debug_assert_eq!(sums.1.count, cosine_sums(compared.count));
        let mut uniform = Uniform {
            first_quad: compared.rows.first,
            quads: compared.rows.count,
            all_quads: compared.all_quads,
            pitch: compared.samples.pitch,
            count: compared.count,
            style_pitch: styles.samples.pitch,
            first_length: styles.inverse_lengths.0,
            first_sum: sums.1.first,
            weight,
            ..Uniform::zeroed()
        };
        let [whole, listed] = &self.compare;
        let kernel = match compared.window {
            None => listed,
            Some(GridWindow { grid, x, y, core }) => {
                uniform = Uniform {
                    core,
                    x,
                    y,
                    grid_width: grid.width,
                    ..uniform
                };
                whole
            }
        };
        gpu.bind(
            kernel,
            &[
                (0, &gpu.uniform(&uniform)),
                (1, &compared.samples.buffer),
                (2, &styles.samples.buffer),
                (3, compared.nearest),
                (4, styles.inverse_lengths.1),
                (5, styles.owners),
                (6, styles.means),
                (7, sums.0),
            ],
            [sums.1.count, 1, 1],
        )
    }
}
