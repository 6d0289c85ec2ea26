//! The content loss of one layer and its gradient: `shaders/content_loss.wgsl`.

use bytemuck::{Pod, Zeroable};

use super::format::{Format, stores};
use super::matrix::Factors;
use super::sources::{REGION, WORKGROUP_SUM};
use super::sums::{SumRange, striding_sums, striding_workgroups};
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
    padding: [u32; 3],
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
    measure: Kernel,
    square: Kernel,
    compare: Kernel,
}

impl ContentLoss {
    /// Prepares the kernel.
    pub fn new(gpu: &Gpu, precision: Precision) -> Self {
        let maps = stores(&[
            ("Feature", Format::features(precision)),
            ("Gradient", Format::gradients(precision)),
        ]);
        let sources = [&maps, REGION, WORKGROUP_SUM, SOURCE];
        Self {
            measure: gpu.kernel(&sources, "measure", &[]),
            square: gpu.kernel(&sources, "square", &[]),
            compare: gpu.kernel(&sources, "compare", &[]),
        }
    }

    /// Compares the map with `target`: the squared differences go to `sums` in the given range.
    pub fn measure(
        &self,
        gpu: &Gpu,
        place: Place,
        features: &wgpu::Buffer,
        target: &wgpu::Buffer,
        sums: (&wgpu::Buffer, SumRange),
    ) -> Dispatch {
        let uniform = gpu.uniform(&uniform(place, sums.1, false));
        gpu.bind(
            &self.measure,
            &[(0, &uniform), (1, features), (2, target), (4, sums.0)],
            workgroups(place),
        )
    }

    /// The squares of a whole target go to `sums`, which has room for [`striding_sums`] of its vectors.
    pub fn square(
        &self,
        gpu: &Gpu,
        shape: Shape,
        target: &wgpu::Buffer,
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
            count: striding_sums(shape.vectors() as u32),
        };
        let uniform = gpu.uniform(&uniform(place, range, false));
        gpu.bind(
            &self.square,
            &[(0, &uniform), (2, target), (4, sums)],
            workgroups(place),
        )
    }

    /// Compares the map with `target`: the squared differences go to `sums` in the given range, and the first of `factors`
    /// times the differences replace `gradient`, or are added to it, and the ReLU's mask applied. Outside of the
    /// place's core the difference counts as zero.
    pub fn compare(
        &self,
        gpu: &Gpu,
        place: Place,
        features: &wgpu::Buffer,
        target: &wgpu::Buffer,
        gradient: &wgpu::Buffer,
        factors: &Factors,
        accumulate: bool,
        sums: (&wgpu::Buffer, SumRange),
    ) -> Dispatch {
        let uniform = gpu.uniform(&uniform(place, sums.1, accumulate));
        gpu.bind(
            &self.compare,
            &[
                (0, &uniform),
                (1, features),
                (2, target),
                (3, gradient),
                (4, sums.0),
                (5, &factors.0),
            ],
            workgroups(place),
        )
    }
}

fn uniform(place: Place, sums: SumRange, accumulate: bool) -> Uniform {
    let shape = place.map;
    debug_assert_eq!(sums.count, striding_sums(shape.vectors() as u32));
    Uniform {
        core: place.core,
        width: shape.width,
        height: shape.height,
        quads: shape.quads(),
        target_width: place.target.width,
        target_height: place.target.height,
        target_x: place.x,
        target_y: place.y,
        first_sum: sums.first,
        accumulate: accumulate.into(),
        padding: [0; 3],
    }
}

fn workgroups(place: Place) -> [u32; 3] {
    [striding_workgroups(place.map.vectors() as u32), 1, 1]
}
