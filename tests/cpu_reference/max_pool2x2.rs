use impasto::maps::Shape;

use super::{planes, relu};

/// For every value of the pooled map, the place in `input` of the first of the four largest.
fn pool_places(shape: Shape, input: &[f64]) -> Vec<usize> {
    let (channels, height, width) = planes(shape);
    let mut places = Vec::new();
    for channel in 0..channels {
        for y in 0..height / 2 {
            for x in 0..width / 2 {
                let corner = (channel * height + 2 * y) * width + 2 * x;
                let mut best = corner;
                for place in [corner + 1, corner + width, corner + width + 1] {
                    if input[place] > input[best] {
                        best = place;
                    }
                }
                places.push(best);
            }
        }
    }
    places
}

/// 2x2 maximum pooling; odd edges are dropped.
pub fn max_pool(shape: Shape, input: &[f64]) -> Vec<f64> {
    pool_places(shape, input)
        .into_iter()
        .map(|place| input[place])
        .collect()
}

/// The gradient of `max_pool(relu(before))` to `before`.
pub fn max_pool_relu_backward(shape: Shape, before: &[f64], gradient: &[f64]) -> Vec<f64> {
    let mut large = vec![0.0; before.len()];
    for (place, slope) in pool_places(shape, &relu(before)).into_iter().zip(gradient) {
        if before[place] > 0.0 {
            large[place] += slope;
        }
    }
    large
}
