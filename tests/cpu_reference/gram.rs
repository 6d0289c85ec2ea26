use impasto::maps::Shape;

/// The Gram matrix: mean over positions of the products of two channels.
pub fn gram(shape: Shape, features: &[f64]) -> Vec<f64> {
    let positions = shape.positions() as usize;
    let channel = |c: usize| &features[c * positions..][..positions];
    let channels = shape.channels as usize;
    (0..channels * channels)
        .map(|place| {
            let products = channel(place / channels)
                .iter()
                .zip(channel(place % channels));
            products.map(|(a, b)| a * b).sum::<f64>() / positions as f64
        })
        .collect()
}
