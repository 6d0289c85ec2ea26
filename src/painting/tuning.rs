//! What of the settings can be changed while it paints.

use crate::settings::{LossWeights, Settings};

/// What of the settings can be changed while it paints.
#[derive(Debug, Clone, PartialEq)]
pub struct Tuning {
    /// Of the losses.
    pub weights: LossWeights,
    /// As in the settings.
    pub likeness: u32,
    /// Adam's.
    pub learning_rate: f32,
    /// Each style's part; only proportions count.
    pub blend: Vec<f32>,
}

impl Tuning {
    /// What the settings say.
    pub(super) fn of(settings: &Settings, blend: Vec<f32>) -> Self {
        Self {
            weights: settings.weights,
            likeness: settings.likeness,
            learning_rate: settings.learning_rate,
            blend,
        }
    }

    /// The losses' weights as the likeness has them.
    pub(super) fn loss_weights(&self) -> LossWeights {
        self.weights.at_likeness(self.likeness)
    }
}
