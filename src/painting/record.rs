//! The losses of a step.

use crate::settings::{LossWeights, Perception};

/// One of the losses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Of the style.
    Style,
    /// Of the content.
    Content,
    /// The total variation.
    Smoothness,
    /// Of colours that no style has.
    Palette,
}

impl Part {
    /// As it is written.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Style => "style",
            Self::Content => "content",
            Self::Smoothness => "smoothness",
            Self::Palette => "palette",
        }
    }
}

/// The losses of one step, as they stood before its update.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct StepRecord {
    /// Counted from 1.
    #[serde(skip)]
    pub step: u32,
    /// The sum of the four weighted losses.
    pub loss: f64,
    /// Weighted.
    pub style: f64,
    /// Weighted.
    pub content: f64,
    /// Weighted.
    pub tv: f64,
    /// Weighted.
    pub palette: f64,
    /// The style losses by layer, not weighted: with Gram matrices the means of their squared differences; one number
    /// where all layers are compared together.
    pub style_layers: Vec<f64>,
    /// The means of squared differences of the features, by layer, not weighted.
    pub content_layers: Vec<f64>,
    /// The share of the picture's values, after the update, that lie at the limits of colour.
    #[serde(skip)]
    pub at_limits: f64,
    /// The Euclidean norm of the loss's gradient to the picture.
    pub grad_norm: f64,
}

impl StepRecord {
    /// Whether the losses and their gradient are numbers.
    pub fn is_finite(&self) -> bool {
        self.loss.is_finite() && self.grad_norm.is_finite()
    }

    /// The largest of the losses, or the first that is no number.
    pub(super) fn largest(&self) -> Part {
        let losses = [
            (Part::Style, self.style),
            (Part::Content, self.content),
            (Part::Smoothness, self.tv),
            (Part::Palette, self.palette),
        ];
        let odd = losses.into_iter().find(|(_, loss)| !loss.is_finite());
        let largest = || {
            let one = losses.into_iter();
            one.max_by(|one, other| one.1.total_cmp(&other.1))
        };
        odd.or_else(largest).map_or(Part::Style, |(part, _)| part)
    }

    pub(super) fn new(
        step: u32,
        quantities: &[f32],
        perception: &Perception,
        style_shares: &[f64],
        weights: LossWeights,
    ) -> Option<Self> {
        let contents = &perception.content_layers;
        let content_shares: Vec<_> = contents
            .layers()
            .map(|layer| contents.share(layer))
            .collect();
        let (style_layers, rest) = quantities.split_at_checked(style_shares.len())?;
        let (content_layers, rest) = rest.split_at_checked(content_shares.len())?;
        let &[variation, palette, gradient, at_limits] = rest else {
            return None;
        };
        let shared = |shares: &[f64], values: &[f32]| -> f64 {
            let values = values.iter().copied().map(f64::from);
            shares
                .iter()
                .zip(values)
                .map(|(share, value)| share * value)
                .sum()
        };
        let style = f64::from(weights.style) * shared(style_shares, style_layers);
        let content = f64::from(weights.content) * shared(&content_shares, content_layers);
        let palette = f64::from(weights.palette) * f64::from(palette);
        let tv = f64::from(weights.total_variation) * f64::from(variation);
        Some(Self {
            step,
            loss: style + content + tv + palette,
            style,
            content,
            tv,
            palette,
            style_layers: style_layers.iter().copied().map(f64::from).collect(),
            content_layers: content_layers.iter().copied().map(f64::from).collect(),
            at_limits: f64::from(at_limits),
            grad_norm: f64::from(gradient).sqrt(),
        })
    }
}
