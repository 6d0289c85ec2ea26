//! Partial sums of the channels of a feature map: `shaders/channel_sum.wgsl`.

use super::format::{Format, stores};
use super::gram::Slicing;
use super::place::PositionWeights;
use super::sources::{REGION, WORKGROUP_VECTOR_SUM};
use crate::gpu::{Dispatch, Gpu, Kernel};
use crate::maps::Precision;

const SOURCE: &str = include_str!("../../shaders/channel_sum.wgsl");

/// The compiled kernel, for equal weights and for others.
#[derive(Debug)]
pub struct ChannelSum {
    add: Kernel,
    add_weighted: Kernel,
}

impl ChannelSum {
    /// Prepares the kernel.
    pub fn new(gpu: &Gpu, precision: Precision) -> Self {
        let maps = stores(&[("Feature", Format::features(precision))]);
        let compile = |weighted| {
            let constants = [("WEIGHTED", f64::from(weighted))];
            gpu.kernel(
                &[&maps, REGION, WORKGROUP_VECTOR_SUM, SOURCE],
                "add",
                &constants,
            )
        };
        Self {
            add: compile(0_u8),
            add_weighted: compile(1),
        }
    }

    /// Sums the map's channels by slices into `partials`, `[slices][quads]` vec4.
    pub fn add(
        &self,
        gpu: &Gpu,
        slicing: Slicing,
        features: &wgpu::Buffer,
        weights: Option<PositionWeights<'_>>,
        partials: &wgpu::Buffer,
    ) -> Dispatch {
        let uniform = gpu.uniform(&slicing.uniform(weights));
        let kernel = match weights {
            None => &self.add,
            Some(_) => &self.add_weighted,
        };
        gpu.bind(
            kernel,
            &[
                (0, &uniform),
                (1, features),
                (2, partials),
                (3, weights.map_or(features, |weights| weights.buffer)),
            ],
            [slicing.shape.quads(), slicing.slices, 1],
        )
    }
}
