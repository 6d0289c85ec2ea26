//! How far the network must go for the losses, and the memory that they use on the way.

use crate::kernels::gram::Slicing;
use crate::maps::{Cut, Grid};
use crate::network::Extent;
use crate::settings::{Perception, StyleLoss};
use crate::vgg19::{CONVOLUTIONS, at_layer, layer_shape, reach};

impl Extent {
    /// Of the pass over the painting: the way back reads the features of all layers with a loss. The first layer's are
    /// computed anew instead, and the last one's are still there.
    pub fn of_painting(perception: &Perception, grid: &Grid, keeps_filters: bool) -> Self {
        let last = perception.last();
        Self {
            kept: (1..last).filter(|&layer| perception.reads(layer)).collect(),
            last,
            pooling: perception.pooling,
            padding: perception.padding,
            spare: gram_partial_bytes(perception, grid),
            keeps_filters,
        }
    }

    /// Of the pass over a style picture, whose features are looked at in passing.
    pub fn of_style(perception: &Perception, grid: &Grid) -> Self {
        Self {
            kept: Vec::new(),
            last: perception.style_layers.layers().next_back().unwrap_or(0),
            pooling: perception.pooling,
            padding: perception.padding,
            spare: gram_partial_bytes(perception, grid),
            // It runs a few times at most.
            keeps_filters: false,
        }
    }
}

/// Windows of at most so many pixels a side, with halos as wide as the losses see. By nearest neighbours one more position of
/// the last layer counts, since samples between positions are of both.
pub(crate) fn cut(perception: &Perception, side: u32) -> Cut {
    let last = perception.last();
    let between = match perception.style_loss {
        StyleLoss::Nearest => 1 << (CONVOLUTIONS[last].block - 1),
        _ => 0,
    };
    Cut::new(side, reach(last) + between)
}

/// Bytes that partial sums need, of one layer and window after the other.
pub(crate) fn gram_partial_bytes(perception: &Perception, grid: &Grid) -> u64 {
    if perception.style_loss == StyleLoss::Nearest {
        return 0;
    }
    let layers = &perception.style_layers;
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
