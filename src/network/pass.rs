//! The network over one picture: forward, and back from losses to the picture.

use super::network::Network;
use super::transients::{Transients, kept_filters};
use crate::gpu::{Dispatch, GpuError, Memory};
use crate::kernels::winograd::Scratch;
use crate::maps::Shape;
use crate::settings::{Padding, Pooling};
use crate::vgg19::{CONVOLUTIONS, pooled_after};

/// The pooling after a layer.
#[derive(Debug)]
enum Pool {
    Max { choices: wgpu::Buffer },
    Average,
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
    /// Transformed, each with its layer and whether it is for the way back.
    filters: Vec<(usize, bool, wgpu::Buffer)>,
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
            filters: transformed(network, memory, shape, extent)?,
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
        let kept = self.kept_filter(layer, false);
        if let Some(kept) = kept.filter(|_| network.method.fuses(from, shape)) {
            let fused = &kernels.fused;
            return vec![fused.forward(gpu, filter, shape, source, features, mask, kept)];
        }
        match self.scratch(network, source, from, shape) {
            Some(scratch) => kernels
                .conv3x3_winograd
                .forward(gpu, filter, shape, source, features, mask, &scratch, kept),
            None => {
                let outside = match layer {
                    0 => (network.mean, self.padding),
                    _ => ([0.0; 3], Padding::Zero),
                };
                let partials = self.transients.partials.as_ref();
                kernels.conv3x3.forward(
                    gpu, filter, shape, outside, source, features, mask, partials,
                )
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
        let kept = self.kept_filter(layer, true);
        if let Some(kept) = kept.filter(|_| network.method.fuses(shape, below)) {
            let fused = &kernels.fused;
            return vec![fused.backward(gpu, filter, shape, gradient, to, mask, kept)];
        }
        match self.scratch(network, gradient, shape, below) {
            Some(scratch) => kernels
                .conv3x3_winograd
                .backward(gpu, filter, shape, gradient, to, mask, &scratch, kept),
            None => {
                let direct = &kernels.conv3x3;
                let partials = self.transients.partials.as_ref();
                let mut commands =
                    direct.backward(gpu, filter, shape, gradient, to, mask, partials);
                if layer == 0 && self.padding == Padding::Replicate {
                    let edge = &kernels.edge_gradient;
                    commands.push(edge.add(gpu, filter, shape, gradient, to));
                }
                commands
            }
        }
    }

    fn kept_filter(&self, layer: usize, backward: bool) -> Option<&wgpu::Buffer> {
        let mut filters = self.filters.iter();
        filters
            .find(|&&(of, way, _)| (of, way) == (layer, backward))
            .map(|(_, _, filter)| filter)
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
            .wants_winograd(from, to)
            .then(|| self.transients.scratch(source, from, to))
            .flatten()
    }

    /// Plans the way back from the losses to the picture, after `self` has run.
    ///
    /// Gives the commands, and the buffer at whose start they leave the gradient to the picture, `[height][width]` vec4,
    /// until the network runs again. `reads` says of a layer with a loss whether that needs its features; `gradients` gives the commands
    /// that bring a layer's own losses into the gradient, from its features; its last argument says whether the layers
    /// above have left theirs there. The first layer's features are computed anew: they are the largest of all, and one
    /// hundredth of the work.
    pub fn backward(
        &self,
        network: &Network,
        has_loss: impl Fn(usize) -> bool,
        reads: impl Fn(usize) -> bool,
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
                if layer == 0 && reads(layer) {
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

/// Transforms the filters that are kept.
fn transformed(
    network: &Network,
    memory: &mut Memory,
    shape: Shape,
    extent: &Extent,
) -> Result<Vec<(usize, bool, wgpu::Buffer)>, GpuError> {
    let mut filters = Vec::new();
    let mut commands = Vec::new();
    let keeps = extent.keeps_filters;
    for kept in kept_filters(network.method, shape, extent.last, extent.spare, keeps) {
        let words = kept.bytes as usize / size_of::<u32>();
        let buffer = memory.storage::<u32>("transformed filter", words)?;
        let (gpu, filter) = (network.gpu(), &network.filters[kept.layer]);
        let kernels = &network.kernels;
        commands.push(if kept.fused {
            let kernel = &kernels.fused;
            kernel.keep_filter(gpu, filter, kept.backward, &buffer)
        } else {
            let kernel = &kernels.conv3x3_winograd;
            kernel.keep_filter(gpu, filter, kept.backward, &buffer)
        });
        filters.push((kept.layer, kept.backward, buffer));
    }
    network.gpu().run(&commands)?;
    Ok(filters)
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
    /// Whether Winograd's filters are transformed once and kept, which takes up to 490 MB.
    pub keeps_filters: bool,
}
