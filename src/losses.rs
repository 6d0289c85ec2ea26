//! The losses of Gatys et al. 2015: their targets, their values and their gradients to the feature maps.
//!
//! With feature maps F, Gram matrices G and the targets' F' and G':
//!
//! - style = `style_weight * sum over layers of share * mean((G - G')^2)`, where `G[c, d]` is the sum over positions of
//!   `F[c] F[d]`, over the number of positions (section 2.2 of the paper up to constant factors);
//! - content = `content_weight * sum over layers of share * mean((F - F')^2)`.
//!
//! The shares of the layers make one. Of several styles, G' is the mean of their Gram matrices, weighted by their blend:
//! the gradient is that of the weighted mean of their losses, which differ from the loss here by a constant.

use crate::feature_map::Shape;
use crate::gpu::{CAUTIOUS_COMMANDS, Dispatch, GpuError, Memory};
use crate::kernels::content_loss::Place;
use crate::kernels::gram::{Slicing, triangle};
use crate::kernels::gram_loss::MatrixBuffer;
use crate::kernels::record::Quantity;
use crate::kernels::{SumRange, gram_sums, striding_sums};
use crate::network::{Activation, Extent, ForwardPass, Network, layer_shape};
use crate::settings::{LayerWeights, LossWeights, Perception};
use crate::vgg19::CONVOLUTIONS;
use crate::windows::{Grid, View, Window};

/// The window as the features of a layer have it.
pub(crate) fn at_layer(window: Window, layer: usize) -> Window {
    window.pooled(CONVOLUTIONS[layer].block as u32 - 1)
}

/// Bytes that partial Gram matrices need, of one layer and window after the other.
pub(crate) fn gram_partial_bytes(layers: &LayerWeights, grid: &Grid) -> u64 {
    let numbers = layers
        .layers()
        .flat_map(|layer| {
            let shape = layer_shape(grid.window, layer);
            let cores = grid
                .windows
                .iter()
                .map(move |&window| at_layer(window, layer).core);
            cores.map(move |core| Slicing::new(shape, core).partials())
        })
        .max();
    (numbers.unwrap_or(0) * size_of::<f32>()) as u64
}

/// Numbers in the buffer of the losses' partial sums.
pub(crate) fn loss_sums(perception: &Perception, picture: Shape, grid: &Grid) -> u64 {
    let styles = perception.style_layers.layers();
    let styles = styles.map(|layer| gram_sums(layer_shape(picture, layer)));
    let contents = perception.content_layers.layers();
    let contents =
        contents.map(|layer| striding_sums(layer_shape(grid.window, layer).vectors() as u32));
    u64::from(styles.sum::<u32>())
        + u64::from(contents.sum::<u32>()) * grid.windows.len() as u64
        + 2 * u64::from(striding_sums(picture.positions()))
}

/// Something that each layer with a loss has.
#[derive(Debug)]
struct ByLayer<T>(Vec<(usize, T)>);

impl<T> ByLayer<T> {
    fn new<E>(weights: &LayerWeights, make: impl FnMut(usize) -> Result<T, E>) -> Result<Self, E> {
        let mut make = make;
        let layers = weights.layers();
        let made = layers.map(|layer| Ok((layer, make(layer)?)));
        Ok(Self(made.collect::<Result<_, E>>()?))
    }

    fn get(&self, layer: usize) -> Option<&T> {
        let found = self.0.iter().find(|(number, _)| *number == layer);
        found.map(|(_, value)| value)
    }

    fn iter(&self) -> impl Iterator<Item = (usize, &T)> {
        self.0.iter().map(|(layer, value)| (*layer, value))
    }
}

/// The Gram matrices of the style layers, while windows are added to them.
#[derive(Debug)]
struct Grams(ByLayer<wgpu::Buffer>);

impl Grams {
    fn new(memory: &mut Memory, layers: &LayerWeights, grid: &Grid) -> Result<Self, GpuError> {
        Ok(Self(ByLayer::new(layers, |layer| {
            let numbers = triangle(layer_shape(grid.window, layer));
            memory.storage::<f32>("Gram matrix", numbers)
        })?))
    }

    /// The commands that add the products of a layer's features, over the window's core, to its matrix, by way of
    /// `partials`; none for a layer without style.
    fn add(
        &self,
        network: &Network,
        layer: usize,
        activation: &Activation,
        partials: &wgpu::Buffer,
        window: Window,
        first: bool,
    ) -> Vec<Dispatch> {
        let Some(total) = self.0.get(layer) else {
            return Vec::new();
        };
        let gpu = network.gpu();
        let slicing = Slicing::new(activation.shape, at_layer(window, layer).core);
        vec![
            network
                .kernels
                .gram
                .accumulate(gpu, slicing, &activation.features, partials),
            network
                .kernels
                .gram_sum
                .add_up(gpu, slicing, partials, total, !first),
        ]
    }
}

/// What a style picture gives: a Gram matrix a style layer.
#[derive(Debug)]
pub struct StyleTargets(ByLayer<MatrixBuffer>);

impl StyleTargets {
    /// Runs the network over the style picture by windows; the matrices are made in `memory`.
    ///
    /// # Errors
    /// As [`Memory::storage`] and [`Gpu::run`](crate::gpu::Gpu::run).
    pub fn compute(
        network: &Network,
        memory: &mut Memory,
        perception: &Perception,
        shape: Shape,
        pixels: &[[f32; 4]],
        window_side: u32,
    ) -> Result<Self, GpuError> {
        let gpu = network.gpu();
        let layers = &perception.style_layers;
        let grid = Grid::new(shape, window_side);
        let mut scratch = Memory::new(gpu.clone());
        let picture = scratch.upload("style picture", pixels)?;
        let view = View::new(&mut scratch, "style window", &grid, shape, picture)?;
        let extent = Extent::of_style(perception, &grid);
        let pass = ForwardPass::new(network, &mut scratch, grid.window, &view.window, &extent)?;
        let grams = Grams::new(&mut scratch, layers, &grid)?;
        for (number, &window) in grid.windows.iter().enumerate() {
            let mut dispatches = Vec::from_iter(view.take(network, window));
            dispatches.extend(pass.forward(|layer, activation, spare| {
                grams.add(network, layer, activation, spare, window, number == 0)
            }));
            gpu.run_in_parts(&dispatches, CAUTIOUS_COMMANDS)?;
        }
        let mut targets = Vec::new();
        for (layer, totals) in grams.0.iter() {
            let map = layer_shape(shape, layer);
            let target = MatrixBuffer::new(memory, "style target", map)?;
            gpu.run(&[network
                .kernels
                .gram_loss
                .store_target(gpu, map, totals, &target)])?;
            targets.push((layer, target));
        }
        Ok(Self(ByLayer(targets)))
    }
}

/// The features of one content layer over the whole picture.
#[derive(Debug)]
struct ContentFeatures {
    shape: Shape,
    features: wgpu::Buffer,
}

/// What the content picture gives: the content layers' features, over the whole picture.
#[derive(Debug)]
pub struct ContentTarget(ByLayer<ContentFeatures>);

impl ContentTarget {
    /// Runs `pass` over what `view` shows, by the grid's windows, and keeps the content layers' features in `memory`.
    ///
    /// # Errors
    /// As [`Memory::storage`] and [`Gpu::run`](crate::gpu::Gpu::run).
    pub fn compute(
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
        let targets = ByLayer::new(&perception.content_layers, |layer| {
            let shape = layer_shape(picture, layer);
            let features = memory.map("content target", shape, precision)?;
            Ok(ContentFeatures { shape, features })
        })?;
        for &window in &grid.windows {
            let mut dispatches = Vec::from_iter(view.take(network, window));
            dispatches.extend(pass.forward(|layer, activation, _| {
                let target = targets.get(layer).into_iter();
                let keep = target.map(|ContentFeatures { shape, features }| {
                    let place = at_layer(window, layer);
                    let copy = &network.kernels.window;
                    copy.keep(gpu, *shape, place, features, &activation.features)
                });
                keep.collect()
            }));
            gpu.run_in_parts(&dispatches, CAUTIOUS_COMMANDS)?;
        }
        Ok(Self(targets))
    }
}

#[derive(Debug)]
struct StyleLoss {
    /// The mean of the styles' targets, where there are several.
    blended: Option<MatrixBuffer>,
    difference: MatrixBuffer,
    sums: SumRange,
}

/// The losses of one painting, with the buffers for their values.
#[derive(Debug)]
pub struct Losses {
    picture: Shape,
    perception: Perception,
    targets: Vec<StyleTargets>,
    style: ByLayer<StyleLoss>,
    content: ContentTarget,
    weights: LossWeights,
    grams: Grams,
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
    /// one style, and the styles are not yet blended.
    ///
    /// # Errors
    /// As [`Memory::storage`].
    pub fn new(
        memory: &mut Memory,
        perception: Perception,
        picture: Shape,
        grid: &Grid,
        targets: Vec<StyleTargets>,
        content: ContentTarget,
        weights: LossWeights,
    ) -> Result<Self, GpuError> {
        let mut length = 0;
        let mut range = |count| {
            let first = length;
            length += count;
            SumRange { first, count }
        };
        let several = targets.len() > 1;
        let style = ByLayer::new(&perception.style_layers, |layer| {
            let shape = layer_shape(picture, layer);
            let mut matrix = |label| MatrixBuffer::new(memory, label, shape);
            Ok(StyleLoss {
                blended: several.then(|| matrix("blended style")).transpose()?,
                difference: matrix("Gram difference")?,
                sums: range(gram_sums(shape)),
            })
        })?;
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
            targets,
            style,
            content,
            weights,
            grams: Grams::new(memory, &perception.style_layers, grid)?,
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

    /// The weights with which the next commands are made.
    pub fn set_weights(&mut self, weights: LossWeights) {
        self.weights = weights;
    }

    /// The numbers of a step's record: the means of squares of the style layers and of the content layers, the total
    /// variation, and the sum of the gradient's squares. None is weighted.
    pub fn quantities(&self) -> Vec<Quantity> {
        let mean = |sums, count: usize| Quantity::new(sums, 1.0 / count as f32);
        let styles = self.style.iter();
        let styles =
            styles.map(|(layer, loss)| mean(loss.sums, CONVOLUTIONS[layer].outputs.pow(2)));
        let contents = self.content_sums.iter().map(|(layer, ranges)| {
            let all = SumRange {
                first: ranges.first().map_or(0, |range| range.first),
                count: ranges.iter().map(|range| range.count).sum(),
            };
            mean(all, self.content_values(layer))
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

    /// The commands that bring the mean of the styles' targets, with these weights, to where it is compared; none for a
    /// single style. The weights make one.
    pub fn blend(&self, network: &Network, weights: &[f32]) -> Vec<Dispatch> {
        let gpu = network.gpu();
        let mut dispatches = Vec::new();
        for (layer, loss) in self.style.iter() {
            let Some(blended) = &loss.blended else {
                continue;
            };
            let quads = layer_shape(self.picture, layer).quads();
            for (number, (target, &weight)) in self.targets.iter().zip(weights).enumerate() {
                let Some(target) = target.0.get(layer) else {
                    continue;
                };
                let kept = if number == 0 { 0.0 } else { 1.0 };
                dispatches.push(network.kernels.scaled_add.add(
                    gpu,
                    quads * quads * 4,
                    (weight, &target.0),
                    (kept, &blended.0),
                ));
            }
        }
        dispatches
    }

    /// The commands that add a layer's features, over the core of window `number`, to its Gram matrix, by way of a buffer
    /// of [`gram_partial_bytes`].
    pub fn add_to_gram(
        &self,
        network: &Network,
        layer: usize,
        activation: &Activation,
        partials: &wgpu::Buffer,
        (number, window): (usize, Window),
    ) -> Vec<Dispatch> {
        self.grams
            .add(network, layer, activation, partials, window, number == 0)
    }

    /// The commands that compare every style layer's Gram matrix with its target, after all windows were added.
    pub fn compare_styles(&self, network: &Network) -> Vec<Dispatch> {
        let mut dispatches = Vec::new();
        for (layer, loss) in self.style.iter() {
            let single = self.targets.first().and_then(|target| target.0.get(layer));
            let (Some(totals), Some(target)) =
                (self.grams.0.get(layer), loss.blended.as_ref().or(single))
            else {
                continue;
            };
            let map = layer_shape(self.picture, layer);
            dispatches.push(network.kernels.gram_loss.compare(
                network.gpu(),
                map,
                totals,
                target,
                &loss.difference,
                self.style_gradient_scale(layer, map),
                (&self.sums, loss.sums),
            ));
        }
        dispatches
    }

    /// d style / d F[c, p] = this * sum over d of (G - G')[c, d] F[d, p]: 2 / channels^2 of the mean of squares, 2 of
    /// the symmetric product, and the weight and number of positions.
    fn style_gradient_scale(&self, layer: usize, map: Shape) -> f32 {
        let share = self.perception.style_layers.share(layer);
        let channels = f64::from(map.channels);
        let positions = f64::from(map.positions());
        (f64::from(self.weights.style) * share * 4.0 / (channels * channels * positions)) as f32
    }

    fn content_gradient_scale(&self, layer: usize) -> f32 {
        let share = self.perception.content_layers.share(layer);
        let values = self.content_values(layer) as f64;
        (f64::from(self.weights.content) * share * 2.0 / values) as f32
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
        let window = at_layer(window, layer);
        let mut dispatches = Vec::new();
        if let (Some(target), Some(sums)) =
            (self.content.0.get(layer), self.content_sums.get(layer))
        {
            dispatches.push(network.kernels.content_loss.compare(
                gpu,
                Place {
                    map: activation.shape,
                    core: window.core,
                    target: target.shape,
                    x: window.x,
                    y: window.y,
                },
                features,
                &target.features,
                gradient,
                self.content_gradient_scale(layer),
                above,
                (&self.sums, sums[number]),
            ));
        }
        if let Some(loss) = self.style.get(layer) {
            dispatches.push(network.kernels.gram_gradient.multiply(
                gpu,
                activation.shape,
                window.core,
                features,
                &loss.difference,
                gradient,
                &activation.mask,
                above || !dispatches.is_empty(),
            ));
        }
        dispatches
    }
}
