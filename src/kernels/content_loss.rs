//! The content loss of one layer and its gradient: `shaders/content_loss.wgsl`.

use bytemuck::{Pod, Zeroable};

use super::format::{Format, stores};
use super::matrix::Factors;
use super::sources::{REGION, WORKGROUP_SUM};
use super::sums::{SumRange, striding_sums, striding_workgroups};
use super::target_part::TargetPart;
use crate::gpu::{Dispatch, Flag, Gpu, Kernel};
use crate::maps::{Precision, Region, Shape};

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
    accumulate: Flag,
    first_quad: u32,
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

/// The partial sums that comparing a map of that shape with so many quads of a target leaves.
pub fn content_sums(map: Shape, quads: u32) -> u32 {
    striding_sums(quads * map.positions())
}

/// For targets of one format.
#[derive(Debug)]
struct Kernels {
    measure: Kernel,
    square: Kernel,
    compare: Kernel,
}

/// The compiled kernel.
#[derive(Debug)]
pub struct ContentLoss {
    /// For targets stored as maps are.
    alike: Kernels,
    /// For those of half floats.
    halves: Kernels,
}

impl ContentLoss {
    /// Prepares the kernel.
    pub fn new(gpu: &Gpu, precision: Precision) -> Self {
        let compile = |target| {
            let maps = stores(&[
                ("Feature", Format::features(precision)),
                ("Target", target),
                ("Gradient", Format::gradients(precision)),
            ]);
            let kernel = |entry| gpu.kernel(&[&maps, REGION, WORKGROUP_SUM, SOURCE], entry, &[]);
            Kernels {
                measure: kernel("measure"),
                square: kernel("square"),
                compare: kernel("compare"),
            }
        };
        Self {
            alike: compile(Format::features(precision)),
            halves: compile(Format::Half),
        }
    }

    fn kernels(&self, target: &TargetPart) -> &Kernels {
        if target.halves {
            &self.halves
        } else {
            &self.alike
        }
    }

    /// Compares those channels of the map that `target` has with it: the squared differences go to `sums` in the given
    /// range, of [`content_sums`].
    pub fn measure(
        &self,
        gpu: &Gpu,
        place: Place,
        features: &wgpu::Buffer,
        target: &TargetPart,
        sums: (&wgpu::Buffer, SumRange),
    ) -> Dispatch {
        gpu.bind(
            &self.kernels(target).measure,
            &[
                (0, &gpu.uniform(&uniform(place, target, sums.1, false))),
                (1, features),
                (2, &target.features),
                (4, sums.0),
            ],
            workgroups(place, target),
        )
    }

    /// The squares of a whole target, of that shape, go to `sums`, which has room for [`content_sums`] of it.
    pub fn square(
        &self,
        gpu: &Gpu,
        shape: Shape,
        target: &TargetPart,
        sums: &wgpu::Buffer,
    ) -> Dispatch {
        let place = Place {
            map: shape,
            core: shape.region(),
            target: shape,
            x: 0,
            y: 0,
        };
        let range = SumRange {
            first: 0,
            count: content_sums(shape, target.quads),
        };
        gpu.bind(
            &self.kernels(target).square,
            &[
                (0, &gpu.uniform(&uniform(place, target, range, false))),
                (2, &target.features),
                (4, sums),
            ],
            workgroups(place, target),
        )
    }

    /// As [`ContentLoss::measure`]; and in those channels the first of `factors` times the differences replace `gradient`,
    /// or are added to it, and the ReLU's mask applied. Outside of the place's core the difference counts as zero.
    pub fn compare(
        &self,
        gpu: &Gpu,
        place: Place,
        features: &wgpu::Buffer,
        target: &TargetPart,
        gradient: &wgpu::Buffer,
        factors: &Factors,
        accumulate: bool,
        sums: (&wgpu::Buffer, SumRange),
    ) -> Dispatch {
        gpu.bind(
            &self.kernels(target).compare,
            &[
                (0, &gpu.uniform(&uniform(place, target, sums.1, accumulate))),
                (1, features),
                (2, &target.features),
                (3, gradient),
                (4, sums.0),
                (5, &factors.0),
            ],
            workgroups(place, target),
        )
    }
}

fn uniform(place: Place, target: &TargetPart, sums: SumRange, accumulate: bool) -> Uniform {
    let shape = place.map;
    debug_assert_eq!(sums.count, content_sums(shape, target.quads));
    Uniform {
        core: place.core,
        width: shape.width,
        height: shape.height,
        quads: target.quads,
        target_width: place.target.width,
        target_height: place.target.height,
        target_x: place.x,
        target_y: place.y,
        first_sum: sums.first,
        accumulate: accumulate.into(),
        first_quad: target.first_quad,
        padding: [0; 2],
    }
}

fn workgroups(place: Place, target: &TargetPart) -> [u32; 3] {
    let elements = target.quads * place.map.positions();
    [striding_workgroups(elements), 1, 1]
}
