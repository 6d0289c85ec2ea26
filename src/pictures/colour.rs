//! Gives a picture another one's colours: their mean and covariance (Gatys et al. 2016, "Preserving Color in Neural
//! Artistic Style Transfer", section 3.1).
//!
//! Every pixel x becomes A x + b with A = R_t R_s^-1, where R is a root of the covariance, R R^T, of the target's and the
//! source's colours, and b brings the mean to the target's.

use nalgebra::{Matrix3, Vector3};

use super::mask::Mask;
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

/// Of a picture, or of what its mask leaves, if that is anything.
fn colours(picture: &Picture, mask: Option<&Mask>) -> Option<Colours> {
    let weights = mask.map(|mask| mask.weights(0));
    let pixels = || {
        let (chunks, _) = picture.values().as_chunks::<3>();
        chunks.iter().enumerate().map(|(place, pixel)| {
            let weight = weights.as_ref().map_or(1.0, |all| f64::from(all[place]));
            let colour = Vector3::from(pixel.map(|value| f64::from(value) / 255.0));
            (weight, colour)
        })
    };
    let count: f64 = pixels().map(|(weight, _)| weight).sum();
    let mean = pixels().map(|(weight, pixel)| weight * pixel);
    let mean = mean.sum::<Vector3<f64>>() / count;
    let spread =
        pixels().map(|(weight, pixel)| weight * (pixel - mean) * (pixel - mean).transpose());
    let covariance =
        spread.sum::<Matrix3<f64>>() / count + Matrix3::from_diagonal_element(LEAST_VARIANCE);
    (count > 0.0).then_some(Colours { mean, covariance })
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

/// What becomes of a colour.
#[derive(Debug, Clone, Copy)]
pub struct ColourMap {
    from: Vector3<f64>,
    change: Matrix3<f64>,
    to: Vector3<f64>,
}

impl ColourMap {
    /// Gives the mean and covariance of the colours of `source` those of `target`, of what their masks leave; none where a
    /// mask leaves nothing.
    pub fn between(
        source: (&Picture, Option<&Mask>),
        target: (&Picture, Option<&Mask>),
        kind: Root,
    ) -> Option<Self> {
        let (from, to) = (colours(source.0, source.1)?, colours(target.0, target.1)?);
        Some(Self {
            from: from.mean,
            change: root(to.covariance, kind).0 * root(from.covariance, kind).1,
            to: to.mean,
        })
    }

    /// The colour that becomes of red, green and blue in [0, 1], in the same range: what leaves it is cut.
    pub fn of(&self, colour: [f32; 3]) -> [f32; 3] {
        let colour = Vector3::from(colour.map(f64::from));
        let matched = self.change * (colour - self.from) + self.to;
        <[f64; 3]>::from(matched).map(|value| value.clamp(0.0, 1.0) as f32)
    }
}

/// `source` with the mean and covariance of the colours of `target`. What leaves the range of colours is cut.
pub fn match_colours(source: &Picture, target: &Picture, kind: Root) -> Picture {
    let Some(map) = ColourMap::between((source, None), (target, None), kind) else {
        return source.clone();
    };
    source.map_pixels(|pixel| map.of(pixel))
}
