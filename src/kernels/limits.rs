//! Values at the limits of colour, and the last picture without too many of them: `shaders/limits.wgsl`.

use bytemuck::{Pod, Zeroable};

use super::sources::WORKGROUP_SUM;
use super::sums::{SumRange, striding_sums, striding_workgroups};
use crate::gpu::{Dispatch, Gpu, Kernel};
use crate::maps::Shape;

const SOURCE: &str = include_str!("../../shaders/limits.wgsl");

#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
struct Uniform {
    pixels: u32,
    first_sum: u32,
    first_of_all: u32,
    all_sums: u32,
    most: f32,
    padding: [u32; 3],
}

/// The compiled kernels.
#[derive(Debug)]
pub struct Limits {
    count: Kernel,
    keep: Kernel,
    restore: Kernel,
}

impl Limits {
    /// Prepares the kernels.
    pub fn new(gpu: &Gpu) -> Self {
        let kernel = |entry| gpu.kernel(&[WORKGROUP_SUM, SOURCE], entry, &[]);
        Self {
            count: kernel("count"),
            keep: kernel("keep"),
            restore: kernel("restore"),
        }
    }

    /// Counts the values of a picture, or of a band of it, that are 0 or 1, into `sums` in the given range.
    pub fn count(
        &self,
        gpu: &Gpu,
        shape: Shape,
        picture: &wgpu::Buffer,
        sums: (&wgpu::Buffer, SumRange),
    ) -> Dispatch {
        debug_assert_eq!(sums.1.count, striding_sums(shape.positions()));
        let uniform = gpu.uniform(&Uniform {
            first_sum: sums.1.first,
            ..of(shape)
        });
        let buffers = [(0, &uniform), (1, picture), (2, sums.0)];
        gpu.bind(&self.count, &buffers, workgroups(shape))
    }

    /// Puts the picture, or a band of it, by as `kept`, one u32 a pixel and one more, if the sums in `all` add up to
    /// at most `most`, and did so whenever this was run.
    pub fn keep(
        &self,
        gpu: &Gpu,
        shape: Shape,
        (picture, kept): (&wgpu::Buffer, &wgpu::Buffer),
        all: (&wgpu::Buffer, SumRange),
        most: f32,
    ) -> Dispatch {
        let uniform = gpu.uniform(&Uniform {
            first_of_all: all.1.first,
            all_sums: all.1.count,
            most,
            ..of(shape)
        });
        let buffers = [(0, &uniform), (1, picture), (2, all.0), (3, kept)];
        gpu.bind(&self.keep, &buffers, workgroups(shape))
    }

    /// Takes it back.
    pub fn restore(
        &self,
        gpu: &Gpu,
        shape: Shape,
        (kept, picture): (&wgpu::Buffer, &wgpu::Buffer),
    ) -> Dispatch {
        let uniform = gpu.uniform(&of(shape));
        let buffers = [(0, &uniform), (1, picture), (3, kept)];
        gpu.bind(&self.restore, &buffers, workgroups(shape))
    }
}

fn of(shape: Shape) -> Uniform {
    Uniform {
        pixels: shape.positions(),
        ..Uniform::zeroed()
    }
}

fn workgroups(shape: Shape) -> [u32; 3] {
    [striding_workgroups(shape.positions()), 1, 1]
}
