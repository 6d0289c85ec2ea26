//! Settings with a name.

use serde::de::{Deserialize, Deserializer, Error as _};
use serde::{Serialize, Serializer};

use super::perception::{LayerWeights, Padding, Perception, Pooling, StyleLoss};
use super::settings::{Colour, LossWeights, Optimiser, Schedule, Settings, Smoothness};
use crate::maps::Precision;

/// Settings with a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Preset {
    /// From small to large, with the mean of the pictures.
    #[default]
    Fine,
    /// TensorFlow's style transfer tutorial, its run with total variation.
    Tutorial,
    /// The same without total variation: the tutorial's first run.
    TutorialPlain,
    /// Gatys et al. 2015: conv4_2, average pooling, noise, L-BFGS.
    Gatys,
    /// A quick preview.
    Sketch,
}

impl Preset {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Fine,
        Self::Tutorial,
        Self::TutorialPlain,
        Self::Gatys,
        Self::Sketch,
    ];

    /// As it is written.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Fine => "fine",
            Self::Tutorial => "tutorial",
            Self::TutorialPlain => "tutorial-plain",
            Self::Gatys => "gatys",
            Self::Sketch => "sketch",
        }
    }

    /// The one with that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|preset| preset.name() == name)
    }

    /// What it sets.
    pub fn settings(self) -> Settings {
        let tutorial = Settings {
            size: 512,
            steps: 1000,
            first_size: 4096,
            first_steps: 0,
            weights: LossWeights::default(),
            smoothness: Smoothness::Sum,
            perception: Perception::default(),
            optimiser: Optimiser::Adam,
            learning_rate: 0.02,
            schedule: Schedule::Constant,
            beta1: 0.99,
            beta2: 0.999,
            history: 10,
            averaging: 0.0,
            noise: 0.0,
            seed: 0,
            colour: Colour::Style,
            strength: 1.0,
            precision: Precision::Full,
            memory: 2_000_000_000,
        };
        // Layers that count alike bring out strokes and colours together: by plain Gram matrices, whatever their usual weights,
        // block4_conv1 outweighs the others. The tutorial's content layer: the paper's holds outlines a little better, but at
        // 4096 x 4096 its target alone takes half a gigabyte. Momentum as long as the tutorial's would carry the picture past
        // what it should reach at each size.
        let fine = Settings {
            steps: 300,
            first_size: 128,
            first_steps: 600,
            weights: LossWeights {
                style: StyleLoss::Relative.usual_weight(),
                total_variation: 10.0,
                ..tutorial.weights
            },
            smoothness: Smoothness::Mean,
            perception: Perception {
                style_loss: StyleLoss::Relative,
                ..tutorial.perception
            },
            beta1: 0.9,
            beta2: 0.99,
            averaging: 0.99,
            ..tutorial
        };
        match self {
            Self::Fine => fine,
            Self::Tutorial => tutorial,
            Self::TutorialPlain => Settings {
                weights: LossWeights {
                    total_variation: 0.0,
                    ..tutorial.weights
                },
                ..tutorial
            },
            Self::Gatys => Settings {
                steps: 500,
                weights: GATYS_WEIGHTS,
                perception: GATYS_PERCEPTION,
                optimiser: Optimiser::Lbfgs,
                history: 100,
                noise: 1.0,
                ..tutorial
            },
            Self::Sketch => Settings {
                size: 256,
                steps: 100,
                first_steps: 150,
                ..fine
            },
        }
    }
}

impl Serialize for Preset {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Preset {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        Self::named(&name).ok_or_else(|| D::Error::custom(format!("there is no preset {name}")))
    }
}

impl Default for Settings {
    fn default() -> Self {
        Preset::Fine.settings()
    }
}

impl Default for Perception {
    /// As in TensorFlow's tutorial: the first convolution of every block for the style, `block5_conv2` for the content.
    fn default() -> Self {
        TUTORIAL_PERCEPTION
    }
}

/// What neural-style (Justin Johnson 2015) made the usual weights of the paper's method from noise: 5 for the mean of
/// squares of conv4_2, and by style layer 100 for that of Gram matrices over their channels too, which is 100 / channels^2
/// here. This is their sum. The paper's own ratio stands before sums, on a network with other filters, and does not carry
/// over.
const GATYS_WEIGHTS: LossWeights = LossWeights {
    style: 0.0328,
    content: 5.0,
    total_variation: 0.0,
};

const TUTORIAL_PERCEPTION: Perception = Perception {
    style_layers: LayerWeights::new([(0, 1.0), (2, 1.0), (4, 1.0), (8, 1.0), (12, 1.0)]),
    content_layers: LayerWeights::new([(13, 1.0)]),
    pooling: Pooling::Max,
    padding: Padding::Zero,
    style_loss: StyleLoss::Gram,
    normalise_gradients: false,
};

/// The paper's, sections 1 and 2, with style layers in proportion to 1 / channels^2 and the content's `conv4_2`.
const GATYS_PERCEPTION: Perception = Perception {
    style_layers: LayerWeights::new([(0, 64.0), (2, 16.0), (4, 4.0), (8, 1.0), (12, 1.0)]),
    content_layers: LayerWeights::new([(9, 1.0)]),
    pooling: Pooling::Average,
    ..TUTORIAL_PERCEPTION
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn presets_are_usable_and_survive_json() {
        for preset in Preset::ALL {
            let settings = preset.settings();
            settings.check().expect("a preset is usable");
            let json = serde_json::to_string(&settings).expect("settings are plain data");
            assert_eq!(serde_json::from_str::<Settings>(&json).ok(), Some(settings));
        }
    }
}
