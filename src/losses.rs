//! The losses of Gatys et al. 2015: their targets, their values and their gradients to the feature maps.
//!
//! With feature maps F, Gram matrices G and the targets' F' and G':
//!
//! - style = `style_weight / 5 * sum over layers of mean((G - G')^2)`, where `G[c, d]` is the sum over positions of
//!   `F[c] F[d]`, over the number of positions (section 2.2 of the paper up to constant factors);
//! - content = `content_weight * mean((F - F')^2)`.

use crate::feature_map::Shape;
use crate::gpu::{Dispatch, GpuError, Memory};
use crate::kernels::gram::Slicing;
use crate::kernels::gram_loss::MatrixBuffer;
use crate::kernels::record::Quantity;
use crate::kernels::{SumRange, gram_sums, striding_sums};
use crate::network::{Activation, ForwardPass, Network};
use crate::vgg19::{CONTENT_LAYER, STYLE_LAYERS};

/// The weights of the three losses.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LossWeights {
    /// Of the style loss.
    pub style: f32,
    /// Of the content loss.
    pub content: f32,
    /// Of the total variation.
    pub total_variation: f32,
}

/// What the style picture gives: a Gram matrix a style layer.
#[derive(Debug)]
pub struct StyleTargets(Vec<MatrixBuffer>);

/// What the content picture gives: the content layer's features.
#[derive(Debug)]
pub struct ContentTarget {
    shape: Shape,
    features: wgpu::Buffer,
}

/// Numbers in the buffer of partial Gram matrices, which serves one layer after the other.
fn partials(shapes: impl Iterator<Item = Shape>) -> usize {
    shapes
        .map(|shape| Slicing::new(shape).partials())
        .max()
        .unwrap_or(0)
}

impl StyleTargets {
    /// Runs the network over the style picture; the matrices are made in `memory`.
    ///
    /// # Errors
    /// As [`Memory::storage`] and [`Gpu::run`](crate::gpu::Gpu::run).
    pub fn compute(
        network: &Network,
        memory: &mut Memory,
        shape: Shape,
        pixels: &[[f32; 4]],
    ) -> Result<Self, GpuError> {
        let gpu = network.gpu();
        let mut scratch = Memory::new(gpu.clone());
        let picture = scratch.upload("style picture", pixels)?;
        let pass = ForwardPass::new(network, &mut scratch, shape, &picture, &STYLE_LAYERS)?;
        let kept = || STYLE_LAYERS.iter().map(|&layer| &pass.activations[layer]);
        let length = partials(kept().map(|activation| activation.shape));
        let partials = scratch.storage::<f32>("partial Gram matrices", length)?;
        let mut dispatches = pass.dispatches.clone();
        let mut targets = Vec::new();
        for activation in kept() {
            let slicing = Slicing::new(activation.shape);
            let target = MatrixBuffer::new(memory, "style target", activation.shape)?;
            let kernels = &network.kernels;
            dispatches.push(
                kernels
                    .gram
                    .accumulate(gpu, slicing, &activation.features, &partials),
            );
            dispatches.push(
                kernels
                    .gram_loss
                    .store_target(gpu, slicing, &partials, &target),
            );
            targets.push(target);
        }
        gpu.run(&dispatches)?;
        Ok(Self(targets))
    }
}

impl ContentTarget {
    /// Runs the network over the content picture; the features are copied to `memory`.
    ///
    /// # Errors
    /// As [`Memory::storage`] and [`Gpu::run`](crate::gpu::Gpu::run).
    pub fn compute(
        network: &Network,
        memory: &mut Memory,
        shape: Shape,
        pixels: &[[f32; 4]],
    ) -> Result<Self, GpuError> {
        let gpu = network.gpu();
        let mut scratch = Memory::new(gpu.clone());
        let picture = scratch.upload("content picture", pixels)?;
        let pass = ForwardPass::new(network, &mut scratch, shape, &picture, &[CONTENT_LAYER])?;
        gpu.run(&pass.dispatches)?;
        let activation = &pass.activations[CONTENT_LAYER];
        let vectors = activation.shape.vectors();
        let features = memory.storage::<[f32; 4]>("content target", vectors)?;
        gpu.copy(&activation.features, &features);
        Ok(Self {
            shape: activation.shape,
            features,
        })
    }
}

#[derive(Debug)]
struct StyleLoss {
    target: MatrixBuffer,
    difference: MatrixBuffer,
    sums: SumRange,
}

/// The losses of one painting, with the buffers for their values.
#[derive(Debug)]
pub struct Losses {
    style: Vec<StyleLoss>,
    content: ContentTarget,
    weights: LossWeights,
    partials: wgpu::Buffer,
    content_sums: SumRange,
    /// Of the total variation.
    pub variation_sums: SumRange,
    /// Of the squared gradient.
    pub gradient_sums: SumRange,
    /// The partial sums of all losses.
    pub sums: wgpu::Buffer,
}

impl Losses {
    /// Allocates what comparing a picture of this shape with the targets needs.
    ///
    /// # Errors
    /// As [`Memory::storage`].
    pub fn new(
        memory: &mut Memory,
        picture: Shape,
        pass: &ForwardPass,
        targets: StyleTargets,
        content: ContentTarget,
        weights: LossWeights,
    ) -> Result<Self, GpuError> {
        let mut length = 0;
        let mut range = |count| {
            let first = length;
            length += count;
            SumRange { first, count }
        };
        let shapes = STYLE_LAYERS.map(|layer| pass.activations[layer].shape);
        let mut style = Vec::new();
        for (target, shape) in targets.0.into_iter().zip(shapes) {
            style.push(StyleLoss {
                target,
                difference: MatrixBuffer::new(memory, "Gram difference", shape)?,
                sums: range(gram_sums(shape)),
            });
        }
        let content_sums = range(striding_sums(content.shape.vectors() as u32));
        let variation_sums = range(striding_sums(picture.positions()));
        let gradient_sums = range(striding_sums(picture.positions()));
        Ok(Self {
            style,
            content,
            weights,
            partials: memory
                .storage::<f32>("partial Gram matrices", partials(shapes.into_iter()))?,
            content_sums,
            variation_sums,
            gradient_sums,
            sums: memory.storage::<f32>("partial sums", length as usize)?,
        })
    }

    /// The numbers of a step's record: the style layers' means of squares, the content's, the total variation, and
    /// the sum of the gradient's squares. None is weighted.
    pub fn quantities(&self, pass: &ForwardPass) -> Vec<Quantity> {
        let mean = |sums, count: usize| Quantity::new(sums, 1.0 / count as f32);
        let mut quantities: Vec<_> = self
            .style
            .iter()
            .zip(STYLE_LAYERS)
            .map(|(loss, layer)| {
                let channels = pass.activations[layer].shape.channels as usize;
                mean(loss.sums, channels * channels)
            })
            .collect();
        quantities.extend([
            mean(self.content_sums, self.content_values()),
            Quantity::new(self.variation_sums, 1.0),
            Quantity::new(self.gradient_sums, 1.0),
        ]);
        quantities
    }

    fn content_values(&self) -> usize {
        self.content.shape.vectors() * 4
    }

    /// The commands that compare every style layer's Gram matrix with its target, after the forward pass.
    pub fn compare_styles(&self, network: &Network, pass: &ForwardPass) -> Vec<Dispatch> {
        let gpu = network.gpu();
        let mut dispatches = Vec::new();
        for (loss, layer) in self.style.iter().zip(STYLE_LAYERS) {
            let activation = &pass.activations[layer];
            let slicing = Slicing::new(activation.shape);
            dispatches.push(network.kernels.gram.accumulate(
                gpu,
                slicing,
                &activation.features,
                &self.partials,
            ));
            dispatches.push(network.kernels.gram_loss.compare(
                gpu,
                slicing,
                &self.partials,
                &loss.target,
                &loss.difference,
                self.style_gradient_scale(activation.shape),
                (&self.sums, loss.sums),
            ));
        }
        dispatches
    }

    /// d style / d F[c, p] = this * sum over d of (G - G')[c, d] F[d, p]: 2 / channels^2 of the mean of squares, 2 of
    /// the symmetric product, and the weight and number of positions.
    fn style_gradient_scale(&self, shape: Shape) -> f32 {
        let layers = STYLE_LAYERS.len() as f64;
        let channels = f64::from(shape.channels);
        let positions = f64::from(shape.positions());
        (f64::from(self.weights.style) / layers * 4.0 / (channels * channels * positions)) as f32
    }

    /// Whether a layer has a loss.
    pub fn at(&self, layer: usize) -> bool {
        layer == CONTENT_LAYER || STYLE_LAYERS.contains(&layer)
    }

    /// The commands that bring the gradients of a layer's losses into `gradient`: added to what is there if `above`
    /// says that the layers above have left theirs. Afterwards it is the gradient before the layer's ReLU.
    pub fn gradients(
        &self,
        network: &Network,
        layer: usize,
        activation: &Activation,
        gradient: &wgpu::Buffer,
        above: bool,
    ) -> Vec<Dispatch> {
        let gpu = network.gpu();
        let mut dispatches = Vec::new();
        if layer == CONTENT_LAYER {
            let scale = 2.0 * self.weights.content / self.content_values() as f32;
            dispatches.push(network.kernels.content_loss.compare(
                gpu,
                activation.shape,
                &activation.features,
                &self.content.features,
                gradient,
                scale,
                above,
                (&self.sums, self.content_sums),
            ));
        }
        if let Some(place) = STYLE_LAYERS.iter().position(|&style| style == layer) {
            dispatches.push(network.kernels.gram_gradient.multiply(
                gpu,
                activation.shape,
                &activation.features,
                &self.style[place].difference,
                gradient,
                &activation.mask,
                above || !dispatches.is_empty(),
            ));
        }
        dispatches
    }
}
