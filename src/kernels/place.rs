//! Where a map lies in a larger one, and the weights of its positions.

use bytemuck::{Pod, Zeroable};

/// Weights of the positions of a map, as a part of those of a larger map.
#[derive(Debug, Clone, Copy)]
pub struct PositionWeights<'a> {
    /// `[map height][map width]` f32.
    pub buffer: &'a wgpu::Buffer,
    /// Where the map lies in the larger one.
    pub place: Place,
}

/// Where a map lies in a larger one of a single channel, as `shaders/common/region.wgsl` has it.
#[derive(Debug, Clone, Copy, Default, Pod, Zeroable)]
#[repr(C)]
pub struct Place {
    /// Columns of the larger one.
    pub pitch: u32,
    /// Its column of the map's first.
    pub x: u32,
    /// Its row of the map's first.
    pub y: u32,
    padding: u32,
}

impl Place {
    /// In a map of so many columns, at that column and row.
    pub fn new(pitch: u32, x: u32, y: u32) -> Self {
        Self {
            pitch,
            x,
            y,
            padding: 0,
        }
    }
}
