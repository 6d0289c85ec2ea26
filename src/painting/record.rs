//! The losses of a step.

use crate::settings::{LossWeights, Perception};

/// The losses of one step, as they stood before its update.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct StepRecord {
    /// Counted from 1.
    #[serde(skip)]
    pub step: u32,
    /// The sum of the three weighted losses.
    pub loss: f64,
    /// Weighted.
    pub style: f64,
    /// Weighted.
    pub content: f64,
    /// Weighted.
    pub tv: f64,
    /// The style losses by layer, not weighted: with Gram matrices the means of their squared differences.
    pub style_layers: Vec<f64>,
    /// The means of squared differences of the features, by layer, not weighted.
    pub content_layers: Vec<f64>,
    /// The Euclidean norm of the loss's gradient to the picture.
    pub grad_norm: f64,
}

impl StepRecord {
    pub(super) fn new(
        step: u32,
        quantities: &[f32],
        perception: &Perception,
        weights: LossWeights,
    ) -> Option<Self> {
        let (styles, contents) = (&perception.style_layers, &perception.content_layers);
        let (style_layers, rest) = quantities.split_at_checked(styles.layers().count())?;
        let (content_layers, rest) = rest.split_at_checked(contents.layers().count())?;
        let &[variation, gradient] = rest else {
            return None;
        };
        let shared = |weights: &crate::settings::LayerWeights, values: &[f32]| -> f64 {
            let shares = weights.layers().map(|layer| weights.share(layer));
            let values = values.iter().copied().map(f64::from);
            shares.zip(values).map(|(share, value)| share * value).sum()
        };
        let style = f64::from(weights.style) * shared(styles, style_layers);
        let content = f64::from(weights.content) * shared(contents, content_layers);
        let tv = f64::from(weights.total_variation) * f64::from(variation);
        Some(Self {
            step,
            loss: style + content + tv,
            style,
            content,
            tv,
            style_layers: style_layers.iter().copied().map(f64::from).collect(),
            content_layers: content_layers.iter().copied().map(f64::from).collect(),
            grad_norm: f64::from(gradient).sqrt(),
        })
    }
}
