//! How the layers' samples lie on end, and how many there are.

use crate::kernels::places::Cells;
use crate::kernels::sample::LayerSamples;
use crate::kernels::samples::{GridWindow, Rows, Samples};
use crate::maps::{Shape, Window};
use crate::settings::Perception;
use crate::vgg19::{CONVOLUTIONS, at_layer, layer_shape};

/// Poolings between the picture and the grid on which hypercolumns stand: block 3's map, a quarter of the sides.
pub(super) const GRID_POOLINGS: u32 = 2;

/// Samples of all styles where hypercolumns are compared: half of those of a picture of 512 x 512 pixels, in 88 MB, which any
/// adapter allows in a buffer. A quarter of a picture's look no worse than all. What matching costs grows
/// with the pixels of the painting and not with their square.
const STYLE_SAMPLES: u32 = 8192;

/// Samples of a layer, of all styles and of the painting, where layers are refined: some 2000 (Kolkin et al. 2022).
pub(super) const REFINING_SAMPLES: u32 = 2048;

/// Ways in which a picture can be turned and mirrored.
const STYLE_TURNS: u32 = 8;

/// A layer's place in the samples.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LayerPart {
    pub layer: usize,
    pub rows: Rows,
    /// By what its features are multiplied, so that each layer counts by its weight, whatever its channels.
    pub scale: f32,
    /// How many times its map is finer than the grid of its samples, as an exponent of two.
    pub level: i32,
}

/// How the layers' samples lie on end.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    pub parts: Vec<LayerPart>,
    /// Of a sample of all layers.
    pub quads: u32,
    /// Whether each layer is compared by itself, at places of its own.
    pub refining: bool,
    /// Ways in which a style's picture counts.
    pub turns: u32,
}

impl Layout {
    pub fn new(perception: &Perception, refining: bool) -> Self {
        let layers = &perception.style_layers;
        let mut quads = 0;
        let parts = layers.layers().map(|layer| {
            let channels = CONVOLUTIONS[layer].outputs as u32;
            let rows = Rows {
                first: quads,
                count: channels / 4,
            };
            quads += rows.count;
            LayerPart {
                layer,
                rows,
                scale: (layers.share(layer) / f64::from(channels)).sqrt() as f32,
                level: if refining { 0 } else { grid_level(layer) },
            }
        });
        let parts = parts.collect();
        Self {
            parts,
            quads,
            refining,
            turns: if perception.turned_styles {
                STYLE_TURNS
            } else {
                1
            },
        }
    }

    pub fn part(&self, layer: usize) -> Option<(usize, LayerPart)> {
        let mut parts = self.parts.iter().copied().enumerate();
        parts.find(|(_, part)| part.layer == layer)
    }

    /// The rows that are compared together: all, or those of each layer.
    pub fn groups(&self) -> Vec<Rows> {
        if self.refining {
            self.parts.iter().map(|part| part.rows).collect()
        } else {
            vec![Rows {
                first: 0,
                count: self.quads,
            }]
        }
    }

    /// The group that a part belongs to, by the part's number.
    pub fn group_of(&self, part: usize) -> usize {
        if self.refining { part } else { 0 }
    }

    /// The grid of a layer's samples in a picture of that shape.
    pub fn grid(&self, picture: Shape, layer: usize) -> Shape {
        if self.refining {
            layer_shape(picture, layer).with_channels(1)
        } else {
            hypercolumn_grid(picture)
        }
    }

    /// A window of it.
    pub fn window(&self, picture: Shape, layer: usize, window: Window) -> GridWindow {
        let window = if self.refining {
            at_layer(window, layer)
        } else {
            window.pooled(GRID_POOLINGS)
        };
        GridWindow {
            grid: self.grid(picture, layer),
            x: window.x,
            y: window.y,
            core: window.core,
        }
    }

    /// Poolings between a picture and the grid of a layer's samples.
    pub fn poolings(&self, layer: usize) -> u32 {
        if self.refining {
            CONVOLUTIONS[layer].block as u32 - 1
        } else {
            GRID_POOLINGS
        }
    }

    /// A layer's part of `samples`, from sample `first` on, in a window of a picture of that shape.
    pub fn layer_samples<'a>(
        &self,
        part: LayerPart,
        (samples, first): (&'a Samples, u32),
        picture: Shape,
        window: Window,
    ) -> LayerSamples<'a> {
        LayerSamples {
            samples,
            first_quad: part.rows.first,
            first,
            scale: part.scale,
            level: part.level,
            window: self.window(picture, part.layer, window),
        }
    }

    /// Samples that each turn of a style may have of a layer, where there are so many styles.
    pub fn most_of_turn(&self, styles: usize) -> u32 {
        let all = if self.refining {
            REFINING_SAMPLES
        } else {
            STYLE_SAMPLES
        };
        (all / (styles.max(1) as u32 * self.turns)).max(1)
    }
}

/// The grid of hypercolumns of a picture of that shape.
pub(crate) fn hypercolumn_grid(picture: Shape) -> Shape {
    let Shape { width, height, .. } = picture;
    Shape::new(width >> GRID_POOLINGS, height >> GRID_POOLINGS, 1)
}

/// How many times finer than the grid a layer's map is, as an exponent of two.
pub(super) fn grid_level(layer: usize) -> i32 {
    GRID_POOLINGS as i32 + 1 - CONVOLUTIONS[layer].block as i32
}

/// The cells of a layer of a picture, where layers are refined.
pub(super) fn cells(picture: Shape, layer: usize) -> Cells {
    Cells::of(layer_shape(picture, layer), REFINING_SAMPLES)
}

/// Columns that the samples of styles of these shapes have room for.
pub(crate) fn style_room(layout: &Layout, styles: &[Shape]) -> u32 {
    let most = layout.most_of_turn(styles.len());
    let of_style = |&style: &Shape| {
        let layers = layout.parts.iter();
        let positions = layers.map(|part| layout.grid(style, part.layer).positions());
        layout.turns * positions.max().unwrap_or(0).min(most)
    };
    styles.iter().map(of_style).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Preset;

    #[test]
    fn a_hypercolumn_has_the_papers_2688_numbers() {
        let brush = Preset::Brush.settings().perception;
        let layout = Layout::new(&brush, false);
        assert_eq!(layout.quads * 4, 2688);
        assert_eq!(layout.groups().len(), 1);
        assert_eq!(Layout::new(&brush, true).groups().len(), 10);
    }

    #[test]
    fn styles_have_room_for_their_positions_and_no_more_than_is_allowed() {
        let layout = Layout::new(&Preset::Brush.settings().perception, false);
        let room = |side| style_room(&layout, &[Shape::new(side, side, 3)]);
        assert_eq!(room(64), 256);
        assert_eq!(room(512), 8192);
        assert_eq!(room(4096), 8192);
    }
}
