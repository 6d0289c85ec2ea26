//! All that can be set.

use std::f64::consts::SQRT_2;
use std::iter;

use serde::{Deserialize, Serialize, Serializer};

use super::perception::{ContentLoss, Perception, StyleLoss};
use crate::maps::Precision;
use crate::vgg19::LEAST_SIDE;

/// The weights of the losses.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LossWeights {
    /// Of the style loss.
    pub style: f32,
    /// Of the content loss.
    pub content: f32,
    /// Of the total variation.
    pub total_variation: f32,
    /// Of colours that no style has. An earlier version, whose paintings may be kept, had none.
    #[serde(default)]
    pub palette: f32,
}

impl Default for LossWeights {
    /// As in TensorFlow's tutorial.
    fn default() -> Self {
        Self {
            style: StyleLoss::Gram.usual_weight(),
            content: ContentLoss::Plain.usual_weight(),
            total_variation: 30.0,
            palette: 0.0,
        }
    }
}

/// The likeness at which the content's weight is what it says.
pub const USUAL_LIKENESS: u32 = 60;

/// From one end of the likeness to the other, the content counts so many times as much.
const LIKENESS_RANGE: f32 = 40.0;

impl LossWeights {
    /// Where every layer's gradient has the length of its weight: what suits most pictures beside a palette of its own weight.
    pub const USUAL_NORMALISED: Self = Self {
        style: 1.0,
        content: 4.0,
        total_variation: 4e-6,
        palette: 0.0,
    };

    /// The same, with the content's and the palette's as a likeness asks for them: 0 is the content picture, 100 the painting.
    /// The content's weight grows by equal factors, because the eye sees it so; the palette's goes to nothing, because a
    /// photograph's colours are its own.
    pub fn at_likeness(self, likeness: u32) -> Self {
        let from_usual = (USUAL_LIKENESS as f32 - likeness as f32) / 100.0;
        Self {
            content: self.content * LIKENESS_RANGE.powf(from_usual),
            palette: self.palette * colours_at(likeness).powi(2),
            ..self
        }
    }
}

/// How much of the colours is the style's at a likeness, from zero to one: all from the usual one on.
fn colours_at(likeness: u32) -> f32 {
    (likeness as f32 / USUAL_LIKENESS as f32).min(1.0)
}

/// How the total variation grows with the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
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

/// Whose colours the painting has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
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

/// With what colours the content is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ContentColour {
    /// With its own.
    #[default]
    Own,
    /// With the mean and covariance of the style's, towards the photograph's likeness less and less of them: what a style cannot
    /// show becomes something that it can. A style that has the content's colours changes nothing.
    Style,
}

/// How the picture is moved by its gradient.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Optimiser {
    /// Kingma and Ba 2015.
    #[default]
    Adam,
    /// Liu and Nocedal 1989, with a fixed step.
    Lbfgs,
}

/// How the step size goes on at each size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Schedule {
    /// It stays.
    #[default]
    Constant,
    /// It falls by half a cosine to a tenth, so that the last steps settle what the first have thrown about.
    Cosine,
}

/// What the optimiser moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Variables {
    /// Each pixel by itself.
    #[default]
    Pixels,
    /// The levels of a Laplacian pyramid, of which the picture is the sum: what many pixels have in common moves at once, so
    /// that strokes come before grain (Kolkin et al. 2022).
    Pyramid,
}

/// By how much the painting grows from one size to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Growth {
    /// By the square root of two, from the first size on.
    #[default]
    Root,
    /// Twofold, from the least size that is no smaller than the first size and leads to the final one.
    Double,
}

/// What a painting is made with. The defaults are the preset `brush`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(remote = "Self", rename_all = "camelCase", deny_unknown_fields)]
pub struct Settings {
    /// Pixels of the finished picture's longer side.
    pub size: u32,
    /// Steps at the finished picture's size.
    pub steps: u32,
    /// Pixels of the longer side with which it begins; as large as `size`, or larger, means that it is painted at one size.
    pub first_size: u32,
    /// By how much it grows from there.
    pub growth: Growth,
    /// Steps at the first of several sizes; those between have `steps`.
    pub first_steps: u32,
    /// Steps after these at the final size, where nearest positions are looked for: each layer for itself, at other positions
    /// in each step.
    pub refining_steps: u32,
    /// Whose likeness it has, in percent: 0 is the content picture, 100 the painting that is the style. Multiplies the content's
    /// weight, by [`LossWeights::at_likeness`].
    pub likeness: u32,
    /// Of the losses.
    pub weights: LossWeights,
    /// How the total variation grows with the picture.
    pub smoothness: Smoothness,
    /// What of the network it looks at.
    pub perception: Perception,
    /// What is moved.
    pub variables: Variables,
    /// How it is moved.
    pub optimiser: Optimiser,
    /// Adam's, in units of the picture's range [0, 1].
    pub learning_rate: f32,
    /// How it goes on at each size.
    pub schedule: Schedule,
    /// How much of the mean of gradients, by which it moves, Adam keeps at each step, below one.
    pub beta1: f32,
    /// How much of the mean of squared gradients, by which it scales, Adam keeps at each step, below one.
    pub beta2: f32,
    /// What Adam adds to the root of the mean of squares by which it scales: a gradient much smaller than this hardly moves
    /// the picture.
    pub epsilon: f32,
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
    /// With what colours the content is looked at.
    pub content_colour: ContentColour,
    /// How much is painted: one is the painting, zero the content picture.
    pub strength: f32,
    /// Of what is stored.
    pub precision: Precision,
    /// Bytes of graphics memory that may be used. A picture that needs more is computed by windows, with the same result.
    pub memory: u64,
}

impl Serialize for Settings {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // What is derived; it is no impl of the trait, so that reading can be another than what is derived.
        Self::serialize(self, serializer)
    }
}

/// One size at which a painting is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scale {
    /// Pixels of the longer side.
    pub size: u32,
    /// Steps at it.
    pub steps: u32,
    /// Whether they are the refining ones.
    pub refining: bool,
}

/// The side at which a step's pixels take as long as what it needs however few there are: filters to be brought into
/// Winograd's form, and commands.
const SMALL_SIDE: f64 = 128.0;

impl Scale {
    /// How long a step takes, beside one at another size: the pixels' part grows with them, the rest is one.
    pub fn work(&self) -> f64 {
        let side = f64::from(self.size) / SMALL_SIDE;
        1.0 + side * side
    }
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

    /// Takes another content loss, and the content's weight along in the same way.
    pub fn compare_contents_by(&mut self, content_loss: ContentLoss) {
        let former = self.perception.content_loss;
        let usual = f64::from(self.weights.content) / f64::from(former.usual_weight());
        self.weights.content = (usual * f64::from(content_loss.usual_weight())) as f32;
        self.perception.content_loss = content_loss;
    }

    /// The sizes through which the painting grows, ending at its own; refining it is one more.
    pub fn scales(&self) -> Vec<Scale> {
        let coarse = self
            .coarse_sizes()
            .into_iter()
            .enumerate()
            .map(|(number, size)| Scale {
                size,
                steps: match number {
                    0 => self.first_steps,
                    _ => self.steps,
                },
                refining: false,
            });
        let last = Scale {
            size: self.size,
            steps: self.steps,
            refining: false,
        };
        let refines = self.refining_steps > 0 && self.perception.style_loss == StyleLoss::Nearest;
        let refining = refines.then_some(Scale {
            steps: self.refining_steps,
            refining: true,
            ..last
        });
        coarse.chain([last]).chain(refining).collect()
    }

    /// Those before the final one.
    fn coarse_sizes(&self) -> Vec<u32> {
        let (first, last) = (
            f64::from(self.first_size.max(LEAST_SIDE)),
            f64::from(self.size),
        );
        let rounded = |size: f64| size.round() as u32;
        match self.growth {
            Growth::Root => iter::successors(Some(first), |size| Some(size * SQRT_2))
                .take_while(|size| size.round() < last)
                .map(rounded)
                .collect(),
            Growth::Double => {
                let smaller = iter::successors(Some(last / 2.0), |size| Some(size / 2.0));
                let sizes = smaller.take_while(|size| *size >= first).map(rounded);
                let mut sizes = Vec::from_iter(sizes);
                sizes.reverse();
                sizes
            }
        }
    }

    /// How much of the colours with which the content is looked at is the style's, from zero to one.
    pub fn tone(&self) -> f32 {
        match self.content_colour {
            ContentColour::Own => 0.0,
            ContentColour::Style => colours_at(self.likeness),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::presets::Preset;

    #[test]
    fn the_usual_likeness_leaves_the_weights_and_the_content_counts_less_towards_the_painting() {
        for preset in Preset::ALL {
            let settings = preset.settings();
            assert_eq!(settings.likeness, USUAL_LIKENESS);
            let weights = settings.weights;
            assert_eq!(weights.at_likeness(USUAL_LIKENESS), weights);
            let (photograph, painting) = (weights.at_likeness(0), weights.at_likeness(100));
            // powf rounds.
            let range = photograph.content / painting.content;
            assert!((range / LIKENESS_RANGE - 1.0).abs() < 1e-5, "{range}");
            let middle = weights.at_likeness(50).content;
            assert!(photograph.content > middle && middle > weights.content);
            // A photograph's colours are its own.
            assert_eq!(
                (photograph.palette, painting.palette),
                (0.0, weights.palette)
            );
            let tone = |likeness| {
                Settings {
                    likeness,
                    ..settings
                }
                .tone()
            };
            assert_eq!(tone(0), 0.0);
            assert_eq!(tone(100), tone(USUAL_LIKENESS));
        }
    }

    #[test]
    fn sizes_grow_by_the_square_root_of_two() {
        let sizes = |first_size, size| {
            let settings = Settings {
                first_size,
                size,
                ..Preset::Tutorial.settings()
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
    fn sizes_double_and_end_at_the_paintings_own() {
        let sizes = |first_size, size| {
            let settings = Settings {
                growth: Growth::Double,
                first_size,
                size,
                ..Preset::Tutorial.settings()
            };
            let scales = settings.scales().into_iter();
            scales.map(|scale| scale.size).collect::<Vec<_>>()
        };
        assert_eq!(sizes(64, 512), [64, 128, 256, 512]);
        assert_eq!(sizes(64, 500), [125, 250, 500]);
        assert_eq!(sizes(64, 100), [100]);
        assert_eq!(sizes(4096, 512), [512]);
    }

    #[test]
    fn refining_comes_last_and_for_nearest_positions_only() {
        let mut settings = Settings {
            refining_steps: 7,
            ..Preset::Tutorial.settings()
        };
        assert_eq!(settings.scales().len(), 1);
        settings.perception.style_loss = StyleLoss::Nearest;
        let [painting, refining] = settings.scales()[..] else {
            panic!("{:?}", settings.scales());
        };
        assert_eq!((painting.steps, painting.refining), (settings.steps, false));
        assert_eq!((refining.steps, refining.refining), (7, true));
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
    fn a_step_takes_as_long_as_its_pixels_but_for_the_smallest() {
        let work = |size| {
            let scale = Scale {
                size,
                steps: 1,
                refining: false,
            };
            scale.work()
        };
        assert_eq!(work(128), 2.0);
        assert!(work(1024) / work(512) > 3.8);
        assert!(work(64) / work(32) < 1.2);
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
