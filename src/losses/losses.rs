//! The losses of Gatys et al. 2015: their targets, their values and their gradients to the feature maps.
//!
//! With feature maps F and the targets' F':
//!
//! - style = `style_weight * sum over layers of share * loss of the layer`, as [`style`](super::style) has it;
//! - content = `content_weight * sum over layers of share * mean((F - F')^2)`.
//!
//! The shares of the layers make one. Gradients can be normalised, after neural-style's option: that of every layer's loss
//! to its features is then given the length `weight * share`, instead of growing with the loss.

use super::by_layer::ByLayer;
use super::content::ContentTarget;
use super::style::{StyleLosses, StyleTargets, needs_scratch, style_sums};
use crate::gpu::{Dispatch, Gpu, GpuError, Memory};
use crate::kernels::matrix::Factors;
use crate::kernels::record::Quantity;
use crate::kernels::sums::{SumRange, striding_sums};
use crate::maps::{Grid, Shape, Window};
use crate::network::{Activation, Network};
use crate::pictures::Mask;
use crate::settings::{LossWeights, Perception};
use crate::vgg19::{at_layer, layer_shape};

/// Numbers in the buffer of the losses' partial sums.
pub(crate) fn loss_sums(
    perception: &Perception,
    picture: Shape,
    grid: &Grid,
    regions: usize,
) -> u64 {
    let styles = perception.style_layers.layers();
    let styles = styles.map(|layer| style_sums(perception.style_loss, layer));
    let contents = perception.content_layers.layers();
    let contents =
        contents.map(|layer| striding_sums(layer_shape(grid.window, layer).vectors() as u32));
    u64::from(styles.sum::<u32>()) * regions as u64
        + u64::from(needs_scratch(perception))
        + u64::from(contents.sum::<u32>()) * grid.windows.len() as u64
        + 2 * u64::from(striding_sums(picture.positions()))
}

/// The losses of one painting, with the buffers for their values.
#[derive(Debug)]
pub struct Losses {
    picture: Shape,
    perception: Perception,
    style: StyleLosses,
    content: ContentTarget,
    weights: LossWeights,
    /// By what the content layers' differences are multiplied in their gradients.
    content_factors: ByLayer<Factors>,
    /// One range a window.
    content_sums: ByLayer<Vec<SumRange>>,
    /// Of the total variation.
    pub variation_sums: SumRange,
    /// Of the squared gradient.
    pub gradient_sums: SumRange,
    /// The partial sums of all losses.
    pub sums: wgpu::Buffer,
}

impl Losses {
    /// Allocates what comparing a picture of this shape, by the grid's windows, with the targets needs. There is at least
    /// one style, each with its mask, of the picture's size, or none, and the styles are not yet blended.
    ///
    /// # Errors
    /// As [`Memory::storage`].
    pub fn new(
        memory: &mut Memory,
        perception: Perception,
        picture: Shape,
        grid: &Grid,
        (targets, masks): (Vec<StyleTargets>, &[Option<&Mask>]),
        content: ContentTarget,
        weights: LossWeights,
    ) -> Result<Self, GpuError> {
        let mut length = 0;
        let mut range = |count| {
            let first = length;
            length += count;
            SumRange { first, count }
        };
        let style = StyleLosses::new(memory, perception, picture, targets, masks, &mut range)?;
        let content_sums = ByLayer::new(&perception.content_layers, |layer| {
            let map = layer_shape(grid.window, layer);
            let windows = grid.windows.iter();
            let ranges = windows.map(|_| range(striding_sums(map.vectors() as u32)));
            Ok::<_, GpuError>(ranges.collect())
        })?;
        let variation_sums = range(striding_sums(picture.positions()));
        let gradient_sums = range(striding_sums(picture.positions()));
        Ok(Self {
            picture,
            perception,
            style,
            content,
            weights,
            content_factors: ByLayer::new(&perception.content_layers, |_| {
                Factors::new(memory, 1.0)
            })?,
            content_sums,
            variation_sums,
            gradient_sums,
            sums: memory.storage::<f32>("partial sums", length as usize)?,
        })
    }

    /// Whether a layer has a loss.
    pub fn at(&self, layer: usize) -> bool {
        self.perception.has(layer)
    }

    /// Sets the weights with which the next commands are made.
    pub fn set_weights(&mut self, gpu: &Gpu, weights: LossWeights) {
        self.weights = weights;
        for (layer, factors) in self.content_factors.iter() {
            let strength = self.content_strength(layer);
            let scale = 2.0 * strength / self.content_values(layer) as f64;
            gpu.write(&factors.0, &[scale as f32]);
        }
    }

    /// The numbers of a step's record: the means of squares of the style layers and of the content layers, the total
    /// variation, and the sum of the gradient's squares. None is weighted.
    pub fn quantities(&self) -> Vec<Quantity> {
        let styles = self.style.layer_sums();
        let styles = styles.map(|(sums, scale)| Quantity::new(sums, scale));
        let contents = self.perception.content_layers.layers().map(|layer| {
            let mean = 1.0 / self.content_values(layer) as f32;
            Quantity::new(self.all_content_sums(layer), mean)
        });
        let others = [
            Quantity::new(self.variation_sums, 1.0),
            Quantity::new(self.gradient_sums, 1.0),
        ];
        styles.chain(contents).chain(others).collect()
    }

    fn content_values(&self, layer: usize) -> usize {
        layer_shape(self.picture, layer).vectors() * 4
    }

    /// By what the mean of squares of a content layer is multiplied in the loss.
    fn content_strength(&self, layer: usize) -> f64 {
        f64::from(self.weights.content) * self.perception.content_layers.share(layer)
    }

    /// The commands that blend the styles by their parts, which make one.
    pub fn blend(&mut self, network: &Network, parts: &[f32]) -> Vec<Dispatch> {
        self.style.blend(network, parts)
    }

    /// The commands that look at a layer's features, over the core of window `number`, before any gradient can be made; by
    /// way of the buffer for partial sums.
    pub fn look(
        &self,
        network: &Network,
        layer: usize,
        activation: &Activation,
        partials: &wgpu::Buffer,
        (number, window): (usize, Window),
    ) -> Vec<Dispatch> {
        let mut commands = self
            .style
            .add(network, layer, activation, partials, (number, window));
        if self.perception.normalise_gradients
            && let (Some(target), Some(sums)) =
                (self.content.0.get(layer), self.content_sums.get(layer))
        {
            commands.push(network.kernels.content_loss.measure(
                network.gpu(),
                target.place(activation.shape, at_layer(window, layer)),
                &activation.features,
                &target.features,
                (&self.sums, sums[number]),
            ));
        }
        commands
    }

    /// The commands that compare what was looked at over all windows with what is wanted.
    pub fn compare(&self, network: &Network) -> Vec<Dispatch> {
        let mut commands = self.style.compare(network, self.weights.style, &self.sums);
        if self.perception.normalise_gradients {
            for (layer, factors) in self.content_factors.iter() {
                let strength = self.content_strength(layer) as f32;
                let all = (&self.sums, self.all_content_sums(layer));
                let normalise = &network.kernels.normalise;
                commands.push(normalise.factor(network.gpu(), all, 1.0, strength, factors));
            }
        }
        commands
    }

    /// Of all windows.
    fn all_content_sums(&self, layer: usize) -> SumRange {
        let ranges = self.content_sums.get(layer).map_or(&[][..], Vec::as_slice);
        SumRange::joined(ranges)
    }

    /// The commands that bring the gradients of a layer's losses, over the core of window `number`, from its `features`
    /// into `gradient`: added to what is there if `above` says that the layers above have left theirs. Afterwards it is
    /// the gradient before the layer's ReLU.
    pub fn gradients(
        &self,
        network: &Network,
        layer: usize,
        activation: &Activation,
        features: &wgpu::Buffer,
        gradient: &wgpu::Buffer,
        above: bool,
        (number, window): (usize, Window),
    ) -> Vec<Dispatch> {
        let gpu = network.gpu();
        let place = at_layer(window, layer);
        let mut dispatches = Vec::new();
        if let (Some(target), Some(sums), Some(factors)) = (
            self.content.0.get(layer),
            self.content_sums.get(layer),
            self.content_factors.get(layer),
        ) {
            dispatches.push(network.kernels.content_loss.compare(
                gpu,
                target.place(activation.shape, place),
                features,
                &target.features,
                gradient,
                factors,
                above,
                (&self.sums, sums[number]),
            ));
        }
        for style in self.style.gradients(layer, window) {
            dispatches.push(network.kernels.gram_gradient.multiply(
                gpu,
                activation.shape,
                place.core,
                features,
                style,
                gradient,
                &activation.mask,
                above || !dispatches.is_empty(),
            ));
        }
        dispatches
    }
}
