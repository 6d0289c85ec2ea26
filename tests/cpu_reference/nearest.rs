use super::{dot, inverse_length};

/// The cosine of the angle between two vectors; a vector without a direction is at a right angle to all.
pub fn cosine(one: &[f64], other: &[f64]) -> f64 {
    dot(one, other) * inverse_length(one) * inverse_length(other)
}

/// The largest cosine of a vector with any of the others.
pub fn largest_cosine(vector: &[f64], others: &[Vec<f64>]) -> f64 {
    let cosines = others.iter().map(|other| cosine(vector, other));
    cosines.fold(f64::MIN, f64::max)
}
