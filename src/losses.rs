//! The losses of Gatys et al. 2015: their targets, their values and their gradients to the feature maps.
//!
//! With feature maps F, Gram matrices G and the targets' F' and G':
//!
//! - style = `style_weight / 5 * sum over layers of mean((G - G')^2)`, where `G[c, d]` is the sum over positions of
//!   `F[c] F[d]`, over the number of positions (section 2.2 of the paper up to constant factors);
//! - content = `content_weight * mean((F - F')^2)`.

use crate::feature_map::Shape;
use crate::gpu::{CAUTIOUS_COMMANDS, Dispatch, GpuError, Memory};
use crate::kernels::content_loss::Place;
use crate::kernels::gram::{Slicing, triangle};
use crate::kernels::gram_loss::MatrixBuffer;
use crate::kernels::record::Quantity;
use crate::kernels::{SumRange, gram_sums, striding_sums};
use crate::network::{Activation, ForwardPass, Network, layer_shape};
use crate::vgg19::{CONTENT_LAYER, CONVOLUTIONS, STYLE_LAYERS};
use crate::windows::{Grid, View, Window};

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

/// The window as the features of a layer have it.
pub(crate) fn at_layer(window: Window, layer: usize) -> Window {
    window.pooled(CONVOLUTIONS[layer].block as u32 - 1)
}

/// Bytes that partial Gram matrices need, of one layer and window after the other.
pub(crate) fn gram_partial_bytes(grid: &Grid) -> u64 {
    let numbers = STYLE_LAYERS
        .iter()
        .flat_map(|&layer| {
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
pub(crate) fn loss_sums(picture: Shape, grid: &Grid) -> u64 {
    let styles = STYLE_LAYERS.map(|layer| gram_sums(layer_shape(picture, layer)));
    let content = striding_sums(layer_shape(grid.window, CONTENT_LAYER).vectors() as u32);
    u64::from(styles.iter().sum::<u32>())
        + u64::from(content) * grid.windows.len() as u64
        + 2 * u64::from(striding_sums(picture.positions()))
}

/// The Gram matrices of the style layers, while windows are added to them.
#[derive(Debug)]
struct Grams {
    /// By style layer.
    totals: Vec<wgpu::Buffer>,
}

impl Grams {
    fn new(memory: &mut Memory, grid: &Grid) -> Result<Self, GpuError> {
        Ok(Self {
            totals: STYLE_LAYERS
                .iter()
                .map(|&layer| {
                    let numbers = triangle(layer_shape(grid.window, layer));
                    memory.storage::<f32>("Gram matrix", numbers)
                })
                .collect::<Result<_, _>>()?,
        })
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
        let Some(place) = style_place(layer) else {
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
                .add_up(gpu, slicing, partials, &self.totals[place], !first),
        ]
    }
}

fn style_place(layer: usize) -> Option<usize> {
    STYLE_LAYERS.iter().position(|&style| style == layer)
}

/// What the style picture gives: a Gram matrix a style layer.
#[derive(Debug)]
pub struct StyleTargets(Vec<MatrixBuffer>);

impl StyleTargets {
    /// Runs the network over the style picture by windows; the matrices are made in `memory`.
    ///
    /// # Errors
    /// As [`Memory::storage`] and [`Gpu::run`](crate::gpu::Gpu::run).
    pub fn compute(
        network: &Network,
        memory: &mut Memory,
        shape: Shape,
        pixels: &[[f32; 4]],
        window_side: u32,
    ) -> Result<Self, GpuError> {
        let gpu = network.gpu();
        let grid = Grid::new(shape, window_side);
        let mut scratch = Memory::new(gpu.clone());
        let picture = scratch.upload("style picture", pixels)?;
        let view = View::new(&mut scratch, "style window", &grid, shape, picture)?;
        let last = STYLE_LAYERS[STYLE_LAYERS.len() - 1];
        let pass = ForwardPass::new(
            network,
            &mut scratch,
            grid.window,
            &view.window,
            &[],
            last,
            gram_partial_bytes(&grid),
        )?;
        let grams = Grams::new(&mut scratch, &grid)?;
        for (number, &window) in grid.windows.iter().enumerate() {
            let mut dispatches = Vec::from_iter(view.take(network, window));
            dispatches.extend(pass.forward(|layer, activation, spare| {
                grams.add(network, layer, activation, spare, window, number == 0)
            }));
            gpu.run_in_parts(&dispatches, CAUTIOUS_COMMANDS)?;
        }
        let mut targets = Vec::new();
        for (totals, layer) in grams.totals.iter().zip(STYLE_LAYERS) {
            let map = layer_shape(shape, layer);
            let target = MatrixBuffer::new(memory, "style target", map)?;
            gpu.run(&[network
                .kernels
                .gram_loss
                .store_target(gpu, map, totals, &target)])?;
            targets.push(target);
        }
        Ok(Self(targets))
    }
}

/// What the content picture gives: the content layer's features, over the whole picture.
#[derive(Debug)]
pub struct ContentTarget {
    shape: Shape,
    features: wgpu::Buffer,
}

impl ContentTarget {
    /// Runs `pass` over what `view` shows, by the grid's windows, and keeps the content layer's features in `memory`.
    ///
    /// # Errors
    /// As [`Memory::storage`] and [`Gpu::run`](crate::gpu::Gpu::run).
    pub fn compute(
        network: &Network,
        memory: &mut Memory,
        picture: Shape,
        grid: &Grid,
        view: &View,
        pass: &ForwardPass,
    ) -> Result<Self, GpuError> {
        let gpu = network.gpu();
        let shape = layer_shape(picture, CONTENT_LAYER);
        let features = memory.map("content target", shape, network.method().precision)?;
        for &window in &grid.windows {
            let mut dispatches = Vec::from_iter(view.take(network, window));
            dispatches.extend(pass.forward(|_, _, _| Vec::new()));
            dispatches.push(network.kernels.window.keep(
                gpu,
                shape,
                at_layer(window, CONTENT_LAYER),
                &features,
                &pass.last().features,
            ));
            gpu.run_in_parts(&dispatches, CAUTIOUS_COMMANDS)?;
        }
        Ok(Self { shape, features })
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
    picture: Shape,
    style: Vec<StyleLoss>,
    content: ContentTarget,
    weights: LossWeights,
    grams: Grams,
    /// One range a window.
    content_sums: Vec<SumRange>,
    /// Of the total variation.
    pub variation_sums: SumRange,
    /// Of the squared gradient.
    pub gradient_sums: SumRange,
    /// The partial sums of all losses.
    pub sums: wgpu::Buffer,
}

impl Losses {
    /// Allocates what comparing a picture of this shape, by the grid's windows, with the targets needs.
    ///
    /// # Errors
    /// As [`Memory::storage`].
    pub fn new(
        memory: &mut Memory,
        picture: Shape,
        grid: &Grid,
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
        let mut style = Vec::new();
        for (target, layer) in targets.0.into_iter().zip(STYLE_LAYERS) {
            let shape = layer_shape(picture, layer);
            style.push(StyleLoss {
                target,
                difference: MatrixBuffer::new(memory, "Gram difference", shape)?,
                sums: range(gram_sums(shape)),
            });
        }
        let content_map = layer_shape(grid.window, CONTENT_LAYER);
        let content_sums = grid
            .windows
            .iter()
            .map(|_| range(striding_sums(content_map.vectors() as u32)))
            .collect();
        let variation_sums = range(striding_sums(picture.positions()));
        let gradient_sums = range(striding_sums(picture.positions()));
        Ok(Self {
            picture,
            style,
            content,
            weights,
            grams: Grams::new(memory, grid)?,
            content_sums,
            variation_sums,
            gradient_sums,
            sums: memory.storage::<f32>("partial sums", length as usize)?,
        })
    }

    /// The numbers of a step's record: the style layers' means of squares, the content's, the total variation, and
    /// the sum of the gradient's squares. None is weighted.
    pub fn quantities(&self) -> Vec<Quantity> {
        let mean = |sums, count: usize| Quantity::new(sums, 1.0 / count as f32);
        let mut quantities: Vec<_> = self
            .style
            .iter()
            .zip(STYLE_LAYERS)
            .map(|(loss, layer)| mean(loss.sums, CONVOLUTIONS[layer].outputs.pow(2)))
            .collect();
        let content_sums = SumRange {
            first: self.content_sums.first().map_or(0, |range| range.first),
            count: self.content_sums.iter().map(|range| range.count).sum(),
        };
        quantities.extend([
            mean(content_sums, self.content_values()),
            Quantity::new(self.variation_sums, 1.0),
            Quantity::new(self.gradient_sums, 1.0),
        ]);
        quantities
    }

    fn content_values(&self) -> usize {
        self.content.shape.vectors() * 4
    }

    /// Whether a layer has a loss.
    pub fn at(layer: usize) -> bool {
        layer == CONTENT_LAYER || STYLE_LAYERS.contains(&layer)
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
        self.style
            .iter()
            .zip(&self.grams.totals)
            .zip(STYLE_LAYERS)
            .map(|((loss, totals), layer)| {
                let map = layer_shape(self.picture, layer);
                network.kernels.gram_loss.compare(
                    network.gpu(),
                    map,
                    totals,
                    &loss.target,
                    &loss.difference,
                    self.style_gradient_scale(map),
                    (&self.sums, loss.sums),
                )
            })
            .collect()
    }

    /// d style / d F[c, p] = this * sum over d of (G - G')[c, d] F[d, p]: 2 / channels^2 of the mean of squares, 2 of
    /// the symmetric product, and the weight and number of positions.
    fn style_gradient_scale(&self, map: Shape) -> f32 {
        let layers = STYLE_LAYERS.len() as f64;
        let channels = f64::from(map.channels);
        let positions = f64::from(map.positions());
        (f64::from(self.weights.style) / layers * 4.0 / (channels * channels * positions)) as f32
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
        if layer == CONTENT_LAYER {
            let scale = 2.0 * self.weights.content / self.content_values() as f32;
            dispatches.push(network.kernels.content_loss.compare(
                gpu,
                Place {
                    map: activation.shape,
                    core: window.core,
                    target: self.content.shape,
                    x: window.x,
                    y: window.y,
                },
                features,
                &self.content.features,
                gradient,
                scale,
                above,
                (&self.sums, self.content_sums[number]),
            ));
        }
        if let Some(place) = style_place(layer) {
            dispatches.push(network.kernels.gram_gradient.multiply(
                gpu,
                activation.shape,
                window.core,
                features,
                &self.style[place].difference,
                gradient,
                &activation.mask,
                above || !dispatches.is_empty(),
            ));
        }
        dispatches
    }
}
