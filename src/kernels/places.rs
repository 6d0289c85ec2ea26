//! Places of a map that are drawn anew at every step: `shaders/places.wgsl`.

use bytemuck::{Pod, Zeroable};

use super::samples::GridWindow;
use super::sources::{REGION, SAMPLES};
use crate::gpu::{Dispatch, Gpu, Kernel};
use crate::maps::{Region, Shape};

const SOURCE: &str = include_str!("../../shaders/places.wgsl");

#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
struct Uniform {
    core: Region,
    width: u32,
    height: u32,
    x: u32,
    y: u32,
    cells_across: u32,
    cells_down: u32,
    layer: u32,
    seed: u32,
    label_width: u32,
    label_height: u32,
    level: i32,
    padding: u32,
}

/// The division of a map into cells, of which each has one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cells {
    /// Along a row.
    pub across: u32,
    /// Along a column.
    pub down: u32,
}

impl Cells {
    /// As square ones as may be, at most so many: one a position where the map has no more.
    pub fn of(map: Shape, most: u32) -> Self {
        let Shape { width, height, .. } = map;
        if map.positions() <= most {
            return Self {
                across: width,
                down: height,
            };
        }
        let square = (f64::from(most) * f64::from(width) / f64::from(height)).sqrt();
        let across = (square as u32).clamp(1, width.min(most));
        Self {
            across,
            down: (most / across).clamp(1, height),
        }
    }

    /// How many there are.
    pub fn count(self) -> u32 {
        self.across * self.down
    }
}

/// What is drawn for a layer.
#[derive(Debug, Clone, Copy)]
pub struct DrawBuffers<'a> {
    /// Steps done: one u32.
    pub progress: &'a wgpu::Buffer,
    /// Each position's style, `[labels]` u32.
    pub styles: (Shape, &'a wgpu::Buffer),
    /// Of the samples.
    pub places: &'a wgpu::Buffer,
    /// Of the samples: each one's style.
    pub owners: &'a wgpu::Buffer,
    /// Of the samples: cleared.
    pub nearest: &'a wgpu::Buffer,
}

/// The compiled kernel.
#[derive(Debug)]
pub struct DrawPlaces {
    draw_places: Kernel,
}

impl DrawPlaces {
    /// Prepares the kernel.
    pub fn new(gpu: &Gpu) -> Self {
        Self {
            draw_places: gpu.kernel(&[REGION, SAMPLES, SOURCE], "draw_places", &[]),
        }
    }

    /// Draws the places of a layer whose map is so many times finer than the styles' grid, as an exponent of two.
    pub fn draw(
        &self,
        gpu: &Gpu,
        window: GridWindow,
        cells: Cells,
        (layer, level): (usize, i32),
        seed: u64,
        buffers: DrawBuffers<'_>,
    ) -> Dispatch {
        let (labels, styles) = buffers.styles;
        let uniform = gpu.uniform(&Uniform {
            core: window.core,
            width: window.grid.width,
            height: window.grid.height,
            x: window.x,
            y: window.y,
            cells_across: cells.across,
            cells_down: cells.down,
            layer: layer as u32,
            // The lower half, as the shader's hash has it.
            seed: seed as u32,
            label_width: labels.width,
            label_height: labels.height,
            level,
            padding: 0,
        });
        gpu.bind(
            &self.draw_places,
            &[
                (0, &uniform),
                (1, buffers.progress),
                (2, styles),
                (3, buffers.places),
                (4, buffers.owners),
                (5, buffers.nearest),
            ],
            [cells.count().div_ceil(64), 1, 1],
        )
    }
}
