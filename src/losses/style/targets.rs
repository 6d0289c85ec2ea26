//! What is known of a style's features: sums over positions, and the targets made of them.

use crate::gpu::{Banded, CAUTIOUS_COMMANDS, Dispatch, GpuError, Memory};
use crate::kernels::gram::{Slicing, triangle};
use crate::kernels::matrix_buffer::MatrixBuffer;
use crate::kernels::sums::gram_sums;
use crate::kernels::wasserstein::Moments;
use crate::losses::by_layer::ByLayer;
use crate::losses::extent::cut;
use crate::losses::masks::LayerMasks;
use crate::maps::{Grid, Shape, Window};
use crate::network::{Activation, Extent, ForwardPass, Network, View};
use crate::pictures::Mask;
use crate::settings::{LayerWeights, Perception, StyleLoss};
use crate::vgg19::{CONVOLUTIONS, at_layer, layer_shape};

/// Partial sums that the style loss of one layer and region leaves.
pub(crate) fn style_sums(style_loss: StyleLoss, layer: usize) -> u32 {
    match style_loss {
        StyleLoss::Wasserstein => 1,
        _ => gram_sums(map(layer)),
    }
}

/// A map with a layer's channels, where its size does not matter.
pub(crate) fn map(layer: usize) -> Shape {
    Shape::new(1, 1, CONVOLUTIONS[layer].outputs as u32)
}

/// A map with as many channels as any of the layers.
pub(crate) fn widest(layers: &LayerWeights) -> Shape {
    let maps = layers.layers().map(map);
    maps.max_by_key(|map| map.channels)
        .unwrap_or_else(|| map(0))
}

/// Sums over the positions of a layer's features.
#[derive(Debug)]
pub(crate) struct LayerSums {
    pub(super) products: wgpu::Buffer,
    /// Of the channels, where means are compared.
    pub(super) channels: Option<wgpu::Buffer>,
}

/// The sums of the style layers, while windows are added to them.
#[derive(Debug)]
pub(crate) struct Sums(pub(super) ByLayer<LayerSums>);

impl Sums {
    pub(super) fn new(memory: &mut Memory, perception: &Perception) -> Result<Self, GpuError> {
        Ok(Self(ByLayer::new(&perception.style_layers, |layer| {
            let map = map(layer);
            let channels = match perception.style_loss {
                StyleLoss::Wasserstein => {
                    Some(memory.storage::<[f32; 4]>("channel sums", map.quads() as usize)?)
                }
                _ => None,
            };
            Ok::<_, GpuError>(LayerSums {
                products: memory.storage::<f32>("Gram matrix", triangle(map))?,
                channels,
            })
        })?))
    }

    /// The commands that add a layer's features, over the window's core, to its sums, by way of `partials`; none for a layer
    /// without style.
    pub(super) fn add(
        &self,
        network: &Network,
        layer: usize,
        activation: &Activation,
        masks: Option<&LayerMasks>,
        partials: &wgpu::Buffer,
        window: Window,
        first: bool,
    ) -> Vec<Dispatch> {
        let Some(LayerSums { products, channels }) = self.0.get(layer) else {
            return Vec::new();
        };
        let (gpu, kernels) = (network.gpu(), &network.kernels);
        let slicing = Slicing::new(activation.shape, at_layer(window, layer).core);
        let weights = masks.and_then(|masks| masks.weights(layer, window));
        let features = &activation.features;
        let gram_sum = &kernels.gram_sum;
        let mut commands = vec![
            kernels
                .gram
                .accumulate(gpu, slicing, features, weights, partials),
            gram_sum.add_up(gpu, slicing, partials, products, !first),
        ];
        if let Some(channels) = channels {
            commands.extend([
                kernels
                    .channel_sum
                    .add(gpu, slicing, features, weights, partials),
                gram_sum.add_up_channels(gpu, slicing, partials, channels, !first),
            ]);
        }
        commands
    }
}

/// What is known of a layer's features over a style, or over several of them.
#[derive(Debug)]
pub(crate) enum Target {
    Gram(MatrixBuffer),
    Moments(Moments),
}

impl Target {
    pub(super) fn new(
        memory: &mut Memory,
        style_loss: StyleLoss,
        layer: usize,
    ) -> Result<Self, GpuError> {
        let map = map(layer);
        let second = MatrixBuffer::new(memory, "style target", map)?;
        Ok(match style_loss {
            StyleLoss::Wasserstein => Self::Moments(Moments {
                second,
                mean: memory.storage::<[f32; 4]>("style mean", map.quads() as usize)?,
            }),
            _ => Self::Gram(second),
        })
    }

    pub(super) fn second(&self) -> &MatrixBuffer {
        match self {
            Self::Gram(second) | Self::Moments(Moments { second, .. }) => second,
        }
    }

    /// The commands that bring the means of the sums here; `scale` is one over the sum of the weights.
    fn store(
        &self,
        network: &Network,
        layer: usize,
        sums: &LayerSums,
        scale: f32,
    ) -> Vec<Dispatch> {
        let (gpu, kernels) = (network.gpu(), &network.kernels);
        let map = map(layer);
        let gram_loss = &kernels.gram_loss;
        let mut commands =
            vec![gram_loss.store_target(gpu, map, &sums.products, scale, self.second())];
        if let (Self::Moments(moments), Some(channels)) = (self, &sums.channels) {
            let mean = (0.0, &moments.mean);
            let add = &kernels.scaled_add;
            commands.push(add.add(gpu, map.quads(), (scale, channels), mean));
        }
        commands
    }

    /// The commands that add `part` of another one to `kept` of this one.
    pub(super) fn blend(
        &self,
        network: &Network,
        layer: usize,
        other: &Self,
        part: f32,
        kept: f32,
    ) -> Vec<Dispatch> {
        let (gpu, add) = (network.gpu(), &network.kernels.scaled_add);
        let quads = map(layer).quads();
        let (from, to) = ((part, &other.second().0), (kept, &self.second().0));
        let mut commands = vec![add.add(gpu, quads * quads * 4, from, to)];
        if let (Self::Moments(moments), Self::Moments(other)) = (self, other) {
            commands.push(add.add(gpu, quads, (part, &other.mean), (kept, &moments.mean)));
        }
        commands
    }
}

/// What a style picture gives: what is known of each style layer's features.
#[derive(Debug)]
pub struct StyleTargets(pub(super) ByLayer<Target>);

impl StyleTargets {
    /// Runs the network over the style picture by windows, and keeps what is known in `memory`. A mask of the picture's size
    /// says what of it counts.
    ///
    /// # Errors
    /// As [`Memory::storage`] and [`Gpu::run`](crate::gpu::Gpu::run).
    pub fn compute(
        network: &Network,
        memory: &mut Memory,
        perception: &Perception,
        (shape, pixels): (Shape, &[[f32; 4]]),
        mask: Option<&Mask>,
        window_side: u32,
    ) -> Result<Self, GpuError> {
        let gpu = network.gpu();
        let layers = &perception.style_layers;
        let grid = Grid::new(shape, cut(perception, window_side));
        let mut scratch = Memory::new(gpu.clone());
        let picture = Banded::upload(&mut scratch, "style picture", shape, pixels)?;
        let view = View::new(&mut scratch, "style window", &grid, picture)?;
        let masks = mask
            .map(|mask| LayerMasks::upload(&mut scratch, "style mask", mask, layers))
            .transpose()?;
        let extent = Extent::of_style(perception, &grid);
        let pass = ForwardPass::new(network, &mut scratch, grid.window, &view.window, &extent)?;
        let sums = Sums::new(&mut scratch, perception)?;
        for (number, &window) in grid.windows.iter().enumerate() {
            let mut dispatches = view.take(network, window);
            dispatches.extend(pass.forward(|layer, activation, spare| {
                let masks = masks.as_ref();
                sums.add(
                    network,
                    layer,
                    activation,
                    masks,
                    spare,
                    window,
                    number == 0,
                )
            }));
            gpu.run_in_parts(&dispatches, CAUTIOUS_COMMANDS)?;
        }
        let targets = ByLayer::new(layers, |layer| {
            let target = Target::new(memory, perception.style_loss, layer)?;
            if let Some(sums) = sums.0.get(layer) {
                let weight = total_weight(masks.as_ref(), shape, layer);
                gpu.run(&target.store(network, layer, sums, inverse(weight)))?;
            }
            Ok::<_, GpuError>(target)
        })?;
        Ok(Self(targets))
    }
}

/// The sum of the weights of the positions of a layer's map over a picture of that shape.
pub(crate) fn total_weight(masks: Option<&LayerMasks>, picture: Shape, layer: usize) -> f32 {
    match masks {
        None => layer_shape(picture, layer).positions() as f32,
        Some(masks) => masks.sum(layer),
    }
}

/// Zero where there is nothing to divide by: a mask may have vanished in a small map.
pub(crate) fn inverse(weight: f32) -> f32 {
    if weight > 0.0 { 1.0 / weight } else { 0.0 }
}
