//! Samples of feature maps at some of their positions: how they lie, and which of them are compared together.

use crate::gpu::{GpuError, Memory};
use crate::maps::{Precision, Region, Shape};

/// No sample, or no style.
pub const NONE: u32 = u32::MAX;

/// Samples on the GPU: `[quads][pitch]`, a column a sample.
#[derive(Debug)]
pub struct Samples {
    /// Their numbers.
    pub buffer: wgpu::Buffer,
    /// Columns.
    pub pitch: u32,
}

impl Samples {
    /// Room for so many samples of so many quads.
    ///
    /// # Errors
    /// As [`Memory::storage`].
    pub fn new(
        memory: &mut Memory,
        label: &'static str,
        quads: u32,
        pitch: u32,
        precision: Precision,
    ) -> Result<Self, GpuError> {
        let shape = Shape::new(pitch, 1, 4 * quads);
        Ok(Self {
            buffer: memory.map(label, shape, precision)?,
            pitch,
        })
    }
}

/// Rows of samples that are compared together: those of one layer, or of several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rows {
    /// The first quad.
    pub first: u32,
    /// Quads.
    pub count: u32,
}

/// A window of a grid of positions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GridWindow {
    /// Columns and rows of the whole grid.
    pub grid: Shape,
    /// Its column of the window's first.
    pub x: u32,
    /// Its row of the window's first.
    pub y: u32,
    /// What of the window counts.
    pub core: Region,
}
