/// The mean of samples, by channel.
pub fn mean(samples: &[Vec<f64>]) -> Vec<f64> {
    let mut sum = vec![0.0; samples[0].len()];
    for sample in samples {
        sum.iter_mut().zip(sample).for_each(|(sum, x)| *sum += x);
    }
    sum.iter().map(|sum| sum / samples.len() as f64).collect()
}

/// A sample from a mean.
pub fn centred(sample: &[f64], mean: &[f64]) -> Vec<f64> {
    sample.iter().zip(mean).map(|(x, m)| x - m).collect()
}

pub fn length(vector: &[f64]) -> f64 {
    super::dot(vector, vector).sqrt()
}

/// One over the length; zero of what is too short to have a direction.
pub fn inverse_length(vector: &[f64]) -> f64 {
    let length = length(vector);
    if length > 1e-6 { 1.0 / length } else { 0.0 }
}
