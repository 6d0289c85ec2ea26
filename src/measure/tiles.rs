//! How the heaviest kernels are cut into workgroups on the adapter at hand: the candidates, their measurement, the choice.
//!
//! No shape is the fastest on every GPU, so a few are timed when the network is opened, and the fastest is kept. The
//! default stays unless another is clearly faster, or where the adapter is so slow that timing would be felt: a software
//! adapter, which may pass as a GPU in a browser, shows itself by its first run.
//!
//! **A tile changes the time and nothing else.** Every candidate adds up the products of an output in the same order, so
//! the result is the same to the bit, which the tests see to.
//!
//! One choice changes the rounding: whether the first layers are convolved directly or by Winograd's method in one kernel,
//! which has half of the multiplications; how much of the time that is depends on the GPU. The latter is taken only where the
//! difference is so large that no two measurements of one adapter should disagree, so that one seed still gives one picture
//! there. Where Winograd's method with maps between its kernels is used is no choice, but a fixed rule of the maps' shapes.
//!
//! The Gram matrices and their gradients have no candidates. Together they are a twentieth of a step's multiply-adds, an
//! eighth where Winograd's method spares most of the rest, and they have the register tile of the convolutions: the tenth
//! or two that another shape may give would be one or two hundredths of a step, less than its measurement is sure of.

use std::rc::Rc;

use crate::gpu::{Dispatch, Gpu, GpuError, Memory, Stopwatch};
use crate::kernels::conv3x3::{Pass, Tile};
use crate::kernels::filter::FilterBuffers;
use crate::kernels::tiles::{PRODUCT, WIDE};
use crate::kernels::winograd::{FusedPass, Product, ProductSize, ProductTile, fused_filter_bytes};
use crate::maps::{Precision, Shape};
use crate::settings::Padding;
use crate::vgg19::Filter;

/// What is chosen, for those who know nothing of kernels.
pub use crate::kernels::tiles::{Tiles, checksum};

/// A candidate's time.
#[derive(Debug, Clone, Copy, serde::Serialize)]
pub struct Timing<T> {
    /// The candidate.
    pub tile: T,
    /// Seconds of one run of what all of its kind were given.
    pub seconds: f64,
}

/// What was measured, and what follows.
#[derive(Debug, Clone, Default, serde::Serialize)]
pub struct Measurement {
    /// The choice.
    pub tiles: Tiles,
    /// Of [`WIDE`]; empty where the adapter is too slow to time them.
    pub wide: Vec<Timing<Tile>>,
    /// Of [`PRODUCT`]; empty where the adapter is too slow to time them.
    pub product: Vec<Timing<ProductTile>>,
    /// Directly, and by Winograd's method in one kernel; empty where the adapter is too slow to time them.
    pub fused: Vec<Timing<bool>>,
}

/// Seconds of the GPU's that the candidates of one kernel may take where a user waits.
pub const PATIENCE: f64 = 0.1;

/// Of these samples of each candidate the shortest counts: what disturbs a sample makes it longer. They are taken by
/// turns, because a GPU that was idle begins slowly.
const ROUNDS: usize = 3;

/// How long a sample should be: browsers round a GPU's clock to 100 microseconds.
const SAMPLE_SECONDS: f64 = 0.004;

/// Another tile than the default takes at most this part of its time: less is within what such short samples vary.
const CLEARLY: f64 = 0.97;

/// The same where the choice changes the rounding, and so the picture's last digits: five times as much.
const FAR: f64 = 0.85;

/// Channels of either side, as the middle layers have them.
const CHANNELS: u32 = 128;

/// Columns of the map, a multiple of all tiles' widths.
const COLUMNS: u32 = 128;

/// Rows of the map with which it begins, enough for a small GPU.
const LEAST_ROWS: u32 = 32;

/// Rows that give the largest GPUs several workgroups a core: 512 and more of the convolution, 288 and more of the product.
const WIDE_ROWS: u32 = 256;

const PRODUCT_ROWS: u32 = 128;

/// Times the candidates and chooses. `patience` is as [`PATIENCE`]; where it does not suffice for the least sensible work,
/// two runs of one kernel and its compilation are all that is done.
///
/// # Errors
/// As [`Memory::storage`], and whatever the GPU reports.
pub async fn measure(gpu: &Rc<Gpu>, patience: f64) -> Result<Measurement, GpuError> {
    let stopwatch = Stopwatch::new(gpu)?;
    let mut measurement = Measurement::default();
    let work = WideWork::new(gpu)?;
    measurement.wide = contest(&stopwatch, &work, &WIDE, patience).await?;
    let Some(wide) = fastest(&measurement.wide, CLEARLY) else {
        return Ok(measurement);
    };
    measurement.tiles.wide = wide;
    drop(work);
    let work = ProductWork::new(gpu)?;
    measurement.product = contest(&stopwatch, &work, &PRODUCT, patience).await?;
    if let Some(product) = fastest(&measurement.product, CLEARLY) {
        measurement.tiles.product = product;
    }
    drop(work);
    let work = FusedWork::new(gpu, wide)?;
    measurement.fused = contest(&stopwatch, &work, &[false, true], patience).await?;
    if let Some(fused) = fastest(&measurement.fused, FAR) {
        measurement.tiles.fused = fused;
    }
    Ok(measurement)
}

/// The first unless another takes at most that part of its time.
fn fastest<T: Copy>(timings: &[Timing<T>], at_most: f64) -> Option<T> {
    let default = timings.first()?;
    let best = timings
        .iter()
        .filter(|timing| timing.seconds <= at_most * default.seconds)
        .min_by(|one, other| one.seconds.total_cmp(&other.seconds));
    Some(best.unwrap_or(default).tile)
}

/// What the candidates of one kind are given to do.
trait Work {
    type Tile: Copy;
    /// Compiled for one tile.
    type Kernel;
    const MOST_ROWS: u32;

    fn compile(&self, tile: Self::Tile) -> Self::Kernel;

    fn bind(&self, kernel: &Self::Kernel, rows: u32) -> Dispatch;
}

/// Times every tile, or none where that would take too long.
async fn contest<W: Work>(
    stopwatch: &Stopwatch,
    work: &W,
    tiles: &[W::Tile],
    patience: f64,
) -> Result<Vec<Timing<W::Tile>>, GpuError> {
    // Each candidate also runs once before it counts.
    let runs = (tiles.len() * (ROUNDS + 1)) as f64;
    let Some(&default) = tiles.first() else {
        return Ok(Vec::new());
    };
    let probe = [work.bind(&work.compile(default), LEAST_ROWS)];
    // Drivers put work off to the first run. The second is timed by the wall's clock: where waiting alone takes that long,
    // as in some browsers, differences would be lost in it.
    stopwatch.run(&probe, 1).await?;
    if stopwatch.run(&probe, 1).await? * runs > patience {
        return Ok(Vec::new());
    }
    let seconds = short_seconds(stopwatch, &probe).await?;
    let affordable = patience / (runs * seconds) * f64::from(LEAST_ROWS);
    let rows = (affordable as u32).clamp(LEAST_ROWS, W::MOST_ROWS) / LEAST_ROWS * LEAST_ROWS;
    let estimate = seconds * f64::from(rows / LEAST_ROWS);
    let times = (SAMPLE_SECONDS / estimate).ceil().clamp(1.0, 1000.0) as usize;
    let entrants: Vec<_> = tiles
        .iter()
        .map(|&tile| (tile, [work.bind(&work.compile(tile), rows)]))
        .collect();
    let mut timings = Vec::new();
    for (tile, dispatch) in &entrants {
        stopwatch.run(dispatch, 1).await?;
        timings.push(Timing {
            tile: *tile,
            seconds: f64::INFINITY,
        });
    }
    for _ in 0..ROUNDS {
        for (timing, (_, dispatch)) in timings.iter_mut().zip(&entrants) {
            let sample = stopwatch.sample(dispatch, times).await?;
            timing.seconds = timing.seconds.min(sample / times as f64);
        }
    }
    Ok(timings)
}

/// Seconds of one run, from as many as half a sample takes.
async fn short_seconds(stopwatch: &Stopwatch, dispatches: &[Dispatch]) -> Result<f64, GpuError> {
    let mut times = 1;
    loop {
        let seconds = stopwatch.sample(dispatches, times).await?;
        if seconds >= SAMPLE_SECONDS / 2.0 || times >= 1000 {
            return Ok(seconds / times as f64);
        }
        times *= 2;
    }
}

/// The direct convolution forward; backward has the same body.
struct WideWork {
    gpu: Rc<Gpu>,
    filter: FilterBuffers,
    source: wgpu::Buffer,
    destination: wgpu::Buffer,
    mask: wgpu::Buffer,
    _memory: Memory,
}

impl WideWork {
    fn new(gpu: &Rc<Gpu>) -> Result<Self, GpuError> {
        let mut memory = Memory::new(gpu.clone());
        let map = Self::map(Self::MOST_ROWS);
        let channels = CHANNELS as usize;
        let filter = Filter {
            outputs: channels,
            inputs: channels,
            weights: vec![1.0; channels * channels * 9],
            bias: vec![1.0; channels],
        };
        Ok(Self {
            gpu: gpu.clone(),
            filter: FilterBuffers::upload(&mut memory, &filter, Precision::Full)?,
            source: memory.map("source", map, Precision::Full)?,
            destination: memory.map("destination", map, Precision::Full)?,
            mask: memory.storage::<u32>("mask", map.mask_words())?,
            _memory: memory,
        })
    }

    fn map(rows: u32) -> Shape {
        Shape::new(COLUMNS, rows, CHANNELS)
    }
}

impl Work for WideWork {
    type Tile = Tile;
    type Kernel = Pass;
    const MOST_ROWS: u32 = WIDE_ROWS;

    fn compile(&self, tile: Tile) -> Pass {
        Pass::forward_from_features(&self.gpu, tile, Precision::Full)
    }

    fn bind(&self, kernel: &Pass, rows: u32) -> Dispatch {
        kernel.forward(
            &self.gpu,
            &self.filter,
            Self::map(rows),
            [0.0; 3],
            Padding::Zero,
            &self.source,
            &self.destination,
            &self.mask,
        )
    }
}

/// The same convolution, directly with the tile that was chosen, or by Winograd's method in one kernel.
struct FusedWork {
    direct: WideWork,
    wide: Tile,
    transformed: wgpu::Buffer,
    _memory: Memory,
}

/// One or the other.
enum Either {
    Direct(Pass),
    Fused(FusedPass),
}

impl FusedWork {
    fn new(gpu: &Rc<Gpu>, wide: Tile) -> Result<Self, GpuError> {
        let mut memory = Memory::new(gpu.clone());
        let map = WideWork::map(Self::MOST_ROWS);
        let numbers = fused_filter_bytes(map, map) as usize / size_of::<f32>();
        Ok(Self {
            direct: WideWork::new(gpu)?,
            wide,
            transformed: memory.storage::<f32>("transformed filter", numbers)?,
            _memory: memory,
        })
    }
}

impl Work for FusedWork {
    /// Whether it is in one kernel.
    type Tile = bool;
    type Kernel = Either;
    const MOST_ROWS: u32 = WIDE_ROWS;

    fn compile(&self, fused: bool) -> Either {
        if fused {
            Either::Fused(FusedPass::forward(&self.direct.gpu, Precision::Full))
        } else {
            Either::Direct(self.direct.compile(self.wide))
        }
    }

    fn bind(&self, kernel: &Either, rows: u32) -> Dispatch {
        let direct = &self.direct;
        match kernel {
            Either::Direct(kernel) => direct.bind(kernel, rows),
            Either::Fused(kernel) => kernel.convolve(
                &direct.gpu,
                [WideWork::map(rows); 2].into(),
                &direct.source,
                &self.transformed,
                Some(direct.filter.bias()),
                &direct.destination,
                (&direct.mask, false),
            ),
        }
    }
}

/// The product in Winograd's convolution forward.
struct ProductWork {
    gpu: Rc<Gpu>,
    values: wgpu::Buffer,
    filters: wgpu::Buffer,
    products: wgpu::Buffer,
    _memory: Memory,
}

impl ProductWork {
    fn new(gpu: &Rc<Gpu>) -> Result<Self, GpuError> {
        let mut memory = Memory::new(gpu.clone());
        let size = Self::size(Self::MOST_ROWS);
        Ok(Self {
            gpu: gpu.clone(),
            values: memory.storage::<[f32; 4]>("values", size.values())?,
            filters: memory.storage::<[f32; 4]>("filters", size.filters())?,
            products: memory.storage::<[f32; 4]>("products", size.products())?,
            _memory: memory,
        })
    }

    fn size(rows: u32) -> ProductSize {
        ProductSize {
            windows: rows * COLUMNS / 16,
            source_quads: CHANNELS / 4,
            destination_quads: CHANNELS / 4,
        }
    }
}

impl Work for ProductWork {
    type Tile = ProductTile;
    type Kernel = Product;
    const MOST_ROWS: u32 = PRODUCT_ROWS;

    fn compile(&self, tile: ProductTile) -> Product {
        Product::new(&self.gpu, tile, false)
    }

    fn bind(&self, kernel: &Product, rows: u32) -> Dispatch {
        kernel.multiply(
            &self.gpu,
            Self::size(rows),
            self.values.as_entire_buffer_binding(),
            self.filters.as_entire_buffer_binding(),
            self.products.as_entire_buffer_binding(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn timings(seconds: &[f64]) -> Vec<Timing<usize>> {
        let all = seconds.iter().enumerate();
        all.map(|(tile, &seconds)| Timing { tile, seconds })
            .collect()
    }

    #[test]
    fn the_default_stays_unless_another_is_clearly_faster() {
        assert_eq!(fastest(&timings(&[]), CLEARLY), None);
        assert_eq!(fastest(&timings(&[1.0, 1.1, 0.98]), CLEARLY), Some(0));
        assert_eq!(fastest(&timings(&[1.0, 0.9, 0.8]), CLEARLY), Some(2));
        assert_eq!(fastest(&timings(&[1.0, 0.8, 0.9]), CLEARLY), Some(1));
        assert_eq!(fastest(&timings(&[1.0, 0.9]), FAR), Some(0));
        assert_eq!(fastest(&timings(&[1.0, 0.8]), FAR), Some(1));
    }
}
