use super::{centred, cosine, inverse_length};

/// How far a sample is from the direction of another, which is centred already.
pub fn cosine_loss(sample: &[f64], mean: &[f64], wanted: &[f64]) -> f64 {
    1.0 - cosine(&centred(sample, mean), wanted)
}

/// The gradient of [`cosine_loss`] to the sample: what the wanted direction has across the sample's, over the sample's
/// length. What has no direction has none to turn to.
pub fn cosine_loss_backward(sample: &[f64], mean: &[f64], wanted: &[f64]) -> Vec<f64> {
    let from_mean = centred(sample, mean);
    let (inverse, wanted_inverse) = (inverse_length(&from_mean), inverse_length(wanted));
    if inverse * wanted_inverse == 0.0 {
        return vec![0.0; sample.len()];
    }
    let cosine = cosine(&from_mean, wanted);
    let numbers = from_mean.iter().zip(wanted);
    numbers
        .map(|(own, other)| -(wanted_inverse * other - cosine * inverse * own) * inverse)
        .collect()
}
