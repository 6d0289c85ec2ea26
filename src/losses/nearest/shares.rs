//! Which style each position of a painting belongs to.

use std::collections::BTreeMap;

use super::layout::GRID_POOLINGS;
use crate::kernels::samples::NONE;
use crate::pictures::Mask;

/// Of a position, so that a style is painted there.
const COVERED: f32 = 0.5;

/// The style of every position, or [`NONE`] where no style is painted.
///
/// `regions` has each style's weights by position, or none where it is painted everywhere; `scores` has by style and position
/// how near its nearest sample is. Positions with the same styles to choose from are shared out among them in proportion to
/// the styles' `parts`: each style takes those that suit it best beside the styles that have not chosen yet.
pub(super) fn share_out(
    positions: usize,
    regions: &[Option<Vec<f32>>],
    parts: &[f32],
    scores: Option<&[f32]>,
) -> Vec<u32> {
    let mut groups: BTreeMap<Vec<usize>, Vec<usize>> = BTreeMap::new();
    for position in 0..positions {
        let choice = styles_at(position, regions, parts);
        groups.entry(choice).or_default().push(position);
    }
    let mut labels = vec![NONE; positions];
    for (styles, mut open) in groups {
        let sum: f32 = styles.iter().map(|&style| parts[style]).sum();
        let all = open.len() as f32;
        for (place, &style) in styles.iter().enumerate() {
            let later = &styles[place + 1..];
            let wanted = match later {
                [] => open.len(),
                _ => ((parts[style] / sum * all).round() as usize).min(open.len()),
            };
            let score = |style: usize, position: usize| {
                scores.map_or(0.0, |scores| scores[style * positions + position])
            };
            let advantage = |position: usize| {
                let others = later.iter().map(|&other| score(other, position));
                score(style, position) - others.fold(f32::MIN, f32::max)
            };
            if !later.is_empty() {
                open.sort_by(|&one, &other| advantage(other).total_cmp(&advantage(one)));
            }
            for position in open.drain(..wanted) {
                labels[position] = style as u32;
            }
        }
    }
    labels
}

/// Positions at which any style may be painted.
pub(super) fn covered(positions: usize, regions: &[Option<Vec<f32>>]) -> u32 {
    let all = vec![1.0; regions.len()];
    let has_style = |&position: &usize| !styles_at(position, regions, &all).is_empty();
    (0..positions).filter(has_style).count() as u32
}

/// The styles that are painted at a position: those whose mask covers at least half of it.
fn styles_at(position: usize, regions: &[Option<Vec<f32>>], parts: &[f32]) -> Vec<usize> {
    let weight = |style: usize| {
        let mask = regions[style].as_ref();
        mask.map_or(1.0, |weights| weights[position])
    };
    let used = (0..parts.len()).filter(|&style| parts[style] > 0.0);
    used.filter(|&style| weight(style) >= COVERED).collect()
}

/// Whether anything of a painting, whose part is `region`, becomes like anything of a style's picture, whose part is `source`:
/// masks of their sizes, or none for all.
pub(crate) fn leave_something(region: Option<&Mask>, source: Option<&Mask>) -> bool {
    let any = |mask: Option<&Mask>, counts: fn(f32) -> bool| {
        mask.is_none_or(|mask| mask.weights(GRID_POOLINGS).into_iter().any(counts))
    };
    any(region, |weight| weight >= COVERED) && any(source, |weight| weight > 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_single_style_has_what_its_mask_covers() {
        assert_eq!(share_out(3, &[None], &[2.0], None), [0, 0, 0]);
        let mask = Some(vec![1.0, 0.4, 0.5]);
        assert_eq!(share_out(3, &[mask], &[1.0], None), [0, NONE, 0]);
    }

    #[test]
    fn each_position_goes_where_it_suits() {
        let scores = [0.9, 0.1, 0.8, 0.2, 0.1, 0.9, 0.2, 0.3];
        let labels = share_out(4, &[None, None], &[1.0, 1.0], Some(&scores));
        assert_eq!(labels, [0, 1, 0, 1]);
    }

    #[test]
    fn masks_come_before_parts() {
        let left = Some(vec![1.0, 1.0, 0.0, 0.0]);
        let right = Some(vec![0.0, 0.0, 1.0, 0.0]);
        let labels = share_out(4, &[left, right], &[1.0, 100.0], None);
        assert_eq!(labels, [0, 0, 1, NONE]);
    }

    proptest::proptest! {
        #[test]
        fn shares_follow_the_parts(
            parts in proptest::collection::vec(0.0_f32..10.0, 1..5),
            seed in proptest::collection::vec(-1.0_f32..1.0, 500),
        ) {
            let sum: f32 = parts.iter().sum();
            proptest::prop_assume!(sum > 0.1);
            let positions = 100;
            let regions = vec![None; parts.len()];
            let labels = share_out(positions, &regions, &parts, Some(&seed));
            for (style, part) in parts.iter().enumerate() {
                let found = labels.iter().filter(|&&label| label as usize == style).count();
                // Each style before is at most half a position off.
                let wanted = part / sum * positions as f32;
                proptest::prop_assert!((found as f32 - wanted).abs() <= parts.len() as f32);
            }
            proptest::prop_assert!(!labels.contains(&NONE));
        }
    }
}
