//! The content loss of one layer and its gradient: `shaders/content_loss.wgsl`.

use bytemuck::{Pod, Zeroable};

use super::{Format, SumRange, stores, striding_sums, striding_workgroups};
use crate::feature_map::{Precision, Region, Shape};
use crate::gpu::{Dispatch, Flag, Gpu, Kernel};

const SOURCE: &str = include_str!("../../shaders/content_loss.wgsl");

#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
struct Uniform {
    core: Region,
    width: u32,
    height: u32,
    quads: u32,
    target_width: u32,
    target_height: u32,
    target_x: u32,
    target_y: u32,
    first_sum: u32,
    gradient_scale: f32,
    accumulate: Flag,
    padding: [u32; 2],
}

/// Where a map lies in the target with which it is compared.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    /// The map's shape.
    pub map: Shape,
    /// The map's region that is compared.
    pub core: Region,
    /// The target's shape.
    pub target: Shape,
    /// The target's column of the map's first one.
    pub x: u32,
    /// The target's row of the map's first one.
    pub y: u32,
}

/// The compiled kernel.
#[derive(Debug)]
pub struct ContentLoss {
    compare: Kernel,
}

impl ContentLoss {
    /// Compiles the kernel.
    pub fn new(gpu: &Gpu, precision: Precision) -> Self {
        let maps = stores(&[
            ("Feature", Format::features(precision)),
            ("Gradient", Format::gradients(precision)),
        ]);
        let sources = [&maps, super::REGION, super::WORKGROUP_SUM, SOURCE];
        Self {
            compare: gpu.kernel(&sources, "compare", &[]),
        }
    }

    /// Compares the map with `target`: the squared differences go to `sums` in the given range, and `gradient_scale`
    /// times the differences replace `gradient`, or are added to it, and the ReLU's mask applied. Outside of the
    /// place's core the difference counts as zero.
    pub fn compare(
        &self,
        gpu: &Gpu,
        place: Place,
        features: &wgpu::Buffer,
        target: &wgpu::Buffer,
        gradient: &wgpu::Buffer,
        gradient_scale: f32,
        accumulate: bool,
        sums: (&wgpu::Buffer, SumRange),
    ) -> Dispatch {
        let shape = place.map;
        let vectors = shape.vectors() as u32;
        debug_assert_eq!(sums.1.count, striding_sums(vectors));
        let uniform = gpu.uniform(&Uniform {
            core: place.core,
            width: shape.width,
            height: shape.height,
            quads: shape.quads(),
            target_width: place.target.width,
            target_height: place.target.height,
            target_x: place.x,
            target_y: place.y,
            first_sum: sums.1.first,
            gradient_scale,
            accumulate: accumulate.into(),
            padding: [0; 2],
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
