//! The losses of Gatys et al. 2015: their targets, their values and their gradients to the feature maps.
//!
//! With feature maps F and the targets' F':
//!
//! - style = `style_weight * sum over layers of share * loss of the layer`, as [`style`](super::style) has it;
//! - content = `content_weight * sum over layers of share * mean((F - F')^2)`.
//!
//! - palette = `palette_weight * mean over pixels of beyond^2`, as `shaders/palette.wgsl` has it.
//!
//! The shares of the layers make one. Gradients can be normalised, after neural-style's option: that of every layer's loss
//! to its features is then given the length `weight * share`, instead of growing with the loss.

use super::by_layer::ByLayer;
use super::content::{ContentTarget, Division};
use super::nearest::{Foundation, NearestLosses, StyleSamples, nearest_sums};
use super::style::{StyleLosses, StyleTargets, needs_scratch, style_sums};
use crate::gpu::{Dispatch, Gpu, GpuError, Memory};
use crate::kernels::content_loss::content_sums;
use crate::kernels::matrix::Factors;
use crate::kernels::palette::PaletteBuffer;
use crate::kernels::record::Quantity;
use crate::kernels::sums::{SumRange, striding_sums};
use crate::kernels::target_part::TargetPart;
use crate::maps::{Bands, Grid, Shape, Window};
use crate::network::{Activation, Network};
use crate::pictures::{Mask, Palette};
use crate::settings::{LossWeights, Perception, StyleLoss};
use crate::vgg19::{at_layer, layer_shape};

/// Numbers in the buffer of the losses' partial sums.
pub(crate) fn loss_sums(
    perception: &Perception,
    division: &Division<'_>,
    regions: usize,
    refining: bool,
) -> u64 {
    let (grid, picture) = (division.grid, division.bands.picture());
    let styles = if perception.style_loss == StyleLoss::Nearest {
        u64::from(nearest_sums(perception, picture, grid, refining))
    } else {
        let layers = perception.style_layers.layers();
        let sums = layers.map(|layer| style_sums(perception.style_loss, layer));
        u64::from(sums.sum::<u32>()) * regions as u64
    };
    let contents = perception.content_layers.layers().flat_map(|layer| {
        let map = layer_shape(grid.window, layer);
        let parts = division.content_parts(layer).into_iter();
        parts.map(move |part| content_sums(map, part.quads()))
    });
    // Of the total variation and of the palette.
    let of_window = contents.sum::<u32>() + 2 * striding_sums(grid.window.positions());
    let bands = division.bands.iter();
    // Of the gradient, and of values at the limits of colour.
    let of_bands = bands.map(|band| 2 * striding_sums(band.shape.positions()));
    styles
        + u64::from(needs_scratch(perception))
        + u64::from(of_window) * grid.windows.len() as u64
        + u64::from(of_bands.sum::<u32>())
}

/// What is known of the styles, as their loss needs it.
pub(crate) enum Styles<'a> {
    /// Of each style.
    Targets(Vec<StyleTargets>),
    /// Of all of them, and the painting in which theirs are looked for.
    Samples(StyleSamples, &'a Foundation<'a>),
}

#[derive(Debug)]
enum StyleSide {
    Statistics(Box<StyleLosses>),
    Nearest(Box<NearestLosses>),
}

/// The losses of one painting, with the buffers for their values.
#[derive(Debug)]
pub struct Losses {
    picture: Shape,
    perception: Perception,
    style: StyleSide,
    content: ContentTarget,
    weights: LossWeights,
    /// By what the content layers' differences are multiplied in their gradients.
    content_factors: ByLayer<Factors>,
    /// By window and part of the target.
    content_sums: ByLayer<Vec<SumRange>>,
    /// Of the total variation, by window.
    variation_sums: Vec<SumRange>,
    palette: PaletteBuffer,
    /// Of the colours beyond it, by window.
    palette_sums: Vec<SumRange>,
    /// Of the squared gradient, by band.
    pub gradient_sums: Vec<SumRange>,
    /// Of the values at the limits of colour, by band.
    pub limit_sums: Vec<SumRange>,
    /// The partial sums of all losses.
    pub sums: wgpu::Buffer,
}

impl Losses {
    /// Allocates what comparing a picture in these bands, by the grid's windows, with the targets needs. There is at least
    /// one style, each with its mask, of the picture's size, or none, and the styles are not yet blended.
    ///
    /// # Errors
    /// As [`Memory::storage`].
    pub(crate) fn new(
        memory: &mut Memory,
        perception: Perception,
        bands: Bands,
        grid: &Grid,
        (styles, masks): (Styles<'_>, &[Option<&Mask>]),
        content: ContentTarget,
        palette: &Palette,
        weights: LossWeights,
    ) -> Result<Self, GpuError> {
        let picture = bands.picture();
        let mut length = 0;
        let mut range = |count| {
            let first = length;
            length += count;
            SumRange { first, count }
        };
        let style = match styles {
            Styles::Targets(targets) => StyleSide::Statistics(Box::new(StyleLosses::new(
                memory, perception, picture, targets, masks, &mut range,
            )?)),
            Styles::Samples(samples, foundation) => StyleSide::Nearest(Box::new(
                NearestLosses::new(memory, foundation, samples, masks, &mut range)?,
            )),
        };
        let content_sums = ByLayer::new(&perception.content_layers, |layer| {
            let map = layer_shape(grid.window, layer);
            let parts = content.parts(layer);
            let windows = grid.windows.iter().flat_map(|_| parts);
            let ranges = windows.map(|part| range(content_sums(map, part.quads)));
            Ok::<_, GpuError>(ranges.collect())
        })?;
        let of_window = striding_sums(grid.window.positions());
        let variation_sums = grid.windows.iter().map(|_| range(of_window)).collect();
        let palette_sums = grid.windows.iter().map(|_| range(of_window)).collect();
        let [gradient_sums, limit_sums] = [(), ()].map(|()| {
            let of_bands = bands.iter();
            let ranges = of_bands.map(|band| range(striding_sums(band.shape.positions())));
            ranges.collect()
        });
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
            palette: PaletteBuffer::new(memory, palette)?,
            palette_sums,
            gradient_sums,
            limit_sums,
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
            let scale = 2.0 * strength * self.content_scale(layer);
            gpu.write(&factors.0, &[scale as f32]);
        }
    }

    /// The numbers of a step's record: the means of squares of the style layers and of the content layers, the total
    /// variation, the mean of squares beyond the palette, the sum of the gradient's squares, and the share of values at the limits of
    /// colour. None is weighted.
    pub fn quantities(&self) -> Vec<Quantity> {
        let styles: Vec<_> = match &self.style {
            StyleSide::Statistics(style) => {
                let sums = style.layer_sums();
                sums.map(|(sums, scale)| Quantity::new(sums, scale))
                    .collect()
            }
            StyleSide::Nearest(style) => style.quantities().collect(),
        };
        let contents = self.perception.content_layers.layers().map(|layer| {
            let mean = self.content_scale(layer) as f32;
            Quantity::new(self.all_content_sums(layer), mean)
        });
        let others = [
            Quantity::new(SumRange::joined(&self.variation_sums), 1.0),
            Quantity::new(SumRange::joined(&self.palette_sums), self.pixel_share()),
            Quantity::new(SumRange::joined(&self.gradient_sums), 1.0),
            Quantity::new(SumRange::joined(&self.limit_sums), self.pixel_share() / 3.0),
        ];
        styles.into_iter().chain(contents).chain(others).collect()
    }

    /// The part of each of the style's numbers in its loss.
    pub fn style_shares(&self) -> Vec<f64> {
        match &self.style {
            StyleSide::Statistics(_) => {
                let layers = &self.perception.style_layers;
                layers.layers().map(|layer| layers.share(layer)).collect()
            }
            StyleSide::Nearest(style) => style.shares().to_vec(),
        }
    }

    /// The style loss by nearest neighbours, if it is that.
    pub(crate) fn nearest(&self) -> Option<&NearestLosses> {
        match &self.style {
            StyleSide::Statistics(_) => None,
            StyleSide::Nearest(style) => Some(style),
        }
    }

    /// As [`Losses::nearest`].
    pub(crate) fn nearest_mut(&mut self) -> Option<&mut NearestLosses> {
        match &mut self.style {
            StyleSide::Statistics(_) => None,
            StyleSide::Nearest(style) => Some(style),
        }
    }

    /// Whether each window's part of the loss and of its gradient comes from the window alone.
    pub fn is_local(&self) -> bool {
        self.nearest().is_some()
    }

    /// Whether the loss of a layer reads its features on the way back.
    pub fn reads(&self, layer: usize) -> bool {
        self.perception.reads(layer)
    }

    /// By what a content layer's sum of squared differences is multiplied: one over their number, in its units.
    fn content_scale(&self, layer: usize) -> f64 {
        let values = layer_shape(self.picture, layer).vectors() * 4;
        let unit = self.content.0.get(layer).map_or(1.0, |target| target.unit);
        unit / values as f64
    }

    /// By what the mean of squares of a content layer is multiplied in the loss.
    fn content_strength(&self, layer: usize) -> f64 {
        f64::from(self.weights.content) * self.perception.content_layers.share(layer)
    }

    /// The commands that blend the styles by their parts, which make one.
    pub fn blend(&mut self, network: &Network, parts: &[f32]) -> Vec<Dispatch> {
        match &mut self.style {
            StyleSide::Statistics(style) => style.blend(network, parts),
            StyleSide::Nearest(style) => {
                style.blend(network, parts);
                Vec::new()
            }
        }
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
        let mut commands = match &self.style {
            StyleSide::Statistics(style) => {
                style.add(network, layer, activation, partials, (number, window))
            }
            StyleSide::Nearest(style) => style.look(network, layer, activation, window),
        };
        if self.perception.normalises()
            && let Some(target) = self.content.0.get(layer)
        {
            let place = target.place(activation.shape, at_layer(window, layer));
            let measure = &network.kernels.content_loss;
            commands.extend(self.content_parts(layer, number).map(|(part, range)| {
                let sums = (&self.sums, range);
                measure.measure(network.gpu(), place, &activation.features, part, sums)
            }));
        }
        commands
    }

    /// The commands that compare what was looked at over all windows with what is wanted.
    pub fn compare(&self, network: &Network) -> Vec<Dispatch> {
        let mut commands = match &self.style {
            StyleSide::Statistics(style) => style.compare(network, self.weights.style, &self.sums),
            StyleSide::Nearest(_) => Vec::new(),
        };
        if self.perception.normalises() {
            for (layer, factors) in self.content_factors.iter() {
                let strength = self.content_strength(layer) as f32;
                let all = (&self.sums, self.all_content_sums(layer));
                let normalise = &network.kernels.normalise;
                commands.push(normalise.factor(network.gpu(), all, 1.0, strength, factors));
            }
        }
        commands
    }

    /// The commands that compare what was looked at in window `number`, as long as it is there.
    pub fn compare_window(&self, network: &Network, numbered: (usize, Window)) -> Vec<Dispatch> {
        match &self.style {
            StyleSide::Statistics(_) => Vec::new(),
            StyleSide::Nearest(style) => {
                style.compare(network, self.weights.style, &self.sums, numbered)
            }
        }
    }

    /// The parts of a layer's target, each with its sums of window `number`.
    fn content_parts(
        &self,
        layer: usize,
        number: usize,
    ) -> impl Iterator<Item = (&TargetPart, SumRange)> {
        let parts = self.content.parts(layer);
        let sums = self.content_sums.get(layer).into_iter().flatten().copied();
        parts.iter().zip(sums.skip(number * parts.len()))
    }

    /// Of all windows.
    fn all_content_sums(&self, layer: usize) -> SumRange {
        let ranges = self.content_sums.get(layer).map_or(&[][..], Vec::as_slice);
        SumRange::joined(ranges)
    }

    /// One over the number of pixels.
    fn pixel_share(&self) -> f32 {
        1.0 / self.picture.positions() as f32
    }

    /// The command that adds the gradient of the colours of window `number` beyond the palette to that of its pixels. A weight of
    /// zero needs none.
    pub fn beyond_palette(
        &self,
        network: &Network,
        pixels: &wgpu::Buffer,
        gradient: &wgpu::Buffer,
        (number, window): (usize, Window),
    ) -> Option<Dispatch> {
        let weight = self.weights.palette;
        let command = || {
            network.kernels.palette.add_gradient(
                network.gpu(),
                (Shape::new(window.width, window.height, 3), window.core),
                pixels,
                &self.palette,
                gradient,
                weight * self.pixel_share(),
                (&self.sums, self.palette_sums[number]),
            )
        };
        (weight > 0.0).then(command)
    }

    /// The command that adds the gradient of window `number`'s total variation, so weighted, to that of its pixels.
    pub fn variation(
        &self,
        network: &Network,
        pixels: &wgpu::Buffer,
        gradient: &wgpu::Buffer,
        weight: f32,
        (number, window): (usize, Window),
    ) -> Dispatch {
        network.kernels.total_variation.add_gradient(
            network.gpu(),
            (Shape::new(window.width, window.height, 3), window.core),
            pixels,
            gradient,
            weight,
            (&self.sums, self.variation_sums[number]),
        )
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
        if let (Some(target), Some(factors)) =
            (self.content.0.get(layer), self.content_factors.get(layer))
        {
            let place = target.place(activation.shape, place);
            dispatches.extend(self.content_parts(layer, number).map(|(part, range)| {
                network.kernels.content_loss.compare(
                    gpu,
                    place,
                    features,
                    part,
                    gradient,
                    factors,
                    above,
                    (&self.sums, range),
                )
            }));
        }
        let style = match &self.style {
            StyleSide::Statistics(style) => style,
            StyleSide::Nearest(style) => {
                let accumulate = above || !dispatches.is_empty();
                let own = style.gradient(network, layer, activation, gradient, accumulate, window);
                dispatches.extend(own);
                return dispatches;
            }
        };
        for style in style.gradients(layer, window) {
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
