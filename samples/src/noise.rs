//! Seeded random numbers and smooth noise, the same on every run.

use crate::vector::{Vec3, ramp, vec3};

/// A small random number generator.
pub struct Random(u64);

impl Random {
    /// A generator that always gives the same numbers for the same seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number, from 0 up to 1.
    pub fn unit(&mut self) -> f32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((bits ^ (bits >> 31)) >> 40) as f32 / (1u64 << 24) as f32
    }

    /// A number from `low` up to `high`.
    pub fn between(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.unit()
    }

    /// One of the items.
    pub fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[(self.unit() * items.len() as f32) as usize]
    }

    /// A point in the ball of radius one.
    pub fn in_ball(&mut self) -> Vec3 {
        loop {
            let point = vec3(self.unit(), self.unit(), self.unit()) * 2.0 - vec3(1.0, 1.0, 1.0);
            if point.dot(point) < 1.0 {
                return point;
            }
        }
    }
}

/// A fixed random number from 0 to 1 for each cell of a grid.
pub fn cell(x: i32, y: i32, z: i32) -> f32 {
    let mut bits = (x as u32)
        .wrapping_mul(0x8da6_b343)
        .wrapping_add((y as u32).wrapping_mul(0xd816_3841))
        .wrapping_add((z as u32).wrapping_mul(0xcb1a_b31f));
    bits = (bits ^ (bits >> 16)).wrapping_mul(0x7feb_352d);
    bits = (bits ^ (bits >> 15)).wrapping_mul(0x846c_a68b);
    (bits ^ (bits >> 16)) as f32 / u32::MAX as f32
}

/// Smooth noise from 0 to 1 in the plane; each `layer` is a pattern of its own.
pub fn noise(x: f32, y: f32, layer: i32) -> f32 {
    let (left, top) = (x.floor(), y.floor());
    let (column, row) = (left as i32, top as i32);
    let (across, down) = (ramp(0.0, 1.0, x - left), ramp(0.0, 1.0, y - top));
    let along = |row| {
        let first = cell(column, row, layer);
        first + (cell(column + 1, row, layer) - first) * across
    };
    let first = along(row);
    first + (along(row + 1) - first) * down
}

/// Cloud-like noise from 0 to 1: `octaves` layers, each half as large and half as strong.
pub fn clouds(x: f32, y: f32, octaves: i32, layer: i32) -> f32 {
    let (mut sum, mut weight, mut scale) = (0.0, 0.5, 1.0);
    for octave in 0..octaves {
        // The shift keeps the layers' grids from lining up.
        let shift = octave as f32 * 17.3;
        sum += weight * noise(x * scale + shift, y * scale - shift, layer + octave);
        weight *= 0.5;
        scale *= 2.03;
    }
    sum / (1.0 - weight * 2.0)
}
