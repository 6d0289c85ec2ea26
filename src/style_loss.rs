//! The style loss: what is known of the styles, and what of the painting is compared with it.
//!
//! Gatys et al. 2015 compare Gram matrices; their loss of a layer is the mean of `(G - G')^2`, where `G[c, d]` is the mean
//! over positions of `F[c] F[d]` (section 2.2 of the paper up to constant factors). style-transfer-pytorch compares means
//! and covariances by the Wasserstein-2 distance; `shaders/wasserstein.wgsl` has its maths. A relative loss is Gatys' over the
//! mean of `G'^2`.
//!
//! A style with a mask counts where its mask says so: its region of the painting has a loss of its own, from sums over
//! positions with the mask's weights (Gatys et al. 2016, "Controlling Perceptual Factors in Neural Style Transfer", section
//! 4). Styles without one share the whole painting: there G', or the moments, are the means of theirs weighted with their
//! parts. The loss is the mean over the regions, weighted with the parts.

use crate::feature_map::Shape;
use crate::gpu::{CAUTIOUS_COMMANDS, Dispatch, Gpu, GpuError, Memory};
use crate::kernels::gram::{Slicing, triangle};
use crate::kernels::gram_gradient::StyleGradient;
use crate::kernels::gram_loss::{LossScales, MatrixBuffer};
use crate::kernels::matrix::{Factor, Factors, Scaling};
use crate::kernels::normalise::Offset;
use crate::kernels::wasserstein::Moments;
use crate::kernels::{SumRange, gram_sums};
use crate::losses::{ByLayer, at_layer};
use crate::mask::{LayerMasks, Mask};
use crate::network::{Activation, Extent, ForwardPass, Network, layer_shape};
use crate::settings::{LayerWeights, Perception, StyleLoss};
use crate::square_root::SquareRoot;
use crate::vgg19::CONVOLUTIONS;
use crate::windows::{Grid, View, Window};

/// Bytes that partial sums need, of one layer and window after the other.
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

/// Partial sums that the style loss of one layer and region leaves.
pub(crate) fn style_sums(style_loss: StyleLoss, layer: usize) -> u32 {
    match style_loss {
        StyleLoss::Gram | StyleLoss::Relative => gram_sums(map(layer)),
        StyleLoss::Wasserstein => 1,
    }
}

/// A map with a layer's channels, where its size does not matter.
fn map(layer: usize) -> Shape {
    Shape::new(1, 1, CONVOLUTIONS[layer].outputs as u32)
}

/// A map with as many channels as any of the layers.
pub(crate) fn widest(layers: &LayerWeights) -> Shape {
    let maps = layers.layers().map(map);
    maps.max_by_key(|map| map.channels)
        .unwrap_or_else(|| map(0))
}

/// The regions of a painting by its styles, for each of which it says whether it has a mask: the styles of each region.
pub(crate) fn regions(masked: impl Iterator<Item = bool>) -> Vec<Vec<usize>> {
    let mut shared = Vec::new();
    let mut regions = Vec::new();
    for (style, masked) in masked.enumerate() {
        if masked {
            regions.push(vec![style]);
        } else {
            shared.push(style);
        }
    }
    if !shared.is_empty() {
        regions.insert(0, shared);
    }
    regions
}

/// Sums over the positions of a layer's features.
#[derive(Debug)]
struct LayerSums {
    products: wgpu::Buffer,
    /// Of the channels, where means are compared.
    channels: Option<wgpu::Buffer>,
}

/// The sums of the style layers, while windows are added to them.
#[derive(Debug)]
struct Sums(ByLayer<LayerSums>);

impl Sums {
    fn new(memory: &mut Memory, perception: &Perception) -> Result<Self, GpuError> {
        Ok(Self(ByLayer::new(&perception.style_layers, |layer| {
            let map = map(layer);
            let channels = match perception.style_loss {
                StyleLoss::Gram | StyleLoss::Relative => None,
                StyleLoss::Wasserstein => {
                    Some(memory.storage::<[f32; 4]>("channel sums", map.quads() as usize)?)
                }
            };
            Ok::<_, GpuError>(LayerSums {
                products: memory.storage::<f32>("Gram matrix", triangle(map))?,
                channels,
            })
        })?))
    }

    /// The commands that add a layer's features, over the window's core, to its sums, by way of `partials`; none for a layer
    /// without style.
    fn add(
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
enum Target {
    Gram(MatrixBuffer),
    Moments(Moments),
}

impl Target {
    fn new(memory: &mut Memory, style_loss: StyleLoss, layer: usize) -> Result<Self, GpuError> {
        let map = map(layer);
        let second = MatrixBuffer::new(memory, "style target", map)?;
        Ok(match style_loss {
            StyleLoss::Gram | StyleLoss::Relative => Self::Gram(second),
            StyleLoss::Wasserstein => Self::Moments(Moments {
                second,
                mean: memory.storage::<[f32; 4]>("style mean", map.quads() as usize)?,
            }),
        })
    }

    fn second(&self) -> &MatrixBuffer {
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
    fn blend(
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
pub struct StyleTargets(ByLayer<Target>);

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
        let grid = Grid::new(shape, window_side);
        let mut scratch = Memory::new(gpu.clone());
        let picture = scratch.upload("style picture", pixels)?;
        let view = View::new(&mut scratch, "style window", &grid, shape, picture)?;
        let masks = mask
            .map(|mask| LayerMasks::upload(&mut scratch, "style mask", mask, layers))
            .transpose()?;
        let extent = Extent::of_style(perception, &grid);
        let pass = ForwardPass::new(network, &mut scratch, grid.window, &view.window, &extent)?;
        let sums = Sums::new(&mut scratch, perception)?;
        for (number, &window) in grid.windows.iter().enumerate() {
            let mut dispatches = Vec::from_iter(view.take(network, window));
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
fn total_weight(masks: Option<&LayerMasks>, picture: Shape, layer: usize) -> f32 {
    match masks {
        None => layer_shape(picture, layer).positions() as f32,
        Some(masks) => masks.sum(layer),
    }
}

/// Zero where there is nothing to divide by: a mask may have vanished in a small map.
fn inverse(weight: f32) -> f32 {
    if weight > 0.0 { 1.0 / weight } else { 0.0 }
}

/// What the Wasserstein-2 loss of a layer needs besides.
#[derive(Debug)]
struct Distribution {
    /// The root of the target's covariance.
    root: MatrixBuffer,
    /// What the gradient has everywhere.
    offset: wgpu::Buffer,
}

/// The loss of one layer in one region.
#[derive(Debug)]
struct RegionLoss {
    /// The mean of the styles' targets, where there are several.
    blended: Option<Target>,
    /// Of the features with the target, as the gradient needs it.
    difference: MatrixBuffer,
    /// One over the mean of the target's squares, where the loss is relative.
    unit: Option<wgpu::Buffer>,
    distribution: Option<Distribution>,
    sums: SumRange,
}

#[derive(Debug)]
struct Region {
    styles: Vec<usize>,
    masks: Option<LayerMasks>,
    /// Of the whole loss; all parts make one.
    part: f32,
    sums: Sums,
    losses: ByLayer<RegionLoss>,
}

/// Matrices that losses use one after the other.
#[derive(Debug)]
struct Scratch {
    /// Of the features.
    moments: Moments,
    covariance: MatrixBuffer,
    /// A gradient's matrix before it is given its length.
    raw: MatrixBuffer,
    root: SquareRoot,
    /// Of gradients.
    length: Factors,
    length_sum: SumRange,
    ones: Factors,
}

/// Matrices of [`Scratch`], those of the root included.
pub(crate) const SCRATCH_MATRICES: usize = 3 + SquareRoot::MATRICES;

/// Whether losses need more than one matrix a layer.
pub(crate) fn needs_scratch(perception: &Perception) -> bool {
    perception.style_loss == StyleLoss::Wasserstein || perception.normalise_gradients
}

impl Scratch {
    fn new(
        memory: &mut Memory,
        layers: &LayerWeights,
        length_sum: SumRange,
    ) -> Result<Self, GpuError> {
        let map = widest(layers);
        let root = SquareRoot::new(memory, map)?;
        let mut matrix = || MatrixBuffer::new(memory, "matrix", map);
        let (second, covariance, raw) = (matrix()?, matrix()?, matrix()?);
        let mean = memory.storage::<[f32; 4]>("mean", map.quads() as usize)?;
        Ok(Self {
            moments: Moments { second, mean },
            covariance,
            raw,
            root,
            length: Factors::new(memory, 1.0)?,
            length_sum,
            ones: Factors::new(memory, 1.0)?,
        })
    }
}

/// The style loss of one painting.
#[derive(Debug)]
pub(crate) struct StyleLosses {
    picture: Shape,
    perception: Perception,
    targets: Vec<StyleTargets>,
    regions: Vec<Region>,
    scratch: Option<Scratch>,
}

impl StyleLosses {
    /// Allocates what comparing a picture of this shape with the styles' targets needs. `masks` has each style's, of the
    /// picture's size, or none; `range` takes partial sums, those of a layer in a row.
    pub fn new(
        memory: &mut Memory,
        perception: Perception,
        picture: Shape,
        targets: Vec<StyleTargets>,
        masks: &[Option<&Mask>],
        mut range: impl FnMut(u32) -> SumRange,
    ) -> Result<Self, GpuError> {
        let layers = &perception.style_layers;
        let groups = regions(masks.iter().map(Option::is_some));
        let mut ranges: Vec<Vec<SumRange>> = layers
            .layers()
            .map(|layer| {
                let count = style_sums(perception.style_loss, layer);
                groups.iter().map(|_| range(count)).collect()
            })
            .collect();
        let scratch = needs_scratch(&perception)
            .then(|| Scratch::new(memory, layers, range(1)))
            .transpose()?;
        let regions = groups.into_iter().enumerate().map(|(number, styles)| {
            let masks = styles
                .first()
                .and_then(|&style| masks.get(style).copied().flatten());
            let masks = masks
                .map(|mask| LayerMasks::upload(memory, "mask", mask, layers))
                .transpose()?;
            let mut ranges = ranges.iter_mut().map(|ranges| ranges[number]);
            let several = styles.len() > 1;
            let losses = ByLayer::new(layers, |layer| {
                let none = SumRange { first: 0, count: 0 };
                let sums = ranges.next().unwrap_or(none);
                RegionLoss::new(memory, &perception, layer, several, sums)
            })?;
            Ok(Region {
                styles,
                masks,
                part: 1.0,
                sums: Sums::new(memory, &perception)?,
                losses,
            })
        });
        Ok(Self {
            picture,
            perception,
            targets,
            regions: regions.collect::<Result<_, GpuError>>()?,
            scratch,
        })
    }

    /// The partial sums of each style layer, and by what they are multiplied to give its loss.
    pub fn layer_sums(&self) -> impl Iterator<Item = (SumRange, f32)> {
        self.perception.style_layers.layers().map(|layer| {
            let losses = self
                .regions
                .iter()
                .filter_map(move |region| region.losses.get(layer));
            let ranges: Vec<_> = losses.map(|loss| loss.sums).collect();
            let channels = CONVOLUTIONS[layer].outputs;
            let scale = match self.perception.style_loss {
                StyleLoss::Gram | StyleLoss::Relative => 1.0 / channels.pow(2) as f32,
                StyleLoss::Wasserstein => 1.0,
            };
            (joined(&ranges), scale)
        })
    }

    /// Takes the styles' parts, which make one, and gives the commands that blend the targets of those that share a region
    /// and prepare them.
    pub fn blend(&mut self, network: &Network, parts: &[f32]) -> Vec<Dispatch> {
        let part = |style: &usize| parts.get(*style).copied().unwrap_or(0.0);
        for region in &mut self.regions {
            region.part = region.styles.iter().map(part).sum();
        }
        let mut commands = Vec::new();
        for region in &self.regions {
            for (layer, loss) in region.losses.iter() {
                if let Some(blended) = &loss.blended {
                    for (number, style) in region.styles.iter().enumerate() {
                        let kept = if number == 0 { 0.0 } else { 1.0 };
                        // A region whose styles all have no part has no loss, whatever its target.
                        let share = part(style) * inverse(region.part);
                        if let Some(target) = self.targets[*style].0.get(layer) {
                            commands.extend(blended.blend(network, layer, target, share, kept));
                        }
                    }
                }
                commands.extend(self.take_unit(network, layer, region, loss));
                commands.extend(self.take_root(network, layer, region, loss));
            }
        }
        commands
    }

    fn target<'a>(
        &'a self,
        layer: usize,
        region: &'a Region,
        loss: &'a RegionLoss,
    ) -> Option<&'a Target> {
        let single = || self.targets.get(*region.styles.first()?)?.0.get(layer);
        loss.blended.as_ref().or_else(single)
    }

    /// The command that finds the unit of a relative loss.
    fn take_unit(
        &self,
        network: &Network,
        layer: usize,
        region: &Region,
        loss: &RegionLoss,
    ) -> Option<Dispatch> {
        let target = self.target(layer, region, loss)?.second();
        let unit = loss.unit.as_ref()?;
        let gram_loss = &network.kernels.gram_loss;
        Some(gram_loss.measure_target(network.gpu(), map(layer), target, unit))
    }

    /// The commands that find the root of the target's covariance.
    fn take_root(
        &self,
        network: &Network,
        layer: usize,
        region: &Region,
        loss: &RegionLoss,
    ) -> Vec<Dispatch> {
        let (Some(scratch), Some(distribution), Some(Target::Moments(target))) = (
            &self.scratch,
            &loss.distribution,
            self.target(layer, region, loss),
        ) else {
            return Vec::new();
        };
        let (gpu, kernels) = (network.gpu(), &network.kernels);
        let quads = map(layer).quads();
        let source = scratch.root.source();
        let found = scratch.root.find(gpu, &kernels.matrix, quads);
        let mut commands = vec![kernels.wasserstein.covariance(gpu, quads, target, source)];
        commands.extend(found.commands);
        let scaling = scratch.root.scaling(Factor::Root, 1.0, 0.0);
        let root = &distribution.root;
        commands.push(kernels.matrix.scale(gpu, quads, found.root, scaling, root));
        commands
    }

    /// The commands that add a layer's features, over the core of window `number`, to the sums, by way of a buffer of
    /// [`gram_partial_bytes`].
    pub fn add(
        &self,
        network: &Network,
        layer: usize,
        activation: &Activation,
        partials: &wgpu::Buffer,
        (number, window): (usize, Window),
    ) -> Vec<Dispatch> {
        let regions = self.regions.iter();
        let commands = regions.flat_map(|region| {
            let masks = region.masks.as_ref();
            let first = number == 0;
            region
                .sums
                .add(network, layer, activation, masks, partials, window, first)
        });
        commands.collect()
    }

    /// The commands that compare every region and layer with its target, after all windows were added; `weight` is the
    /// style's.
    pub fn compare(&self, network: &Network, weight: f32, sums: &wgpu::Buffer) -> Vec<Dispatch> {
        let mut commands = Vec::new();
        for region in &self.regions {
            for (layer, loss) in region.losses.iter() {
                let (Some(totals), Some(target)) =
                    (region.sums.0.get(layer), self.target(layer, region, loss))
                else {
                    continue;
                };
                let positions = total_weight(region.masks.as_ref(), self.picture, layer);
                let share = self.perception.style_layers.share(layer) as f32;
                let comparison = Comparison {
                    network,
                    quads: map(layer).quads(),
                    layer,
                    loss,
                    part: region.part,
                    inverse: inverse(positions),
                    positions,
                    strength: weight * share * region.part,
                    sums,
                };
                commands.extend(match (&self.scratch, target) {
                    (None, Target::Gram(target)) => {
                        let (difference, strength) = (&loss.difference, comparison.strength);
                        vec![comparison.of_gram(totals, target, difference, strength)]
                    }
                    (Some(scratch), Target::Gram(target)) => {
                        comparison.of_gram_normalised(scratch, totals, target)
                    }
                    (Some(scratch), Target::Moments(target)) => {
                        let normalise = self.perception.normalise_gradients;
                        comparison.of_moments(scratch, totals, target, normalise)
                    }
                    (None, Target::Moments(_)) => Vec::new(),
                });
            }
        }
        commands
    }

    /// What a layer's gradients are made of, over a window, region by region.
    pub fn gradients(
        &self,
        layer: usize,
        window: Window,
    ) -> impl Iterator<Item = StyleGradient<'_>> {
        self.regions.iter().filter_map(move |region| {
            let loss = region.losses.get(layer)?;
            let masks = region.masks.as_ref();
            Some(StyleGradient {
                difference: &loss.difference,
                offset: loss.distribution.as_ref().map(|found| &found.offset),
                weights: masks.and_then(|masks| masks.weights(layer, window)),
            })
        })
    }
}

impl RegionLoss {
    fn new(
        memory: &mut Memory,
        perception: &Perception,
        layer: usize,
        several: bool,
        sums: SumRange,
    ) -> Result<Self, GpuError> {
        let style_loss = perception.style_loss;
        let map = map(layer);
        let blended = several
            .then(|| Target::new(memory, style_loss, layer))
            .transpose()?;
        let distribution = match style_loss {
            StyleLoss::Gram | StyleLoss::Relative => None,
            StyleLoss::Wasserstein => Some(Distribution {
                root: MatrixBuffer::new(memory, "style root", map)?,
                offset: memory.storage::<[f32; 4]>("style offset", map.quads() as usize)?,
            }),
        };
        let unit = (style_loss == StyleLoss::Relative)
            .then(|| memory.storage::<f32>("style unit", 1))
            .transpose()?;
        Ok(Self {
            blended,
            unit,
            difference: MatrixBuffer::new(memory, "Gram difference", map)?,
            distribution,
            sums,
        })
    }
}

/// One range of those that follow each other.
fn joined(ranges: &[SumRange]) -> SumRange {
    SumRange {
        first: ranges.first().map_or(0, |range| range.first),
        count: ranges.iter().map(|range| range.count).sum(),
    }
}

/// The comparison of one layer in one region.
struct Comparison<'a> {
    network: &'a Network,
    quads: u32,
    layer: usize,
    loss: &'a RegionLoss,
    /// Of the region.
    part: f32,
    /// The sum of the positions' weights, and one over it.
    positions: f32,
    inverse: f32,
    /// By what the loss is multiplied in all.
    strength: f32,
    sums: &'a wgpu::Buffer,
}

impl Comparison<'_> {
    fn gpu(&self) -> &Gpu {
        self.network.gpu()
    }

    /// With gradient to `F[c, p] = weight[p] * sum over d of difference[c, d] F[d, p]`: 2 / channels^2 of the mean of squares,
    /// 2 of the symmetric product, and one over the weights' sum.
    fn of_gram(
        &self,
        totals: &LayerSums,
        target: &MatrixBuffer,
        difference: &MatrixBuffer,
        strength: f32,
    ) -> Dispatch {
        let map = map(self.layer);
        let channels = f64::from(map.channels);
        let gradient = f64::from(strength) * 4.0 * f64::from(self.inverse) / (channels * channels);
        let scales = LossScales {
            moment: self.inverse,
            loss: self.part,
            gradient: gradient as f32,
        };
        self.network.kernels.gram_loss.compare(
            self.gpu(),
            map,
            &totals.products,
            (target, self.loss.unit.as_ref()),
            difference,
            scales,
            (self.sums, self.loss.sums),
        )
    }

    fn of_gram_normalised(
        &self,
        scratch: &Scratch,
        totals: &LayerSums,
        target: &MatrixBuffer,
    ) -> Vec<Dispatch> {
        let gram_loss = &self.network.kernels.gram_loss;
        let (map, second) = (map(self.layer), &scratch.moments.second);
        let products = &totals.products;
        let mut commands = vec![
            gram_loss.store_target(self.gpu(), map, products, self.inverse, second),
            self.of_gram(totals, target, &scratch.raw, 1.0),
        ];
        commands.extend(self.normalise(scratch, None));
        commands
    }

    /// The commands that bring `scratch.raw` to the difference, with the length that the strength says.
    fn normalise(&self, scratch: &Scratch, offset: Option<Offset<'_>>) -> Vec<Dispatch> {
        let (gpu, kernels, quads) = (self.gpu(), &self.network.kernels, self.quads);
        let (raw, product) = (&scratch.raw, scratch.root.spare());
        let plain = scratch_scaling(&scratch.ones);
        let sum = (self.sums, scratch.length_sum);
        let (normalise, matrix) = (&kernels.normalise, &kernels.matrix);
        let second = &scratch.moments.second;
        vec![
            matrix.multiply(gpu, quads, raw, second, plain, product),
            normalise.measure(gpu, quads, raw, product, offset, self.positions, sum),
            normalise.factor(gpu, sum, 1.0, self.strength, &scratch.length),
            matrix.scale(
                gpu,
                quads,
                raw,
                scratch_scaling(&scratch.length),
                &self.loss.difference,
            ),
        ]
    }

    fn of_moments(
        &self,
        scratch: &Scratch,
        totals: &LayerSums,
        target: &Moments,
        normalise: bool,
    ) -> Vec<Dispatch> {
        let (Some(distribution), Some(channel_sums)) = (&self.loss.distribution, &totals.channels)
        else {
            return Vec::new();
        };
        let (gpu, kernels, quads) = (self.gpu(), &self.network.kernels, self.quads);
        let (matrix, wasserstein) = (&kernels.matrix, &kernels.wasserstein);
        let Scratch {
            moments,
            covariance,
            root: square_root,
            ..
        } = scratch;
        let target_root = &distribution.root;
        let plain = scratch_scaling(&scratch.ones);
        let gram_loss = &kernels.gram_loss;
        let (products, second) = (&totals.products, &moments.second);
        let mut commands = vec![
            gram_loss.store_target(gpu, map(self.layer), products, self.inverse, second),
            kernels.scaled_add.add(
                gpu,
                quads,
                (self.inverse, channel_sums),
                (0.0, &moments.mean),
            ),
            wasserstein.covariance(gpu, quads, moments, covariance),
            matrix.multiply(
                gpu,
                quads,
                target_root,
                covariance,
                plain,
                square_root.spare(),
            ),
            matrix.multiply(
                gpu,
                quads,
                square_root.spare(),
                target_root,
                plain,
                square_root.source(),
            ),
        ];
        let found = square_root.find(gpu, &kernels.matrix, quads);
        commands.extend(found.commands);
        commands.push(wasserstein.measure(
            gpu,
            quads,
            (covariance, moments),
            target,
            (found.root, &square_root.factors),
            self.part,
            (self.sums, self.loss.sums),
        ));
        // The gradient to the covariance is (I - R M^(-1/2) R) / channels; twice that multiplies the features.
        let (difference, strength) = if normalise {
            (&scratch.raw, 1.0)
        } else {
            (&self.loss.difference, self.strength)
        };
        let scale = strength * self.inverse;
        let twice = 2.0 * scale / (4 * quads) as f32;
        let scaling = square_root.scaling(Factor::InverseRoot, -twice, twice);
        commands.extend([
            matrix.multiply(gpu, quads, target_root, found.inverse, plain, found.spare),
            matrix.multiply(gpu, quads, found.spare, target_root, scaling, difference),
        ]);
        let offset = |difference, factors| {
            wasserstein.offset(
                gpu,
                quads,
                &moments.mean,
                target,
                difference,
                (scale, factors),
                &distribution.offset,
            )
        };
        commands.push(offset(difference, &scratch.ones));
        if normalise {
            let raw = Offset {
                offsets: &distribution.offset,
                mean: &moments.mean,
            };
            commands.extend(self.normalise(scratch, Some(raw)));
            commands.push(offset(&self.loss.difference, &scratch.length));
        }
        commands
    }
}

/// A plain product, or one that is given a length.
fn scratch_scaling(factors: &Factors) -> Scaling<'_> {
    Scaling {
        factor: (factors, Factor::First),
        alpha: 1.0,
        beta: 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn styles_without_a_mask_share_a_region() {
        let found = |masked: &[bool]| regions(masked.iter().copied());
        assert_eq!(found(&[false]), [vec![0]]);
        assert_eq!(found(&[false, false]), [vec![0, 1]]);
        assert_eq!(
            found(&[true, false, true, false]),
            [vec![1, 3], vec![0], vec![2]]
        );
    }
}
