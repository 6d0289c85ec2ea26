//! What the content picture gives: its features.

use super::by_layer::ByLayer;
use crate::gpu::{CAUTIOUS_COMMANDS, GpuError, Memory};
use crate::kernels::content_loss::Place;
use crate::kernels::sums::striding_sums;
use crate::maps::{Grid, Shape, Window};
use crate::network::{ForwardPass, Network, View};
use crate::settings::{ContentLoss, Perception};
use crate::vgg19::{at_layer, layer_shape};

/// The features of one content layer over the whole picture.
#[derive(Debug)]
pub(super) struct ContentFeatures {
    shape: Shape,
    pub(super) features: wgpu::Buffer,
    /// By what the mean of squared differences is multiplied.
    pub(super) unit: f64,
}

impl ContentFeatures {
    /// Where a window of that shape lies in them.
    pub(super) fn place(&self, map: Shape, window: Window) -> Place {
        Place {
            map,
            core: window.core,
            target: self.shape,
            x: window.x,
            y: window.y,
        }
    }

    /// One over the mean of their squares; zero where all of them are zero, since nothing can be compared with that.
    async fn inverse_mean_square(&self, network: &Network) -> Result<f64, GpuError> {
        let gpu = network.gpu();
        let values = self.shape.vectors();
        let mut scratch = Memory::new(gpu.clone());
        let sums = scratch.storage::<f32>("squares", striding_sums(values as u32) as usize)?;
        let square = &network.kernels.content_loss;
        gpu.run(&[square.square(gpu, self.shape, &self.features, &sums)])?;
        let sums = gpu.read::<f32>(&sums).await?;
        let sum: f64 = sums.into_iter().map(f64::from).sum();
        Ok(if sum > 0.0 {
            4.0 * values as f64 / sum
        } else {
            0.0
        })
    }
}

/// What the content picture gives: the content layers' features, over the whole picture.
#[derive(Debug)]
pub struct ContentTarget(pub(super) ByLayer<ContentFeatures>);

impl ContentTarget {
    /// Runs `pass` over what `view` shows, by the grid's windows, and keeps the content layers' features in `memory`.
    ///
    /// # Errors
    /// As [`Memory::storage`] and [`Gpu::run`](crate::gpu::Gpu::run).
    pub async fn compute(
        network: &Network,
        memory: &mut Memory,
        perception: &Perception,
        picture: Shape,
        grid: &Grid,
        view: &View,
        pass: &ForwardPass,
    ) -> Result<Self, GpuError> {
        let gpu = network.gpu();
        let precision = network.method().precision;
        let mut targets = ByLayer::new(&perception.content_layers, |layer| {
            let shape = layer_shape(picture, layer);
            let features = memory.map("content target", shape, precision)?;
            Ok(ContentFeatures {
                shape,
                features,
                unit: 1.0,
            })
        })?;
        for &window in &grid.windows {
            let mut dispatches = Vec::from_iter(view.take(network, window));
            dispatches.extend(pass.forward(|layer, activation, _| {
                let target = targets.get(layer).into_iter();
                let keep = target.map(
                    |ContentFeatures {
                         shape, features, ..
                     }| {
                        let place = at_layer(window, layer);
                        let copy = &network.kernels.window;
                        copy.keep(gpu, *shape, place, features, &activation.features)
                    },
                );
                keep.collect()
            }));
            gpu.run_in_parts(&dispatches, CAUTIOUS_COMMANDS)?;
        }
        if perception.content_loss == ContentLoss::Relative {
            for (_, target) in targets.iter_mut() {
                target.unit = target.inverse_mean_square(network).await?;
            }
        }
        Ok(Self(targets))
    }
}
