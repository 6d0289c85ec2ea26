//! What is said of a setting: what it is called, where it lies, and what it may be.

use serde::Serialize;
use serde_json::Value;

/// One setting.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Field {
    /// Of its control in the page and of the page's texts for it.
    pub name: &'static str,
    /// Where it lies in the settings' JSON: the keys from the outside in, with a dot between.
    pub path: &'static str,
    /// Its name in a sentence.
    pub words: &'static str,
    /// What it does, for the command line; empty in a browser.
    #[serde(skip)]
    pub help: &'static str,
    /// Beside which others it is shown.
    pub group: Group,
    /// What it may be.
    pub kind: Kind,
    /// When it counts, if not always.
    pub when: Option<When>,
    /// The path of the number that goes along when another is chosen, each choice having its own usual one.
    pub rescales: Option<&'static str>,
}

/// Settings that are shown together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "their names say it")]
pub enum Group {
    FirstScreen,
    Look,
    Start,
    Colours,
    SizeAndTime,
    Machine,
    Network,
    Optimiser,
}

/// What a setting may be. Bounds are inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
#[allow(missing_docs, reason = "every kind has the same few")]
pub enum Kind {
    /// A whole number.
    Whole { least: f64, most: f64 },
    /// A number; without `most`, any that single precision holds.
    Number { least: f64, most: Option<f64> },
    /// How much a loss counts: any number that is not negative, which the page shows in hundredths of the preset's.
    Weight,
    /// A part of the whole, from zero to one.
    Share,
    /// The same in whole hundredths, from 0 to 100.
    Percent,
    /// Bytes, shown as units of 10^9.
    Gigabytes { least: f64 },
    /// One of these words.
    Choice { choices: &'static [&'static str] },
    /// Layers of the network with their weights, of which one is above zero.
    Layers,
    /// Yes or no.
    Switch,
}

/// On what it depends whether a setting counts.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct When {
    /// Of the other setting.
    pub path: &'static str,
    /// Whether it must be, or must not be...
    pub is: bool,
    /// ...this.
    pub value: &'static str,
}

/// A style's part of the whole, of which only proportions count.
pub const PART: Kind = Kind::Number {
    least: 0.0,
    most: None,
};
/// A style's size beside the painting's.
pub const SCALE: Kind = Kind::Number {
    least: LEAST_SCALE,
    most: Some(MOST_SCALE),
};
/// The least of [`SCALE`].
pub const LEAST_SCALE: f64 = 0.05;
/// The most of [`SCALE`].
pub const MOST_SCALE: f64 = 20.0;

impl Field {
    /// What settings as JSON have there; null where they have nothing.
    pub fn of<'a>(&self, settings: &'a Value) -> &'a Value {
        self.path
            .split('.')
            .fold(settings, |value, key| &value[key])
    }

    /// Writes it there. The settings are whole: all objects on the way are there.
    pub fn set(&self, settings: &mut Value, value: Value) {
        let place = self
            .path
            .split('.')
            .fold(settings, |value, key| &mut value[key]);
        *place = value;
    }
}
