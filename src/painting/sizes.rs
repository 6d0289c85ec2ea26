//! The sizes of the pictures: at the end, where each must be large enough for the network, and on the way there.

use std::fmt;

use crate::maps::Shape;
use crate::settings::fields::MOST_SCALE;
use crate::settings::rows::MOST_SIZE;
use crate::settings::{Scale, Settings};
use crate::vgg19::LEAST_SIDE;

/// One of the pictures of a painting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// What is painted.
    Content,
    /// What it is painted like, counted from zero.
    Style(usize),
}

impl fmt::Display for Which {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Content => write!(f, "The content"),
            Self::Style(index) => write!(f, "Style {}", index + 1),
        }
    }
}

/// What makes a picture that is too narrow large enough, but for another shape.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Remedy {
    /// The least size of the painting that is enough, if one that may be set is.
    pub size: Option<u32>,
    /// The least size of the style beside the painting's that is enough, in hundredths, if one that may be set is.
    pub scale: Option<f64>,
}

impl fmt::Display for Remedy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(size) = self.size {
            write!(f, "choose a size of at least {size}, or ")?;
        }
        if let Some(scale) = self.scale {
            write!(
                f,
                "choose at least {scale} for its size beside the painting's, or "
            )?;
        }
        write!(f, "crop it to a less narrow shape")
    }
}

/// A picture would be too narrow for the network, in the finished painting.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[error(
    "{which} would be {width} x {height} pixels, and each side needs at least {LEAST_SIDE}: {remedy}."
)]
pub struct TooNarrow {
    /// The picture.
    pub which: Which,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// What helps.
    pub remedy: Remedy,
}

/// Whether the network takes a picture of that shape.
fn takes(picture: Shape) -> bool {
    picture.width.min(picture.height) >= LEAST_SIDE
}

/// The longer side of a style beside a painting of that size.
fn style_side(size: u32, scale: f32) -> u32 {
    (f64::from(size) * f64::from(scale)).round() as u32
}

/// The shape of a style's picture beside the finished painting.
pub(super) fn finished_style(style: Shape, scale: f32, settings: &Settings) -> Shape {
    style.with_longest_side(style_side(settings.size, scale))
}

/// The shape of a style's picture beside the painting at a size on the way. One that would be too narrow for the network
/// there is as large as the network needs, and no larger than at the end: leaving the size out would cost the painting its
/// large forms, and those of the other styles too, while a style that is somewhat too large on the way has its own size when
/// it matters.
pub(super) fn style_on_the_way(style: Shape, scale: f32, size: u32, settings: &Settings) -> Shape {
    let sides = style_side(size, scale)..style_side(settings.size, scale);
    let mut shapes = sides.map(|side| style.with_longest_side(side));
    shapes
        .find(|&shape| takes(shape))
        .unwrap_or_else(|| finished_style(style, scale, settings))
}

/// The sizes through which a painting of that content grows. Those at which the content would be too narrow for the network
/// are left out: it is what is painted, and has one size only.
pub fn scales(content: Shape, settings: &Settings) -> Vec<Scale> {
    let fits = |scale: &Scale| takes(content.with_longest_side(scale.size));
    let mut scales = settings.scales();
    scales.retain(|scale| scale.size == settings.size || fits(scale));
    scales
}

/// Sees to it that every picture is large enough for the network in the finished painting.
///
/// # Errors
/// [`TooNarrow`].
pub fn check_sizes(
    content: Shape,
    styles: impl IntoIterator<Item = (Shape, f32)>,
    settings: &Settings,
) -> Result<(), TooNarrow> {
    let sizes = || settings.size..=MOST_SIZE as u32;
    let too_narrow = |which, Shape { width, height, .. }, remedy| TooNarrow {
        which,
        width,
        height,
        remedy,
    };
    let finished = content.with_longest_side(settings.size);
    if !takes(finished) {
        let remedy = Remedy {
            size: sizes().find(|&size| takes(content.with_longest_side(size))),
            scale: None,
        };
        return Err(too_narrow(Which::Content, finished, remedy));
    }
    for (index, (style, scale)) in styles.into_iter().enumerate() {
        let finished = finished_style(style, scale, settings);
        if !takes(finished) {
            let enough = |size, scale| takes(style.with_longest_side(style_side(size, scale)));
            let hundredths = 0..=(100.0 * MOST_SCALE) as u32;
            let mut scales = hundredths.map(|scale| f64::from(scale) / 100.0);
            let remedy = Remedy {
                size: sizes().find(|&size| enough(size, scale)),
                scale: scales.find(|&scale| enough(settings.size, scale as f32)),
            };
            return Err(too_narrow(Which::Style(index), finished, remedy));
        }
    }
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by it")]
mod tests {
    use proptest::prelude::*;
    use serde::Deserialize;

    use super::*;
    use crate::settings::fields::LEAST_SCALE;
    use crate::settings::{Growth, Preset};

    /// A picture at a size, which the page's own check answers alike.
    #[derive(Deserialize)]
    struct Case {
        picture: (u32, u32),
        size: u32,
        /// Of a style.
        scale: Option<f32>,
        finished: (u32, u32),
        /// Where the finished one is too narrow.
        remedy: Option<(Option<u32>, Option<f64>)>,
    }

    #[test]
    fn what_is_too_narrow_is_known_with_what_helps() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/narrow.json");
        let cases: Vec<Case> = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
        let square = Shape::new(64, 64, 3);
        for case in cases {
            let picture = Shape::new(case.picture.0, case.picture.1, 3);
            let settings = Settings {
                size: case.size,
                ..Settings::default()
            };
            let (finished, checked, is) = match case.scale {
                None => (
                    picture.with_longest_side(case.size),
                    check_sizes(picture, [], &settings),
                    Which::Content,
                ),
                Some(scale) => (
                    finished_style(picture, scale, &settings),
                    check_sizes(square, [(square, 1.0), (picture, scale)], &settings),
                    Which::Style(1),
                ),
            };
            assert_eq!((finished.width, finished.height), case.finished);
            match (checked, case.remedy) {
                (Ok(()), None) => {}
                (Err(found), Some((size, scale))) => {
                    assert_eq!(
                        (found.which, (found.width, found.height)),
                        (is, case.finished)
                    );
                    assert_eq!(found.remedy, Remedy { size, scale }, "{picture:?}");
                }
                (checked, _) => panic!("{picture:?} at {}: {checked:?}", case.size),
            }
        }
    }

    #[test]
    fn what_is_too_narrow_is_named_with_what_helps() {
        let (square, narrow) = (Shape::new(64, 64, 3), Shape::new(1200, 30, 3));
        let settings = Settings {
            size: 512,
            ..Settings::default()
        };
        let said = |content, style| {
            let checked = check_sizes(content, [(square, 1.0), (style, 1.0)], &settings);
            checked.unwrap_err().to_string()
        };
        assert_eq!(
            said(narrow, square),
            "The content would be 512 x 13 pixels, and each side needs at least 16: choose a size of at least 620, or crop it to a less narrow shape."
        );
        assert_eq!(
            said(square, narrow),
            "Style 2 would be 512 x 13 pixels, and each side needs at least 16: choose a size of at least 620, or choose at least 1.21 for its size beside the painting's, or crop it to a less narrow shape."
        );
        assert_eq!(
            said(Shape::new(50_000, 20, 3), square),
            "The content would be 512 x 0 pixels, and each side needs at least 16: crop it to a less narrow shape."
        );
    }

    /// Narrow and wide, upright and lying.
    fn shapes() -> impl Strategy<Value = Shape> {
        let side = || prop_oneof![1_u32..40, 1_u32..3000];
        (side(), side()).prop_map(|(width, height)| Shape::new(width, height, 3))
    }

    proptest! {
        #[test]
        fn what_fits_at_the_end_fits_on_the_way(
            content in shapes(),
            style in shapes(),
            scale in LEAST_SCALE as f32..MOST_SCALE as f32,
            size in LEAST_SIDE..2048,
            first_size in LEAST_SIDE..2048,
            double in any::<bool>(),
            preset in prop::sample::select(Preset::ALL.to_vec()),
        ) {
            let growth = if double { Growth::Double } else { Growth::Root };
            let settings = Settings { size, first_size, growth, ..preset.settings() };
            let finished = finished_style(style, scale, &settings);
            let fits = takes(content.with_longest_side(size)) && takes(finished);
            let checked = check_sizes(content, [(style, scale)], &settings);
            prop_assert_eq!(checked.is_ok(), fits);
            prop_assume!(fits);

            let all = settings.scales();
            let scales = scales(content, &settings);
            prop_assert_eq!(scales.last(), all.last());
            prop_assert!(scales.iter().any(|scale| scale.size == size && !scale.refining));
            for scale_of_painting in &all {
                let at = scale_of_painting.size;
                let fits = takes(content.with_longest_side(at));
                prop_assert_eq!(scales.contains(scale_of_painting), fits);
                let sized = style_on_the_way(style, scale, at, &settings);
                prop_assert!(takes(sized), "{sized:?} at {at}");
                // No larger than at the end, for which there is memory; and as large as it says wherever that is enough.
                prop_assert!(sized.width <= finished.width && sized.height <= finished.height);
                let own = style.with_longest_side(style_side(at, scale));
                prop_assert!(sized == own || !takes(own));
                if !takes(own) {
                    let side = sized.width.max(sized.height);
                    prop_assert!(!takes(style.with_longest_side(side - 1)));
                }
            }
        }

        #[test]
        fn what_is_said_to_help_helps_and_no_less_does(
            style in shapes(),
            scale in LEAST_SCALE as f32..MOST_SCALE as f32,
            size in LEAST_SIDE..4096,
        ) {
            let content = Shape::new(64, 64, 3);
            let check = |size, scale| {
                let settings = Settings { size, ..Settings::default() };
                check_sizes(content, [(style, scale)], &settings)
            };
            let Err(TooNarrow { remedy, .. }) = check(size, scale) else {
                return Ok(());
            };
            match remedy.size {
                Some(enough) => {
                    prop_assert!(check(enough, scale).is_ok());
                    prop_assert!(check(enough - 1, scale).is_err());
                }
                None => prop_assert!(check(MOST_SIZE as u32, scale).is_err()),
            }
            match remedy.scale {
                Some(enough) => {
                    prop_assert!(check(size, enough as f32).is_ok());
                    prop_assert!(check(size, (enough - 0.01) as f32).is_err());
                }
                None => prop_assert!(check(size, MOST_SCALE as f32).is_err()),
            }
        }
    }
}
