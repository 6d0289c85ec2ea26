//! Half precision: its storage kept apart from its arithmetic, and its gradient beside the full one's.

use crate::common::{Random, network, noise, painter, tutorial};
use impasto::kernels::format::Format;
use impasto::maps::Precision;
use impasto::network::{Convolutions, Method};
use impasto::pictures::Picture;

/// The gradient passes through fifteen layers, each of which rounds it to 8 bits: 2^-9 at most and a third of that on
/// average, which add up to 0.4 % if they are independent. Features of 11 bits add more: where two neighbours are
/// the same after rounding, the pooling takes the first. Noise, which has no smooth places, suffers most: 1.8 %.
const GRADIENT_TOLERANCE: f64 = 0.03;

fn gradient(convolutions: Convolutions, precision: Precision, pictures: &[Picture; 2]) -> Vec<f64> {
    let [content, style] = pictures;
    let method = Method {
        convolutions,
        precision,
        ..Method::default()
    };
    let mut painter = painter(&network(method), content, style, &tutorial()).unwrap();
    while !painter.finished(1) {
        pollster::block_on(painter.advance(1)).unwrap();
    }
    let vectors = pollster::block_on(painter.gradient()).unwrap();
    let values = vectors.iter().flat_map(|&[r, g, b, _]| [r, g, b]);
    values.map(f64::from).collect()
}

fn norm(values: impl Iterator<Item = f64>) -> f64 {
    values.map(|value| value * value).sum::<f64>().sqrt()
}

#[test]
fn half_precision_gives_nearly_the_same_gradient() {
    let mut random = Random(11);
    let pictures = [noise(&mut random, 72, 50), noise(&mut random, 44, 61)];
    let full = gradient(Convolutions::Direct, Precision::Full, &pictures);
    for convolutions in [Convolutions::Direct, Convolutions::Winograd] {
        let half = gradient(convolutions, Precision::Half, &pictures);
        let error = norm(full.iter().zip(&half).map(|(a, b)| a - b));
        let error = error / norm(full.iter().copied());
        println!("{convolutions:?}: the gradient differs by {error:.1e} of itself");
        // Were nothing rounded, this would not test what it says.
        assert!(error > 1e-5 && error < GRADIENT_TOLERANCE, "{error}");
    }
}

#[test]
fn formats_keep_what_they_promise() {
    let values = [[0.0, -1.0, 65504.0, 1.5], [3.0e-5, -0.1, 1000.3, 6.1e-5]];
    for (format, bytes, digits) in [
        (Format::Single, 32, 0.0),
        (Format::Half, 16, 2_f32.powi(-11)),
        (Format::Upper, 16, 2_f32.powi(-8)),
    ] {
        let stored = format.encode(&values);
        assert_eq!(stored.len(), bytes);
        let found = format.decode(&stored);
        for (&expected, &found) in values.as_flattened().iter().zip(found.as_flattened()) {
            let error = (found - expected).abs();
            // Below 6.1e-5 half floats lose precision: their steps there are 6e-8.
            assert!(
                error <= digits * expected.abs() + 3e-8 * digits.signum(),
                "{format:?}: {found}"
            );
        }
    }
}
