use impasto::maps::Shape;

use super::planes;

/// The sum over pixels of the squares by which they are farther than `margin` from the colour of their cell, of so many cells a
/// side.
pub fn beyond_palette(
    shape: Shape,
    picture: &[f64],
    (palette, side): (&[[u8; 3]], usize),
    margin: f64,
) -> f64 {
    let (channels, height, width) = planes(shape);
    assert_eq!(channels, 3);
    let positions = height * width;
    let of_pixel = |place: usize| {
        let colour = [0, 1, 2].map(|channel| picture[channel * positions + place]);
        let cells = colour.map(|value| (value * (side - 1) as f64).round() as usize);
        let nearest = palette[(cells[0] * side + cells[1]) * side + cells[2]];
        let squares = (0..3).map(|n| (colour[n] - f64::from(nearest[n]) / 255.0).powi(2));
        let beyond = squares.sum::<f64>().sqrt() - margin;
        beyond.max(0.0).powi(2)
    };
    (0..positions).map(of_pixel).sum()
}
