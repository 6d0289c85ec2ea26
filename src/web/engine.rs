//! What the page's worker calls. It knows the painter and the canvas; files, messages and the page are JavaScript's.

use std::rc::Rc;

use wasm_bindgen::prelude::*;

use super::adapter::browser_adapter_name;
use super::canvas::{Canvas, Showing};
use super::error::PageError;
use super::messages::{
    PageChoices, PageMemory, PagePreset, PageRecord, PageStage, PageStyle, PageStyleFields,
    PageTuning, PageUsualWeights, from_page, to_page,
};
use crate::files::provenance::{self, Depth, Input, Provenance};
use crate::files::saved::Saved;
use crate::gpu::{Banded, Gpu, GpuError};
use crate::maps::{Precision, Shape};
use crate::measure::tiles::{self, Tiles};
use crate::network::{Method, Network};
use crate::painting::{Painting, Style, Tuning, plan, scales};
use crate::pictures::{Mask, Picture};
use crate::settings::fields::{PART, SCALE};
use crate::settings::rows::FIELDS;
use crate::settings::{ContentLoss, LossWeights, Preset, Settings, StyleLoss};
use crate::vgg19::{CONVOLUTIONS, Vgg19};

/// A painting with what shows it.
#[derive(Debug)]
struct Shown {
    painting: Painting,
    /// What the canvas shows now.
    picture: Banded,
    showing: Option<Showing>,
}

/// The engine with one canvas. Its calls are made one at a time: each promise is awaited before the next call.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Engine {
    gpu: Rc<Gpu>,
    canvas: Canvas,
    tiles: Tiles,
    weights: Option<Vgg19>,
    network: Option<Rc<Network>>,
    /// For the next painting.
    styles: Vec<Style>,
    /// For the next painting.
    start: Option<Picture>,
    shown: Option<Shown>,
}

#[wasm_bindgen]
impl Engine {
    /// Opens the GPU and takes the canvas over.
    ///
    /// # Errors
    /// A message for the user where there is no usable GPU.
    pub async fn open(canvas: web_sys::OffscreenCanvas) -> Result<Engine, PageError> {
        console_error_panic_hook::set_once();
        let gpu = Rc::new(Gpu::open().await?);
        let canvas = Canvas::new(&gpu, canvas)?;
        Ok(Self {
            gpu,
            canvas,
            tiles: Tiles::default(),
            weights: None,
            network: None,
            styles: Vec::new(),
            start: None,
            shown: None,
        })
    }

    /// What the browser tells of the GPU.
    #[wasm_bindgen(getter)]
    pub fn adapter(&self) -> String {
        browser_adapter_name(&self.gpu).unwrap_or_else(|| self.gpu.adapter_name())
    }

    /// The GPU and a checksum of what was measured on it: the measurement holds for no others.
    #[wasm_bindgen(getter)]
    pub fn pairing(&self) -> String {
        format!("{}, {:016x}", self.adapter(), tiles::checksum())
    }

    /// Chooses how the kernels are cut for this GPU, for all networks from now on: as `kept`, which this gave before for the
    /// same [`Engine::pairing`], or where that cannot be used by measuring. Gives the choice if it was measured.
    ///
    /// # Errors
    /// A message for the user: whatever the GPU reports.
    #[wasm_bindgen(js_name = chooseTiles)]
    pub async fn choose_tiles(&mut self, kept: JsValue) -> Result<JsValue, PageError> {
        let kept = from_page(kept).ok();
        if let Some(tiles) = kept.filter(Tiles::are_candidates) {
            self.tiles = tiles;
            return Ok(JsValue::UNDEFINED);
        }
        self.tiles = tiles::measure(&self.gpu, tiles::PATIENCE).await?.tiles;
        to_page(&self.tiles)
    }

    /// Why the GPU can no longer be used, if so: `memory` where there was not enough, `gpu` where it was lost or failed
    /// otherwise. Then only another engine can go on.
    #[wasm_bindgen(getter)]
    pub fn fault(&self) -> Option<String> {
        let name = match self.gpu.check().err()? {
            GpuError::OutOfMemory(_) => "memory",
            _ => "gpu",
        };
        Some(name.into())
    }

    /// What there is to choose from: `{version, presets: [{name, settings}], layers, usualWeights: {path: [[choice, weight]]},
    /// usualNormalised: {style, ...}, fields, styleFields: {part, scale}}`, with the usual weight of each style loss and
    /// content loss, those for normalised gradients, and the rows of [`FIELDS`](crate::settings::rows::FIELDS), from which the page's controls are made when it is built.
    ///
    /// # Errors
    /// None in practice.
    pub fn choices() -> Result<JsValue, PageError> {
        let presets = Preset::ALL.map(|name| PagePreset {
            name,
            settings: name.settings(),
        });
        to_page(&PageChoices {
            version: env!("CARGO_PKG_VERSION"),
            presets: presets.into(),
            layers: CONVOLUTIONS.iter().map(|layer| layer.name).collect(),
            usual_weights: PageUsualWeights {
                style: StyleLoss::ALL
                    .map(|style_loss| (style_loss, style_loss.usual_weight()))
                    .into(),
                content: ContentLoss::ALL
                    .map(|content_loss| (content_loss, content_loss.usual_weight()))
                    .into(),
            },
            usual_normalised: LossWeights::USUAL_NORMALISED,
            fields: FIELDS,
            style_fields: PageStyleFields {
                part: PART,
                scale: SCALE,
            },
        })
    }

    /// How a PNG file of Impasto's came to be: `{version, adapter, content, styles, settings}`.
    ///
    /// # Errors
    /// A message for the user where the file does not say so, or says what cannot be used.
    pub fn provenance(bytes: &[u8]) -> Result<JsValue, PageError> {
        to_page(&provenance::from_png(bytes)?)
    }

    /// The settings of a link's text, whole and fit to be used.
    ///
    /// # Errors
    /// A message for the user where they cannot be used.
    pub fn settings(text: &str) -> Result<JsValue, PageError> {
        to_page(&provenance::settings_from_text(text)?)
    }

    /// Takes VGG19's weights as a safetensors file.
    ///
    /// # Errors
    /// A message for the user that says what is wrong with the file; the weights from before stay.
    #[wasm_bindgen(js_name = loadWeights)]
    pub fn load_weights(&mut self, bytes: &[u8]) -> Result<(), PageError> {
        let weights = Vgg19::from_safetensors(bytes)?;
        self.network = Some(self.compile(&weights, Precision::default())?);
        self.weights = Some(weights);
        Ok(())
    }

    fn compile(&self, weights: &Vgg19, precision: Precision) -> Result<Rc<Network>, PageError> {
        let method = Method {
            precision,
            tiles: self.tiles,
            ..Method::default()
        };
        Ok(Rc::new(Network::new(&self.gpu, weights, method)?))
    }

    fn network(&mut self, precision: Precision) -> Result<Rc<Network>, PageError> {
        let weights = self
            .weights
            .as_ref()
            .ok_or_else(|| PageError::new("The network's weights are not loaded yet."))?;
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

    /// What a painting of pictures of these sizes would need: `{bytes, windows, stages, plan}`, its sizes as [`Engine::stages`]
    /// gives them. Each of `styles` is `{width, height, scale}`, and `region` or `source` is true where it has that mask.
    ///
    /// # Errors
    /// A message for the user where it does not fit.
    pub fn memory(
        &self,
        content_width: u32,
        content_height: u32,
        styles: JsValue,
        settings: JsValue,
    ) -> Result<JsValue, PageError> {
        let settings: Settings = from_page(settings)?;
        settings.check()?;
        let method = Method {
            precision: settings.precision,
            ..Method::default()
        };
        let content = Shape::new(content_width, content_height, 3);
        let styles: Vec<PageStyle> = from_page(styles)?;
        let styles: Vec<_> = styles.into_iter().map(PageStyle::job).collect();
        let allowance = self.gpu.allowance(settings.memory);
        let plan = plan(method, allowance, content, &styles, &settings)?;
        to_page(&PageMemory {
            bytes: plan.bytes(),
            windows: plan.windows,
            stages: PageStage::all(&scales(content, &settings)),
            plan: format!("{plan}\n{allowance}"),
        })
    }

    /// Adds a style for the next painting, from RGBA pixels of any size.
    ///
    /// # Errors
    /// A message for the user where there are not as many pixels as the size says.
    #[wasm_bindgen(js_name = addStyle)]
    pub fn add_style(
        &mut self,
        pixels: Vec<u8>,
        width: u32,
        height: u32,
        part: f32,
        scale: f32,
    ) -> Result<(), PageError> {
        let picture = Picture::from_rgba(width, height, pixels)?;
        self.styles.push(Style {
            part,
            scale,
            ..Style::new(picture)
        });
        Ok(())
    }

    /// Sets where the style that was added last is painted: where these RGBA pixels, stretched to the painting, are white.
    ///
    /// # Errors
    /// A message for the user where there are not as many pixels as the size says.
    #[wasm_bindgen(js_name = setRegion)]
    pub fn set_region(
        &mut self,
        pixels: Vec<u8>,
        width: u32,
        height: u32,
    ) -> Result<(), PageError> {
        let mask = Mask::new(Picture::from_rgba(width, height, pixels)?);
        self.last_style()?.region = Some(mask);
        Ok(())
    }

    /// Sets what counts of the picture of the style that was added last: where these RGBA pixels, stretched to it, are white.
    ///
    /// # Errors
    /// A message for the user where there are not as many pixels as the size says.
    #[wasm_bindgen(js_name = setSource)]
    pub fn set_source(
        &mut self,
        pixels: Vec<u8>,
        width: u32,
        height: u32,
    ) -> Result<(), PageError> {
        let mask = Mask::new(Picture::from_rgba(width, height, pixels)?);
        self.last_style()?.source = Some(mask);
        Ok(())
    }

    fn last_style(&mut self) -> Result<&mut Style, PageError> {
        let last = self.styles.last_mut();
        last.ok_or_else(|| PageError::new("A mask needs a style."))
    }

    /// Sets the picture from which the next painting starts, from RGBA pixels of any size.
    ///
    /// # Errors
    /// A message for the user where there are not as many pixels as the size says.
    #[wasm_bindgen(js_name = startFrom)]
    pub fn start_from(
        &mut self,
        pixels: Vec<u8>,
        width: u32,
        height: u32,
    ) -> Result<(), PageError> {
        self.start = Some(Picture::from_rgba(width, height, pixels)?);
        Ok(())
    }

    /// Begins a painting from RGBA pixels of any size, with the styles and the start that were given since the last one,
    /// and shows it as it starts.
    ///
    /// # Errors
    /// A message for the user: no weights yet, a picture too small or too large, or whatever the GPU reports.
    pub async fn begin(
        &mut self,
        content: Vec<u8>,
        content_width: u32,
        content_height: u32,
        settings: JsValue,
    ) -> Result<(), PageError> {
        // The memory of the last painting is needed for this one.
        self.shown = None;
        let styles = std::mem::take(&mut self.styles);
        let start = self.start.take();
        let settings: Settings = from_page(settings)?;
        let network = self.network(settings.precision)?;
        let content = Picture::from_rgba(content_width, content_height, content)?;
        let painting = Painting::new(network, &content, styles, start.as_ref(), settings).await?;
        self.show_first(painting)
    }

    /// What is needed to go on with the painting later: the bytes of a file.
    ///
    /// # Errors
    /// A message for the user: whatever the GPU reports.
    #[wasm_bindgen(js_name = putAside)]
    pub async fn put_aside(&mut self) -> Result<Vec<u8>, PageError> {
        Ok(self.painting()?.put_aside().await?.to_bytes()?)
    }

    /// Goes on with a painting that was put aside, from RGBA pixels of the same content and with the same styles, which
    /// were added since the last painting began. Their parts, and all settings, are those of the file, but for the size
    /// that it grows to, which `size` may make smaller.
    ///
    /// # Errors
    /// As [`Engine::begin`]; and a message for the user where the file cannot be used.
    pub async fn resume(
        &mut self,
        content: Vec<u8>,
        content_width: u32,
        content_height: u32,
        saved: &[u8],
        size: Option<u32>,
    ) -> Result<(), PageError> {
        // The memory of the last painting is needed for this one.
        self.shown = None;
        let styles = std::mem::take(&mut self.styles);
        self.start = None;
        let mut saved = Saved::from_bytes(saved)?;
        saved.settings.size = size.unwrap_or(saved.settings.size);
        let network = self.network(saved.settings.precision)?;
        let content = Picture::from_rgba(content_width, content_height, content)?;
        self.show_first(Painting::resume(network, &content, styles, saved).await?)
    }

    fn show_first(&mut self, mut painting: Painting) -> Result<(), PageError> {
        let picture = painting.shown()?;
        let showing = self.canvas.show(&self.gpu, &picture);
        self.shown = Some(Shown {
            painting,
            picture,
            showing,
        });
        self.draw()?;
        self.gpu.check()?;
        Ok(())
    }

    /// Brings the painting as it stands to the canvas, which gets its size.
    fn draw(&mut self) -> Result<(), PageError> {
        let Some(shown) = &mut self.shown else {
            return Ok(());
        };
        let picture = shown.painting.shown()?;
        if picture != shown.picture {
            shown.showing = self.canvas.show(&self.gpu, &picture);
            shown.picture = picture;
        }
        if let Some(showing) = &shown.showing {
            self.canvas.draw(&self.gpu, showing);
        }
        Ok(())
    }

    fn painting(&mut self) -> Result<&mut Painting, PageError> {
        self.shown
            .as_mut()
            .map(|shown| &mut shown.painting)
            .ok_or_else(|| PageError::new("No painting has begun."))
    }

    /// Width of the painting in pixels at present, 0 before it begins.
    #[wasm_bindgen(getter)]
    pub fn width(&self) -> u32 {
        self.shown
            .as_ref()
            .map_or(0, |shown| shown.picture.shape().width)
    }

    /// Height of the painting in pixels at present, 0 before it begins.
    #[wasm_bindgen(getter)]
    pub fn height(&self) -> u32 {
        self.shown
            .as_ref()
            .map_or(0, |shown| shown.picture.shape().height)
    }

    /// Steps of all its sizes, 0 before it begins.
    #[wasm_bindgen(getter)]
    pub fn steps(&self) -> u32 {
        let painting = self.shown.as_ref().map(|shown| &shown.painting);
        painting.map_or(0, Painting::steps)
    }

    /// Its sizes one after the other, `[{size, refining, steps, work}, ...]`: the longer side, whether it is refined, how many
    /// steps it has, and how long one of them takes beside those of the others.
    ///
    /// # Errors
    /// Where no painting has begun.
    pub fn stages(&mut self) -> Result<JsValue, PageError> {
        to_page(&PageStage::all(self.painting()?.scales()))
    }

    /// Whether all steps are done and recorded.
    #[wasm_bindgen(getter)]
    pub fn finished(&self) -> bool {
        let painting = self.shown.as_ref().map(|shown| &shown.painting);
        painting.is_none_or(Painting::finished)
    }

    /// Runs the next few steps, draws the picture, and gives `[{step, loss, style, content, tv, style_layers, ...}, ...]`
    /// of the steps that were done meanwhile. Where it is `gentle`, it waits for all steps that were begun, so that the GPU
    /// is free until the next call.
    ///
    /// # Errors
    /// A message for the user: whatever the GPU reports.
    pub async fn advance(&mut self, gentle: bool) -> Result<JsValue, PageError> {
        let painting = self.painting()?;
        let mut records = painting.advance(u32::MAX).await?;
        if gentle {
            records.extend(painting.settle().await?);
        }
        self.draw()?;
        let records: Vec<_> = records.into_iter().map(PageRecord::from).collect();
        to_page(&records)
    }

    /// Goes on with other weights, `{weights, likeness, learningRate, blend}`.
    ///
    /// # Errors
    /// A message for the user where they cannot be used.
    pub fn tune(&mut self, tuning: JsValue) -> Result<(), PageError> {
        let PageTuning {
            weights,
            likeness,
            learning_rate,
            blend,
        } = from_page(tuning)?;
        Ok(self.painting()?.tune(Tuning {
            weights,
            likeness,
            learning_rate,
            blend,
        })?)
    }

    /// Shows so much of the painting, in its own colours or the content's.
    ///
    /// # Errors
    /// A message for the user where the strength is not from zero to one.
    pub fn show(&mut self, strength: f32, content_colours: bool) -> Result<(), PageError> {
        self.painting()?.show(strength, content_colours)?;
        self.draw()
    }

    /// What is shown as the bytes of a PNG file of 8 or 16 bits, in which its settings are written; `inputs` are
    /// `{sha256, part, scale}` of the content and of each style.
    ///
    /// # Errors
    /// A message for the user: whatever the GPU reports.
    pub async fn png(&mut self, sixteen: bool, inputs: JsValue) -> Result<Vec<u8>, PageError> {
        let adapter = self.adapter();
        let mut inputs: Vec<Input> = from_page(inputs)?;
        if inputs.is_empty() {
            return Err(PageError::new("The pictures' sums are missing."));
        }
        let styles = inputs.split_off(1);
        let painting = self.painting()?;
        let pixels = painting.pixels().await?;
        let provenance = Provenance {
            version: env!("CARGO_PKG_VERSION").into(),
            adapter,
            content: inputs.remove(0),
            styles,
            settings: *painting.settings(),
        };
        let depth = if sixteen {
            Depth::Sixteen
        } else {
            Depth::Eight
        };
        Ok(provenance::to_png(
            painting.shape()?,
            &pixels,
            depth,
            &provenance,
        )?)
    }

    /// What is shown as RGBA pixels.
    ///
    /// # Errors
    /// A message for the user: whatever the GPU reports.
    pub async fn pixels(&mut self) -> Result<Vec<u8>, PageError> {
        let pixels = self.painting()?.pixels().await?;
        let bytes = pixels.iter().flat_map(|&[red, green, blue, _]| {
            let [red, green, blue] = [red, green, blue].map(|value| (value * 255.0).round() as u8);
            [red, green, blue, 255]
        });
        Ok(bytes.collect())
    }
}
