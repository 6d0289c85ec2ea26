//! Samples of a layer's features, and their gradient's way back: `shaders/sample.wgsl`.

use bytemuck::{Pod, Zeroable};

use super::format::{Format, stores};
use super::places::Cells;
use super::samples::{GridWindow, Samples};
use super::sources::{QUAD, REGION};
use crate::gpu::{Dispatch, Flag, Gpu, Kernel};
use crate::maps::{Precision, Region, Shape};

const SOURCE: &str = include_str!("../../shaders/sample.wgsl");

#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
struct Uniform {
    core: Region,
    width: u32,
    height: u32,
    first_quad: u32,
    pitch: u32,
    first: u32,
    count: u32,
    level: i32,
    scale: f32,
    x: u32,
    y: u32,
    grid_width: u32,
    grid_height: u32,
    cells_across: u32,
    cells_down: u32,
    accumulate: Flag,
    padding: u32,
}

/// A layer's part of samples.
#[derive(Debug, Clone, Copy)]
pub struct LayerSamples<'a> {
    /// All of them.
    pub samples: &'a Samples,
    /// The layer's first quad in them.
    pub first_quad: u32,
    /// The first sample.
    pub first: u32,
    /// By what features are multiplied.
    pub scale: f32,
    /// How many times the layer's map is finer than the grid, as an exponent of two; negative where it is coarser.
    pub level: i32,
    /// The window of the grid.
    pub window: GridWindow,
}

/// The places of samples, if they are not all of the window's core.
#[derive(Debug, Clone, Copy)]
pub struct Places<'a> {
    /// `[count]` u32.
    pub buffer: &'a wgpu::Buffer,
    /// How many.
    pub count: u32,
}

/// The compiled kernels, for all positions and for listed ones.
#[derive(Debug)]
pub struct Sample {
    take: Kernel,
    take_listed: Kernel,
    give: Kernel,
    give_listed: Kernel,
}

impl Sample {
    /// Prepares the kernels.
    pub fn new(gpu: &Gpu, precision: Precision) -> Self {
        let maps = stores(&[
            ("Feature", Format::features(precision)),
            ("Gradient", Format::gradients(precision)),
        ]);
        let compile = |entry| gpu.kernel(&[&maps, QUAD, REGION, SOURCE], entry, &[]);
        Self {
            take: compile("take"),
            take_listed: compile("take_listed"),
            give: compile("give"),
            give_listed: compile("give_listed"),
        }
    }

    /// Takes samples of a window's map of that shape: all of the core, or those of the places that lie in it.
    pub fn take(
        &self,
        gpu: &Gpu,
        map: Shape,
        features: &wgpu::Buffer,
        layer: LayerSamples<'_>,
        places: Option<Places<'_>>,
    ) -> Dispatch {
        let count = places.map_or(layer.window.core.positions(), |places| places.count);
        let uniform = gpu.uniform(&uniform(map, layer, count));
        let samples = &layer.samples.buffer;
        let mut buffers = vec![(0, &uniform), (1, features), (2, samples)];
        let kernel = match places {
            None => &self.take,
            Some(places) => {
                buffers.push((3, places.buffer));
                &self.take_listed
            }
        };
        gpu.bind(kernel, &buffers, [count.div_ceil(64), map.quads(), 1])
    }

    /// Brings the samples' gradient to the gradient of a window's map of that shape, added to what is there or not, and
    /// applies the ReLU's mask. Listed samples lie one in each of the cells.
    pub fn give(
        &self,
        gpu: &Gpu,
        map: Shape,
        layer: LayerSamples<'_>,
        places: Option<(&wgpu::Buffer, Cells)>,
        gradient: &wgpu::Buffer,
        mask: &wgpu::Buffer,
        accumulate: bool,
    ) -> Dispatch {
        let cells = places.map_or(Cells::default(), |(_, cells)| cells);
        let uniform = gpu.uniform(&Uniform {
            cells_across: cells.across,
            cells_down: cells.down,
            accumulate: accumulate.into(),
            ..uniform(map, layer, 0)
        });
        let samples = &layer.samples.buffer;
        let mut buffers = vec![(0, &uniform), (2, samples), (4, gradient), (5, mask)];
        let kernel = match places {
            None => &self.give,
            Some((places, _)) => {
                buffers.push((3, places));
                &self.give_listed
            }
        };
        let workgroups = [map.width.div_ceil(64), map.height, map.quads()];
        gpu.bind(kernel, &buffers, workgroups)
    }
}

fn uniform(map: Shape, layer: LayerSamples<'_>, count: u32) -> Uniform {
    let GridWindow { grid, x, y, core } = layer.window;
    Uniform {
        core,
        width: map.width,
        height: map.height,
        first_quad: layer.first_quad,
        pitch: layer.samples.pitch,
        first: layer.first,
        count,
        level: layer.level,
        scale: layer.scale,
        x,
        y,
        grid_width: grid.width,
        grid_height: grid.height,
        cells_across: 0,
        cells_down: 0,
        accumulate: false.into(),
        padding: 0,
    }
}
