//! 2x2 maximum pooling with stride 2, and its backward pass: `shaders/max_pool2x2.wgsl`.

use bytemuck::{Pod, Zeroable};

use super::format::{Format, stores};
use super::sources::QUAD;
use crate::gpu::{Dispatch, Gpu, Kernel};
use crate::maps::{Precision, Shape};

const SOURCE: &str = include_str!("../../shaders/max_pool2x2.wgsl");

#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
struct Uniform {
    width: u32,
    height: u32,
    quads: u32,
    padding: u32,
}

/// The compiled kernel.
#[derive(Debug)]
pub struct MaxPool2x2 {
    forward: Kernel,
    backward: Kernel,
}

impl MaxPool2x2 {
    /// Prepares both directions.
    pub fn new(gpu: &Gpu, precision: Precision) -> Self {
        let compile = |entry, format| {
            let maps = stores(&[("Map", format)]);
            gpu.kernel(&[&maps, QUAD, SOURCE], entry, &[])
        };
        Self {
            forward: compile("forward", Format::features(precision)),
            backward: compile("backward", Format::gradients(precision)),
        }
    }

    /// Pools `large`, a map of the given shape, to `small`, and keeps the choices ([`Shape::choice_words`] words).
    pub fn forward(
        &self,
        gpu: &Gpu,
        shape: Shape,
        large: &wgpu::Buffer,
        small: &wgpu::Buffer,
        choices: &wgpu::Buffer,
    ) -> Dispatch {
        let buffers = [
            (0, &gpu.uniform(&uniform(shape))),
            (1, large),
            (2, small),
            (3, choices),
        ];
        gpu.bind(&self.forward, &buffers, workgroups(shape.width / 2, shape))
    }

    /// The gradient before the ReLU whose output was pooled, from the gradient of the pooled map.
    ///
    /// `shape` is that of the larger map and `mask` the ReLU's, of that shape.
    pub fn backward(
        &self,
        gpu: &Gpu,
        shape: Shape,
        small_gradient: &wgpu::Buffer,
        choices: &wgpu::Buffer,
        mask: &wgpu::Buffer,
        large_gradient: &wgpu::Buffer,
    ) -> Dispatch {
        let buffers = [
            (0, &gpu.uniform(&uniform(shape))),
            (1, large_gradient),
            (2, small_gradient),
            (3, choices),
            (4, mask),
        ];
        gpu.bind(&self.backward, &buffers, workgroups(shape.width, shape))
    }
}

fn uniform(shape: Shape) -> Uniform {
    Uniform {
        width: shape.width,
        height: shape.height,
        quads: shape.quads(),
        padding: 0,
    }
}

fn workgroups(columns: u32, shape: Shape) -> [u32; 3] {
    [
        columns.div_ceil(32),
        shape.strips().div_ceil(2),
        shape.quads(),
    ]
}
