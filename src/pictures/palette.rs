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
fn nearest(means: &[Option<[u8; 3]>]) -> Vec<[u8; 3]> {
    let mut found = means.to_vec();
    let last = found.len() - 1;
    let mut changed = true;
    let mut backwards = false;
    while changed {
        changed = false;
        for number in 0..=last {
            // To and fro, so that a colour comes far in one go.
            let place = if backwards { last - number } else { number };
            let middle = middle(place);
            let own = found[place].map_or(f32::INFINITY, |colour| distance(colour, middle));
            let proposals = neighbours(place).filter_map(|neighbour| found[neighbour]);
            let best = proposals
                .map(|colour| (distance(colour, middle), colour))
                .min_by(|one, other| one.0.total_cmp(&other.0));
            if let Some((distance, colour)) = best
                && distance < own
            {
                found[place] = Some(colour);
                changed = true;
            }
        }
        backwards = !backwards;
    }
    // Every picture has a pixel, and so has every cell a colour.
    found.into_iter().map(Option::unwrap_or_default).collect()
}

fn coordinates(place: usize) -> [usize; 3] {
    let side = CELLS as usize;
    [place / (side * side), place / side % side, place % side]
}

fn middle(place: usize) -> [f32; 3] {
    coordinates(place).map(|along| along as f32 / (CELLS - 1) as f32)
}

/// Squared.
fn distance(colour: [u8; 3], middle: [f32; 3]) -> f32 {
    let colour = colour.map(|value| f32::from(value) / 255.0);
    let squares = colour
        .into_iter()
        .zip(middle)
        .map(|(a, b)| (a - b) * (a - b));
    squares.sum()
}

/// The cells around one, those of its corners included.
fn neighbours(place: usize) -> impl Iterator<Item = usize> {
    let side = CELLS as usize;
    let around = move |along: usize| along.saturating_sub(1)..=(along + 1).min(side - 1);
    let [red, green, blue] = coordinates(place);
    around(red).flat_map(move |red| {
        around(green)
            .flat_map(move |green| around(blue).map(move |blue| (red * side + green) * side + blue))
    })
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
                let [red, green, blue] = pixel.map(|value| f32::from(value) / 255.0);
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
                let all = pixels.iter().map(|&pixel| distance(pixel, middle));
                let least = all.fold(f32::INFINITY, f32::min);
                prop_assert!(distance(colour, middle).sqrt() <= least.sqrt() + reach);
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
