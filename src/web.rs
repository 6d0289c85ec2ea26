//! What the page's worker calls. It knows the painter and the canvas; files, messages and the page are JavaScript's.

use std::rc::Rc;

use js_sys::Reflect;
use wasm_bindgen::prelude::*;

use crate::canvas::{Canvas, Showing};
use crate::feature_map::{Precision, Shape};
use crate::gpu::Gpu;
use crate::losses::LossWeights;
use crate::network::{Method, Network};
use crate::painter::{Painter, Settings};
use crate::picture::Picture;
use crate::plan::Plan;
use crate::weights::Vgg19;

/// The controls of the page.
#[derive(Debug, Clone, Copy, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
struct Controls {
    /// Pixels of the longer side.
    size: u32,
    steps: u32,
    style_weight: f32,
    content_weight: f32,
    tv_weight: f32,
    /// Gigabytes of graphics memory that may be used.
    memory: f64,
    precision: Precision,
}

/// What the page tells of a painting's memory before it begins.
#[derive(Debug, serde::Serialize)]
#[serde(rename_all = "camelCase")]
struct PageMemory {
    /// Bytes of all buffers.
    bytes: u64,
    /// Parts by which the picture is computed.
    windows: usize,
    /// Every buffer, and what the GPU allows.
    plan: String,
}

#[derive(Debug)]
struct Painting {
    painter: Painter,
    showing: Option<Showing>,
    steps: u32,
}

/// The engine with one canvas. Its calls are made one at a time: each promise is awaited before the next call.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Engine {
    gpu: Rc<Gpu>,
    canvas: Canvas,
    weights: Option<Vgg19>,
    network: Option<Rc<Network>>,
    painting: Option<Painting>,
}

#[wasm_bindgen]
impl Engine {
    /// Opens the GPU and takes the canvas over.
    ///
    /// # Errors
    /// A message for the user where there is no usable GPU.
    pub async fn open(canvas: web_sys::OffscreenCanvas) -> Result<Engine, JsError> {
        console_error_panic_hook::set_once();
        let gpu = Rc::new(Gpu::open().await?);
        let canvas = Canvas::new(&gpu, canvas)?;
        Ok(Self {
            gpu,
            canvas,
            weights: None,
            network: None,
            painting: None,
        })
    }

    /// What the browser tells of the GPU.
    #[wasm_bindgen(getter)]
    pub fn adapter(&self) -> String {
        browser_adapter_name(&self.gpu).unwrap_or_else(|| self.gpu.adapter_name())
    }

    /// Takes VGG19's weights as a safetensors file.
    ///
    /// # Errors
    /// A message for the user that says what is wrong with the file; the weights from before stay.
    #[wasm_bindgen(js_name = loadWeights)]
    pub fn load_weights(&mut self, bytes: &[u8]) -> Result<(), JsError> {
        let weights = Vgg19::from_safetensors(bytes)?;
        self.network = Some(self.compile(&weights, Precision::default())?);
        self.weights = Some(weights);
        Ok(())
    }

    fn compile(&self, weights: &Vgg19, precision: Precision) -> Result<Rc<Network>, JsError> {
        let network = Network::new(&self.gpu, weights, method(precision))?;
        Ok(Rc::new(network))
    }

    fn network(&mut self, precision: Precision) -> Result<Rc<Network>, JsError> {
        let weights = self
            .weights
            .as_ref()
            .ok_or_else(|| JsError::new("The network's weights are not loaded yet."))?;
        if let Some(network) = &self.network
            && network.method().precision == precision
        {
            return Ok(network.clone());
        }
        // The other one's weights leave the GPU first.
        self.network = None;
        let network = self.compile(weights, precision)?;
        self.network = Some(network.clone());
        Ok(network)
    }

    /// What a painting of pictures of these sizes would need: `{bytes, windows, plan}`.
    ///
    /// # Errors
    /// A message for the user where it does not fit.
    #[allow(clippy::too_many_arguments, reason = "JavaScript passes two pictures")]
    pub fn memory(
        &self,
        content_width: u32,
        content_height: u32,
        style_width: u32,
        style_height: u32,
        size: u32,
        memory: f64,
        precision: JsValue,
    ) -> Result<JsValue, JsError> {
        let precision = serde_wasm_bindgen::from_value(precision)?;
        let content = Shape::new(content_width, content_height, 3).with_longest_side(size);
        let style = Shape::new(style_width, style_height, 3).with_longest_side(size);
        let allowance = self.gpu.allowance(bytes_of(memory));
        let (_, plan) = Plan::choose(content, style, allowance, method(precision))?;
        Ok(serde_wasm_bindgen::to_value(&PageMemory {
            bytes: plan.bytes(),
            windows: plan.windows,
            plan: format!("{plan}\n{allowance}"),
        })?)
    }

    /// Begins a painting from RGBA pixels of any size, and shows it as it starts.
    ///
    /// # Errors
    /// A message for the user: no weights yet, a picture too small or too large, or whatever the GPU reports.
    #[allow(clippy::too_many_arguments, reason = "JavaScript passes two pictures")]
    pub async fn begin(
        &mut self,
        content: Vec<u8>,
        content_width: u32,
        content_height: u32,
        style: Vec<u8>,
        style_width: u32,
        style_height: u32,
        controls: JsValue,
    ) -> Result<(), JsError> {
        // The memory of the last painting is needed for this one.
        self.painting = None;
        let controls: Controls = serde_wasm_bindgen::from_value(controls)
            .map_err(|error| JsError::new(&format!("A setting is not usable: {error}")))?;
        let network = self.network(controls.precision)?;
        let content = Picture::from_rgba(content_width, content_height, content)?
            .with_longest_side(controls.size)?;
        let longest = content.shape().width.max(content.shape().height);
        let style =
            Picture::from_rgba(style_width, style_height, style)?.with_longest_side(longest)?;
        let painter = Painter::new(network, &content, &style, settings(&controls))?;
        let showing = self
            .canvas
            .show(&self.gpu, painter.shape(), painter.picture_buffer());
        self.painting = Some(Painting {
            painter,
            showing,
            steps: controls.steps,
        });
        self.draw();
        self.gpu.check()?;
        Ok(())
    }

    fn draw(&self) {
        if let Some(Painting {
            showing: Some(showing),
            ..
        }) = &self.painting
        {
            self.canvas.draw(&self.gpu, showing);
        }
    }

    fn painting(&mut self) -> Result<&mut Painting, JsError> {
        self.painting
            .as_mut()
            .ok_or_else(|| JsError::new("No painting has begun."))
    }

    /// Width of the painting in pixels, 0 before it begins.
    #[wasm_bindgen(getter)]
    pub fn width(&self) -> u32 {
        self.painting
            .as_ref()
            .map_or(0, |painting| painting.painter.shape().width)
    }

    /// Height of the painting in pixels, 0 before it begins.
    #[wasm_bindgen(getter)]
    pub fn height(&self) -> u32 {
        self.painting
            .as_ref()
            .map_or(0, |painting| painting.painter.shape().height)
    }

    /// Whether all steps are done and recorded.
    #[wasm_bindgen(getter)]
    pub fn finished(&self) -> bool {
        self.painting
            .as_ref()
            .is_none_or(|painting| painting.painter.finished(painting.steps))
    }

    /// Runs the next few steps, draws the picture, and gives `[{step, loss, style, content, tv}, ...]` of the steps that
    /// were done meanwhile.
    ///
    /// # Errors
    /// A message for the user: whatever the GPU reports.
    pub async fn advance(&mut self) -> Result<JsValue, JsError> {
        let painting = self.painting()?;
        let records = painting.painter.advance(painting.steps).await?;
        self.draw();
        let records: Vec<_> = records.into_iter().map(PageRecord::from).collect();
        Ok(serde_wasm_bindgen::to_value(&records)?)
    }

    /// The painting as it stands, as the bytes of a PNG file.
    ///
    /// # Errors
    /// A message for the user: whatever the GPU reports.
    pub async fn png(&mut self) -> Result<Vec<u8>, JsError> {
        let picture = self.painting()?.painter.picture().await?;
        Ok(picture.to_png()?)
    }
}

/// What the page shows of a step.
#[derive(Debug, serde::Serialize)]
struct PageRecord {
    step: u32,
    loss: f64,
    style: f64,
    content: f64,
    tv: f64,
}

impl From<crate::painter::StepRecord> for PageRecord {
    fn from(record: crate::painter::StepRecord) -> Self {
        Self {
            step: record.step,
            loss: record.loss,
            style: record.style,
            content: record.content,
            tv: record.tv,
        }
    }
}

fn method(precision: Precision) -> Method {
    Method {
        precision,
        ..Method::default()
    }
}

fn bytes_of(gigabytes: f64) -> u64 {
    (gigabytes * 1e9) as u64
}

fn settings(controls: &Controls) -> Settings {
    Settings {
        weights: LossWeights {
            style: controls.style_weight,
            content: controls.content_weight,
            total_variation: controls.tv_weight,
        },
        memory: bytes_of(controls.memory),
        ..Settings::default()
    }
}

/// Browsers tell a vendor and an architecture, which wgpu does not pass on; few tell a description.
pub(crate) fn browser_adapter_name(gpu: &Gpu) -> Option<String> {
    let device = gpu.device().as_webgpu()?;
    let info = Reflect::get(device.as_ref(), &"adapterInfo".into()).ok()?;
    let text = |key: &str| {
        let value = Reflect::get(&info, &key.into()).ok()?.as_string()?;
        (!value.is_empty()).then_some(value)
    };
    text("description").or_else(|| {
        let parts: Vec<_> = ["vendor", "architecture", "device"]
            .into_iter()
            .filter_map(text)
            .collect();
        (!parts.is_empty()).then(|| parts.join(" "))
    })
}
