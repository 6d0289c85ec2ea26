use impasto::maps::Shape;

use super::interpolation::{Scale, interpolate, interpolate_backward};

fn both_sides(level: i32) -> Scale {
    let factor = 2.0_f64.powi(level);
    (factor, factor)
}

/// A map at the positions of a grid, where the map is finer than the grid by two to the power of `level`: linear
/// interpolation at a grid position's centre, which in a finer map lies between the four in the middle.
pub fn sample(map: Shape, features: &[f64], grid: Shape, level: i32) -> Vec<f64> {
    interpolate(map, features, grid, both_sides(level))
}

/// The gradient of [`sample`] to the features.
pub fn sample_backward(map: Shape, gradient: &[f64], grid: Shape, level: i32) -> Vec<f64> {
    interpolate_backward(map, gradient, grid, both_sides(level))
}
