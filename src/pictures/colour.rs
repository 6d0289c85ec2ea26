//! Gives a picture another one's colours: their mean and covariance (Gatys et al. 2016, "Preserving Color in Neural
//! Artistic Style Transfer", section 3.1).
//!
//! Every pixel x becomes A x + b with A = R_t R_s^-1, where R is a root of the covariance, R R^T, of the target's and the
//! source's colours, and b brings the mean to the target's.

use nalgebra::{Matrix3, Vector3};

use super::picture::Picture;

/// Which root of a covariance is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Root {
    /// The lower triangular one.
    Cholesky,
    /// The symmetric one.
    Symmetric,
}

/// Added to the variances, in units of the range [0, 1]: a picture of one colour has none, and a root must be inverted.
const LEAST_VARIANCE: f64 = 1e-6;

struct Colours {
    mean: Vector3<f64>,
    covariance: Matrix3<f64>,
}

fn colours(picture: &Picture) -> Colours {
    let pixels = || {
        let (chunks, _) = picture.values().as_chunks::<3>();
        chunks
            .iter()
            .map(|pixel| Vector3::from(pixel.map(|value| f64::from(value) / 255.0)))
    };
    let count = pixels().count() as f64;
    let mean = pixels().sum::<Vector3<f64>>() / count;
    let spread = pixels().map(|pixel| (pixel - mean) * (pixel - mean).transpose());
    let covariance =
        spread.sum::<Matrix3<f64>>() / count + Matrix3::from_diagonal_element(LEAST_VARIANCE);
    Colours { mean, covariance }
}

/// The root and its inverse. A covariance with something added to its diagonal has both.
fn root(covariance: Matrix3<f64>, kind: Root) -> (Matrix3<f64>, Matrix3<f64>) {
    let eigen = covariance.symmetric_eigen();
    let by = |power: f64| {
        let values = eigen
            .eigenvalues
            .map(|value| value.max(LEAST_VARIANCE).powf(power));
        eigen.eigenvectors * Matrix3::from_diagonal(&values) * eigen.eigenvectors.transpose()
    };
    let symmetric = (by(0.5), by(-0.5));
    match kind {
        Root::Symmetric => symmetric,
        Root::Cholesky => covariance
            .cholesky()
            .map(|cholesky| cholesky.l())
            .and_then(|root| Some((root, root.try_inverse()?)))
            .unwrap_or(symmetric),
    }
}

/// `source` with the mean and covariance of the colours of `target`. What leaves the range of colours is cut.
pub fn match_colours(source: &Picture, target: &Picture, kind: Root) -> Picture {
    let (from, to) = (colours(source), colours(target));
    let change = root(to.covariance, kind).0 * root(from.covariance, kind).1;
    source.map_pixels(|pixel| {
        let colour = Vector3::from(pixel.map(f64::from));
        let matched = change * (colour - from.mean) + to.mean;
        <[f64; 3]>::from(matched).map(|value| value.clamp(0.0, 1.0) as f32)
    })
}
