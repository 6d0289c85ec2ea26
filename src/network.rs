//! VGG19 on the GPU: its weights, the forward pass over a picture, and the backward pass from losses to the picture.

use std::rc::Rc;

use crate::feature_map::Shape;
use crate::gpu::{Dispatch, Gpu, GpuError, Memory};
use crate::kernels::Kernels;
use crate::kernels::conv3x3::FilterBuffers;
use crate::losses::Losses;
use crate::vgg19::CONVOLUTIONS;
use crate::weights::Vgg19;

/// The compiled kernels and the network's weights on one GPU: all that does not depend on a picture.
#[derive(Debug)]
pub struct Network {
    /// The compiled kernels.
    pub kernels: Kernels,
    filters: Vec<FilterBuffers>,
    mean: [f32; 3],
    memory: Memory,
}

impl Network {
    /// Compiles the kernels and uploads the weights.
    ///
    /// # Errors
    /// As [`Memory::storage`].
    pub fn new(gpu: &Rc<Gpu>, weights: &Vgg19) -> Result<Self, GpuError> {
        let mut memory = Memory::new(gpu.clone());
        Ok(Self {
            kernels: Kernels::new(gpu),
            filters: weights
                .filters
                .iter()
                .map(|filter| FilterBuffers::upload(&mut memory, filter))
                .collect::<Result<_, _>>()?,
            mean: weights.mean,
            memory,
        })
    }

    /// The GPU.
    pub fn gpu(&self) -> &Rc<Gpu> {
        self.memory.gpu()
    }

    /// Bytes that the weights take on the GPU.
    pub fn bytes(&self) -> u64 {
        self.memory.bytes()
    }
}

/// The two buffers through which passes feature maps and gradients that nobody needs later.
#[derive(Debug)]
struct Transients([wgpu::Buffer; 2]);

impl Transients {
    /// Large enough for any map of the network over a picture of this shape.
    fn new(memory: &mut Memory, picture: Shape) -> Result<Self, GpuError> {
        let largest = picture
            .with_channels(CONVOLUTIONS[0].outputs as u32)
            .vectors();
        Ok(Self([
            memory.storage::<[f32; 4]>("transient", largest)?,
            memory.storage::<[f32; 4]>("transient", largest)?,
        ]))
    }

    /// The one that is not `used`.
    fn other(&self, used: &wgpu::Buffer) -> wgpu::Buffer {
        let [first, second] = &self.0;
        if used == first { second } else { first }.clone()
    }
}

/// The pooling after a layer.
#[derive(Debug)]
struct Pool {
    choices: wgpu::Buffer,
}

/// What stays of one convolution's output.
#[derive(Debug)]
pub struct Activation {
    /// Of the output.
    pub shape: Shape,
    /// The output after ReLU. Only that of layers which were asked to be kept outlives the pass.
    pub features: wgpu::Buffer,
    /// The ReLU's mask.
    pub mask: wgpu::Buffer,
    pool: Option<Pool>,
}

/// The network over one picture, from its pixels to the last layer that is needed.
#[derive(Debug)]
pub struct ForwardPass {
    /// The commands, in order.
    pub dispatches: Vec<Dispatch>,
    /// What stays, by layer.
    pub activations: Vec<Activation>,
    transients: Transients,
}

impl ForwardPass {
    /// Plans the pass over `picture` (`[height][width]` vec4, red, green and blue in [0, 1]) through the layers up to the
    /// last one in `kept`, whose features stay readable; all buffers are made in `memory`.
    ///
    /// # Errors
    /// As [`Memory::storage`].
    pub fn new(
        network: &Network,
        memory: &mut Memory,
        shape: Shape,
        picture: &wgpu::Buffer,
        kept: &[usize],
    ) -> Result<Self, GpuError> {
        let transients = Transients::new(memory, shape)?;
        let mut pass = Self {
            dispatches: Vec::new(),
            activations: Vec::new(),
            transients,
        };
        let last = kept.iter().copied().max().unwrap_or(0);
        let mut source = (shape, picture.clone());
        for layer in 0..=last {
            let keep = kept.contains(&layer);
            source = pass.add_layer(network, memory, layer, source, keep, layer == last)?;
        }
        Ok(pass)
    }

    fn add_layer(
        &mut self,
        network: &Network,
        memory: &mut Memory,
        layer: usize,
        (shape, source): (Shape, wgpu::Buffer),
        keep: bool,
        last: bool,
    ) -> Result<(Shape, wgpu::Buffer), GpuError> {
        let gpu = network.gpu();
        let filter = &network.filters[layer];
        let shape = shape.with_channels(filter.outputs());
        let features = if keep {
            memory.storage::<[f32; 4]>(CONVOLUTIONS[layer].name, shape.vectors())?
        } else {
            self.transients.other(&source)
        };
        let mask = memory.storage::<u32>("ReLU mask", shape.mask_words())?;
        let mean = if layer == 0 { network.mean } else { [0.0; 3] };
        self.dispatches.push(
            network
                .kernels
                .conv3x3
                .forward(gpu, filter, shape, mean, &source, &features, &mask),
        );
        let mut output = (shape, features.clone());
        let mut pool = None;
        if !last && pooled_after(layer) {
            let choices = memory.storage::<u32>("pooling choices", shape.choice_words())?;
            let small = self.transients.other(&features);
            self.dispatches.push(
                network
                    .kernels
                    .max_pool2x2
                    .forward(gpu, shape, &features, &small, &choices),
            );
            output = (shape.pooled(), small);
            pool = Some(Pool { choices });
        }
        self.activations.push(Activation {
            shape,
            features,
            mask,
            pool,
        });
        Ok(output)
    }

    /// Plans the way back from the losses to the picture, after `self` has run.
    ///
    /// The gradient to the picture goes to `picture_gradient`, `[height][width]` vec4.
    pub fn backward(
        &self,
        network: &Network,
        picture_gradient: &wgpu::Buffer,
        losses: &Losses,
    ) -> Vec<Dispatch> {
        let gpu = network.gpu();
        let mut dispatches = Vec::new();
        let [mut gradient, _] = self.transients.0.clone();
        for (layer, activation) in self.activations.iter().enumerate().rev() {
            let above = layer + 1 < self.activations.len();
            if let (true, Some(pool)) = (above, &activation.pool) {
                let large = self.transients.other(&gradient);
                dispatches.push(network.kernels.max_pool2x2.backward(
                    gpu,
                    activation.shape,
                    &gradient,
                    &pool.choices,
                    &activation.mask,
                    &large,
                ));
                gradient = large;
            }
            dispatches.extend(losses.gradients(network, layer, activation, &gradient, above));
            let to = match layer {
                0 => picture_gradient.clone(),
                _ => self.transients.other(&gradient),
            };
            let mask = self.mask_below(layer, losses);
            dispatches.push(network.kernels.conv3x3.backward(
                gpu,
                &network.filters[layer],
                activation.shape,
                &gradient,
                &to,
                mask,
            ));
            gradient = to;
        }
        dispatches
    }

    /// The mask that the backward convolution of a layer applies: none where pooling or a loss comes first and does.
    fn mask_below(&self, layer: usize, losses: &Losses) -> Option<&wgpu::Buffer> {
        let below = layer.checked_sub(1)?;
        let activation = &self.activations[below];
        (activation.pool.is_none() && !losses.at(below)).then_some(&activation.mask)
    }
}

fn pooled_after(layer: usize) -> bool {
    CONVOLUTIONS
        .get(layer + 1)
        .is_some_and(|next| next.block > CONVOLUTIONS[layer].block)
}
