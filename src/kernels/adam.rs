//! One step of Adam on the picture: `shaders/adam.wgsl`.

use bytemuck::{Pod, Zeroable};

use super::sources::{FINITE, WORKGROUP_SUM};
use super::sums::{SumRange, striding_sums, striding_workgroups};
use crate::gpu::{Dispatch, Gpu, Kernel};
use crate::maps::Shape;

const SOURCE: &str = include_str!("../../shaders/adam.wgsl");

/// e to it is nothing beside one.
const LEAST_LOG: f64 = -100.0;

#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
struct Uniform {
    pixels: u32,
    first_sum: u32,
    learning_rate: f32,
    beta1: f32,
    beta2: f32,
    log_beta1: f32,
    log_beta2: f32,
    epsilon: f32,
    steps_before: u32,
    falling_steps: u32,
    padding: [u32; 2],
}

/// The buffers on which a step works, all of the picture's shape.
#[derive(Debug, Clone, Copy)]
pub struct AdamBuffers<'a> {
    /// Steps done: one u32.
    pub progress: &'a wgpu::Buffer,
    /// The total loss's gradient to the picture.
    pub gradient: &'a wgpu::Buffer,
    /// The picture.
    pub picture: &'a wgpu::Buffer,
    /// Two vec4 a pixel.
    pub moments: &'a wgpu::Buffer,
}

/// How far a step goes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pace {
    /// In units of the picture's range [0, 1].
    pub learning_rate: f32,
    /// Decay of the mean of gradients, at least 0 and below 1.
    pub beta1: f32,
    /// Decay of the mean of squared gradients, at least 0 and below 1.
    pub beta2: f32,
    /// Added to the root of the mean of squares, outside the bias correction.
    pub epsilon: f32,
    /// Steps at this size over which the learning rate falls to a tenth, by half a cosine; zero if it does not.
    pub falling_steps: u32,
}

/// The compiled kernel.
#[derive(Debug)]
pub struct Adam {
    update: Kernel,
    turn: Kernel,
}

impl Adam {
    /// Prepares the kernel.
    pub fn new(gpu: &Gpu) -> Self {
        Self {
            update: gpu.kernel(&[FINITE, WORKGROUP_SUM, SOURCE], "update", &[]),
            turn: gpu.kernel(&[FINITE, WORKGROUP_SUM, SOURCE], "turn", &[]),
        }
    }

    /// Moves the picture against its gradient; the gradient's squares go to `sums` in the given range.
    /// `steps_before` were done at smaller sizes, from which the moments come.
    pub fn update(
        &self,
        gpu: &Gpu,
        shape: Shape,
        buffers: AdamBuffers<'_>,
        pace: Pace,
        steps_before: u32,
        sums: (&wgpu::Buffer, SumRange),
    ) -> Dispatch {
        debug_assert_eq!(sums.1.count, striding_sums(shape.positions()));
        let uniform = gpu.uniform(&Uniform {
            first_sum: sums.1.first,
            steps_before,
            ..uniform(shape, pace)
        });
        gpu.bind(
            &self.update,
            &[
                (0, &uniform),
                (1, buffers.progress),
                (2, buffers.gradient),
                (3, buffers.picture),
                (4, buffers.moments),
                (5, sums.0),
            ],
            [striding_workgroups(shape.positions()), 1, 1],
        )
    }
}

impl Adam {
    /// Turns a gradient of that shape into the step that a picture would make by it.
    pub fn turn(
        &self,
        gpu: &Gpu,
        shape: Shape,
        (gradient, moments): (&wgpu::Buffer, &wgpu::Buffer),
        progress: &wgpu::Buffer,
        pace: Pace,
    ) -> Dispatch {
        gpu.bind(
            &self.turn,
            &[
                (0, &gpu.uniform(&uniform(shape, pace))),
                (1, progress),
                (3, gradient),
                (4, moments),
            ],
            [striding_workgroups(shape.positions()), 1, 1],
        )
    }
}

fn uniform(shape: Shape, pace: Pace) -> Uniform {
    Uniform {
        pixels: shape.positions(),
        first_sum: 0,
        learning_rate: pace.learning_rate,
        beta1: pace.beta1,
        beta2: pace.beta2,
        log_beta1: log(pace.beta1),
        log_beta2: log(pace.beta2),
        epsilon: pace.epsilon,
        steps_before: 0,
        falling_steps: pace.falling_steps,
        padding: [0; 2],
    }
}

/// The natural logarithm, of zero a number that the shader may still multiply with: WGSL knows no infinity.
fn log(beta: f32) -> f32 {
    f64::from(beta).ln().max(LEAST_LOG) as f32
}
