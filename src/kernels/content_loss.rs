//! The content loss of one layer and its gradient: `shaders/content_loss.wgsl`.

use bytemuck::{Pod, Zeroable};

use super::{SumRange, striding_sums, striding_workgroups};
use crate::feature_map::Shape;
use crate::gpu::{Dispatch, Flag, Gpu, Kernel};

const SOURCE: &str = include_str!("../../shaders/content_loss.wgsl");

#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
struct Uniform {
    vectors: u32,
    first_sum: u32,
    gradient_scale: f32,
    accumulate: Flag,
}

/// The compiled kernel.
#[derive(Debug)]
pub struct ContentLoss {
    compare: Kernel,
}

impl ContentLoss {
    /// Compiles the kernel.
    pub fn new(gpu: &Gpu) -> Self {
        Self {
            compare: gpu.kernel(&[super::WORKGROUP_SUM, SOURCE], "compare", &[]),
        }
    }

    /// Compares the map with `target`: the squared differences go to `sums` in the given range, and `gradient_scale`
    /// times the differences replace `gradient`, or are added to it, and the ReLU's mask applied.
    pub fn compare(
        &self,
        gpu: &Gpu,
        shape: Shape,
        features: &wgpu::Buffer,
        target: &wgpu::Buffer,
        gradient: &wgpu::Buffer,
        gradient_scale: f32,
        accumulate: bool,
        sums: (&wgpu::Buffer, SumRange),
    ) -> Dispatch {
        let vectors = shape.vectors() as u32;
        debug_assert_eq!(sums.1.count, striding_sums(vectors));
        let uniform = gpu.uniform(&Uniform {
            vectors,
            first_sum: sums.1.first,
            gradient_scale,
            accumulate: accumulate.into(),
        });
        gpu.bind(
            &self.compare,
            &[
                (0, &uniform),
                (1, features),
                (2, target),
                (3, gradient),
                (4, sums.0),
            ],
            [striding_workgroups(vectors), 1, 1],
        )
    }
}
