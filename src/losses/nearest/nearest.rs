//! The style loss by nearest neighbours (Kolkin et al. 2022, "Neural Neighbor Style Transfer").
//!
//! Where a size begins, each position of a quarter of the picture's sides finds, by all layers together, the position of the
//! style that is nearest to what it is: the style's hypercolumn with the largest cosine to that of a blend of the content and
//! the painting, each centred by its own mean. The loss is the mean over the positions of one minus the cosine between the
//! painting's hypercolumn and the one that was found, both centred by the style's mean.
//!
//! Where the finished size is refined, each layer is compared by itself, at some 2000 places that are drawn anew at every
//! step, each with the nearest of as many of the style's, found anew too. The loss is the mean over the layers by their
//! weights.
//!
//! All of it is local: a window knows its part of the loss and of the gradient.

use super::layout::{LayerPart, Layout, REFINING_SAMPLES, cells, grid_level, hypercolumn_grid};
use super::matching::{Seeker, take_window};
use super::shares::{covered, share_out};
use super::styles::StyleSamples;
use crate::files::saved::{Matches, SavedError};
use crate::gpu::{Dispatch, GpuError, Memory};
use crate::kernels::cosine_loss::{Compared, Directions, cosine_sums};
use crate::kernels::nearest::{ListedAnswer, PictureSpan, StyleSpan, candidates};
use crate::kernels::places::DrawBuffers;
use crate::kernels::record::Quantity;
use crate::kernels::sample::{LayerSamples, Places};
use crate::kernels::samples::{NONE, Samples};
use crate::kernels::sums::SumRange;
use crate::maps::{Grid, Shape, Window};
use crate::network::{Activation, ForwardPass, Network, View};
use crate::pictures::Mask;
use crate::settings::Perception;

/// Columns of a window's samples.
pub(crate) fn sample_room(refining: bool, window: Shape) -> u32 {
    if refining {
        REFINING_SAMPLES
    } else {
        hypercolumn_grid(window).positions()
    }
}

/// Partial sums of the loss.
pub(crate) fn nearest_sums(
    perception: &Perception,
    picture: Shape,
    windows: &Grid,
    refining: bool,
) -> u32 {
    let layout = Layout::new(perception, refining);
    windows
        .windows
        .iter()
        .map(|&window| window_sums(&layout, picture, window).iter().sum::<u32>())
        .sum()
}

/// Partial sums of each group in a window.
fn window_sums(layout: &Layout, picture: Shape, window: Window) -> Vec<u32> {
    let counts = layout.groups().into_iter().enumerate();
    counts
        .map(|(group, _)| {
            cosine_sums(if layout.refining {
                cells(picture, layout.parts[group].layer).count()
            } else {
                layout.window(picture, 0, window).core.positions()
            })
        })
        .collect()
}

/// What is drawn of one layer, where layers are refined.
#[derive(Debug)]
struct Drawn {
    places: wgpu::Buffer,
    owners: wgpu::Buffer,
    nearest: wgpu::Buffer,
}

/// The style loss of one painting by nearest neighbours.
#[derive(Debug)]
pub struct NearestLosses {
    picture: Shape,
    layout: Layout,
    styles: StyleSamples,
    matches: Option<Matches>,
    /// By style: the weights of the grid's positions, where it has a mask.
    regions: Vec<Option<Vec<f32>>>,
    /// Positions that have a style, unless its part is zero.
    covered: u32,
    /// Whether any has one.
    counts: bool,
    samples: Samples,
    /// By position of the grid: the sample that it should become; where layers are refined the style that it belongs to.
    wanted: wgpu::Buffer,
    drawn: Vec<Drawn>,
    candidates: Option<wgpu::Buffer>,
    /// By group and window.
    sums: Vec<Vec<SumRange>>,
    shares: Vec<f64>,
    seed: u64,
    progress: wgpu::Buffer,
}

/// On what a [`NearestLosses`] stands.
pub(crate) struct Foundation<'a> {
    pub network: &'a Network,
    pub grid: &'a Grid,
    pub view: &'a View,
    pub pass: &'a ForwardPass,
    pub perception: &'a Perception,
    pub refining: bool,
    /// Of the places that are drawn.
    pub seed: u64,
    /// Steps done: one u32.
    pub progress: &'a wgpu::Buffer,
}

impl NearestLosses {
    /// Allocates what comparing needs. `masks` has each style's, of the picture's size, or none; `range` takes partial sums,
    /// those of a group in a row. What each position should become is not yet known.
    pub(crate) fn new(
        memory: &mut Memory,
        foundation: &Foundation<'_>,
        styles: StyleSamples,
        masks: &[Option<&Mask>],
        mut range: impl FnMut(u32) -> SumRange,
    ) -> Result<Self, GpuError> {
        let picture = foundation.view.shape();
        let layout = Layout::new(foundation.perception, foundation.refining);
        let windows = &foundation.grid.windows;
        let sums = (0..layout.groups().len()).map(|group| {
            let windows = windows.iter();
            windows
                .map(|&window| range(window_sums(&layout, picture, window)[group]))
                .collect()
        });
        let sums = sums.collect();
        let pitch = sample_room(layout.refining, foundation.grid.window);
        let precision = foundation.network.method().precision;
        let positions = hypercolumn_grid(picture).positions() as usize;
        let drawn = if layout.refining {
            let drawn = layout.parts.iter().map(|_| {
                let mut of = |label| memory.storage::<u32>(label, REFINING_SAMPLES as usize);
                Ok(Drawn {
                    places: of("places")?,
                    owners: of("owners")?,
                    nearest: of("nearest")?,
                })
            });
            drawn.collect::<Result<_, GpuError>>()?
        } else {
            Vec::new()
        };
        let candidates = layout
            .refining
            .then(|| memory.storage::<u32>("candidates", candidates(REFINING_SAMPLES) as usize))
            .transpose()?;
        let regions = masks.iter().map(|mask| mask.map(|mask| mask.weights(2)));
        let regions: Vec<_> = regions.collect();
        let layers = &foundation.perception.style_layers;
        let shares = if layout.refining {
            layers.layers().map(|layer| layers.share(layer)).collect()
        } else {
            vec![1.0]
        };
        Ok(Self {
            picture,
            styles,
            matches: None,
            covered: covered(positions, &regions),
            counts: false,
            regions,
            samples: Samples::new(memory, "samples", layout.quads, pitch, precision)?,
            wanted: memory.storage::<u32>("wanted", positions)?,
            drawn,
            candidates,
            sums,
            shares,
            seed: foundation.seed,
            progress: foundation.progress.clone(),
            layout,
        })
    }

    /// Looks for the nearest of the styles' samples of what the view shows; `self` knows them afterwards.
    pub(crate) async fn find_matches(
        &mut self,
        foundation: &Foundation<'_>,
    ) -> Result<(), GpuError> {
        let seeker = Seeker {
            network: foundation.network,
            layout: &self.layout,
            grid: foundation.grid,
            view: foundation.view,
            pass: foundation.pass,
            samples: &self.samples,
        };
        self.matches = Some(seeker.find(&self.styles).await?);
        Ok(())
    }

    /// Takes what was found before.
    ///
    /// # Errors
    /// [`SavedError::Mismatch`] where that cannot be of these styles.
    pub(crate) fn take_matches(&mut self, matches: Matches) -> Result<(), SavedError> {
        let pitch = self.styles.samples.pitch;
        let positions = hypercolumn_grid(self.picture).positions() as usize;
        // When layers are refined the samples are others, and only the scores count.
        let known = |&nearest: &u32| self.layout.refining || nearest < pitch;
        let suits = matches.nearest.len() == self.regions.len() * positions
            && matches.nearest.iter().all(known);
        if !suits {
            return Err(SavedError::Mismatch);
        }
        self.matches = Some(matches);
        Ok(())
    }

    /// What was found.
    pub fn matches(&self) -> Option<&Matches> {
        self.matches.as_ref()
    }

    /// Gives away what was found.
    pub fn give_matches(&mut self) -> Option<Matches> {
        self.matches.take()
    }

    /// Shares the positions out among the styles by their parts, of which only proportions count.
    pub fn blend(&mut self, network: &Network, parts: &[f32]) {
        let positions = hypercolumn_grid(self.picture).positions() as usize;
        // A style of which nothing is left cannot be painted.
        let usable = |(style, &part): (usize, &f32)| {
            let has_samples = self.styles.ranges.iter().all(|group| {
                let (first, end) = group[style];
                end > first
            });
            if has_samples { part } else { 0.0 }
        };
        let parts: Vec<_> = parts.iter().enumerate().map(usable).collect();
        let scores = self.matches.as_ref().map(|matches| &matches.scores[..]);
        let labels = share_out(positions, &self.regions, &parts, scores);
        self.counts = labels.iter().any(|&label| label != NONE);
        let wanted = if self.layout.refining {
            labels
        } else {
            let nearest = self.matches.as_ref().map(|matches| &matches.nearest[..]);
            let of = |(position, label): (usize, u32)| match (label, nearest) {
                (NONE, _) | (_, None) => NONE,
                (label, Some(nearest)) => nearest[label as usize * positions + position],
            };
            labels.into_iter().enumerate().map(of).collect()
        };
        network.gpu().write(&self.wanted, &wanted);
    }

    /// Whether any position has a style.
    pub fn counts(&self) -> bool {
        self.counts
    }

    /// The numbers of a step's record: by group the mean of one minus the cosine.
    pub fn quantities(&self) -> impl Iterator<Item = Quantity> {
        self.sums.iter().enumerate().map(|(group, ranges)| {
            Quantity::new(SumRange::joined(ranges), self.inverse_count(group))
        })
    }

    /// The part of each of them in the loss.
    pub fn shares(&self) -> &[f64] {
        &self.shares
    }

    fn inverse_count(&self, group: usize) -> f32 {
        let count = if self.layout.refining {
            cells(self.picture, self.layout.parts[group].layer).count()
        } else {
            self.covered
        };
        1.0 / count.max(1) as f32
    }

    /// The commands that take the samples of a layer in window `number`.
    pub fn look(
        &self,
        network: &Network,
        layer: usize,
        activation: &Activation,
        window: Window,
    ) -> Vec<Dispatch> {
        let Some((number, part)) = self.layout.part(layer) else {
            return Vec::new();
        };
        let map = (activation.shape, &activation.features);
        let Some(drawn) = self.drawn.get(number) else {
            let (layout, samples) = (&self.layout, &self.samples);
            return vec![take_window(
                network,
                layout,
                self.picture,
                (part, window),
                samples,
                map,
            )];
        };
        let (gpu, kernels) = (network.gpu(), &network.kernels);
        let cells = cells(self.picture, layer);
        let place = self.layout.window(self.picture, layer, window);
        let samples = self.layer_samples(part, window);
        let mut commands = vec![
            kernels.places.draw(
                gpu,
                place,
                cells,
                (layer, grid_level(layer)),
                self.seed,
                DrawBuffers {
                    progress: &self.progress,
                    styles: (hypercolumn_grid(self.picture), &self.wanted),
                    places: &drawn.places,
                    owners: &drawn.owners,
                    nearest: &drawn.nearest,
                },
            ),
            kernels.sample.take(
                gpu,
                map.0,
                map.1,
                samples,
                Some(Places {
                    buffer: &drawn.places,
                    count: cells.count(),
                }),
            ),
        ];
        let Some(candidates) = &self.candidates else {
            return commands;
        };
        for (style, &(first, end)) in self.styles.ranges[number].iter().enumerate() {
            if first == end {
                continue;
            }
            let mean = style as u32 * self.layout.quads + part.rows.first;
            let lengths = number as u32 * self.styles.samples.pitch;
            commands.extend(kernels.nearest.of_listed(
                gpu,
                PictureSpan {
                    samples: &self.samples,
                    rows: part.rows,
                    count: cells.count(),
                    mean: (mean, &self.styles.means),
                },
                StyleSpan {
                    samples: &self.styles.samples,
                    first,
                    end,
                    number: style as u32,
                    inverse_lengths: (lengths, &self.styles.inverse_lengths),
                },
                candidates,
                ListedAnswer {
                    owners: &drawn.owners,
                    nearest: &drawn.nearest,
                },
            ));
        }
        commands
    }

    fn layer_samples(&self, part: LayerPart, window: Window) -> LayerSamples<'_> {
        let samples = (&self.samples, 0);
        self.layout
            .layer_samples(part, samples, self.picture, window)
    }

    /// The commands that compare the samples of window `number`, whose gradient takes their place; `weight` is the style's.
    pub fn compare(
        &self,
        network: &Network,
        weight: f32,
        sums: &wgpu::Buffer,
        (number, window): (usize, Window),
    ) -> Vec<Dispatch> {
        let groups = self.layout.groups().into_iter().enumerate();
        let commands = groups.map(|(group, rows)| {
            let drawn = self.drawn.get(group);
            let place = self.layout.window(self.picture, 0, window);
            let (count, nearest) = match drawn {
                None => (place.core.positions(), &self.wanted),
                Some(drawn) => {
                    let layer = self.layout.parts[group].layer;
                    (cells(self.picture, layer).count(), &drawn.nearest)
                }
            };
            let share = self.shares[group] as f32;
            network.kernels.cosine_loss.compare(
                network.gpu(),
                Compared {
                    samples: &self.samples,
                    count,
                    rows,
                    all_quads: self.layout.quads,
                    nearest,
                    window: drawn.is_none().then_some(place),
                },
                Directions {
                    samples: &self.styles.samples,
                    inverse_lengths: (
                        group as u32 * self.styles.samples.pitch,
                        &self.styles.inverse_lengths,
                    ),
                    owners: &self.styles.owners,
                    means: &self.styles.means,
                },
                weight * share * self.inverse_count(group),
                (sums, self.sums[group][number]),
            )
        });
        commands.collect()
    }

    /// The command that brings the gradient of a window's samples to that of a layer, beside what is there or not.
    pub fn gradient(
        &self,
        network: &Network,
        layer: usize,
        activation: &Activation,
        gradient: &wgpu::Buffer,
        accumulate: bool,
        window: Window,
    ) -> Option<Dispatch> {
        let (number, part) = self.layout.part(layer)?;
        let cells = cells(self.picture, layer);
        let drawn = self.drawn.get(number);
        Some(network.kernels.sample.give(
            network.gpu(),
            activation.shape,
            self.layer_samples(part, window),
            drawn.map(|drawn| (&drawn.places, cells)),
            gradient,
            &activation.mask,
            accumulate,
        ))
    }
}
