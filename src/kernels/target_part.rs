//! Some channels of features that pictures are compared with.

use crate::maps::{Precision, Shape};

/// Some channels of a layer's features over a whole picture: all of them may be too many for one buffer.
#[derive(Debug)]
pub struct TargetPart {
    /// The first of its quads.
    pub first_quad: u32,
    /// How many it has.
    pub quads: u32,
    /// Whether they are half floats, whatever maps are.
    pub halves: bool,
    /// `[quads][height][width]`.
    pub features: wgpu::Buffer,
}

/// The first quad and the number of quads of each part of a map, as few parts as buffers of so many bytes allow.
pub fn parts(shape: Shape, precision: Precision, buffer: u64) -> Vec<(u32, u32)> {
    let quad = u64::from(shape.positions()).max(1) * precision.vector_bytes();
    let most = u64::from(shape.quads()).min(buffer / quad).max(1) as u32;
    let firsts = (0..shape.quads()).step_by(most as usize);
    firsts
        .map(|first| (first, most.min(shape.quads() - first)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_all_quads_and_fit_their_buffers() {
        let shape = Shape::new(10, 10, 32);
        let of = |bytes| parts(shape, Precision::Full, bytes);
        assert_eq!(of(u64::MAX), [(0, 8)]);
        assert_eq!(of(3 * 1600 + 7), [(0, 3), (3, 3), (6, 2)]);
        // What fits nowhere is said where buffers are made.
        assert_eq!(of(1).len(), 8);
        // A picture may be too small for its last layers.
        let nothing = parts(Shape::new(0, 1, 32), Precision::Full, 200);
        assert_eq!(nothing, [(0, 8)]);
    }
}
