use impasto::maps::Shape;

use super::planes;

/// The two positions beside a place on a line of that length, with their weights; beyond its ends lie the ends.
fn beside(place: f64, length: usize) -> [(usize, f64); 2] {
    let place = place.clamp(0.0, (length - 1) as f64);
    let (first, part) = (place as usize, place.fract());
    [(first, 1.0 - part), ((first + 1).min(length - 1), part)]
}

/// How many positions of a map lie in one of the result: along a row, along a column.
pub(super) type Scale = (f64, f64);

/// Calls `visit(place in the result, place in the map, weight)` for every product of linear interpolation of the map `from`
/// at the centres of the positions of `to`.
fn for_each_product(
    from: Shape,
    to: Shape,
    scale: Scale,
    mut visit: impl FnMut(usize, usize, f64),
) {
    let (channels, height, width) = planes(from);
    let (_, rows, columns) = planes(to);
    let centre = |position: usize, scale: f64| (position as f64 + 0.5) * scale - 0.5;
    for channel in 0..channels {
        for row in 0..rows {
            for column in 0..columns {
                let to = (channel * rows + row) * columns + column;
                for (y, down) in beside(centre(row, scale.1), height) {
                    for (x, across) in beside(centre(column, scale.0), width) {
                        visit(to, (channel * height + y) * width + x, down * across);
                    }
                }
            }
        }
    }
}

/// The map at the centres of the positions of `to`.
pub(super) fn interpolate(from: Shape, map: &[f64], to: Shape, scale: Scale) -> Vec<f64> {
    let mut result = vec![0.0; planes(from).0 * to.positions() as usize];
    for_each_product(from, to, scale, |to, from, weight| {
        result[to] += weight * map[from];
    });
    result
}

/// The gradient of [`interpolate`] to its map.
pub(super) fn interpolate_backward(
    from: Shape,
    gradient: &[f64],
    to: Shape,
    scale: Scale,
) -> Vec<f64> {
    let mut result = vec![0.0; planes(from).0 * from.positions() as usize];
    for_each_product(from, to, scale, |to, from, weight| {
        result[from] += weight * gradient[to];
    });
    result
}
