use impasto::maps::Shape;

/// The square of the length of a style's gradient, from the gradient itself: at each position the matrix times the
/// features, and what is the same everywhere.
pub fn squared_length(shape: Shape, matrix: &[f64], offset: &[f64], features: &[f64]) -> f64 {
    let positions = shape.positions() as usize;
    let gradient = super::symmetric_product(shape, matrix, features);
    let planes = gradient.chunks(positions).zip(offset);
    planes
        .flat_map(|(plane, offset)| plane.iter().map(move |slope| (slope + offset).powi(2)))
        .sum()
}

/// What a gradient whose squared length is `scale` times that sum is multiplied with to have the length `strength`; no
/// length is less than nothing, whatever rounding says.
pub fn length_factor(sums: &[f64], scale: f64, strength: f64) -> f64 {
    let square: f64 = sums.iter().sum();
    strength / ((scale * square).max(0.0).sqrt() + 1e-8)
}
