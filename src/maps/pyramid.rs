//! The levels of a pyramid over a picture.

use super::feature_map::Shape;

/// A level with smaller sides than this has no coarser one.
const LEAST_SIDE: u32 = 8;

/// Levels beside the picture itself.
const MOST_LEVELS: usize = 5;

/// The shapes of the coarser levels of a picture, from the finest on.
pub fn coarse_levels(picture: Shape) -> Vec<Shape> {
    let halved =
        |level: &Shape| (level.width.min(level.height) >= LEAST_SIDE).then(|| level.pooled());
    std::iter::successors(Some(picture), halved)
        .skip(1)
        .take(MOST_LEVELS)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sides_are_halved_as_long_as_they_are_long_enough() {
        let sides = |width, height| {
            let levels = coarse_levels(Shape::new(width, height, 3)).into_iter();
            levels
                .map(|level| (level.width, level.height))
                .collect::<Vec<_>>()
        };
        assert_eq!(sides(51, 37), [(25, 18), (12, 9), (6, 4)]);
        assert_eq!(sides(512, 512).len(), 5);
        assert_eq!(sides(7, 100), []);
    }
}
