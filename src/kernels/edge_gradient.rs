//! The gradient of what lies outside of a picture to its edge: `shaders/edge_gradient.wgsl`.

use bytemuck::{Pod, Zeroable};

use super::filter::FilterBuffers;
use super::format::{Format, stores};
use crate::gpu::{Dispatch, Gpu, Kernel};
use crate::maps::{Precision, Shape};

const SOURCE: &str = include_str!("../../shaders/edge_gradient.wgsl");

#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
struct Uniform {
    width: u32,
    height: u32,
    gradient_quads: u32,
    padding: u32,
}

/// The compiled kernel.
#[derive(Debug)]
pub struct EdgeGradient {
    add: Kernel,
}

impl EdgeGradient {
    /// Prepares the kernel.
    pub fn new(gpu: &Gpu, precision: Precision) -> Self {
        let maps = stores(&[
            ("Gradient", Format::gradients(precision)),
            ("Filter", Format::features(precision)),
        ]);
        Self {
            add: gpu.kernel(&[&maps, SOURCE], "add", &[]),
        }
    }

    /// Adds to `destination`, the picture's gradient under zero padding, what the repeated edge brings; `shape` is that of
    /// `gradient`, before the ReLU of the convolution's output.
    pub fn add(
        &self,
        gpu: &Gpu,
        filter: &FilterBuffers,
        shape: Shape,
        gradient: &wgpu::Buffer,
        destination: &wgpu::Buffer,
    ) -> Dispatch {
        let uniform = gpu.uniform(&Uniform {
            width: shape.width,
            height: shape.height,
            gradient_quads: shape.quads(),
            padding: 0,
        });
        let edge = 2 * shape.width + 2 * (shape.height - 2);
        gpu.bind(
            &self.add,
            &[
                (0, &uniform),
                (1, gradient),
                (2, filter.blocks()),
                (3, destination),
            ],
            [edge.div_ceil(64), 1, 1],
        )
    }
}
