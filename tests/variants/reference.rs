//! What the other implementation wrote: `tests/data/variants.json`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use impasto::network::Network;
use impasto::painting::{Painter, Start, StyleView};
use impasto::pictures::{Mask, Picture};
use impasto::settings::{
    ContentLoss, LayerWeights, LossWeights, Optimiser, Padding, Perception, Pooling, Settings,
    StyleLoss, Variables,
};
use serde::Deserialize;

pub fn data(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    folder.join(name)
}

pub fn picture(name: &str) -> Picture {
    Picture::open(&data(name)).unwrap()
}

/// A number at a row, a column and a channel.
pub type Entry = (u32, u32, usize, f64);

/// `variants.json`.
#[derive(Deserialize)]
pub struct Reference {
    pub content: String,
    pub initial: String,
    pub variants: Vec<Variant>,
    pub runs: Vec<Run>,
    pub colours: Vec<Colours>,
    pub luminance: Luminance,
    pub nearest: Vec<Variant>,
    pub refining: Vec<RefiningVariant>,
    pub pyramid: Vec<PyramidRun>,
}

/// What is found before the first step by nearest neighbours.
#[derive(Deserialize)]
pub struct Found {
    /// By row and column of the grid: the style's sample that is nearest.
    pub wanted: Vec<Vec<Option<u32>>>,
    /// By row and column of the grid.
    pub style_of: Vec<Vec<Option<u32>>>,
}

/// Steps that refine, at a picture that does not move.
#[derive(Deserialize)]
pub struct RefiningVariant {
    pub name: String,
    pub content: String,
    pub initial: String,
    pub seed: u64,
    pub settings: Written,
    pub styles: Vec<WrittenStyle>,
    pub steps: Vec<Expected>,
}

/// Ten steps of a pyramid.
#[derive(Deserialize)]
pub struct PyramidRun {
    pub content: String,
    pub initial: String,
    pub seed: u64,
    /// The picture after the first.
    pub first: Vec<Entry>,
    #[serde(flatten)]
    pub run: Run,
}

#[derive(Deserialize)]
pub struct Variant {
    pub name: String,
    pub settings: Written,
    pub styles: Vec<WrittenStyle>,
    pub expected: Expected,
}

#[derive(Deserialize)]
pub struct Weights {
    pub style: f32,
    pub content: f32,
    pub total_variation: f32,
}

#[derive(Deserialize)]
pub struct WrittenLoss {
    pub kind: StyleLoss,
}

/// Settings in the reference's words.
#[derive(Deserialize)]
pub struct Written {
    pub weights: Weights,
    pub style_layers: LayerWeights,
    pub content_layers: LayerWeights,
    pub pooling: Pooling,
    pub padding: Padding,
    pub style_loss: WrittenLoss,
    #[serde(default)]
    pub content_loss: ContentLoss,
    /// The norm by which a layer's gradient is divided.
    pub normalised: Option<String>,
    #[serde(default)]
    pub optimiser: Optimiser,
    pub history: Option<u32>,
    #[serde(default)]
    pub variables: Variables,
    pub learning_rate: Option<f32>,
    pub beta1: Option<f32>,
    pub beta2: Option<f32>,
    pub epsilon: Option<f32>,
}

impl Written {
    pub fn settings(&self) -> Settings {
        assert_ne!(self.normalised.as_deref(), Some("l1"));
        let tutorial = crate::common::tutorial();
        Settings {
            weights: LossWeights {
                style: self.weights.style,
                content: self.weights.content,
                total_variation: self.weights.total_variation,
                palette: 0.0,
            },
            perception: Perception {
                style_layers: self.style_layers,
                content_layers: self.content_layers,
                pooling: self.pooling,
                padding: self.padding,
                style_loss: self.style_loss.kind,
                content_loss: self.content_loss,
                turned_styles: false,
                normalise_gradients: self.normalised.is_some(),
            },
            optimiser: self.optimiser,
            history: self.history.unwrap_or(tutorial.history),
            variables: self.variables,
            learning_rate: self.learning_rate.unwrap_or(tutorial.learning_rate),
            beta1: self.beta1.unwrap_or(tutorial.beta1),
            beta2: self.beta2.unwrap_or(tutorial.beta2),
            epsilon: self.epsilon.unwrap_or(tutorial.epsilon),
            ..tutorial
        }
    }
}

#[derive(Deserialize)]
pub struct WrittenStyle {
    pub picture: String,
    pub part: f32,
    pub mask: Option<String>,
    pub own_mask: Option<String>,
}

#[derive(Deserialize)]
pub struct Losses {
    pub loss: f64,
    pub style: f64,
    pub content: f64,
    pub tv: f64,
    pub gradient_norm: f64,
}

#[derive(Deserialize)]
pub struct Expected {
    #[serde(flatten)]
    pub losses: Losses,
    pub style_layers: BTreeMap<String, f64>,
    pub content_layers: BTreeMap<String, f64>,
    pub gradient: Vec<Entry>,
    #[serde(flatten)]
    pub found: Option<Found>,
}

/// Ten steps.
#[derive(Deserialize)]
pub struct Run {
    pub name: String,
    pub settings: Written,
    pub styles: Vec<WrittenStyle>,
    pub steps: Vec<Losses>,
    pub averaging: f32,
    pub last: Vec<Entry>,
    pub mean: Vec<Entry>,
}

#[derive(Deserialize)]
pub struct Colours {
    pub kind: String,
    pub source: String,
    pub target: String,
    pub clamped: Vec<Entry>,
    pub clamped_mean: [f64; 3],
}

#[derive(Deserialize)]
pub struct Luminance {
    pub painting: String,
    pub content: String,
    pub clamped: Vec<Entry>,
    pub clamped_mean: [f64; 3],
}

impl Reference {
    pub fn open() -> Self {
        serde_json::from_str(&fs::read_to_string(data("variants.json")).unwrap()).unwrap()
    }

    pub fn variant(&self, name: &str) -> &Variant {
        let mut variants = self.variants.iter();
        variants.find(|variant| variant.name == name).unwrap()
    }

    pub fn run(&self, name: &str) -> &Run {
        let mut runs = self.runs.iter();
        runs.find(|run| run.name == name).unwrap()
    }

    /// A painter that starts from the initial picture.
    pub fn painter(
        &self,
        network: &Rc<Network>,
        styles: &[WrittenStyle],
        settings: &Settings,
    ) -> Painter {
        let pictures = (self.content.as_str(), self.initial.as_str());
        painter_of(network, pictures, styles, settings, false)
    }
}

/// A painter of a content that starts from a picture, or refines it.
pub fn painter_of(
    network: &Rc<Network>,
    (content, initial): (&str, &str),
    styles: &[WrittenStyle],
    settings: &Settings,
    refining: bool,
) -> Painter {
    let mask = |name: &Option<String>| name.as_deref().map(picture).map(Mask::new);
    let opened: Vec<_> = styles
        .iter()
        .map(|style| {
            (
                picture(&style.picture),
                mask(&style.mask),
                mask(&style.own_mask),
            )
        })
        .collect();
    let views = styles.iter().zip(&opened);
    let views: Vec<_> = views
        .map(|(style, (picture, region, source))| StyleView {
            picture,
            part: style.part,
            region: region.as_ref(),
            source: source.as_ref(),
        })
        .collect();
    let start = Start::Pixels(picture(initial).to_vectors());
    let content = picture(content);
    let network = network.clone();
    let painter = if refining {
        let painter = Painter::refining(network, &content, &views, start, settings);
        pollster::block_on(painter)
    } else {
        let painter = Painter::new(network, &content, &views, start, settings);
        pollster::block_on(painter)
    };
    painter.unwrap()
}
