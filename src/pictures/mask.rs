//! Masks: which part of a picture counts, and how much.

use super::picture::{Picture, PictureError};
use crate::maps::Shape;

/// Which part of a picture counts: where the mask is white all of it, where it is black nothing, between in proportion to
/// its brightness.
#[derive(Debug, Clone, PartialEq)]
pub struct Mask(pub(crate) Picture);

impl Mask {
    /// The brightness of a picture as a mask.
    pub fn new(picture: Picture) -> Self {
        Self(picture)
    }

    /// The mask at another size.
    ///
    /// # Errors
    /// [`PictureError::TooSmall`].
    pub fn resized(&self, shape: Shape) -> Result<Self, PictureError> {
        let Shape { width, height, .. } = shape;
        Ok(Self(self.0.clone().resized(width, height)?))
    }

    /// Whether nothing counts.
    pub fn is_black(&self) -> bool {
        self.0.values().iter().all(|&value| value == 0)
    }

    /// The mask turned and mirrored as [`Picture::turned`] says.
    pub(crate) fn turned(&self, turn: u32) -> Self {
        Self(self.0.turned(turn))
    }

    /// The weights, from zero to one, of the positions of what so many poolings leave of the picture, `[height][width]`:
    /// the means over squares of pixels.
    pub(crate) fn weights(&self, poolings: u32) -> Vec<f32> {
        let Shape { width, height, .. } = self.0.shape();
        let (rows, columns) = (height >> poolings, width >> poolings);
        let side = 1 << poolings;
        let values = self.0.values();
        let brightness = |x: u32, y: u32| {
            let place = (y * width + x) as usize * 3;
            values[place..place + 3]
                .iter()
                .map(|&value| u64::from(value))
                .sum::<u64>()
        };
        let mean = |x: u32, y: u32| {
            let square =
                (0..side * side).map(|n| brightness(x * side + n % side, y * side + n / side));
            square.sum::<u64>() as f32 / (side * side * 3 * 255) as f32
        };
        (0..rows * columns)
            .map(|n| mean(n % columns, n / columns))
            .collect()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by it")]
mod tests {
    use super::*;

    #[test]
    fn weights_are_means_over_squares_without_odd_edges() {
        let shape = Shape::new(17, 16, 3);
        let grey = |n: usize| if n % 17 < 3 { 1.0 } else { 0.0 };
        let vectors: Vec<_> = (0..17 * 16).map(|n| [grey(n); 4]).collect();
        let mask = Mask::new(Picture::from_vectors(shape, &vectors));
        assert_eq!(mask.weights(0).len(), 17 * 16);
        let row = &mask.weights(1)[8..16];
        assert_eq!(row, [1.0, 0.5, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
        assert_eq!(mask.weights(4), [3.0 / 16.0]);
    }
}
