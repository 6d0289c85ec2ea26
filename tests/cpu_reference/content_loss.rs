/// mean((a - b)^2)
pub fn mean_square(a: &[f64], b: &[f64]) -> f64 {
    let squares = a.iter().zip(b).map(|(a, b)| (a - b).powi(2));
    squares.sum::<f64>() / a.len() as f64
}

/// The sum of squares.
pub fn square(values: &[f64]) -> f64 {
    values.iter().map(|value| value * value).sum()
}
