use impasto::maps::Shape;

/// The gradient of `scale * sum over c, d of (gram - target)^2` to the features, where the scale already holds what
/// depends on the number of channels: see `losses.rs`.
pub fn symmetric_product(shape: Shape, matrix: &[f64], features: &[f64]) -> Vec<f64> {
    let (channels, positions) = (shape.channels as usize, shape.positions() as usize);
    let mut product = vec![0.0; features.len()];
    for c in 0..channels {
        for d in 0..channels {
            for p in 0..positions {
                product[c * positions + p] +=
                    matrix[c * channels + d] * features[d * positions + p];
            }
        }
    }
    product
}
