//! 2x2 average pooling with stride 2, and its backward pass: `shaders/average_pool2x2.wgsl`.

use bytemuck::{Pod, Zeroable};

use super::format::{Format, stores};
use super::sources::QUAD;
use crate::gpu::{Dispatch, Gpu, Kernel};
use crate::maps::{Precision, Shape};

const SOURCE: &str = include_str!("../../shaders/average_pool2x2.wgsl");

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
pub struct AveragePool2x2 {
    forward: Kernel,
    backward: Kernel,
}

impl AveragePool2x2 {
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

    /// Pools `large`, a map of the given shape, to `small`.
    pub fn forward(
        &self,
        gpu: &Gpu,
        shape: Shape,
        large: &wgpu::Buffer,
        small: &wgpu::Buffer,
    ) -> Dispatch {
        let buffers = [(0, &gpu.uniform(&uniform(shape))), (1, large), (2, small)];
        let pooled = shape.pooled();
        gpu.bind(&self.forward, &buffers, workgroups(pooled))
    }

    /// The gradient before the ReLU whose output was pooled, from the gradient of the pooled map.
    ///
    /// `shape` is that of the larger map and `mask` the ReLU's, of that shape.
    pub fn backward(
        &self,
        gpu: &Gpu,
        shape: Shape,
        small_gradient: &wgpu::Buffer,
        mask: &wgpu::Buffer,
        large_gradient: &wgpu::Buffer,
    ) -> Dispatch {
        let buffers = [
            (0, &gpu.uniform(&uniform(shape))),
            (1, large_gradient),
            (2, small_gradient),
            (3, mask),
        ];
        gpu.bind(&self.backward, &buffers, workgroups(shape))
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

fn workgroups(written: Shape) -> [u32; 3] {
    [written.width.div_ceil(64), written.height, written.quads()]
}
