//! Pictures larger than the GPU's memory, by windows.
//!
//! Every layer but the Gram matrices is local, and these are sums over positions. So the exact gradient of a picture of
//! any size comes from windows of it, each with a core that is its own share and a halo around:
//!
//! 1. each window runs forward, and the products of its core's features are added to the Gram matrices;
//! 2. each window runs forward again and backward from the losses of its core's features alone; what arrives at its
//!    pixels, those of the halo too, is added to the picture's gradient.
//!
//! The features of the core depend on no pixel beyond the halo, and the gradient of the core's losses reaches no pixel
//! beyond it: nothing is lost at a window's edge. All windows of a picture have the same shape, so that one plan of
//! buffers and commands serves all of them; those at the far edges begin earlier instead of being smaller.

use super::feature_map::{Region, Shape};

/// Pixels of a position of the deepest layer; windows begin at multiples of it, so that pooling pairs the same pixels.
const STRIDE: u32 = 16;

/// How pictures are cut into windows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cut {
    /// The most pixels of a window's sides.
    pub side: u32,
    /// Pixels by which a window's core lies inside of it at least, a multiple of those of a deepest position.
    halo: u32,
}

impl Cut {
    /// Windows of at most so many pixels a side, for layers whose positions see so many pixels to either side.
    pub fn new(side: u32, reach: u32) -> Self {
        Self {
            side,
            halo: reach.next_multiple_of(STRIDE),
        }
    }

    /// The least side of a window that is not the whole picture: a core of one deepest position, and what rounding takes.
    pub fn least_side(self) -> u32 {
        2 * self.halo + 2 * STRIDE
    }

    /// The same with another side.
    pub fn with_side(self, side: u32) -> Self {
        Self { side, ..self }
    }
}

/// A window of a map, and its core.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// The map's column where the window begins.
    pub x: u32,
    /// The map's row where the window begins.
    pub y: u32,
    /// Columns.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// The region of the window that belongs to no other.
    pub core: Region,
}

impl Window {
    /// The same window in the map that so many poolings leave.
    pub fn pooled(self, poolings: u32) -> Self {
        let far = |start: u32, length: u32| (start + length) >> poolings;
        let Region {
            x,
            y,
            width,
            height,
        } = self.core;
        Self {
            x: self.x >> poolings,
            y: self.y >> poolings,
            width: self.width >> poolings,
            height: self.height >> poolings,
            core: Region {
                x: x >> poolings,
                y: y >> poolings,
                width: far(x, width) - (x >> poolings),
                height: far(y, height) - (y >> poolings),
            },
        }
    }
}

/// A picture cut into windows of one shape.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grid {
    /// Of every window, with the picture's channels.
    pub window: Shape,
    /// The windows, whose cores cover the picture once.
    pub windows: Vec<Window>,
}

impl Grid {
    /// Cuts a picture into windows of at most so many pixels a side, at least [`Cut::least_side`].
    pub fn new(picture: Shape, cut: Cut) -> Self {
        let columns = Axis::new(picture.width, cut);
        let rows = Axis::new(picture.height, cut);
        let mut windows = Vec::new();
        for &(y, first_row, last_row) in &rows.windows {
            for &(x, first_column, last_column) in &columns.windows {
                windows.push(Window {
                    x,
                    y,
                    width: columns.length,
                    height: rows.length,
                    core: Region {
                        x: first_column - x,
                        y: first_row - y,
                        width: last_column - first_column,
                        height: last_row - first_row,
                    },
                });
            }
        }
        Self {
            window: Shape::new(columns.length, rows.length, picture.channels),
            windows,
        }
    }

    /// Whether there is one window, the picture itself.
    pub fn is_whole(&self) -> bool {
        self.windows.len() == 1
    }
}

/// The cut of one side of the picture: windows of one length, each with its start and its core's start and end.
struct Axis {
    length: u32,
    windows: Vec<(u32, u32, u32)>,
}

impl Axis {
    fn new(picture: u32, cut: Cut) -> Self {
        let side = cut.side.max(cut.least_side());
        if picture <= side {
            return Self {
                length: picture,
                windows: vec![(0, 0, picture)],
            };
        }
        // So that the last window begins at a multiple of the stride too.
        let longest = side - (side - picture % STRIDE) % STRIDE;
        let mut axis = Self::of_length(picture, longest, cut.halo);
        // Of windows that are as many, the shortest have the least pixels beside their cores.
        while axis.length >= 2 * cut.halo + 2 * STRIDE {
            let shorter = Self::of_length(picture, axis.length - STRIDE, cut.halo);
            if shorter.windows.len() > axis.windows.len() {
                break;
            }
            axis = shorter;
        }
        axis
    }

    fn of_length(picture: u32, length: u32, halo: u32) -> Self {
        let mut windows = Vec::new();
        let mut start = 0;
        while start < picture {
            let x = start.saturating_sub(halo).min(picture - length);
            let end = if x + length == picture {
                picture
            } else {
                (x + length - halo) / STRIDE * STRIDE
            };
            windows.push((x, start, end));
            start = end;
        }
        Self { length, windows }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_covers_once(picture: Shape, cut: Cut) {
        let grid = Grid::new(picture, cut);
        let mut covered = vec![0; picture.positions() as usize];
        for window in &grid.windows {
            assert_eq!(
                (window.width, window.height),
                (grid.window.width, grid.window.height)
            );
            assert!(window.x % STRIDE == 0 && window.y % STRIDE == 0);
            assert!(window.x + window.width <= picture.width);
            assert!(window.y + window.height <= picture.height);
            let core = window.core;
            for y in core.y..core.y + core.height {
                for x in core.x..core.x + core.width {
                    covered[((window.y + y) * picture.width + window.x + x) as usize] += 1;
                }
            }
            let left = window.x == 0 || core.x >= cut.halo;
            let right = window.x + window.width == picture.width
                || core.x + core.width + cut.halo <= window.width;
            assert!(
                left && right,
                "{window:?} of {picture:?} has too small a halo"
            );
        }
        assert!(
            covered.iter().all(|&times| times == 1),
            "{picture:?}, {cut:?}"
        );
    }

    proptest::proptest! {
        #[test]
        fn cores_cover_every_picture_once(
            width in 16_u32..900,
            height in 16_u32..900,
            side in 1_u32..600,
            reach in 1_u32..100,
        ) {
            assert_covers_once(Shape::new(width, height, 3), Cut::new(side, reach));
        }

        #[test]
        fn cores_cover_every_pooled_map_once(
            width in 16_u32..900,
            side in 1_u32..600,
            reach in 1_u32..100,
            poolings in 0_u32..5,
        ) {
            let grid = Grid::new(Shape::new(width, 16, 3), Cut::new(side, reach));
            let mut end = 0;
            for window in &grid.windows {
                let pooled = window.pooled(poolings);
                proptest::prop_assert_eq!(pooled.x + pooled.core.x, end);
                end += pooled.core.width;
            }
            proptest::prop_assert_eq!(end, width >> poolings);
        }
    }
}
