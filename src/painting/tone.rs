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

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by it")]
mod tests {
    use super::*;
    use crate::maps::Shape;
    use crate::pictures::Mask;

    /// Of colours around `[red, green, blue]`, as far as `reach`; no two pixels are alike.
    fn picture(side: u32, around: [f32; 3], reach: f32) -> Picture {
        let pixels: Vec<_> = (0..side * side)
            .map(|n| {
                let at = |step: u32| reach * ((n * step % 17) as f32 / 8.0 - 1.0);
                let [red, green, blue] = around;
                [red + at(5), green + at(7), blue + at(11), 0.0]
            })
            .collect();
        Picture::from_vectors(Shape::new(side, side, 3), &pixels)
    }

    /// The mean of red, green and blue over the pixels whose column says so, and how far they lie around it.
    fn spread(picture: &Picture, column: impl Fn(u32) -> bool) -> ([f32; 3], f32) {
        let width = picture.shape().width;
        let pixels = picture.to_vectors();
        let pixels = pixels.iter().enumerate();
        let own: Vec<_> = pixels
            .filter(|&(place, _)| column(place as u32 % width))
            .map(|(_, &[red, green, blue, _])| [red, green, blue])
            .collect();
        let mean =
            [0, 1, 2].map(|n| own.iter().map(|pixel| pixel[n]).sum::<f32>() / own.len() as f32);
        let squares = own
            .iter()
            .flat_map(|pixel| (0..3).map(|n| (pixel[n] - mean[n]).powi(2)));
        (mean, (squares.sum::<f32>() / own.len() as f32).sqrt())
    }

    fn assert_like(one: ([f32; 3], f32), other: ([f32; 3], f32)) {
        let off = (0..3)
            .map(|n| (one.0[n] - other.0[n]).abs())
            .fold(0.0, f32::max);
        // Of 8 bits, rounded.
        assert!(
            off < 1.0 / 255.0 && (one.1 - other.1).abs() < 1.0 / 255.0,
            "{one:?} {other:?}"
        );
    }

    #[test]
    fn the_content_has_the_styles_mean_and_spread_or_a_share_of_them() {
        let content = picture(16, [0.7, 0.6, 0.5], 0.2);
        let style = picture(12, [0.3, 0.4, 0.5], 0.1);
        let styles = [StyleView::from(&style)];
        let all = |_| true;
        let (own, wanted) = (spread(&content, all), spread(&style, all));
        assert_like(spread(&toned(&content, &styles, 1.0), all), wanted);
        let (half, _) = spread(&toned(&content, &styles, 0.5), all);
        let middle = [0, 1, 2].map(|n| f32::midpoint(own.0[n], wanted.0[n]));
        let off = half
            .iter()
            .zip(middle)
            .map(|(half, middle)| (half - middle).abs());
        assert!(off.fold(0.0, f32::max) < 1.0 / 255.0);
    }

    #[test]
    fn each_style_gives_its_colours_where_it_is_painted_and_a_part_of_zero_none() {
        let content = picture(16, [0.5, 0.6, 0.5], 0.2);
        let (left, right) = (
            picture(12, [0.3, 0.4, 0.6], 0.1),
            picture(12, [0.7, 0.5, 0.3], 0.05),
        );
        let mask = |wanted: fn(u32) -> bool| {
            let white = |n: u32| if wanted(n % 16) { 1.0 } else { 0.0 };
            let values: Vec<_> = (0..16 * 16).map(|n| [white(n); 4]).collect();
            Mask::new(Picture::from_vectors(content.shape(), &values))
        };
        let regions = [mask(|x| x < 8), mask(|x| x >= 8)];
        let [mut one, mut other] = [&left, &right].map(StyleView::from);
        (one.region, other.region) = (Some(&regions[0]), Some(&regions[1]));
        let found = toned(&content, &[one, other], 1.0);
        assert_like(spread(&found, |x| x < 8), spread(&left, |_| true));
        assert_like(spread(&found, |x| x >= 8), spread(&right, |_| true));
        other.part = 0.0;
        let found = toned(&content, &[one, other], 1.0);
        assert_like(spread(&found, |x| x >= 8), spread(&content, |x| x >= 8));
    }
}
