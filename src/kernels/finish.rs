//! What is shown of a painting: `shaders/finish.wgsl`.

use bytemuck::{Pod, Zeroable};

use super::sums::linear_workgroups;
use crate::gpu::{Dispatch, Flag, Gpu, Kernel};
use crate::maps::Shape;

const SOURCE: &str = include_str!("../../shaders/finish.wgsl");

#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
struct Uniform {
    strength: f32,
    content_colours: Flag,
    length: u32,
    pitch: u32,
}

/// The compiled kernel.
#[derive(Debug)]
pub struct Finish {
    mix: Kernel,
}

impl Finish {
    /// Prepares the kernel.
    pub fn new(gpu: &Gpu) -> Self {
        Self {
            mix: gpu.kernel(&[SOURCE], "mix_pictures", &[]),
        }
    }

    /// So much of the painted picture beside the content, in the content's colours or its own, to `shown`; all of the
    /// given shape.
    pub fn mix(
        &self,
        gpu: &Gpu,
        shape: Shape,
        (painted, content): (&wgpu::Buffer, &wgpu::Buffer),
        shown: &wgpu::Buffer,
        strength: f32,
        content_colours: bool,
    ) -> Dispatch {
        let length = shape.positions();
        let (workgroups, pitch) = linear_workgroups(length);
        let uniform = gpu.uniform(&Uniform {
            strength,
            content_colours: content_colours.into(),
            length,
            pitch,
        });
        gpu.bind(
            &self.mix,
            &[(0, &uniform), (1, painted), (2, content), (3, shown)],
            workgroups,
        )
    }
}
