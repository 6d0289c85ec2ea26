//! VGG19 on the GPU: its weights, the forward pass over a picture, and the backward pass from losses to the picture.

use std::rc::Rc;

use crate::feature_map::{Precision, Shape};
use crate::gpu::{Dispatch, Gpu, GpuError, Memory};
use crate::kernels::Kernels;
use crate::kernels::conv3x3::FilterBuffers;
use crate::kernels::conv3x3_winograd::{Area, Scratch, aligned, scratch_bytes};
use crate::settings::{Padding, Perception, Pooling};
use crate::style_loss::gram_partial_bytes;
use crate::tuning::Tiles;
use crate::vgg19::CONVOLUTIONS;
use crate::weights::Vgg19;
use crate::windows::Grid;

/// Which kernels compute the convolutions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Convolutions {
    /// Winograd's method wherever it fits into memory that the pass needs anyway.
    #[default]
    Fastest,
    /// Direct convolution everywhere.
    Direct,
    /// Winograd's method wherever it can be, which is everywhere but between the picture and the first layer.
    Winograd,
}

impl Convolutions {
    /// Whether a convolution between such maps should go by Winograd's method, if there is memory for it.
    fn want_winograd(self, from: Shape, to: Shape) -> bool {
        match self {
            Self::Fastest => winograd_pays(from, to),
            Self::Direct => false,
            Self::Winograd => winograd_applies(from, to),
        }
    }
}

/// How the network is computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Method {
    /// By which kernels.
    pub convolutions: Convolutions,
    /// Of what is stored between them.
    pub precision: Precision,
    /// How the heaviest kernels are cut, which changes nothing but the time.
    pub tiles: Tiles,
}

/// The kernels and the network's weights on one GPU: all that does not depend on a picture.
#[derive(Debug)]
pub struct Network {
    /// All of them.
    pub kernels: Kernels,
    filters: Vec<FilterBuffers>,
    mean: [f32; 3],
    method: Method,
    memory: Memory,
}

impl Network {
    /// Takes the kernels and uploads the weights.
    ///
    /// # Errors
    /// As [`Memory::storage`].
    pub fn new(gpu: &Rc<Gpu>, weights: &Vgg19, method: Method) -> Result<Self, GpuError> {
        let mut memory = Memory::new(gpu.clone());
        Ok(Self {
            kernels: Kernels::new(gpu, method.precision, method.tiles),
            filters: weights
                .filters
                .iter()
                .map(|filter| FilterBuffers::upload(&mut memory, filter, method.precision))
                .collect::<Result<_, _>>()?,
            mean: weights.mean,
            method,
            memory,
        })
    }

    /// The GPU.
    pub fn gpu(&self) -> &Rc<Gpu> {
        self.memory.gpu()
    }

    pub(crate) fn filter(&self, layer: usize) -> &FilterBuffers {
        &self.filters[layer]
    }

    /// How it is computed.
    pub fn method(&self) -> Method {
        self.method
    }

    /// Label and bytes of each buffer with weights.
    pub fn labelled_bytes(&self) -> impl Iterator<Item = (&'static str, u64)> {
        self.memory.labelled_bytes()
    }
}

/// The two buffers through which passes feature maps and gradients that nobody needs later.
///
/// A map lies at the start of one. The large maps of the first layers leave much room behind the small ones of the
/// later layers: there Winograd's convolution keeps what lies between its transforms.
#[derive(Debug)]
struct Transients {
    buffers: [wgpu::Buffer; 2],
    precision: Precision,
}

impl Transients {
    /// Large enough for the network over a picture of this shape, up to layer `last`, and for `spare` bytes.
    fn new(
        network: &Network,
        memory: &mut Memory,
        picture: Shape,
        last: usize,
        spare: u64,
    ) -> Result<Self, GpuError> {
        let bytes = transient_bytes(network.method, picture, last, spare);
        let words = bytes.div_ceil(size_of::<u32>() as u64) as usize;
        Ok(Self {
            buffers: [
                memory.storage::<u32>("transient", words)?,
                memory.storage::<u32>("transient", words)?,
            ],
            precision: network.method.precision,
        })
    }

    /// Bytes that the maps of a convolution take at the start of either buffer.
    fn head(from: Shape, to: Shape, precision: Precision) -> u64 {
        aligned(from.bytes(precision).max(to.bytes(precision)))
    }

    /// The one that is not `used`.
    fn other(&self, used: &wgpu::Buffer) -> wgpu::Buffer {
        let [first, second] = &self.buffers;
        if used == first { second } else { first }.clone()
    }

    /// Room for Winograd's convolution that reads `source`, if there is enough.
    fn scratch(&self, source: &wgpu::Buffer, from: Shape, to: Shape) -> Option<Scratch> {
        let offset = Self::head(from, to, self.precision);
        let [first, _] = &self.buffers;
        if offset + scratch_bytes(from, to) > first.size() {
            return None;
        }
        let operands = self.other(source);
        let products = self.other(&operands);
        let area = |buffer| Area { buffer, offset };
        Some(Scratch {
            operands: area(operands),
            products: area(products),
        })
    }
}

/// Bytes of either transient buffer for the network over a picture of this shape, up to layer `last`, and at least as many
/// as `spare`.
pub(crate) fn transient_bytes(method: Method, picture: Shape, last: usize, spare: u64) -> u64 {
    let Method {
        convolutions,
        precision,
        ..
    } = method;
    let largest = picture
        .with_channels(CONVOLUTIONS[0].outputs as u32)
        .bytes(precision);
    let with_scratch = layer_shapes(picture)
        .take(last + 1)
        .filter(|&(from, to)| convolutions.want_winograd(from, to))
        // Unless it must be: not for the first maps, beside which the scratch memory would be the largest buffer of all.
        .filter(|(from, _)| convolutions == Convolutions::Winograd || from.width < picture.width)
        .map(|(from, to)| Transients::head(from, to, precision) + both_scratch_bytes(from, to))
        .max();
    largest.max(with_scratch.unwrap_or(0)).max(spare)
}

/// Of a layer forward and backward.
fn both_scratch_bytes(from: Shape, to: Shape) -> u64 {
    scratch_bytes(from, to).max(scratch_bytes(to, from))
}

/// Whether there are channels enough on both sides; the picture has not.
pub(crate) fn winograd_applies(from: Shape, to: Shape) -> bool {
    from.quads().min(to.quads()) >= 16
}

/// Positions of a map from which on Winograd's convolution is the faster one.
///
/// The direct one takes 9 multiply-adds a position and pair of channels, Winograd's 36 / 16, and for each pair, however
/// small the map, the time of some 1600 to transform the filter. So much is measured on llvmpipe, and follows for GPUs
/// from the 180 bytes that it moves and the 5 to 10 multiply-adds that they do in the time of a byte.
const WINOGRAD_POSITIONS: u32 = 320;

fn winograd_pays(from: Shape, to: Shape) -> bool {
    winograd_applies(from, to) && from.positions() >= WINOGRAD_POSITIONS
}

/// A layer's output over a picture of this shape.
pub(crate) fn layer_shape(picture: Shape, layer: usize) -> Shape {
    let mut shape = picture;
    for _ in 1..CONVOLUTIONS[layer].block {
        shape = shape.pooled();
    }
    shape.with_channels(CONVOLUTIONS[layer].outputs as u32)
}

/// Every layer's input and output over a picture of this shape.
pub(crate) fn layer_shapes(picture: Shape) -> impl Iterator<Item = (Shape, Shape)> {
    let mut place = picture;
    CONVOLUTIONS
        .iter()
        .enumerate()
        .map(move |(layer, convolution)| {
            let from = place.with_channels(convolution.inputs as u32);
            let to = place.with_channels(convolution.outputs as u32);
            if pooled_after(layer) {
                place = place.pooled();
            }
            (from, to)
        })
}

/// The pooling after a layer.
#[derive(Debug)]
enum Pool {
    Max { choices: wgpu::Buffer },
    Average,
}

/// How far a pass goes, and what it leaves.
#[derive(Debug)]
pub struct Extent {
    /// The layers whose features stay readable.
    pub kept: Vec<usize>,
    /// The last layer.
    pub last: usize,
    /// Between the blocks.
    pub pooling: Pooling,
    /// Outside of the picture.
    pub padding: Padding,
    /// Bytes that those may use who look at features while the pass is at their layer.
    pub spare: u64,
}

impl Extent {
    /// Of the pass over the painting: the way back reads the features of all layers with a loss. The first layer's are
    /// computed anew instead, and the last one's are still there.
    pub fn of_painting(perception: &Perception, grid: &Grid) -> Self {
        let last = perception.last();
        Self {
            kept: (1..last).filter(|&layer| perception.has(layer)).collect(),
            last,
            pooling: perception.pooling,
            padding: perception.padding,
            spare: gram_partial_bytes(&perception.style_layers, grid),
        }
    }

    /// Of the pass over a style picture, whose features are looked at in passing.
    pub fn of_style(perception: &Perception, grid: &Grid) -> Self {
        Self {
            kept: Vec::new(),
            last: perception.style_layers.layers().next_back().unwrap_or(0),
            pooling: perception.pooling,
            padding: perception.padding,
            spare: gram_partial_bytes(&perception.style_layers, grid),
        }
    }
}

/// What stays of one convolution's output.
#[derive(Debug)]
pub struct Activation {
    /// Of the output.
    pub shape: Shape,
    /// The output after ReLU. Only that of the last layer, and of those which were asked to be kept, outlives the layer
    /// above.
    pub features: wgpu::Buffer,
    /// The ReLU's mask.
    pub mask: wgpu::Buffer,
    pool: Option<Pool>,
}

/// The commands of one layer, which those that look at its features come between.
#[derive(Debug)]
struct LayerCommands {
    convolve: Vec<Dispatch>,
    pool: Option<Dispatch>,
}

/// The network over one picture, from its pixels to the last layer that is needed.
#[derive(Debug)]
pub struct ForwardPass {
    picture: wgpu::Buffer,
    padding: Padding,
    commands: Vec<LayerCommands>,
    /// What stays, by layer.
    pub activations: Vec<Activation>,
    transients: Transients,
}

impl ForwardPass {
    /// Plans the pass over `picture` (`[height][width]` vec4, red, green and blue in [0, 1]). All buffers are made in
    /// `memory`.
    ///
    /// # Errors
    /// As [`Memory::storage`].
    pub fn new(
        network: &Network,
        memory: &mut Memory,
        shape: Shape,
        picture: &wgpu::Buffer,
        extent: &Extent,
    ) -> Result<Self, GpuError> {
        let transients = Transients::new(network, memory, shape, extent.last, extent.spare)?;
        let mut pass = Self {
            picture: picture.clone(),
            padding: extent.padding,
            commands: Vec::new(),
            activations: Vec::new(),
            transients,
        };
        let mut source = (shape, picture.clone());
        for layer in 0..=extent.last {
            source = pass.add_layer(network, memory, layer, source, extent)?;
        }
        Ok(pass)
    }

    /// The commands, in order; `look` gives those that read a layer's features while they are there. Its last argument is
    /// a buffer that they may use meanwhile.
    pub fn forward(
        &self,
        mut look: impl FnMut(usize, &Activation, &wgpu::Buffer) -> Vec<Dispatch>,
    ) -> Vec<Dispatch> {
        let mut dispatches = Vec::new();
        for (layer, (commands, activation)) in
            self.commands.iter().zip(&self.activations).enumerate()
        {
            dispatches.extend(commands.convolve.iter().cloned());
            let spare = self.transients.other(&activation.features);
            dispatches.extend(look(layer, activation, &spare));
            dispatches.extend(commands.pool.clone());
        }
        dispatches
    }

    /// The last layer, whose features stay until the way back begins.
    pub fn last(&self) -> &Activation {
        &self.activations[self.activations.len() - 1]
    }

    fn add_layer(
        &mut self,
        network: &Network,
        memory: &mut Memory,
        layer: usize,
        (shape, source): (Shape, wgpu::Buffer),
        extent: &Extent,
    ) -> Result<(Shape, wgpu::Buffer), GpuError> {
        let gpu = network.gpu();
        let shape = shape.with_channels(network.filters[layer].outputs());
        let features = if extent.kept.contains(&layer) {
            memory.map(CONVOLUTIONS[layer].name, shape, network.method.precision)?
        } else {
            self.transients.other(&source)
        };
        let mask = memory.storage::<u32>("ReLU mask", shape.mask_words())?;
        let convolve = self.convolve(network, layer, shape, &source, &features, &mask);
        let mut output = (shape, features.clone());
        let (mut pool, mut pooling) = (None, None);
        if layer != extent.last && pooled_after(layer) {
            let small = self.transients.other(&features);
            let kernels = &network.kernels;
            match extent.pooling {
                Pooling::Max => {
                    let words = shape.choice_words();
                    let choices = memory.storage::<u32>("pooling choices", words)?;
                    let kernel = &kernels.max_pool2x2;
                    pooling = Some(kernel.forward(gpu, shape, &features, &small, &choices));
                    pool = Some(Pool::Max { choices });
                }
                Pooling::Average => {
                    let kernel = &kernels.average_pool2x2;
                    pooling = Some(kernel.forward(gpu, shape, &features, &small));
                    pool = Some(Pool::Average);
                }
            }
            output = (shape.pooled(), small);
        }
        self.commands.push(LayerCommands {
            convolve,
            pool: pooling,
        });
        self.activations.push(Activation {
            shape,
            features,
            mask,
            pool,
        });
        Ok(output)
    }

    fn convolve(
        &self,
        network: &Network,
        layer: usize,
        shape: Shape,
        source: &wgpu::Buffer,
        features: &wgpu::Buffer,
        mask: &wgpu::Buffer,
    ) -> Vec<Dispatch> {
        let gpu = network.gpu();
        let kernels = &network.kernels;
        let filter = &network.filters[layer];
        let from = shape.with_channels(filter.inputs());
        match self.scratch(network, source, from, shape) {
            Some(scratch) => kernels
                .conv3x3_winograd
                .forward(gpu, filter, shape, source, features, mask, &scratch),
            None => {
                let (mean, padding) = match layer {
                    0 => (network.mean, self.padding),
                    _ => ([0.0; 3], Padding::Zero),
                };
                vec![
                    kernels
                        .conv3x3
                        .forward(gpu, filter, shape, mean, padding, source, features, mask),
                ]
            }
        }
    }

    fn convolve_backward(
        &self,
        network: &Network,
        layer: usize,
        gradient: &wgpu::Buffer,
        to: &wgpu::Buffer,
        mask: Option<&wgpu::Buffer>,
    ) -> Vec<Dispatch> {
        let gpu = network.gpu();
        let kernels = &network.kernels;
        let filter = &network.filters[layer];
        let shape = self.activations[layer].shape;
        let below = shape.with_channels(filter.inputs());
        match self.scratch(network, gradient, shape, below) {
            Some(scratch) => kernels
                .conv3x3_winograd
                .backward(gpu, filter, shape, gradient, to, mask, &scratch),
            None => {
                let direct = &kernels.conv3x3;
                let mut commands = vec![direct.backward(gpu, filter, shape, gradient, to, mask)];
                if layer == 0 && self.padding == Padding::Replicate {
                    let edge = &kernels.edge_gradient;
                    commands.push(edge.add(gpu, filter, shape, gradient, to));
                }
                commands
            }
        }
    }

    fn scratch(
        &self,
        network: &Network,
        source: &wgpu::Buffer,
        from: Shape,
        to: Shape,
    ) -> Option<Scratch> {
        network
            .method
            .convolutions
            .want_winograd(from, to)
            .then(|| self.transients.scratch(source, from, to))
            .flatten()
    }

    /// Plans the way back from the losses to the picture, after `self` has run.
    ///
    /// Gives the commands, and the buffer at whose start they leave the gradient to the picture, `[height][width]` vec4,
    /// until the network runs again. `gradients` gives the commands
    /// that bring a layer's own losses into the gradient, from its features; its last argument says whether the layers
    /// above have left theirs there. The first layer's features are computed anew: they are the largest of all, and one
    /// hundredth of the work.
    pub fn backward(
        &self,
        network: &Network,
        has_loss: impl Fn(usize) -> bool,
        mut gradients: impl FnMut(
            usize,
            &Activation,
            &wgpu::Buffer,
            &wgpu::Buffer,
            bool,
        ) -> Vec<Dispatch>,
    ) -> (Vec<Dispatch>, wgpu::Buffer) {
        let gpu = network.gpu();
        let mut dispatches = Vec::new();
        let mut gradient = self.transients.other(&self.last().features);
        for (layer, activation) in self.activations.iter().enumerate().rev() {
            let above = layer + 1 < self.activations.len();
            if let (true, Some(pool)) = (above, &activation.pool) {
                let large = self.transients.other(&gradient);
                let Activation { shape, mask, .. } = activation;
                let kernels = &network.kernels;
                dispatches.push(match pool {
                    Pool::Max { choices } => kernels
                        .max_pool2x2
                        .backward(gpu, *shape, &gradient, choices, mask, &large),
                    Pool::Average => kernels
                        .average_pool2x2
                        .backward(gpu, *shape, &gradient, mask, &large),
                });
                gradient = large;
            }
            if has_loss(layer) {
                let mut features = activation.features.clone();
                if layer == 0 {
                    features = self.transients.other(&gradient);
                    let Activation { shape, mask, .. } = activation;
                    dispatches.extend(self.convolve(
                        network,
                        layer,
                        *shape,
                        &self.picture,
                        &features,
                        mask,
                    ));
                }
                dispatches.extend(gradients(layer, activation, &features, &gradient, above));
            }
            let to = self.transients.other(&gradient);
            let mask = self.mask_below(layer, &has_loss);
            dispatches.extend(self.convolve_backward(network, layer, &gradient, &to, mask));
            gradient = to;
        }
        (dispatches, gradient)
    }

    /// The mask that the backward convolution of a layer applies: none where pooling or a loss comes first and does.
    fn mask_below(&self, layer: usize, has_loss: impl Fn(usize) -> bool) -> Option<&wgpu::Buffer> {
        let below = layer.checked_sub(1)?;
        let activation = &self.activations[below];
        (activation.pool.is_none() && !has_loss(below)).then_some(&activation.mask)
    }
}

pub(crate) fn pooled_after(layer: usize) -> bool {
    CONVOLUTIONS
        .get(layer + 1)
        .is_some_and(|next| next.block > CONVOLUTIONS[layer].block)
}
