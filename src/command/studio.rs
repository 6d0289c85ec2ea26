//! The GPU with the network on it; another one takes its place when it is lost.

use std::error::Error;
use std::rc::Rc;
use std::thread;
use std::time::Duration;

use super::gpus::{self, GpuChoiceError};
use impasto::gpu::{Gpu, GpuError};
use impasto::maps::Precision;
use impasto::measure::tiles::{self, Tiles};
use impasto::network::{Method, Network};
use impasto::vgg19::Vgg19;

/// Pauses in seconds before a lost GPU is asked for again: a driver that restarts takes a while.
const PATIENCE: [u64; 4] = [0, 1, 3, 10];

/// The GPU with the network on it.
#[derive(Debug)]
pub struct Studio {
    weights: Vgg19,
    /// A part of the GPU's name, if one is asked for.
    name: Option<String>,
    gpu: Rc<Gpu>,
    tiles: Tiles,
    network: Option<Rc<Network>>,
}

impl Studio {
    /// Opens the GPU with that in its name, and chooses how kernels are cut for it.
    ///
    /// # Errors
    /// As [`gpus::open`], and whatever the GPU reports.
    pub async fn open(weights: Vgg19, name: Option<&str>) -> Result<Self, GpuChoiceError> {
        let gpu = Rc::new(gpus::open(name).await?);
        let tiles = tiles::measure(&gpu, tiles::PATIENCE).await?.tiles;
        Ok(Self {
            weights,
            name: name.map(Into::into),
            gpu,
            tiles,
            network: None,
        })
    }

    /// The GPU at present.
    pub fn gpu(&self) -> &Rc<Gpu> {
        &self.gpu
    }

    /// Whether the GPU was lost, or failed in another way than for want of memory.
    pub fn is_lost(&self) -> bool {
        matches!(self.gpu.check(), Err(error) if !matches!(error, GpuError::OutOfMemory(_)))
    }

    /// The network on a GPU that works.
    ///
    /// # Errors
    /// Whatever the GPU reports, and that it does not come back.
    pub async fn network(&mut self, precision: Precision) -> Result<Rc<Network>, Box<dyn Error>> {
        if self.gpu.check().is_err() {
            self.network = None;
            self.gpu = reopened(self.name.as_deref()).await?;
        }
        if let Some(network) = &self.network
            && network.method().precision == precision
        {
            return Ok(network.clone());
        }
        // The other one's weights leave the GPU first.
        self.network = None;
        let method = Method {
            precision,
            tiles: self.tiles,
            ..Method::default()
        };
        let network = Rc::new(Network::new(&self.gpu, &self.weights, method)?);
        self.network = Some(network.clone());
        Ok(network)
    }
}

async fn reopened(name: Option<&str>) -> Result<Rc<Gpu>, GpuChoiceError> {
    let mut refused = None;
    for pause in PATIENCE {
        thread::sleep(Duration::from_secs(pause));
        match gpus::open(name).await {
            Ok(gpu) => return Ok(Rc::new(gpu)),
            Err(error) => refused = Some(error),
        }
    }
    Err(refused.unwrap_or_else(|| GpuError::Lost("it was not asked for again".into()).into()))
}
