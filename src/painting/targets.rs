//! What a painter finds out of its styles before it begins.

use super::error::PaintingError;
use super::style::StyleView;
use crate::gpu::{GpuError, Memory};
use crate::losses::{Foundation, Layout, NearestLosses, StyleSamples, StyleTargets};
use crate::network::Network;
use crate::pictures::Picture;
use crate::settings::{Settings, StyleLoss};

/// How much of the content, beside the painting as it stands, looks for its nearest neighbours (Kolkin et al. 2022, section
/// 3.3): enough that things stay what they are, and so little that strokes of a coarser size lead to finer ones.
const CONTENT_IN_SEARCH: f32 = 0.75;

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
) -> Result<(), PaintingError> {
    let gpu = foundation.network.gpu();
    let picture = &foundation.view.picture;
    let begun = picture.read(gpu).await?;
    let mixed: Vec<_> = content
        .to_vectors()
        .into_iter()
        .zip(&begun)
        .map(|(content, painted)| {
            let mix = |channel: usize| {
                CONTENT_IN_SEARCH * content[channel] + (1.0 - CONTENT_IN_SEARCH) * painted[channel]
            };
            [mix(0), mix(1), mix(2), 0.0]
        })
        .collect();
    picture.write(gpu, &mixed);
    nearest.find_matches(foundation).await?;
    picture.write(gpu, &begun);
    Ok(())
}
