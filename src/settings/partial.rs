//! Settings of which only some are given: a file that a person wrote, a link, a picture by an older version.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use serde_json::map::{Entry, Map};

use super::error::SettingsError;
use super::fields::Field;
use super::presets::Preset;
use super::rows::{FIELDS, field};
use super::settings::Settings;

/// Of the preset that all missing settings come from.
const PRESET: &str = "preset";

impl<'de> Deserialize<'de> for Settings {
    /// Missing settings, at every depth, are those of the preset that is named as `preset`, else of the default one.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Given(given) = Given::deserialize(deserializer)?;
        complete(&given, Preset::default()).map_err(de::Error::custom)
    }
}

/// Settings that an earlier version wrote whole, into a picture or a painting put aside. What has become a setting since then was as in the
/// tutorial's preset before.
///
/// # Errors
/// As for any settings.
pub fn recorded<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Settings, D::Error> {
    let Given(given) = Given::deserialize(deserializer)?;
    complete(&given, Preset::Tutorial).map_err(de::Error::custom)
}

/// Some settings by their paths, such as `weights.style`.
pub type GivenSettings = BTreeMap<String, Value>;

/// Those of a text.
struct Given(GivenSettings);

impl<'de> Deserialize<'de> for Given {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Tree(tree) = Tree::deserialize(deserializer)?;
        let mut given = BTreeMap::new();
        spread(tree, "", &mut given).map_err(de::Error::custom)?;
        Ok(Self(given))
    }
}

/// Brings what lies in objects to its paths.
fn spread(tree: Value, path: &str, given: &mut GivenSettings) -> Result<(), String> {
    let is_group = path.is_empty() || {
        let inside = format!("{path}.");
        FIELDS.iter().any(|row| row.path.starts_with(&inside))
    };
    match tree {
        value if path == PRESET || field(path).is_some() => {
            given.insert(path.into(), value);
        }
        _ if !is_group => return Err(format!("there is no setting {path}")),
        Value::Object(members) => {
            for (key, value) in members {
                let path = if path.is_empty() {
                    key
                } else {
                    format!("{path}.{key}")
                };
                spread(value, &path, given)?;
            }
        }
        _ => {
            let what = if path.is_empty() {
                "the settings"
            } else {
                path
            };
            return Err(format!("{what}: expected an object with settings"));
        }
    }
    Ok(())
}

/// What is given, and the rest from a preset: from `otherwise` where none is named.
fn complete(given: &GivenSettings, otherwise: Preset) -> Result<Settings, SettingsError> {
    let preset = match given.get(PRESET) {
        None => otherwise,
        Some(name) => Preset::deserialize(name).map_err(|why| unusable(PRESET, &why))?,
    };
    preset.settings().with(given)
}

fn unusable(path: &str, why: &serde_json::Error) -> SettingsError {
    SettingsError::Unusable {
        path: path.into(),
        why: why.to_string(),
    }
}

impl Settings {
    /// The same with those that are given. A style loss that comes without the style's weight takes the weight along, into
    /// its own units; so does a content loss.
    ///
    /// # Errors
    /// [`SettingsError::Unusable`].
    pub fn with(mut self, given: &GivenSettings) -> Result<Self, SettingsError> {
        for row in FIELDS {
            let Some(value) = given.get(row.path) else {
                continue;
            };
            let changed = self.with_one(row, value)?;
            if row.rescales.is_some_and(|path| !given.contains_key(path)) {
                self.compare_styles_by(changed.perception.style_loss);
                self.compare_contents_by(changed.perception.content_loss);
            } else {
                self = changed;
            }
        }
        Ok(self)
    }

    fn with_one(&self, row: &Field, value: &Value) -> Result<Self, SettingsError> {
        let changed = || {
            let mut settings = serde_json::to_value(self)?;
            row.set(&mut settings, value.clone());
            // What is derived, for which none may be missing.
            Self::deserialize(settings)
        };
        changed().map_err(|why| unusable(row.path, &why))
    }
}

/// Any value, in which no key is given twice.
struct Tree(Value);

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TreeVisitor).map(Self)
    }
}

struct TreeVisitor;

impl<'de> Visitor<'de> for TreeVisitor {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("settings")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        // JavaScript has one kind of number: its largest whole ones come as these.
        let whole = value.fract() == 0.0 && (0.0..=MOST_WHOLE).contains(&value);
        Ok(if whole {
            (value as u64).into()
        } else {
            value.into()
        })
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<Value, A::Error> {
        let mut found = Vec::new();
        while let Some(Tree(value)) = values.next_element()? {
            found.push(value);
        }
        Ok(found.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut found = Map::new();
        while let Some((key, Tree(value))) = members.next_entry::<String, _>()? {
            match found.entry(key) {
                Entry::Vacant(place) => place.insert(value),
                Entry::Occupied(place) => {
                    return Err(de::Error::custom(format!("{} is given twice", place.key())));
                }
            };
        }
        Ok(found.into())
    }
}

/// The largest whole number up to which double precision has all of them.
const MOST_WHOLE: f64 = (1_u64 << 53) as f64;

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by it")]
mod tests {
    use super::*;
    use crate::settings::{Colour, Padding, Perception, StyleLoss};

    fn read(text: &str) -> Result<Settings, String> {
        serde_json::from_str(text).map_err(|error| error.to_string())
    }

    #[test]
    fn what_is_missing_is_the_default_presets_at_every_depth() {
        let default = Preset::default().settings();
        assert_eq!(read("{}"), Ok(default));
        let mut padded = default;
        padded.perception.padding = Padding::Replicate;
        assert_eq!(
            read(r#"{"perception": {"padding": "replicate"}}"#),
            Ok(padded)
        );
        let mut weighted = default;
        weighted.weights.content = 5.0;
        assert_eq!(
            read(r#"{"weights": {"content": 5}, "perception": {}}"#),
            Ok(weighted)
        );
    }

    #[test]
    fn what_is_missing_is_that_of_the_preset_that_is_named() {
        for preset in Preset::ALL {
            let name = serde_json::to_string(&preset).unwrap();
            let text = format!(r#"{{"colour": "cholesky", "preset": {name}}}"#);
            let expected = Settings {
                colour: Colour::Cholesky,
                ..preset.settings()
            };
            assert_eq!(read(&text), Ok(expected));
        }
        let gatys = Preset::Gatys.settings();
        let mut expected = gatys;
        expected.perception = Perception {
            padding: Padding::Replicate,
            ..gatys.perception
        };
        let text = r#"{"preset": "gatys", "perception": {"padding": "replicate"}}"#;
        assert_eq!(read(text), Ok(expected));
    }

    #[test]
    fn layers_that_are_given_take_the_place_of_all() {
        let found = read(r#"{"perception": {"styleLayers": {"block2_conv2": 0.5}}}"#).unwrap();
        let layers: Vec<_> = found.perception.style_layers.layers().collect();
        assert_eq!(layers, [3]);
    }

    #[test]
    fn a_style_loss_alone_has_its_usual_weight() {
        for loss in StyleLoss::ALL {
            let name = serde_json::to_string(&loss).unwrap();
            let found = read(&format!(r#"{{"perception": {{"styleLoss": {name}}}}}"#)).unwrap();
            assert_eq!(found.perception.style_loss, loss);
            assert_eq!(found.weights.style, loss.usual_weight());
            let given = r#""weights": {"style": 7}"#;
            let found = format!(r#"{{{given}, "perception": {{"styleLoss": {name}}}}}"#);
            assert_eq!(read(&found).unwrap().weights.style, 7.0);
        }
    }

    #[test]
    fn what_is_refused_is_named() {
        for (text, named) in [
            (r#"{"size": 20, "size": 30}"#, "size is given twice"),
            (
                r#"{"weights": {"style": 1, "style": 1}}"#,
                "style is given twice",
            ),
            (
                r#"{"weights": {}, "weights": {}}"#,
                "weights is given twice",
            ),
            (r#"{"sharpness": 1}"#, "no setting sharpness"),
            (
                r#"{"weights": {"sharpness": 1}}"#,
                "no setting weights.sharpness",
            ),
            (r#"{"weights": 3}"#, "weights: expected an object"),
            ("[]", "the settings: expected an object"),
            (r#"{"steps": "many"}"#, "steps cannot be used: invalid type"),
            (r#"{"steps": 1.5}"#, "steps cannot be used: invalid type"),
            (r#"{"steps": null}"#, "steps cannot be used: invalid type"),
            (
                r#"{"size": {"width": 3}}"#,
                "size cannot be used: invalid type",
            ),
            (r#"{"preset": "finest"}"#, "there is no preset finest"),
            (r#"{"preset": {}}"#, "preset cannot be used: invalid type"),
            (
                r#"{"perception": {"styleLayers": {"block9_conv1": 1}}}"#,
                "no layer block9_conv1",
            ),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.contains(named), "{text}: {error}");
        }
    }

    #[test]
    fn whole_numbers_of_javascript_are_whole() {
        let found = read(r#"{"size": 64.0, "seed": 9007199254740992.0, "memory": 1.5e9}"#).unwrap();
        assert_eq!(
            (found.size, found.seed, found.memory),
            (64, 1 << 53, 1_500_000_000)
        );
    }

    #[test]
    fn what_older_versions_did_not_record_was_as_in_the_tutorial() {
        let tutorial = Preset::Tutorial.settings();
        let mut record = serde_json::to_value(Preset::Sketch.settings()).unwrap();
        for key in ["smoothness", "beta1", "beta2"] {
            record.as_object_mut().unwrap().remove(key);
        }
        let found = recorded(record).unwrap();
        let expected = Settings {
            smoothness: tutorial.smoothness,
            beta1: tutorial.beta1,
            beta2: tutorial.beta2,
            ..Preset::Sketch.settings()
        };
        assert_eq!(found, expected);
    }
}
