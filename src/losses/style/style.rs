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

use super::comparison::{Comparison, RegionLoss, Scratch, needs_scratch};
use super::targets::{StyleTargets, Sums, Target, inverse, map, style_sums, total_weight};
use crate::gpu::{Dispatch, GpuError, Memory};
use crate::kernels::gram_gradient::StyleGradient;
use crate::kernels::matrix::Factor;
use crate::kernels::sums::SumRange;
use crate::losses::by_layer::ByLayer;
use crate::losses::masks::LayerMasks;
use crate::maps::{Shape, Window};
use crate::network::{Activation, Network};
use crate::pictures::Mask;
use crate::settings::{Perception, StyleLoss};
use crate::vgg19::CONVOLUTIONS;

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

#[derive(Debug)]
struct Region {
    styles: Vec<usize>,
    masks: Option<LayerMasks>,
    /// Of the whole loss; all parts make one.
    part: f32,
    sums: Sums,
    losses: ByLayer<RegionLoss>,
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
                StyleLoss::Wasserstein => 1.0,
                _ => 1.0 / channels.pow(2) as f32,
            };
            (SumRange::joined(&ranges), scale)
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
    /// [`Extent::spare`](crate::network::Extent).
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
                        let normalise = self.perception.normalises();
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
