use impasto::maps::Shape;

use super::interpolation::{Scale, interpolate, interpolate_backward};

fn sides(fine: Shape, coarse: Shape) -> Scale {
    let scale = |coarse: u32, fine: u32| f64::from(coarse) / f64::from(fine);
    (
        scale(coarse.width, fine.width),
        scale(coarse.height, fine.height),
    )
}

/// A coarser level brought up to the sides of the finer one.
pub fn expand(fine: Shape, coarse: Shape, level: &[f64]) -> Vec<f64> {
    interpolate(coarse, level, fine, sides(fine, coarse))
}

/// The gradient of [`expand`] to the coarser level.
pub fn reduce(fine: Shape, coarse: Shape, gradient: &[f64]) -> Vec<f64> {
    interpolate_backward(coarse, gradient, fine, sides(fine, coarse))
}
