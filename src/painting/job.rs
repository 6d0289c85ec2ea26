//! What is to be painted, as far as its memory depends on it.

use super::guard::is_needed;
use crate::maps::Shape;
use crate::network::Method;
use crate::settings::{Optimiser, Perception, Settings, Variables};

/// A style, as far as its memory depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StyleJob {
    /// Of its picture.
    pub shape: Shape,
    /// Whether it has a mask on the painting.
    pub region: bool,
    /// Whether it has a mask on its own picture.
    pub source: bool,
}

impl From<Shape> for StyleJob {
    /// A style without masks.
    fn from(shape: Shape) -> Self {
        Self {
            shape,
            region: false,
            source: false,
        }
    }
}

/// What is to be painted, as far as its memory depends on it.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    /// The painting's shape.
    pub picture: Shape,
    /// Its styles.
    pub styles: Vec<StyleJob>,
    /// How the network is computed.
    pub method: Method,
    /// What of it is looked at.
    pub perception: Perception,
    /// What is moved.
    pub variables: Variables,
    /// Whether the finished size is refined.
    pub refining: bool,
    /// Whether the mean of the pictures is kept.
    pub averaging: bool,
    /// By which the picture is moved.
    pub optimiser: Optimiser,
    /// Steps that L-BFGS remembers.
    pub history: u32,
    /// Whether steps may be so long that a picture must be kept from them.
    pub guarded: bool,
    /// Whether Winograd's filters are kept transformed: a plan does so where there is room.
    pub keeps_filters: bool,
}

impl Job {
    /// The same with all pictures' longer sides of that many pixels.
    pub(super) fn with_longest_side(&self, side: u32) -> Self {
        let styles = self.styles.iter();
        Self {
            picture: self.picture.with_longest_side(side),
            styles: styles
                .map(|style| StyleJob {
                    shape: style.shape.with_longest_side(side),
                    ..*style
                })
                .collect(),
            ..self.clone()
        }
    }
}

/// What a painting needs of the GPU's memory, before it is refined.
pub fn job(
    method: Method,
    content: Shape,
    styles: impl IntoIterator<Item = StyleJob>,
    settings: &Settings,
) -> Job {
    Job {
        picture: content,
        styles: styles.into_iter().collect(),
        method,
        perception: settings.perception,
        variables: settings.variables,
        refining: false,
        averaging: settings.averaging > 0.0,
        optimiser: settings.optimiser,
        history: settings.history,
        guarded: is_needed(settings.optimiser, settings.learning_rate),
        keeps_filters: false,
    }
}
