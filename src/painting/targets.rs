//! What a painter finds out of its styles before it begins.

use super::error::PaintingError;
use super::style::StyleView;
use crate::gpu::{GpuError, Memory};
use crate::losses::{Foundation, Layout, NearestLosses, StyleSamples, StyleTargets};
use crate::network::Network;
use crate::pictures::Picture;
use crate::settings::{Settings, StyleLoss, USUAL_LIKENESS};

/// How much of the content, beside the painting as it stands, looks for its nearest neighbours at 128 pixels and below
/// (Kolkin et al. 2022, section 3.3): enough that things stay what they are.
const CONTENT_IN_SEARCH: f32 = 0.75;

/// By how much less for each doubling from there on: the larger the picture is beside what the network sees at once, the
/// more of its strokes must come from the size before, or only their texture is left.
const LESS_EACH_DOUBLING: f32 = 0.15;

/// Not less than that, because what was lost at a smaller size does not come back.
const LEAST_CONTENT_IN_SEARCH: f32 = 0.3;

/// How much of it is left at the likeness of 100, where things become what they resemble in the style.
const CONTENT_OF_A_PAINTING: f32 = 0.4;

/// What is known of the styles.
pub(super) enum Known {
    Targets(Vec<StyleTargets>),
    Samples(StyleSamples),
}

impl Known {
    /// Runs the network over the styles' pictures by windows of at most that side.
    pub fn of(
        network: &Network,
        memory: &mut Memory,
        settings: &Settings,
        styles: &[StyleView<'_>],
        window_side: u32,
        refining: bool,
    ) -> Result<Self, GpuError> {
        let perception = &settings.perception;
        if perception.style_loss == StyleLoss::Nearest {
            let layout = Layout::new(perception, refining);
            let sampled: Vec<_> = styles
                .iter()
                .map(|style| (style.picture, style.source))
                .collect();
            let samples = StyleSamples::compute(
                network,
                memory,
                perception,
                &layout,
                &sampled,
                window_side,
                settings.seed,
            );
            return Ok(Self::Samples(samples?));
        }
        let targets = styles.iter().map(|style| {
            let pixels = style.picture.to_vectors();
            let picture = (style.picture.shape(), pixels.as_slice());
            StyleTargets::compute(
                network,
                memory,
                perception,
                picture,
                style.source,
                window_side,
            )
        });
        Ok(Self::Targets(targets.collect::<Result<_, _>>()?))
    }
}

/// Looks for what each position should become, in the content with something of the painting as it begins, whose buffer
/// the foundation's view shows.
pub(super) async fn find_matches(
    nearest: &mut NearestLosses,
    foundation: &Foundation<'_>,
    content: &Picture,
    likeness: u32,
) -> Result<(), PaintingError> {
    let shape = content.shape();
    let share = content_in_search(shape.width.max(shape.height), likeness);
    let gpu = foundation.network.gpu();
    let picture = &foundation.view.picture;
    let begun = picture.read(gpu).await?;
    let mixed: Vec<_> = content
        .to_vectors()
        .into_iter()
        .zip(&begun)
        .map(|(content, painted)| {
            let mix = |channel: usize| {
                content[channel] + (1.0 - share) * (painted[channel] - content[channel])
            };
            [mix(0), mix(1), mix(2), 0.0]
        })
        .collect();
    picture.write(gpu, &mixed);
    nearest.find_matches(foundation).await?;
    picture.write(gpu, &begun);
    Ok(())
}

/// How much of the content looks for neighbours, beside the painting as it stands, by the longer side and the likeness.
fn content_in_search(longest: u32, likeness: u32) -> f32 {
    let doublings = (longest as f32 / 128.0).log2().max(0.0);
    let share = (CONTENT_IN_SEARCH - LESS_EACH_DOUBLING * doublings).max(LEAST_CONTENT_IN_SEARCH);
    let beyond = likeness.saturating_sub(USUAL_LIKENESS) as f32 / (100 - USUAL_LIKENESS) as f32;
    share * (1.0 - beyond * (1.0 - CONTENT_OF_A_PAINTING))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn less_of_the_content_looks_the_larger_it_is_and_the_more_of_the_painting_is_wanted() {
        let close = |found: f32, expected: f32| assert!((found - expected).abs() < 1e-6, "{found}");
        for likeness in [0, USUAL_LIKENESS] {
            close(content_in_search(64, likeness), 0.75);
            close(content_in_search(128, likeness), 0.75);
            close(content_in_search(256, likeness), 0.6);
            close(content_in_search(4096, likeness), 0.3);
        }
        close(content_in_search(128, 100), 0.3);
        close(content_in_search(1024, 80), 0.21);
    }
}
