/// The covariance that belongs to a second moment and a mean, with `epsilon` added to the variances. Matrices are
/// `[channels][channels]`.
pub fn covariance(second: &[f64], mean: &[f64], epsilon: f64) -> Vec<f64> {
    let channels = mean.len();
    (0..channels * channels)
        .map(|place| {
            let (c, d) = (place / channels, place % channels);
            let diagonal = if c == d { epsilon } else { 0.0 };
            second[place] - mean[c] * mean[d] + diagonal
        })
        .collect()
}

pub fn trace(matrix: &[f64]) -> f64 {
    let channels = matrix.len().isqrt();
    matrix.iter().step_by(channels + 1).sum()
}

/// The Wasserstein-2 distance of two normal distributions, a mean over the channels; `root` is the root of the product of
/// the covariances.
pub fn wasserstein(
    (mean, covariance): (&[f64], &[f64]),
    (target_mean, target_covariance): (&[f64], &[f64]),
    root: &[f64],
) -> f64 {
    let channels = mean.len() as f64;
    let traces = trace(covariance) + trace(target_covariance) - 2.0 * trace(root);
    super::mean_square(mean, target_mean) + traces / channels
}

/// The part of that distance's gradient to the features that is the same at every position, where `difference` is twice
/// the gradient to the covariance.
pub fn wasserstein_offset(mean: &[f64], target_mean: &[f64], difference: &[f64]) -> Vec<f64> {
    let channels = mean.len();
    let rows = difference.chunks(channels);
    rows.zip(mean.iter().zip(target_mean))
        .map(|(row, (mean_here, target))| {
            2.0 * (mean_here - target) / channels as f64 - super::dot(row, mean)
        })
        .collect()
}
