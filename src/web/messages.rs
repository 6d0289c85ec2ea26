//! What the page and the engine say to each other, in the page's form.

use wasm_bindgen::prelude::*;

use super::error::PageError;
use crate::maps::Shape;
use crate::painting::{StepRecord, StyleJob};
use crate::settings::fields::{Field, Kind};
use crate::settings::{ContentLoss, LossWeights, Preset, Scale, Settings, StyleLoss};

/// What the page tells of a painting's memory before it begins.
#[derive(Debug, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PageMemory {
    /// Bytes of all buffers.
    pub bytes: u64,
    /// Parts by which the picture is computed.
    pub windows: usize,
    /// Its sizes one after the other.
    pub stages: Vec<PageStage>,
    /// Every buffer, and what the GPU allows.
    pub plan: String,
}

/// A preset with its name.
#[derive(Debug, serde::Serialize)]
pub(crate) struct PagePreset {
    pub name: Preset,
    pub settings: Settings,
}

/// The usual weight of each choice, by the path of the setting that is chosen.
#[derive(Debug, serde::Serialize)]
pub(crate) struct PageUsualWeights {
    #[serde(rename = "perception.styleLoss")]
    pub style: Vec<(StyleLoss, f32)>,
    #[serde(rename = "perception.contentLoss")]
    pub content: Vec<(ContentLoss, f32)>,
}

/// What the page can choose from.
#[derive(Debug, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PageChoices {
    pub version: &'static str,
    pub presets: Vec<PagePreset>,
    pub layers: Vec<&'static str>,
    pub usual_weights: PageUsualWeights,
    pub usual_normalised: LossWeights,
    pub fields: &'static [Field],
    pub style_fields: PageStyleFields,
}

/// What the numbers of a style may be.
#[derive(Debug, serde::Serialize)]
pub(crate) struct PageStyleFields {
    pub part: Kind,
    pub scale: Kind,
}

/// What can be changed while it paints.
#[derive(Debug, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PageTuning {
    pub weights: LossWeights,
    pub likeness: u32,
    pub learning_rate: f32,
    pub blend: Vec<f32>,
}

/// Steps that take equally long.
#[derive(Debug, serde::Serialize)]
pub(crate) struct PageStage {
    /// Pixels of the longer side.
    size: u32,
    refining: bool,
    steps: u32,
    work: f64,
}

impl PageStage {
    pub(super) fn all(scales: &[Scale]) -> Vec<Self> {
        let stage = |scale: &Scale| Self {
            size: scale.size,
            refining: scale.refining,
            steps: scale.steps,
            work: scale.work(),
        };
        scales.iter().map(stage).collect()
    }
}

/// A style whose memory is asked for.
#[derive(Debug, serde::Deserialize)]
pub(crate) struct PageStyle {
    width: u32,
    height: u32,
    scale: f32,
    #[serde(default)]
    region: bool,
    #[serde(default)]
    source: bool,
}

impl PageStyle {
    pub(super) fn job(self) -> (StyleJob, f32) {
        let job = StyleJob {
            shape: Shape::new(self.width, self.height, 3),
            region: self.region,
            source: self.source,
        };
        (job, self.scale)
    }
}

pub(crate) fn from_page<T: serde::de::DeserializeOwned>(value: JsValue) -> Result<T, PageError> {
    // By way of JSON, as the other way round: the page's numbers are JSON's.
    // What has no form there, such as undefined, is no text.
    let text = js_sys::JSON::stringify(&value).ok();
    let text = text.and_then(|text| text.as_string()).unwrap_or_default();
    serde_json::from_str(&text)
        .map_err(|error| PageError::new(&format!("A setting is not usable: {error}")))
}

pub(crate) fn to_page(value: &impl serde::Serialize) -> Result<JsValue, PageError> {
    // By way of JSON, in which 0.02 in single precision is still 0.02.
    let text = serde_json::to_string(value)?;
    js_sys::JSON::parse(&text).map_err(|_| PageError::new("The engine's answer is not usable."))
}

/// What the page shows of a step.
#[derive(Debug, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PageRecord {
    step: u32,
    loss: f64,
    style: f64,
    content: f64,
    tv: f64,
    palette: f64,
    style_layers: Vec<f64>,
    content_layers: Vec<f64>,
}

impl From<StepRecord> for PageRecord {
    fn from(record: StepRecord) -> Self {
        Self {
            step: record.step,
            loss: record.loss,
            style: record.style,
            content: record.content,
            tv: record.tv,
            palette: record.palette,
            style_layers: record.style_layers,
            content_layers: record.content_layers,
        }
    }
}
