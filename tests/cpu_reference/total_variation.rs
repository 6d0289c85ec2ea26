use impasto::maps::Shape;

use super::planes;

/// Pairs of places of neighbouring values, in the row and in the column.
fn neighbours(shape: Shape) -> Vec<(usize, usize)> {
    let (channels, height, width) = planes(shape);
    let mut pairs = Vec::new();
    for channel in 0..channels {
        for y in 0..height {
            for x in 0..width {
                let place = (channel * height + y) * width + x;
                if x + 1 < width {
                    pairs.push((place, place + 1));
                }
                if y + 1 < height {
                    pairs.push((place, place + width));
                }
            }
        }
    }
    pairs
}

/// The sum of absolute differences of neighbours, as tf.image.total_variation.
pub fn total_variation(shape: Shape, picture: &[f64]) -> f64 {
    let pairs = neighbours(shape);
    pairs
        .into_iter()
        .map(|(a, b)| (picture[b] - picture[a]).abs())
        .sum()
}
