//! What the tests of samples share: samples as numbers, and windows of grids.

use std::ops::Range;

use impasto::kernels::format::Format;
use impasto::kernels::samples::{GridWindow, Rows, Samples};
use impasto::maps::{Precision, Region, Shape};

use crate::checks::{download, rounded, upload};
use crate::common::{Bench, Random};

pub const PRECISIONS: [Precision; 2] = [Precision::Full, Precision::Half];

/// Samples as numbers: a map of one row, a column a sample.
pub struct Plain {
    pub shape: Shape,
    pub format: Format,
    pub values: Vec<f32>,
}

impl Plain {
    pub fn new(random: &mut Random, precision: Precision, (quads, pitch): (u32, u32)) -> Self {
        let (shape, format) = (Shape::new(pitch, 1, 4 * quads), Format::features(precision));
        let values = rounded(format, &random.map(shape));
        Self {
            shape,
            format,
            values,
        }
    }

    pub fn upload(&self, bench: &mut Bench) -> Samples {
        Samples {
            buffer: upload(bench, self.format, self.shape, &self.values),
            pitch: self.shape.width,
        }
    }

    pub fn read(&self, bench: &Bench, samples: &Samples) -> Self {
        Self {
            values: download(bench, self.format, self.shape, &samples.buffer),
            ..*self
        }
    }

    pub fn place(&self, channel: u32, number: u32) -> usize {
        (channel * self.shape.width + number) as usize
    }

    pub fn set(&mut self, rows: Rows, number: u32, sample: &[f32]) {
        for (channel, &value) in channels(rows).zip(sample) {
            let place = self.place(channel, number);
            self.values[place] = value;
        }
    }

    pub fn sample(&self, rows: Rows, number: u32) -> Vec<f64> {
        let value = |channel| self.values[self.place(channel, number)].into();
        channels(rows).map(value).collect()
    }
}

pub fn channels(rows: Rows) -> Range<u32> {
    4 * rows.first..4 * (rows.first + rows.count)
}

/// Some rows between others.
pub fn some_rows(random: &mut Random, count: u32) -> (Rows, u32) {
    let first = random.below(3);
    (Rows { first, count }, first + count + random.below(3))
}

pub fn read_words(bench: &Bench, buffer: &wgpu::Buffer) -> Vec<u32> {
    pollster::block_on(bench.gpu.read::<u32>(buffer)).unwrap()
}

/// A window of so many positions somewhere in a larger grid.
pub fn window_with_core(random: &mut Random, (width, height): (u32, u32)) -> GridWindow {
    let (x, y) = (random.below(5), random.below(5));
    let core = Region {
        x: random.below(4),
        y: random.below(4),
        width,
        height,
    };
    let grid = Shape::new(
        x + core.x + width + random.below(5),
        y + core.y + height + random.below(5),
        1,
    );
    GridWindow { grid, x, y, core }
}

/// The place in the grid of each sample of the core.
pub fn grid_places(window: GridWindow) -> Vec<usize> {
    let GridWindow { grid, x, y, core } = window;
    let place = |n: u32| {
        let (column, row) = (n % core.width, n / core.width);
        ((y + core.y + row) * grid.width + x + core.x + column) as usize
    };
    (0..core.positions()).map(place).collect()
}
