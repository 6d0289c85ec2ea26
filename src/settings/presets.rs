//! Settings with a name.

use serde::de::{Deserialize, Deserializer, Error as _};
use serde::{Serialize, Serializer};

use super::perception::{ContentLoss, LayerWeights, Padding, Perception, Pooling, StyleLoss};
use super::settings::{
    Colour, ContentColour, Growth, LossWeights, Optimiser, Schedule, Settings, Smoothness,
    USUAL_LIKENESS, Variables,
};
use crate::maps::Precision;

/// Small beside any gradient, so that only the proportions of the weights count.
const NO_EPSILON: f32 = 1e-10;

/// Settings with a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Preset {
    /// From small to large, by the nearest positions of the style.
    #[default]
    Brush,
    /// From small to large by the Wasserstein-2 distance, with the mean of the pictures.
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
    pub const ALL: [Self; 6] = [
        Self::Brush,
        Self::Fine,
        Self::Tutorial,
        Self::TutorialPlain,
        Self::Gatys,
        Self::Sketch,
    ];

    /// As it is written.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Brush => "brush",
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
            growth: Growth::Root,
            first_steps: 0,
            refining_steps: 0,
            likeness: USUAL_LIKENESS,
            weights: LossWeights::default(),
            smoothness: Smoothness::Sum,
            perception: Perception::default(),
            variables: Variables::Pixels,
            optimiser: Optimiser::Adam,
            learning_rate: 0.02,
            schedule: Schedule::Constant,
            beta1: 0.99,
            beta2: 0.999,
            epsilon: 0.1,
            history: 10,
            averaging: 0.0,
            noise: 0.0,
            seed: 0,
            colour: Colour::Style,
            content_colour: ContentColour::Own,
            strength: 1.0,
            precision: Precision::Full,
            memory: 2_000_000_000,
        };
        // style-transfer-pytorch's way, without its last style layer, which weighs a 341st and takes half of the work. Its
        // statistics alone leave up to a sixth of the pixels with colours that the style has nowhere, hence the palette, which
        // needs a content with the style's colours. Momentum as long as the tutorial's would carry the picture past what it should reach at each
        // size.
        let fine = Settings {
            steps: 100,
            first_size: 128,
            first_steps: 400,
            weights: LossWeights {
                style: StyleLoss::Wasserstein.usual_weight(),
                content: 4.5,
                total_variation: 1.0,
                palette: 1e8,
            },
            smoothness: Smoothness::Mean,
            perception: FINE_PERCEPTION,
            content_colour: ContentColour::Style,
            schedule: Schedule::Cosine,
            beta1: 0.9,
            beta2: 0.99,
            epsilon: NO_EPSILON,
            averaging: 0.9,
            ..tutorial
        };
        // A few steps are enough where each position knows what it should become; at the first size they cost nothing, and
        // find the large strokes.
        let brush = Settings {
            steps: 50,
            first_size: 64,
            growth: Growth::Double,
            first_steps: 200,
            refining_steps: 30,
            weights: LossWeights {
                style: StyleLoss::Nearest.usual_weight(),
                content: ContentLoss::Relative.usual_weight(),
                // Takes speckles out of flat skies and leaves small lights.
                total_variation: 0.5,
                palette: 3e8,
            },
            smoothness: Smoothness::Mean,
            perception: BRUSH_PERCEPTION,
            variables: Variables::Pyramid,
            content_colour: ContentColour::Style,
            learning_rate: 5e-3,
            schedule: Schedule::Cosine,
            beta1: 0.9,
            epsilon: NO_EPSILON,
            ..tutorial
        };
        match self {
            Self::Brush => brush,
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
                steps: 18,
                first_steps: 120,
                refining_steps: 15,
                learning_rate: 4e-3,
                schedule: Schedule::Constant,
                ..brush
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
        Preset::default().settings()
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
    palette: 0.0,
};

const TUTORIAL_PERCEPTION: Perception = Perception {
    style_layers: LayerWeights::new([(0, 1.0), (2, 1.0), (4, 1.0), (8, 1.0), (12, 1.0)]),
    content_layers: LayerWeights::new([(13, 1.0)]),
    pooling: Pooling::Max,
    padding: Padding::Zero,
    style_loss: StyleLoss::Gram,
    content_loss: ContentLoss::Plain,
    turned_styles: false,
    normalise_gradients: false,
};

/// The paper's, sections 1 and 2, with style layers in proportion to 1 / channels^2 and the content's `conv4_2`.
const GATYS_PERCEPTION: Perception = Perception {
    style_layers: LayerWeights::new([(0, 64.0), (2, 16.0), (4, 4.0), (8, 1.0), (12, 1.0)]),
    content_layers: LayerWeights::new([(9, 1.0)]),
    pooling: Pooling::Average,
    ..TUTORIAL_PERCEPTION
};

/// style-transfer-pytorch's layers but for the last.
const FINE_PERCEPTION: Perception = Perception {
    style_layers: LayerWeights::new([(0, 256.0), (2, 64.0), (4, 16.0), (8, 4.0)]),
    content_layers: LayerWeights::new([(9, 1.0)]),
    padding: Padding::Replicate,
    style_loss: StyleLoss::Wasserstein,
    ..TUTORIAL_PERCEPTION
};

/// All layers from the first to `block4_conv3`, as Kolkin et al. have them.
const BRUSH_PERCEPTION: Perception = Perception {
    style_layers: LayerWeights::new([
        (0, 1.0),
        (1, 1.0),
        (2, 1.0),
        (3, 1.0),
        (4, 1.0),
        (5, 1.0),
        (6, 1.0),
        (8, 1.0),
        (9, 1.0),
        (10, 1.0),
    ]),
    content_layers: LayerWeights::new([(9, 1.0)]),
    style_loss: StyleLoss::Nearest,
    content_loss: ContentLoss::Relative,
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
