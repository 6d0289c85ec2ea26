//! Which of the styles' samples each position should become: found once for each size, between content and painting.

use super::layout::{LayerPart, Layout, hypercolumn_grid};
use super::styles::StyleSamples;
use crate::files::saved::Matches;
use crate::gpu::{CAUTIOUS_COMMANDS, Dispatch, GpuError, Memory};
use crate::kernels::centre::Span;
use crate::kernels::nearest::{PictureSpan, StyleSpan, WindowAnswer, candidates};
use crate::kernels::samples::Samples;
use crate::maps::{Grid, Shape, Window};
use crate::network::{ForwardPass, Network, View};

/// A picture on the GPU whose positions look for the nearest of the styles' samples.
pub(super) struct Seeker<'a> {
    pub network: &'a Network,
    pub layout: &'a Layout,
    pub grid: &'a Grid,
    pub view: &'a View,
    pub pass: &'a ForwardPass,
    /// Room for those of a window.
    pub samples: &'a Samples,
}

impl Seeker<'_> {
    /// For each style and position the style's nearest sample.
    pub async fn find(&self, styles: &StyleSamples) -> Result<Matches, GpuError> {
        let gpu = self.network.gpu();
        let picture = self.view.shape();
        let whole = hypercolumn_grid(picture);
        let count = styles.ranges.first().map_or(0, Vec::len);
        let numbers = count * whole.positions() as usize;
        let pitch = self.samples.pitch;
        let mut scratch = Memory::new(gpu.clone());
        let sums = scratch.storage::<[f32; 4]>("sums", self.layout.quads as usize)?;
        let mean = scratch.storage::<[f32; 4]>("mean", self.layout.quads as usize)?;
        let lengths = scratch.storage::<f32>("lengths", pitch as usize)?;
        let best = scratch.storage::<u32>("candidates", candidates(pitch) as usize)?;
        let nearest = scratch.storage::<u32>("nearest", numbers)?;
        let scores = scratch.storage::<f32>("scores", numbers)?;
        let kernels = &self.network.kernels;
        for (number, &window) in self.grid.windows.iter().enumerate() {
            let mut commands = self.take(window);
            let span = self.span(window);
            commands.push(kernels.centre.add_up(gpu, span, &sums, number > 0));
            gpu.run_in_parts(&commands, CAUTIOUS_COMMANDS)?;
        }
        let scale = 1.0 / whole.positions() as f32;
        let quads = self.layout.quads;
        gpu.run(&[kernels.centre.mean(gpu, quads, (scale, &sums), (0, &mean))])?;
        for &window in &self.grid.windows {
            let mut commands = Vec::new();
            if !self.grid.is_whole() {
                commands.extend(self.take(window));
            }
            let span = self.span(window);
            let measure = &kernels.centre;
            commands.push(measure.measure(gpu, span, (0, &mean), false, (0, &lengths)));
            for (style, &(first, end)) in styles.ranges.iter().flatten().enumerate() {
                if first == end {
                    continue;
                }
                commands.extend(kernels.nearest.in_window(
                    gpu,
                    PictureSpan {
                        samples: self.samples,
                        rows: span.rows,
                        count: span.count,
                        mean: (0, &mean),
                    },
                    StyleSpan {
                        samples: &styles.samples,
                        first,
                        end,
                        number: style as u32,
                        inverse_lengths: (0, &styles.inverse_lengths),
                    },
                    &best,
                    WindowAnswer {
                        window: self.layout.window(picture, 0, window),
                        inverse_lengths: &lengths,
                        nearest: &nearest,
                        scores: &scores,
                    },
                ));
            }
            gpu.run_in_parts(&commands, CAUTIOUS_COMMANDS)?;
        }
        Ok(Matches {
            grid: whole,
            nearest: gpu.read(&nearest).await?,
            scores: gpu.read(&scores).await?,
        })
    }

    fn span(&self, window: Window) -> Span<'_> {
        Span {
            samples: self.samples,
            rows: self.layout.groups()[0],
            first: 0,
            count: self
                .layout
                .window(self.view.shape(), 0, window)
                .core
                .positions(),
        }
    }

    /// The commands that take the samples of a window.
    fn take(&self, window: Window) -> Vec<Dispatch> {
        let mut commands = self.view.take(self.network, window);
        commands.extend(self.pass.forward(|layer, activation, _| {
            let part = self.layout.part(layer).into_iter();
            let taken = part.map(|(_, part)| {
                take_window(
                    self.network,
                    self.layout,
                    self.view.shape(),
                    (part, window),
                    self.samples,
                    (activation.shape, &activation.features),
                )
            });
            taken.collect()
        }));
        commands
    }
}

/// The command that takes a layer's samples of a window's core.
pub(super) fn take_window(
    network: &Network,
    layout: &Layout,
    picture: Shape,
    (part, window): (LayerPart, Window),
    samples: &Samples,
    (map, features): (Shape, &wgpu::Buffer),
) -> Dispatch {
    let samples = layout.layer_samples(part, (samples, 0), picture, window);
    let sample = &network.kernels.sample;
    sample.take(network.gpu(), map, features, samples, None)
}
