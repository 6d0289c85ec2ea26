//! Whether a painting can be made with settings.

use serde_json::Value;

use super::error::SettingsError;
use super::fields::{Field, Kind};
use super::rows::FIELDS;
use super::settings::Settings;

impl Settings {
    /// Whether a painting can be made with them: every one within its bounds.
    ///
    /// # Errors
    /// [`SettingsError`], which names the setting.
    pub fn check(&self) -> Result<(), SettingsError> {
        // What JSON has no form for, such as what is no number, becomes null, which is within no bounds.
        let settings = serde_json::to_value(self).unwrap_or_default();
        FIELDS.iter().try_for_each(|field| field.check(&settings))?;
        if self.weights.style == 0.0 && self.weights.content == 0.0 {
            return Err(SettingsError::NothingCounts);
        }
        Ok(())
    }
}

impl Field {
    fn check(&self, settings: &Value) -> Result<(), SettingsError> {
        let value = self.of(settings);
        match self.kind {
            Kind::Whole { least, most } => self.within(value, least, Some(most)),
            Kind::Number { least, most } => self.within(value, least, most),
            Kind::Weight => self.within(value, 0.0, None),
            Kind::Share => self.within(value, 0.0, Some(1.0)),
            Kind::Percent => self.within(value, 0.0, Some(100.0)),
            Kind::Gigabytes { least } => self.within(value, least * 1e9, None),
            Kind::Layers if value.as_object().is_none_or(serde_json::Map::is_empty) => {
                Err(SettingsError::NoLayer(self.words))
            }
            Kind::Layers | Kind::Choice { .. } | Kind::Switch => Ok(()),
        }
    }

    fn within(&self, value: &Value, least: f64, most: Option<f64>) -> Result<(), SettingsError> {
        let bounds = least..=most.unwrap_or(f64::MAX);
        if value.as_f64().is_some_and(|value| bounds.contains(&value)) {
            return Ok(());
        }
        Err(SettingsError::Range {
            name: self.words,
            least,
            most,
        })
    }
}
