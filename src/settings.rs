//! What a painting is made with: everything that the page and the command line let one choose, in one form that is
//! written into the pictures and read from them again.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::feature_map::Precision;
use crate::vgg19::CONVOLUTIONS;

/// The weights of the three losses.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct LossWeights {
    /// Of the style loss.
    pub style: f32,
    /// Of the content loss.
    pub content: f32,
    /// Of the total variation.
    pub total_variation: f32,
}

impl Default for LossWeights {
    /// As in TensorFlow's tutorial.
    fn default() -> Self {
        Self {
            style: StyleLoss::Gram.usual_weight(),
            content: 1e4,
            total_variation: 30.0,
        }
    }
}

/// A weight for every layer of the network; a layer of weight zero has no loss.
///
/// Only the proportions count: a loss is the mean over its layers, weighted with these.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LayerWeights([f32; CONVOLUTIONS.len()]);

impl LayerWeights {
    /// Weights by layer, numbered as in [`CONVOLUTIONS`]; all others are zero.
    pub const fn new<const N: usize>(weights: [(usize, f32); N]) -> Self {
        let mut all = [0.0; CONVOLUTIONS.len()];
        let mut place = 0;
        while place < N {
            all[weights[place].0] = weights[place].1;
            place += 1;
        }
        Self(all)
    }

    /// Sets a weight by the layer's name.
    ///
    /// # Errors
    /// [`SettingsError::UnknownLayer`] and [`SettingsError::Weight`].
    pub fn set(&mut self, name: &str, weight: f32) -> Result<(), SettingsError> {
        let layer = CONVOLUTIONS
            .iter()
            .position(|convolution| convolution.name == name)
            .ok_or_else(|| SettingsError::UnknownLayer(name.into()))?;
        if !(weight.is_finite() && weight >= 0.0) {
            return Err(SettingsError::Weight(name.into()));
        }
        self.0[layer] = weight;
        Ok(())
    }

    /// No layer has a weight.
    pub const fn none() -> Self {
        Self([0.0; CONVOLUTIONS.len()])
    }

    /// The layers with a weight, in the network's order.
    pub fn layers(&self) -> impl DoubleEndedIterator<Item = usize> + Clone + '_ {
        (0..self.0.len()).filter(|&layer| self.0[layer] > 0.0)
    }

    /// Whether the layer has a weight.
    pub fn has(&self, layer: usize) -> bool {
        self.0.get(layer).is_some_and(|&weight| weight > 0.0)
    }

    /// The layer's part of the loss: all parts make one.
    pub fn share(&self, layer: usize) -> f64 {
        let sum: f64 = self.0.iter().map(|&weight| f64::from(weight)).sum();
        f64::from(self.0[layer]) / sum
    }
}

impl Serialize for LayerWeights {
    /// A map of names and weights.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let layers = self.layers();
        serializer.collect_map(layers.map(|layer| (CONVOLUTIONS[layer].name, self.0[layer])))
    }
}

impl<'de> Deserialize<'de> for LayerWeights {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let map = std::collections::BTreeMap::<String, f32>::deserialize(deserializer)?;
        let mut weights = Self::none();
        for (name, weight) in map {
            weights.set(&name, weight).map_err(D::Error::custom)?;
        }
        Ok(weights)
    }
}

/// How feature maps are made smaller between the network's blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(not(target_arch = "wasm32"), derive(clap::ValueEnum))]
pub enum Pooling {
    /// The largest of four, as the network was trained.
    #[default]
    Max,
    /// The mean of four, which Gatys et al. 2015 found to look slightly better (section 2).
    Average,
}

/// What lies outside of a picture for the network's first convolution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(not(target_arch = "wasm32"), derive(clap::ValueEnum))]
pub enum Padding {
    /// The mean colour, as the network was trained.
    #[default]
    Zero,
    /// The picture's own edge, which style-transfer-pytorch found to have fewer artefacts there.
    Replicate,
}

/// How the total variation grows with the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(not(target_arch = "wasm32"), derive(clap::ValueEnum))]
pub enum Smoothness {
    /// It is the sum over all pixels, as in TensorFlow's tutorial: the larger the picture, the more it counts beside the
    /// other losses, which are means.
    Sum,
    /// It is the mean, as in style-transfer-pytorch, so that it counts alike at every size; in such units that a weight
    /// means at 512 x 512 pixels what it does for the sum.
    Mean,
}

impl Smoothness {
    /// By what the sum over a picture of so many pixels is multiplied.
    pub fn factor(self, pixels: u32) -> f32 {
        match self {
            Self::Sum => 1.0,
            Self::Mean => (512 * 512) as f32 / pixels as f32,
        }
    }
}

/// By what styles are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(not(target_arch = "wasm32"), derive(clap::ValueEnum))]
pub enum StyleLoss {
    /// Gram matrices (Gatys et al. 2015).
    #[default]
    Gram,
    /// Gram matrices too, each layer's loss in units of the mean square of the style's own matrix: so every layer and every
    /// style counts alike, as by the scaled losses of style-transfer-pytorch.
    Relative,
    /// Means and covariances, by the Wasserstein-2 distance (style-transfer-pytorch).
    Wasserstein,
}

impl StyleLoss {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Gram, Self::Relative, Self::Wasserstein];

    /// The style weight that suits it beside the usual content weight of 1e4: each loss has other units.
    pub const fn usual_weight(self) -> f32 {
        match self {
            Self::Gram => 1e-2,
            Self::Relative => 2e8,
            Self::Wasserstein => 300.0,
        }
    }
}

/// What of the network a painting looks at, and how it compares.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Perception {
    /// The layers whose Gram matrices are compared.
    pub style_layers: LayerWeights,
    /// The layers whose features are compared.
    pub content_layers: LayerWeights,
    /// Between the blocks.
    pub pooling: Pooling,
    /// Outside of the picture.
    pub padding: Padding,
    /// How styles are compared.
    pub style_loss: StyleLoss,
    /// Whether every layer's gradient is given the length of its weight, as by neural-style's option.
    pub normalise_gradients: bool,
}

impl Default for Perception {
    /// As in TensorFlow's tutorial: the first convolution of every block for the style, `block5_conv2` for the content.
    fn default() -> Self {
        TUTORIAL_PERCEPTION
    }
}

impl Perception {
    /// Whether a layer has a loss.
    pub fn has(&self, layer: usize) -> bool {
        self.style_layers.has(layer) || self.content_layers.has(layer)
    }

    /// The last layer with a loss.
    pub fn last(&self) -> usize {
        let layers = 0..CONVOLUTIONS.len();
        layers.rev().find(|&layer| self.has(layer)).unwrap_or(0)
    }
}

/// Whose colours the painting has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(not(target_arch = "wasm32"), derive(clap::ValueEnum))]
pub enum Colour {
    /// The style picture's.
    #[default]
    Style,
    /// The content picture's: only its brightness is painted (Gatys et al. 2016, luminance-only transfer).
    Luminance,
    /// The content picture's: the style's colours are first given their mean and covariance, by Cholesky's factors.
    Cholesky,
    /// The same by the symmetric square roots.
    Symmetric,
}

/// How the picture is moved by its gradient.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(not(target_arch = "wasm32"), derive(clap::ValueEnum))]
pub enum Optimiser {
    /// Kingma and Ba 2015.
    #[default]
    Adam,
    /// Liu and Nocedal 1989, with a fixed step.
    Lbfgs,
}

/// What a painting is made with. The defaults are the preset `fine`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Settings {
    /// Pixels of the finished picture's longer side.
    pub size: u32,
    /// Steps at the finished picture's size.
    pub steps: u32,
    /// Pixels of the longer side with which it begins, to grow by the square root of two; as large as `size`, or larger,
    /// means that it is painted at one size.
    pub first_size: u32,
    /// Steps at the first of several sizes; those between have `steps`.
    pub first_steps: u32,
    /// Of the losses.
    pub weights: LossWeights,
    /// How the total variation grows with the picture.
    pub smoothness: Smoothness,
    /// What of the network it looks at.
    pub perception: Perception,
    /// How the picture is moved.
    pub optimiser: Optimiser,
    /// Adam's, in units of the picture's range [0, 1].
    pub learning_rate: f32,
    /// How much of the mean of gradients, by which it moves, Adam keeps at each step, below one.
    pub beta1: f32,
    /// How much of the mean of squared gradients, by which it scales, Adam keeps at each step, below one.
    pub beta2: f32,
    /// Steps that L-BFGS remembers.
    pub history: u32,
    /// How much of the mean of the pictures so far is kept at each step, below one; zero shows the last picture itself.
    pub averaging: f32,
    /// How much of the start is noise, from zero to one.
    pub noise: f32,
    /// Of the noise. At most 2^53, so that JavaScript keeps it.
    pub seed: u64,
    /// Whose colours it has.
    pub colour: Colour,
    /// How much is painted: one is the painting, zero the content picture.
    pub strength: f32,
    /// Of what is stored.
    pub precision: Precision,
    /// Bytes of graphics memory that may be used. A picture that needs more is computed by windows, with the same result.
    pub memory: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Preset::Fine.settings()
    }
}

/// Settings with a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(not(target_arch = "wasm32"), derive(clap::ValueEnum))]
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

/// One size at which a painting is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scale {
    /// Pixels of the longer side.
    pub size: u32,
    /// Steps at it.
    pub steps: u32,
}

impl Settings {
    /// Takes another style loss, and the style's weight along: one that is twice the usual of the one is twice the usual of
    /// the other.
    pub fn compare_styles_by(&mut self, style_loss: StyleLoss) {
        let former = self.perception.style_loss;
        let usual = f64::from(self.weights.style) / f64::from(former.usual_weight());
        self.weights.style = (usual * f64::from(style_loss.usual_weight())) as f32;
        self.perception.style_loss = style_loss;
    }

    /// The sizes through which the painting grows, by the square root of two and ending at its own.
    pub fn scales(&self) -> Vec<Scale> {
        let mut sizes = Vec::new();
        let mut size = f64::from(self.first_size.max(crate::picture::LEAST_SIDE));
        while size.round() < f64::from(self.size) {
            sizes.push(size.round() as u32);
            size *= std::f64::consts::SQRT_2;
        }
        let coarse = sizes.into_iter().enumerate().map(|(number, size)| Scale {
            size,
            steps: match number {
                0 => self.first_steps,
                _ => self.steps,
            },
        });
        let last = Scale {
            size: self.size,
            steps: self.steps,
        };
        coarse.chain([last]).collect()
    }

    /// Steps of all sizes together.
    pub fn all_steps(&self) -> u32 {
        let steps = self.scales().into_iter().map(|scale| scale.steps);
        steps.fold(0, u32::saturating_add)
    }

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
        let least_side = f64::from(crate::picture::LEAST_SIDE);
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

/// What can be wrong with settings.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SettingsError {
    /// A number outside its range.
    #[error("The {name} must be a number {}.", range(*least, *most))]
    Range {
        /// In words.
        name: &'static str,
        /// The least allowed.
        least: f64,
        /// The most allowed.
        most: f64,
    },
    /// No such layer.
    #[error("There is no layer {0}. Layers are named like block4_conv2.")]
    UnknownLayer(String),
    /// A layer's weight is no usable number.
    #[error("The weight of {0} must be a number that is not negative.")]
    Weight(String),
    /// A loss without layers.
    #[error("At least one {0} layer needs a weight above zero.")]
    NoLayer(&'static str),
}

fn range(least: f64, most: f64) -> String {
    if most >= f64::from(f32::MAX) {
        format!("of at least {least}")
    } else {
        format!("from {least} to {most}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_grow_by_the_square_root_of_two() {
        let sizes = |first_size, size| {
            let settings = Settings {
                first_size,
                size,
                ..Settings::default()
            };
            let scales = settings.scales().into_iter();
            scales.map(|scale| scale.size).collect::<Vec<_>>()
        };
        assert_eq!(sizes(128, 512), [128, 181, 256, 362, 512]);
        assert_eq!(sizes(128, 500), [128, 181, 256, 362, 500]);
        assert_eq!(sizes(128, 100), [100]);
        assert_eq!(sizes(4096, 512), [512]);
    }

    #[test]
    fn another_style_loss_takes_the_styles_weight_along() {
        let mut settings = Settings::default();
        settings.compare_styles_by(StyleLoss::Gram);
        assert_eq!(settings.weights.style, LossWeights::default().style);
        settings.weights.style *= 3.0;
        settings.compare_styles_by(StyleLoss::Wasserstein);
        assert_eq!(settings.weights.style, 900.0);
        settings.compare_styles_by(StyleLoss::Wasserstein);
        assert_eq!(settings.weights.style, 900.0);
    }

    #[test]
    fn presets_are_usable_and_survive_json() {
        for preset in Preset::ALL {
            let settings = preset.settings();
            settings.check().expect("a preset is usable");
            let json = serde_json::to_string(&settings).expect("settings are plain data");
            assert_eq!(serde_json::from_str::<Settings>(&json).ok(), Some(settings));
        }
    }

    #[test]
    fn unknown_and_impossible_settings_are_refused() {
        for json in [
            r#"{"colour": "green"}"#,
            r#"{"unknown": 1}"#,
            r#"{"perception": {"styleLayers": {"block9_conv1": 1}}}"#,
            r#"{"perception": {"styleLayers": {"block1_conv1": -1}}}"#,
        ] {
            assert!(serde_json::from_str::<Settings>(json).is_err(), "{json}");
        }
        for json in [
            r#"{"size": 3}"#,
            r#"{"steps": 0}"#,
            r#"{"noise": 2}"#,
            r#"{"perception": {"contentLayers": {}}}"#,
        ] {
            let settings: Settings = serde_json::from_str(json).expect("well-formed");
            assert!(settings.check().is_err(), "{json}");
        }
    }

    proptest::proptest! {
        #[test]
        fn reading_settings_never_panics(text in ".{0,200}") {
            if let Ok(settings) = serde_json::from_str::<Settings>(&text) {
                let _ = settings.check();
            }
        }
    }
}
