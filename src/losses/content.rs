//! What the content picture gives: its features.

use super::by_layer::ByLayer;
use crate::gpu::{CAUTIOUS_COMMANDS, GpuError, Memory};
use crate::kernels::content_loss::{Place, content_sums};
use crate::kernels::target_part::{TargetPart, parts};
use crate::maps::{Bands, Grid, Precision, Shape, Window};
use crate::network::{ForwardPass, Network, View};
use crate::settings::{ContentLoss, Perception};
use crate::vgg19::{at_layer, layer_shape};

/// How the features of the content are stored: of a picture that is computed by windows they are the largest of all that is
/// kept, and half floats are near enough.
fn precision_by(grid: &Grid, precision: Precision) -> Precision {
    if grid.is_whole() {
        precision
    } else {
        Precision::Half
    }
}

/// How a picture, and what is known of its content, is divided among buffers.
#[derive(Debug)]
pub(crate) struct Division<'a> {
    pub grid: &'a Grid,
    pub bands: Bands,
    /// Of feature maps.
    pub precision: Precision,
    /// Bytes that a buffer may have.
    pub buffer: u64,
}

impl Division<'_> {
    /// How the features of the content are stored.
    pub fn content_precision(&self) -> Precision {
        precision_by(self.grid, self.precision)
    }

    /// A content layer's features by their channels, as many parts as there are buffers.
    pub fn content_parts(&self, layer: usize) -> Vec<Shape> {
        let shape = layer_shape(self.bands.picture(), layer);
        let parts = parts(shape, self.content_precision(), self.buffer);
        let parts = parts.into_iter();
        parts
            .map(|(_, quads)| shape.with_channels(4 * quads))
            .collect()
    }
}

/// The features of one content layer over the whole picture.
#[derive(Debug)]
pub(super) struct ContentFeatures {
    shape: Shape,
    pub(super) parts: Vec<TargetPart>,
    /// By what the mean of squared differences is multiplied.
    pub(super) unit: f64,
}

impl ContentFeatures {
    fn new(memory: &mut Memory, shape: Shape, precision: Precision) -> Result<Self, GpuError> {
        let cut = parts(shape, precision, memory.gpu().largest_buffer()).into_iter();
        let made = cut.map(|(first_quad, quads)| {
            let part = shape.with_channels(4 * quads);
            Ok(TargetPart {
                first_quad,
                quads,
                halves: precision == Precision::Half,
                features: memory.map("content target", part, precision)?,
            })
        });
        Ok(Self {
            shape,
            parts: made.collect::<Result<_, GpuError>>()?,
            unit: 1.0,
        })
    }

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
        let mut sum = 0.0;
        for part in &self.parts {
            let mut scratch = Memory::new(gpu.clone());
            let count = content_sums(self.shape, part.quads) as usize;
            let sums = scratch.storage::<f32>("squares", count)?;
            let square = &network.kernels.content_loss;
            gpu.run(&[square.square(gpu, self.shape, part, &sums)])?;
            let squares = gpu.read::<f32>(&sums).await?;
            sum += squares.into_iter().map(f64::from).sum::<f64>();
        }
        Ok(if sum > 0.0 {
            4.0 * self.shape.vectors() as f64 / sum
        } else {
            0.0
        })
    }
}

/// What the content picture gives: the content layers' features, over the whole picture.
#[derive(Debug)]
pub struct ContentTarget(pub(super) ByLayer<ContentFeatures>);

impl ContentTarget {
    /// The parts of a layer's features; none where the layer is none of the content's.
    pub(super) fn parts(&self, layer: usize) -> &[TargetPart] {
        self.0.get(layer).map_or(&[], |target| &target.parts)
    }

    /// Runs `pass` over what `view` shows, by the grid's windows, and keeps the content layers' features in `memory`.
    ///
    /// # Errors
    /// As [`Memory::storage`] and [`Gpu::run`](crate::gpu::Gpu::run).
    pub async fn compute(
        network: &Network,
        memory: &mut Memory,
        perception: &Perception,
        grid: &Grid,
        view: &View,
        pass: &ForwardPass,
    ) -> Result<Self, GpuError> {
        let gpu = network.gpu();
        let precision = precision_by(grid, network.method().precision);
        let mut targets = ByLayer::new(&perception.content_layers, |layer| {
            ContentFeatures::new(memory, layer_shape(view.shape(), layer), precision)
        })?;
        for &window in &grid.windows {
            let mut dispatches = view.take(network, window);
            dispatches.extend(pass.forward(|layer, activation, _| {
                let Some(ContentFeatures { shape, parts, .. }) = targets.get(layer) else {
                    return Vec::new();
                };
                let place = at_layer(window, layer);
                let copy = &network.kernels.window;
                let keep = |part| copy.keep(gpu, *shape, place, part, &activation.features);
                parts.iter().map(keep).collect()
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
