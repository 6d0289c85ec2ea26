//! What a step is made of: the commands from the picture to its gradient.

use crate::gpu::{Banded, Dispatch};
use crate::losses::Losses;
use crate::maps::{Grid, Window};
use crate::network::{ForwardPass, Network, View};

/// What a step is made of.
#[derive(Debug)]
pub(crate) struct Workshop {
    pub(super) grid: Grid,
    pub(super) pass: ForwardPass,
    pub(super) losses: Losses,
    pub(super) pictures: View,
    /// Where the windows' gradients are added up.
    pub(super) sum: Option<Banded>,
}

impl Workshop {
    /// The commands that bring the gradient of style, content, palette and so weighted total variation to the picture, with their
    /// losses, and where they leave it.
    pub(super) fn gradient_commands(
        &self,
        network: &Network,
        variation: f32,
    ) -> (Vec<Dispatch>, Banded) {
        let Self {
            grid,
            pass,
            losses,
            pictures,
            sum,
        } = self;
        let (gpu, copy) = (network.gpu(), &network.kernels.window);
        let look = |numbered| {
            pass.forward(move |layer, activation, spare| {
                losses.look(network, layer, activation, spare, numbered)
            })
        };
        let mut commands = Vec::new();
        if !losses.is_local() {
            for numbered in grid.windows.iter().copied().enumerate() {
                commands.extend(pictures.take(network, numbered.1));
                commands.extend(look(numbered));
            }
            commands.extend(losses.compare(network));
        }
        if let Some(sum) = sum {
            commands.extend(copy.clear(gpu, sum));
        }
        let mut last = pictures.window.clone();
        for numbered in grid.windows.iter().copied().enumerate() {
            if losses.is_local() {
                commands.extend(pictures.take(network, numbered.1));
                commands.extend(look(numbered));
                commands.extend(losses.compare_window(network, numbered));
            } else if !grid.is_whole() {
                commands.extend(pictures.take(network, numbered.1));
                commands.extend(pass.forward(|_, _, _| Vec::new()));
            }
            let (back, gradient) = self.backward(network, numbered);
            commands.extend(back);
            let pixels = &pictures.window;
            commands.push(losses.variation(network, pixels, &gradient, variation, numbered));
            commands.extend(losses.beyond_palette(network, pixels, &gradient, numbered));
            if let Some(sum) = sum {
                commands.extend(copy.give(gpu, numbered.1, sum, &gradient));
            }
            last = gradient;
        }
        let single = || Banded::single(pictures.shape(), last);
        (commands, sum.clone().unwrap_or_else(single))
    }

    fn backward(
        &self,
        network: &Network,
        numbered: (usize, Window),
    ) -> (Vec<Dispatch>, wgpu::Buffer) {
        self.pass.backward(
            network,
            |layer| self.losses.at(layer),
            |layer| self.losses.reads(layer),
            |layer, activation, features, gradient, above| {
                self.losses.gradients(
                    network, layer, activation, features, gradient, above, numbered,
                )
            },
        )
    }
}
