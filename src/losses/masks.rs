//! Masks on the GPU, as the layers of a loss need them.

use crate::gpu::{GpuError, Memory};
use crate::kernels::place::{Place, PositionWeights};
use crate::maps::{Shape, Window};
use crate::pictures::Mask;
use crate::settings::LayerWeights;
use crate::vgg19::{CONVOLUTIONS, at_layer};

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
