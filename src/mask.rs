//! Masks: which part of a picture counts, and how much.

use crate::feature_map::Shape;
use crate::gpu::{GpuError, Memory};
use crate::kernels::{Place, PositionWeights};
use crate::losses::at_layer;
use crate::picture::{Picture, PictureError};
use crate::settings::LayerWeights;
use crate::vgg19::CONVOLUTIONS;
use crate::windows::Window;

/// Which part of a picture counts: where the mask is white all of it, where it is black nothing, between in proportion to
/// its brightness.
#[derive(Debug, Clone, PartialEq)]
pub struct Mask(Picture);

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

    /// The weights, from zero to one, of the positions of what so many poolings leave of the picture, `[height][width]`:
    /// the means over squares of pixels.
    fn weights(&self, poolings: u32) -> Vec<f32> {
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

/// How often the feature maps of the layers with a weight were made smaller.
pub(crate) fn levels(layers: &LayerWeights) -> Vec<u32> {
    let mut levels: Vec<_> = layers.layers().map(poolings).collect();
    levels.dedup();
    levels
}

fn poolings(layer: usize) -> u32 {
    CONVOLUTIONS[layer].block as u32 - 1
}

#[derive(Debug)]
struct Level {
    poolings: u32,
    width: u32,
    weights: wgpu::Buffer,
    sum: f32,
}

/// A mask on the GPU, as the layers of a loss need it.
#[derive(Debug)]
pub(crate) struct LayerMasks(Vec<Level>);

impl LayerMasks {
    /// Uploads a mask of the picture's size for those layers.
    pub fn upload(
        memory: &mut Memory,
        label: &'static str,
        mask: &Mask,
        layers: &LayerWeights,
    ) -> Result<Self, GpuError> {
        let levels = levels(layers).into_iter().map(|poolings| {
            let weights = mask.weights(poolings);
            Ok(Level {
                poolings,
                width: mask.0.shape().width >> poolings,
                weights: memory.upload(label, &weights)?,
                sum: weights.iter().map(|&weight| f64::from(weight)).sum::<f64>() as f32,
            })
        });
        Ok(Self(levels.collect::<Result<_, GpuError>>()?))
    }

    fn level(&self, layer: usize) -> Option<&Level> {
        self.0
            .iter()
            .find(|level| level.poolings == poolings(layer))
    }

    /// The weights of a window of a layer's map.
    pub fn weights(&self, layer: usize, window: Window) -> Option<PositionWeights<'_>> {
        let level = self.level(layer)?;
        let window = at_layer(window, layer);
        Some(PositionWeights {
            buffer: &level.weights,
            place: Place::new(level.width, window.x, window.y),
        })
    }

    /// The sum of the weights over a layer's map.
    pub fn sum(&self, layer: usize) -> f32 {
        self.level(layer).map_or(0.0, |level| level.sum)
    }
}

/// Bytes of a mask's buffers for a picture of that shape.
pub(crate) fn mask_bytes(picture: Shape, layers: &LayerWeights) -> impl Iterator<Item = u64> {
    levels(layers).into_iter().map(move |poolings| {
        let positions =
            u64::from(picture.width >> poolings) * u64::from(picture.height >> poolings);
        positions * size_of::<f32>() as u64
    })
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
