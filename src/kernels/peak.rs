//! The yardsticks of the bench, `shaders/peak/fma.wgsl` and `shaders/peak/copy.wgsl`: what an adapter can do at most.

use crate::gpu::{Dispatch, Gpu, Kernel};

const FMA: &str = include_str!("../../shaders/peak/fma.wgsl");

const COPY: &str = include_str!("../../shaders/peak/copy.wgsl");

/// Invocations of a workgroup, and vec4s that it takes.
pub const WIDTH: u32 = 64;

/// Multiply-adds of an invocation: 256 rounds of 8 vec4.
pub const MULTIPLY_ADDS: u32 = 256 * 8 * 4;

/// The compiled kernels.
#[derive(Debug)]
pub struct Peak {
    fma: Kernel,
    copy: Kernel,
}

impl Peak {
    /// Prepares the kernels.
    pub fn new(gpu: &Gpu) -> Self {
        Self {
            fma: gpu.kernel(&[FMA], "multiply_add_rounds", &[]),
            copy: gpu.kernel(&[COPY], "copy", &[]),
        }
    }

    /// [`MULTIPLY_ADDS`] in each invocation; `sums` has a vec4 for each.
    pub fn multiply_add(&self, gpu: &Gpu, workgroups: u32, sums: &wgpu::Buffer) -> Dispatch {
        gpu.bind(&self.fma, &[(0, sums)], [workgroups, 1, 1])
    }

    /// Copies [`WIDTH`] vec4s a workgroup.
    pub fn copy(
        &self,
        gpu: &Gpu,
        workgroups: u32,
        source: &wgpu::Buffer,
        destination: &wgpu::Buffer,
    ) -> Dispatch {
        gpu.bind(
            &self.copy,
            &[(0, source), (1, destination)],
            [workgroups, 1, 1],
        )
    }
}
