//! What the page's bench calls: the measurements of [`measure`](crate::measure), and steps one by one beside another
//! library's.

use std::rc::Rc;

use wasm_bindgen::prelude::*;
use web_time::Instant;

use super::adapter::browser_adapter_name;
use super::error::PageError;
use super::messages::to_page;
use crate::gpu::{Gpu, Stopwatch};
use crate::measure::bench;
use crate::measure::tiles::{self, Measurement};
use crate::network::{Method, Network};
use crate::painting::{Painter, Start};
use crate::pictures::Picture;
use crate::settings::Preset;
use crate::vgg19::{CONVOLUTIONS, Vgg19};

/// The network on a GPU of its own, ready to be timed.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Bench {
    weights: Vgg19,
    network: Rc<Network>,
    stopwatch: Stopwatch,
    measurement: Measurement,
    painter: Option<Painter>,
    steps: u32,
}

/// A step's time and loss.
#[derive(Debug, serde::Serialize)]
struct TimedStep {
    seconds: f64,
    loss: f64,
}

#[wasm_bindgen]
impl Bench {
    /// Opens the GPU, chooses the tiles, and takes VGG19's weights as a safetensors file.
    ///
    /// # Errors
    /// A message for the user.
    pub async fn open(bytes: &[u8]) -> Result<Bench, PageError> {
        console_error_panic_hook::set_once();
        let weights = Vgg19::from_safetensors(bytes)?;
        let gpu = Rc::new(Gpu::open().await?);
        let measurement = tiles::measure(&gpu, tiles::PATIENCE).await?;
        let method = Method {
            tiles: measurement.tiles,
            ..Method::default()
        };
        let network = Rc::new(Network::new(&gpu, &weights, method)?);
        Ok(Self {
            stopwatch: Stopwatch::new(&gpu)?,
            weights,
            network,
            measurement,
            painter: None,
            steps: 0,
        })
    }

    /// What the browser tells of the GPU.
    #[wasm_bindgen(getter)]
    pub fn adapter(&self) -> String {
        let gpu = self.network.gpu();
        browser_adapter_name(gpu).unwrap_or_else(|| gpu.adapter_name())
    }

    /// `{tiles, wide: [{tile, seconds}, ...], product: [{tile, seconds}, ...], fused: [...]}`: the tiles chosen, and the candidates' times.
    ///
    /// # Errors
    /// None in practice.
    pub fn measurement(&self) -> Result<JsValue, PageError> {
        to_page(&self.measurement)
    }

    /// `{flops, bytes_per_second}`: what the GPU can do at most.
    ///
    /// # Errors
    /// A message for the user: whatever the GPU reports.
    pub async fn ceiling(&self) -> Result<JsValue, PageError> {
        let ceiling = bench::ceiling(&self.stopwatch).await?;
        to_page(&ceiling)
    }

    /// `[{size, name, work, seconds, operations}, ...]` of every layer and the whole step at that size.
    ///
    /// # Errors
    /// A message for the user: the size does not fit, or whatever the GPU reports.
    pub async fn rows(&self, size: u32) -> Result<JsValue, PageError> {
        let mut rows = bench::convolutions(&self.stopwatch, &self.network, size).await?;
        rows.extend(bench::grams(&self.stopwatch, &self.network, size).await?);
        let preset = Preset::Tutorial;
        let painter = bench::painter(&self.network, preset, size).await?;
        rows.push(bench::step(&self.stopwatch, &painter, preset, size).await?);
        to_page(&rows)
    }

    /// A layer's filter `[outputs][inputs][3][3]`, for pixels in [0, 1] less [`Bench::mean`].
    pub fn filter(&self, layer: usize) -> Option<Vec<f32>> {
        Some(self.weights.filters.get(layer)?.weights.clone())
    }

    /// A layer's bias.
    pub fn bias(&self, layer: usize) -> Option<Vec<f32>> {
        Some(self.weights.filters.get(layer)?.bias.clone())
    }

    /// A layer's name, such as `block1_conv1`; none past the last.
    pub fn layer(&self, layer: usize) -> Option<String> {
        Some(CONVOLUTIONS.get(layer)?.name.into())
    }

    /// What is subtracted from red, green and blue.
    #[wasm_bindgen(getter)]
    pub fn mean(&self) -> Vec<f32> {
        self.weights.mean.to_vec()
    }

    /// Begins to paint `content` like `style`, both square RGBA of that size, with the default weights.
    ///
    /// # Errors
    /// A message for the user: the size does not fit, or whatever the GPU reports.
    pub async fn begin(
        &mut self,
        size: u32,
        content: Vec<u8>,
        style: Vec<u8>,
    ) -> Result<(), PageError> {
        let content = Picture::from_rgba(size, size, content)?;
        let style = Picture::from_rgba(size, size, style)?;
        self.painter = None;
        self.steps = 0;
        let painter = Painter::new(
            self.network.clone(),
            &content,
            &[(&style).into()],
            Start::Pixels(content.to_vectors()),
            &Preset::Tutorial.settings(),
        )
        .await?;
        self.painter = Some(painter);
        Ok(())
    }

    /// One step, `{seconds, loss}`: from asking for it to having its loss, which is that before its update.
    ///
    /// # Errors
    /// A message for the user: whatever the GPU reports.
    pub async fn step(&mut self) -> Result<JsValue, PageError> {
        let painter = self
            .painter
            .as_mut()
            .ok_or_else(|| PageError::new("No painting has begun."))?;
        self.steps += 1;
        let start = Instant::now();
        let mut loss = f64::NAN;
        while !painter.finished(self.steps) {
            for record in painter.advance(self.steps).await? {
                loss = record.loss;
            }
        }
        let seconds = start.elapsed().as_secs_f64();
        to_page(&TimedStep { seconds, loss })
    }
}
