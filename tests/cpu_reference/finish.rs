use impasto::maps::Shape;

/// So much of the painted picture beside the content, in its own colours, or with the content's chrominance: then all
/// three channels change as the brightness Y of YIQ does.
pub fn finish(
    shape: Shape,
    painted: &[f64],
    content: &[f64],
    strength: f64,
    content_colours: bool,
) -> Vec<f64> {
    let positions = shape.positions() as usize;
    let mixed = |channel: usize, position: usize| {
        let place = channel * positions + position;
        content[place] + strength * (painted[place] - content[place])
    };
    let brightness = |of: &dyn Fn(usize) -> f64| 0.299 * of(0) + 0.587 * of(1) + 0.114 * of(2);
    let shown = |place: usize| {
        let (channel, position) = (place / positions, place % positions);
        let before = |channel: usize| content[channel * positions + position];
        if content_colours {
            let after = brightness(&|channel| mixed(channel, position));
            before(channel) + after - brightness(&before)
        } else {
            mixed(channel, position)
        }
    };
    (0..3 * positions)
        .map(|place| shown(place).clamp(0.0, 1.0))
        .collect()
}
