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

/// Pixels by which a window's core lies inside of it. The deepest layer, `block5_conv2`, sees 86 pixels to either side:
/// 1 for each of two convolutions at stride 1, 2 at stride 2, 4 for each of four at 4, 8 of four at 8, 16 of two at 16;
/// rounded up to the stride.
const HALO: u32 = 96;

/// Pixels of a position of the deepest layer; windows begin at multiples of it, so that pooling pairs the same pixels.
const STRIDE: u32 = 16;

/// The least side of a window that is not the whole picture: a core of one deepest position, and what rounding takes.
pub const LEAST_WINDOW: u32 = 2 * HALO + 2 * STRIDE;

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
    /// Cuts a picture into windows of at most so many pixels a side, at least [`LEAST_WINDOW`].
    pub fn new(picture: Shape, side: u32) -> Self {
        let side = side.max(LEAST_WINDOW);
        let columns = Axis::new(picture.width, side);
        let rows = Axis::new(picture.height, side);
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
    fn new(picture: u32, side: u32) -> Self {
        if picture <= side {
            return Self {
                length: picture,
                windows: vec![(0, 0, picture)],
            };
        }
        // So that the last window begins at a multiple of the stride too.
        let length = side - (side - picture % STRIDE) % STRIDE;
        let mut windows = Vec::new();
        let mut start = 0;
        while start < picture {
            let x = start.saturating_sub(HALO).min(picture - length);
            let end = if x + length == picture {
                picture
            } else {
                (x + length - HALO) / STRIDE * STRIDE
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

    fn assert_covers_once(picture: Shape, side: u32) {
        let grid = Grid::new(picture, side);
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
            let left = window.x == 0 || core.x >= HALO;
            let right = window.x + window.width == picture.width
                || core.x + core.width + HALO <= window.width;
            assert!(
                left && right,
                "{window:?} of {picture:?} has too small a halo"
            );
        }
        assert!(
            covered.iter().all(|&times| times == 1),
            "{picture:?}, {side}"
        );
    }

    proptest::proptest! {
        #[test]
        fn cores_cover_every_picture_once(
            width in 16_u32..900,
            height in 16_u32..900,
            side in LEAST_WINDOW..600,
        ) {
            assert_covers_once(Shape::new(width, height, 3), side);
        }

        #[test]
        fn cores_cover_every_pooled_map_once(
            width in 16_u32..900,
            side in LEAST_WINDOW..600,
            poolings in 0_u32..5,
        ) {
            let grid = Grid::new(Shape::new(width, 16, 3), side);
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
