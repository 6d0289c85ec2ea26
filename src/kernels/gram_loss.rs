//! The style loss of one layer, from its Gram matrix's sums: `shaders/gram_loss.wgsl`.

use bytemuck::{Pod, Zeroable};

use super::matrix_buffer::MatrixBuffer;
use super::sources::WORKGROUP_SUM;
use super::sums::{SumRange, gram_sums};
use crate::gpu::{Dispatch, Gpu, Kernel};
use crate::maps::Shape;

const SOURCE: &str = include_str!("../../shaders/gram_loss.wgsl");

#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
struct Uniform {
    scale: f32,
    quads: u32,
    first_sum: u32,
    gradient_scale: f32,
    loss_scale: f32,
    padding: [u32; 3],
}

/// By what numbers are multiplied.
#[derive(Debug, Clone, Copy, Default)]
pub struct LossScales {
    /// The sums over the positions: one over the sum of their weights.
    pub moment: f32,
    /// The loss.
    pub loss: f32,
    /// The gradient.
    pub gradient: f32,
}

/// The compiled kernel.
#[derive(Debug)]
pub struct GramLoss {
    store_target: Kernel,
    measure_target: Kernel,
    compare: Kernel,
    compare_relative: Kernel,
}

impl GramLoss {
    /// Prepares the entry points.
    pub fn new(gpu: &Gpu) -> Self {
        let compile = |entry, constants: &[(&'static str, f64)]| {
            gpu.kernel(&[WORKGROUP_SUM, SOURCE], entry, constants)
        };
        Self {
            store_target: compile("store_target", &[]),
            measure_target: compile("measure_target", &[]),
            compare: compile("compare", &[]),
            compare_relative: compile("compare", &[("RELATIVE", 1.0)]),
        }
    }

    /// Writes the Gram matrix of the map, from the sums of its products times `scale`, to `target`.
    pub fn store_target(
        &self,
        gpu: &Gpu,
        map: Shape,
        totals: &wgpu::Buffer,
        scale: f32,
        target: &MatrixBuffer,
    ) -> Dispatch {
        let scales = LossScales {
            moment: scale,
            ..LossScales::default()
        };
        let uniform = gpu.uniform(&uniform(map, 0, scales));
        gpu.bind(
            &self.store_target,
            &[(0, &uniform), (1, totals), (2, &target.0)],
            workgroups(map),
        )
    }

    /// Writes one over the mean of the target's squares to `unit`, one f32.
    pub fn measure_target(
        &self,
        gpu: &Gpu,
        map: Shape,
        target: &MatrixBuffer,
        unit: &wgpu::Buffer,
    ) -> Dispatch {
        let uniform = gpu.uniform(&uniform(map, 0, LossScales::default()));
        let bindings = [(0, &uniform), (2, &target.0), (6, unit)];
        gpu.bind(&self.measure_target, &bindings, [1, 1, 1])
    }

    /// Compares the Gram matrix of the map with `target`: the squared differences go to `sums` in the given range, and
    /// the differences to `difference`; both multiplied by `unit`, where there is one.
    pub fn compare(
        &self,
        gpu: &Gpu,
        map: Shape,
        totals: &wgpu::Buffer,
        (target, unit): (&MatrixBuffer, Option<&wgpu::Buffer>),
        difference: &MatrixBuffer,
        scales: LossScales,
        sums: (&wgpu::Buffer, SumRange),
    ) -> Dispatch {
        debug_assert_eq!(sums.1.count, gram_sums(map));
        let uniform = gpu.uniform(&uniform(map, sums.1.first, scales));
        let kernel = match unit {
            Some(_) => &self.compare_relative,
            None => &self.compare,
        };
        gpu.bind(
            kernel,
            &[
                (0, &uniform),
                (1, totals),
                (2, &target.0),
                (3, &difference.0),
                (4, sums.0),
                // Without a unit the binding is not read; any buffer that is only read will do.
                (5, unit.unwrap_or(totals)),
            ],
            workgroups(map),
        )
    }
}

fn uniform(map: Shape, first_sum: u32, scales: LossScales) -> Uniform {
    Uniform {
        scale: scales.moment,
        quads: map.quads(),
        first_sum,
        gradient_scale: scales.gradient,
        loss_scale: scales.loss,
        padding: [0; 3],
    }
}

fn workgroups(shape: Shape) -> [u32; 3] {
    [shape.quads() / 16, shape.quads() / 16, 1]
}
