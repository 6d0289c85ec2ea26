//! What is known of the styles: samples of their features.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use super::layout::{Layout, style_room};
use crate::gpu::{Banded, CAUTIOUS_COMMANDS, GpuError, Memory};
use crate::kernels::centre::Span;
use crate::kernels::sample::Places;
use crate::kernels::samples::Samples;
use crate::losses::extent::cut;
use crate::maps::{Grid, Shape};
use crate::network::{Extent, ForwardPass, Network, View};
use crate::pictures::{Mask, Picture};
use crate::settings::Perception;

/// A style picture, and what of it counts.
pub type SampledStyle<'a> = (&'a Picture, Option<&'a Mask>);

/// Samples of all styles, by group of layers that are compared together.
#[derive(Debug)]
pub struct StyleSamples {
    pub(super) samples: Samples,
    /// By group and sample: one over the length.
    pub(super) inverse_lengths: wgpu::Buffer,
    /// By group and sample: the style.
    pub(super) owners: wgpu::Buffer,
    /// By style and quad.
    pub(super) means: wgpu::Buffer,
    /// By group and style: the first sample, and the first of the next style.
    pub(super) ranges: Vec<Vec<(u32, u32)>>,
}

impl StyleSamples {
    /// Runs the network over the styles' pictures by windows, and keeps samples of them in `memory`: all positions that
    /// count, or where there are too many as many as may be of them, chosen by `seed`. A style whose mask leaves nothing
    /// has none.
    ///
    /// # Errors
    /// As [`Memory::storage`] and [`Gpu::run`](crate::gpu::Gpu::run).
    pub(crate) fn compute(
        network: &Network,
        memory: &mut Memory,
        perception: &Perception,
        layout: &Layout,
        styles: &[SampledStyle<'_>],
        window_side: u32,
        seed: u64,
    ) -> Result<Self, GpuError> {
        let shapes: Vec<_> = styles.iter().map(|(picture, _)| picture.shape()).collect();
        let pitch = style_room(layout, &shapes);
        let groups = layout.groups();
        let precision = network.method().precision;
        let samples = Samples::new(memory, "style samples", layout.quads, pitch, precision)?;
        let numbers = groups.len() * pitch as usize;
        let found = Self {
            samples,
            inverse_lengths: memory.storage::<f32>("style lengths", numbers)?,
            owners: memory.storage::<u32>("style owners", numbers)?,
            means: memory
                .storage::<[f32; 4]>("style means", styles.len() * layout.quads as usize)?,
            ranges: Vec::new(),
        };
        let mut filler = Filler {
            network,
            layout,
            found: &found,
            most: layout.most_of_turn(styles.len()),
            filled: vec![0; groups.len()],
            random: ChaCha8Rng::seed_from_u64(seed),
        };
        let mut ranges = vec![Vec::new(); groups.len()];
        let mut owners = vec![0_u32; numbers];
        for (number, &(picture, mask)) in styles.iter().enumerate() {
            let before = filler.filled.clone();
            for turn in 0..layout.turns {
                let turned = picture.turned(turn);
                let mask = mask.map(|mask| mask.turned(turn));
                filler.add(perception, &turned, mask.as_ref(), window_side)?;
            }
            for (group, (&first, &end)) in before.iter().zip(&filler.filled).enumerate() {
                ranges[group].push((first, end));
                owners[group * pitch as usize..][first as usize..end as usize].fill(number as u32);
            }
            found.centre(network, layout, number, &before, &filler.filled)?;
        }
        network.gpu().write(&found.owners, &owners);
        Ok(Self { ranges, ..found })
    }

    /// Centres a style's samples by their mean, and measures them.
    fn centre(
        &self,
        network: &Network,
        layout: &Layout,
        style: usize,
        from: &[u32],
        to: &[u32],
    ) -> Result<(), GpuError> {
        let gpu = network.gpu();
        let kernel = &network.kernels.centre;
        let mut scratch = Memory::new(gpu.clone());
        let sums = scratch.storage::<[f32; 4]>("sums", layout.quads as usize)?;
        let mut commands = Vec::new();
        for (group, rows) in layout.groups().into_iter().enumerate() {
            let (first, end) = (from[group], to[group]);
            if first == end {
                continue;
            }
            let span = Span {
                samples: &self.samples,
                rows,
                first,
                count: end - first,
            };
            let scale = 1.0 / span.count as f32;
            let mean = (style as u32 * layout.quads + rows.first, &self.means);
            let length = group as u32 * self.samples.pitch + first;
            commands.extend([
                kernel.add_up(gpu, span, &sums, false),
                kernel.mean(gpu, rows.count, (scale, &sums), mean),
                kernel.centre(gpu, span, mean),
                kernel.measure(gpu, span, mean, true, (length, &self.inverse_lengths)),
            ]);
        }
        gpu.run(&commands)
    }
}

/// What fills the samples, one picture after the other.
struct Filler<'a> {
    network: &'a Network,
    layout: &'a Layout,
    found: &'a StyleSamples,
    /// Of a picture.
    most: u32,
    /// Samples so far, by group.
    filled: Vec<u32>,
    random: ChaCha8Rng,
}

impl Filler<'_> {
    fn add(
        &mut self,
        perception: &Perception,
        picture: &Picture,
        mask: Option<&Mask>,
        window_side: u32,
    ) -> Result<(), GpuError> {
        let (network, layout, shape) = (self.network, self.layout, picture.shape());
        let gpu = network.gpu();
        let places = self.places(shape, mask);
        let grid = Grid::new(shape, cut(perception, window_side));
        let mut scratch = Memory::new(gpu.clone());
        let pixels = picture.to_vectors();
        let picture = Banded::upload(&mut scratch, "style picture", shape, &pixels)?;
        let view = View::new(&mut scratch, "style window", &grid, picture)?;
        let extent = Extent::of_style(perception, &grid);
        let pass = ForwardPass::new(network, &mut scratch, grid.window, &view.window, &extent)?;
        let lists = places
            .iter()
            .map(|places| scratch.upload("style places", places))
            .collect::<Result<Vec<_>, _>>()?;
        for &window in &grid.windows {
            let mut commands = view.take(network, window);
            commands.extend(pass.forward(|layer, activation, _| {
                let taken = layout.part(layer).and_then(|(number, part)| {
                    let group = layout.group_of(number);
                    let count = places[group].len() as u32;
                    let listed = Places {
                        buffer: &lists[group],
                        count,
                    };
                    let from = (&self.found.samples, self.filled[group]);
                    let samples = layout.layer_samples(part, from, shape, window);
                    let take = &network.kernels.sample;
                    let map = activation.shape;
                    (count > 0)
                        .then(|| take.take(gpu, map, &activation.features, samples, Some(listed)))
                });
                taken.into_iter().collect()
            }));
            gpu.run_in_parts(&commands, CAUTIOUS_COMMANDS)?;
        }
        for (filled, places) in self.filled.iter_mut().zip(&places) {
            *filled += places.len() as u32;
        }
        Ok(())
    }

    /// The positions that are kept of a picture, by group.
    fn places(&mut self, shape: Shape, mask: Option<&Mask>) -> Vec<Vec<u32>> {
        let layout = self.layout;
        let layers: Vec<_> = if layout.refining {
            layout.parts.iter().map(|part| part.layer).collect()
        } else {
            layout.parts.iter().take(1).map(|part| part.layer).collect()
        };
        let most = self.most as usize;
        let kept = layers.into_iter().map(|layer| {
            let positions = layout.grid(shape, layer).positions();
            let weights = mask.map(|mask| mask.weights(layout.poolings(layer)));
            some_of(&mut self.random, allowed(positions, weights), most)
        });
        kept.collect()
    }
}

/// The positions that count: those whose weight is at least half of the largest.
fn allowed(positions: u32, weights: Option<Vec<f32>>) -> Vec<u32> {
    let Some(weights) = weights else {
        return (0..positions).collect();
    };
    let largest = weights.iter().copied().fold(0.0, f32::max);
    let counts = |&position: &u32| {
        let weight = weights[position as usize];
        weight > 0.0 && weight >= 0.5 * largest
    };
    (0..positions).filter(counts).collect()
}

/// At most so many of them, in their order.
fn some_of(random: &mut ChaCha8Rng, mut positions: Vec<u32>, most: usize) -> Vec<u32> {
    if positions.len() > most {
        for place in 0..most {
            let rest = (positions.len() - place) as u64;
            let other = place + ((u64::from(random.next_u32()) * rest) >> 32) as usize;
            positions.swap(place, other);
        }
        positions.truncate(most);
        positions.sort_unstable();
    }
    positions
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_has_no_position_twice_and_keeps_their_order() {
        let mut random = ChaCha8Rng::seed_from_u64(3);
        let chosen = some_of(&mut random, (0..1000).collect(), 300);
        assert_eq!(chosen.len(), 300);
        assert!(chosen.is_sorted_by(|one, other| one < other));
        assert_eq!(some_of(&mut random, vec![4, 7], 3), [4, 7]);
    }

    #[test]
    fn faint_masks_count_by_their_own_measure() {
        assert_eq!(allowed(4, None), [0, 1, 2, 3]);
        assert_eq!(allowed(4, Some(vec![0.1, 0.04, 0.05, 0.0])), [0, 2]);
        assert!(allowed(2, Some(vec![0.0, 0.0])).is_empty());
    }
}
