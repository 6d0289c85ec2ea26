//! Which colours pictures have.

use super::mask::Mask;
use super::picture::Picture;

/// Cells along a side of the cube of colours: eight of a picture's 256 values each, less than one sees.
pub const CELLS: u32 = 32;

/// How white a mask must be where a picture's colour counts.
const LEAST_WEIGHT: f32 = 0.5;

/// For every cell of the cube of colours the nearest colour that some picture has.
///
/// The cell of red, green and blue in [0, 1] is `round(31 * colour)`.
#[derive(Debug, Clone, PartialEq)]
pub struct Palette(Vec<[u8; 3]>);

impl Palette {
    /// Of pictures together, of each what its mask leaves; of all if the masks leave nothing.
    pub fn of<'a>(pictures: impl Iterator<Item = (&'a Picture, Option<&'a Mask>)> + Clone) -> Self {
        let masked = cell_means(pictures.clone());
        let means = if masked.iter().any(Option::is_some) {
            masked
        } else {
            cell_means(pictures.map(|(picture, _)| (picture, None)))
        };
        Self(nearest(&means))
    }

    /// `[red][green][blue]` of the nearest colours: red, green and blue.
    pub fn colours(&self) -> &[[u8; 3]] {
        &self.0
    }
}

/// Of the colours of each cell, if there are any, their mean.
fn cell_means<'a>(
    pictures: impl Iterator<Item = (&'a Picture, Option<&'a Mask>)>,
) -> Vec<Option<[u8; 3]>> {
    let mut cells = vec![([0_u64; 3], 0_u64); CELLS.pow(3) as usize];
    for (picture, mask) in pictures {
        let weights = mask.map(|mask| mask.weights(0));
        let (pixels, _) = picture.values().as_chunks::<3>();
        for (place, pixel) in pixels.iter().enumerate() {
            if weights
                .as_ref()
                .is_some_and(|all| all[place] < LEAST_WEIGHT)
            {
                continue;
            }
            let (sums, count) = &mut cells[cell(*pixel)];
            for (sum, &value) in sums.iter_mut().zip(pixel) {
                *sum += u64::from(value);
            }
            *count += 1;
        }
    }
    let mean = |(sums, count): ([u64; 3], u64)| {
        (count > 0).then(|| sums.map(|sum| (sum as f64 / count as f64).round() as u8))
    };
    cells.into_iter().map(mean).collect()
}

fn cell(pixel: [u8; 3]) -> usize {
    let [red, green, blue] = pixel.map(|value| {
        let cells = f32::from(value) / 255.0 * (CELLS - 1) as f32;
        cells.round() as usize
    });
    let side = CELLS as usize;
    (red * side + green) * side + blue
}

/// For every cell the nearest of the colours to its middle, by handing what is nearest on from cell to cell until nothing
/// changes (Danielsson 1980, "Euclidean Distance Mapping"; in rare cases another is nearer by less than a cell).
///
/// A painting does this at each of its sizes, so it is quick: an empty rim around the cube spares asking where it ends.
fn nearest(means: &[Option<[u8; 3]>]) -> Vec<[u8; 3]> {
    let mut found = vec![NONE; PADDED.pow(3)];
    for (place, mean) in means.iter().enumerate() {
        if let Some(colour) = mean {
            found[padded(place)] = from_bytes(*colour);
        }
    }
    let last = means.len() - 1;
    let mut changed = true;
    let mut backwards = false;
    while changed {
        changed = false;
        for number in 0..=last {
            // To and fro, so that a colour comes far in one go.
            let place = if backwards { last - number } else { number };
            changed |= take_nearest(&mut found, padded(place), middle(place));
        }
        backwards = !backwards;
    }
    // Every picture has a pixel, and so has every cell a colour.
    let bytes = |place| found[padded(place)].map(|value| (255.0 * value).round() as u8);
    (0..=last).map(bytes).collect()
}

/// In [0, 1].
fn from_bytes(colour: [u8; 3]) -> [f32; 3] {
    colour.map(|value| f32::from(value) / 255.0)
}

/// The cube's side with a cell more at each end.
const PADDED: usize = CELLS as usize + 2;

/// No colour is farther from every other.
const NONE: [f32; 3] = [f32::INFINITY; 3];

/// Where a cell is in the padded cube.
fn padded(place: usize) -> usize {
    let [red, green, blue] = coordinates(place);
    ((red + 1) * PADDED + green + 1) * PADDED + blue + 1
}

/// Gives a cell the colour among those of its neighbours, corners included, that is nearest to its middle; whether it is
/// another than it had.
fn take_nearest(found: &mut [[f32; 3]], at: usize, middle: [f32; 3]) -> bool {
    let mut nearest = found[at];
    let mut least = distance(nearest, middle);
    let own = least;
    let planes = [at - PADDED * PADDED, at, at + PADDED * PADDED];
    let rows = planes.map(|plane| [plane - PADDED, plane, plane + PADDED]);
    for row in rows.into_iter().flatten() {
        for &colour in &found[row - 1..=row + 1] {
            let distance = distance(colour, middle);
            if distance < least {
                (nearest, least) = (colour, distance);
            }
        }
    }
    found[at] = nearest;
    least < own
}

fn coordinates(place: usize) -> [usize; 3] {
    let side = CELLS as usize;
    [place / (side * side), place / side % side, place % side]
}

fn middle(place: usize) -> [f32; 3] {
    coordinates(place).map(|along| along as f32 / (CELLS - 1) as f32)
}

/// Squared.
fn distance(colour: [f32; 3], middle: [f32; 3]) -> f32 {
    let squares = colour
        .into_iter()
        .zip(middle)
        .map(|(a, b)| (a - b) * (a - b));
    squares.sum()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by it")]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::maps::Shape;

    fn picture(pixels: &[[u8; 3]]) -> Picture {
        let vectors: Vec<_> = pixels
            .iter()
            .map(|pixel| {
                let [red, green, blue] = from_bytes(*pixel);
                [red, green, blue, 0.0]
            })
            .collect();
        Picture::from_vectors(Shape::new(pixels.len() as u32, 1, 3), &vectors)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]

        /// Against a search through all pixels. What is handed on is the nearest but for less than a cell, whose colours'
        /// mean stands for them.
        #[test]
        fn a_cells_colour_is_the_nearest_of_all(pixels in prop::collection::vec(any::<[u8; 3]>(), 1..40)) {
            let palette = Palette::of([(&picture(&pixels), None)].into_iter());
            let reach = 1.0 / (CELLS - 1) as f32;
            for (place, &colour) in palette.colours().iter().enumerate() {
                let middle = middle(place);
                let all = pixels.iter().map(|&pixel| distance(from_bytes(pixel), middle));
                let least = all.fold(f32::INFINITY, f32::min);
                prop_assert!(distance(from_bytes(colour), middle).sqrt() <= least.sqrt() + reach);
            }
        }
    }

    #[test]
    fn what_a_mask_leaves_out_is_no_colour_unless_it_leaves_nothing() {
        let (red, blue) = ([255, 0, 0], [0, 0, 255]);
        let picture = picture(&[red, blue]);
        let mask = |values: [f32; 2]| {
            let vectors = values.map(|value| [value; 4]);
            Mask::new(Picture::from_vectors(Shape::new(2, 1, 3), &vectors))
        };
        let found = |mask: &Mask| Palette::of([(&picture, Some(mask))].into_iter());
        let only_red = found(&mask([1.0, 0.0]));
        assert!(only_red.colours().iter().all(|colour| *colour == red));
        let both = found(&mask([0.0, 0.0]));
        assert_eq!(both, Palette::of([(&picture, None)].into_iter()));
        assert!(both.colours().contains(&blue));
    }
}
