use impasto::maps::{Shape, Window};

/// The places of a window's positions in the map and in the window, of those that `is_meant(x, y)`.
fn window_places(
    shape: Shape,
    window: Window,
    is_meant: impl Fn(u32, u32) -> bool,
) -> Vec<(usize, usize)> {
    let mut places = Vec::new();
    for channel in 0..shape.channels {
        for y in 0..window.height {
            for x in 0..window.width {
                if is_meant(x, y) {
                    let row = channel * shape.height + window.y + y;
                    let map = row * shape.width + window.x + x;
                    let small = (channel * window.height + y) * window.width + x;
                    places.push((map as usize, small as usize));
                }
            }
        }
    }
    places
}

/// The window of a map.
pub fn take_window(shape: Shape, window: Window, map: &[f64]) -> Vec<f64> {
    let places = window_places(shape, window, |_, _| true);
    places.into_iter().map(|(from, _)| map[from]).collect()
}

/// The map with the window's core in its place.
pub fn keep_core(shape: Shape, window: Window, map: &[f64], small: &[f64]) -> Vec<f64> {
    let core = window.core;
    let is_core = |x, y| {
        (core.x..core.x + core.width).contains(&x) && (core.y..core.y + core.height).contains(&y)
    };
    let mut map = map.to_vec();
    for (to, from) in window_places(shape, window, is_core) {
        map[to] = small[from];
    }
    map
}

/// The map with the whole window added in its place.
pub fn give_window(shape: Shape, window: Window, map: &[f64], small: &[f64]) -> Vec<f64> {
    let mut map = map.to_vec();
    for (to, from) in window_places(shape, window, |_, _| true) {
        map[to] += small[from];
    }
    map
}
