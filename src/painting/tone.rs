//! The content with the styles' colours, before it is painted.
//!
//! What a style's colours cannot show is painted with colours that the style has nowhere, or not at all: a white house with
//! a style of dark glass. Given the style's mean and covariance, which keeps what is lighter and what is redder, it is
//! something that the style can paint.

use super::style::StyleView;
use crate::pictures::{ColourMap, Picture, Root};

/// So much of the content's colours, from zero to one, brought to the mean and covariance of the style's: those of a style with
/// a mask from where it is painted on. Where several styles are painted it is the mean of what they give, by their parts.
pub(super) fn toned(content: &Picture, styles: &[StyleView<'_>], share: f32) -> Picture {
    let maps: Vec<_> = styles
        .iter()
        .filter(|style| style.part > 0.0)
        .filter_map(|style| {
            let (content, target) = ((content, style.region), (style.picture, style.source));
            let map = ColourMap::between(content, target, Root::Symmetric)?;
            let weights = style.region.map(|mask| mask.weights(0));
            Some((map, style.part, weights))
        })
        .collect();
    let pixels = content.to_vectors().into_iter().enumerate();
    let pixels: Vec<_> = pixels
        .map(|(place, [red, green, blue, _])| {
            let own = [red, green, blue];
            let mut sum = [0.0; 4];
            for (map, part, weights) in &maps {
                let weight = part * weights.as_ref().map_or(1.0, |all| all[place]);
                let [red, green, blue] = map.of(own).map(|value| weight * value);
                for (sum, value) in sum.iter_mut().zip([red, green, blue, weight]) {
                    *sum += value;
                }
            }
            let [sums @ .., weight] = sum;
            if weight == 0.0 {
                return [red, green, blue, 0.0];
            }
            let mixed = |own: f32, sum: f32| own + share * (sum / weight - own);
            [
                mixed(red, sums[0]),
                mixed(green, sums[1]),
                mixed(blue, sums[2]),
                0.0,
            ]
        })
        .collect();
    Picture::from_vectors(content.shape(), &pixels)
}
