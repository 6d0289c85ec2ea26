//! What kernels share whose loss is a sum over a picture's pixels: their uniform and how they are bound.

use bytemuck::{Pod, Zeroable};

use super::sums::{SumRange, striding_sums, striding_workgroups};
use crate::gpu::{Dispatch, Gpu, Kernel};
use crate::maps::{Region, Shape};

#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
struct Uniform {
    core: Region,
    width: u32,
    height: u32,
    first_sum: u32,
    weight: f32,
}

/// Binds a kernel that adds `weight` times the gradient of a sum to `gradient`, at the pixels of the core of a window of
/// the picture, and leaves the sum itself in `sums` in the given range; with what `more` it reads, from binding 4 on.
pub(super) fn add_gradient(
    gpu: &Gpu,
    kernel: &Kernel,
    (shape, core): (Shape, Region),
    (picture, gradient): (&wgpu::Buffer, &wgpu::Buffer),
    weight: f32,
    sums: (&wgpu::Buffer, SumRange),
    more: &[(u32, &wgpu::Buffer)],
) -> Dispatch {
    debug_assert_eq!(sums.1.count, striding_sums(shape.positions()));
    let uniform = gpu.uniform(&Uniform {
        core,
        width: shape.width,
        height: shape.height,
        first_sum: sums.1.first,
        weight,
    });
    let shared = [(0, &uniform), (1, picture), (2, gradient), (3, sums.0)];
    gpu.bind(
        kernel,
        &[&shared, more].concat(),
        [striding_workgroups(shape.positions()), 1, 1],
    )
}
