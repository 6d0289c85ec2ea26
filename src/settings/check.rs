//! Whether a painting can be made with settings.

use super::error::SettingsError;
use super::perception::LayerWeights;
use super::settings::Settings;
use crate::vgg19::LEAST_SIDE;

impl Settings {
    /// Whether a painting can be made with them.
    ///
    /// # Errors
    /// [`SettingsError`], which names the setting.
    pub fn check(&self) -> Result<(), SettingsError> {
        let within = |name, value: f64, least: f64, most: f64| {
            if (least..=most).contains(&value) {
                Ok(())
            } else {
                Err(SettingsError::Range { name, least, most })
            }
        };
        let least_side = f64::from(LEAST_SIDE);
        within("size", self.size.into(), least_side, f64::from(MOST_SIZE))?;
        within("first size", self.first_size.into(), least_side, f64::MAX)?;
        within("steps", self.steps.into(), 1.0, MOST_STEPS)?;
        within("first steps", self.first_steps.into(), 0.0, MOST_STEPS)?;
        for (name, weight) in [
            ("style weight", self.weights.style),
            ("content weight", self.weights.content),
            ("total variation weight", self.weights.total_variation),
            ("learning rate", self.learning_rate),
        ] {
            within(name, weight.into(), 0.0, f64::from(f32::MAX))?;
        }
        within("beta1", self.beta1.into(), 0.0, MOST_KEPT)?;
        within("beta2", self.beta2.into(), 0.0, MOST_KEPT)?;
        within("history", self.history.into(), 1.0, 100.0)?;
        within("averaging", self.averaging.into(), 0.0, MOST_KEPT)?;
        within("noise", self.noise.into(), 0.0, 1.0)?;
        within("seed", self.seed as f64, 0.0, (1_u64 << 53) as f64)?;
        within("strength", self.strength.into(), 0.0, 1.0)?;
        if self.perception.style_layers == LayerWeights::none() {
            return Err(SettingsError::NoLayer("style"));
        }
        if self.perception.content_layers == LayerWeights::none() {
            return Err(SettingsError::NoLayer("content"));
        }
        Ok(())
    }
}

/// The most of a running mean that a step may keep.
const MOST_KEPT: f64 = 0.9999;

/// The longest side that is taken.
const MOST_SIZE: u32 = 16384;

/// The most steps at one size: a step's number must be exact as an f32.
const MOST_STEPS: f64 = 100_000.0;
