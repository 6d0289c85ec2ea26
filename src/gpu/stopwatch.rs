//! Times lists of commands: by the GPU's own clock where it has one, else by the wall's.

use std::rc::Rc;

use web_time::Instant;

use super::device::Gpu;
use super::error::GpuError;
use super::kernel::{Dispatch, encode};
use super::memory::Memory;

/// How long a sample should take: above the 100 microseconds to which browsers round, below what stalls a desktop.
const SAMPLE_SECONDS: f64 = 0.05;

/// Samples, of which the median counts.
const SAMPLES: usize = 5;

/// Two timestamps a command fit a set, which has at most 4096 in WebGPU.
const COMMANDS_OF_A_SET: usize = 2048;

/// Times lists of commands on one GPU.
#[derive(Debug)]
pub struct Stopwatch {
    gpu: Rc<Gpu>,
    /// Takes a few bytes back, to know when all before it is done.
    marker: wgpu::Buffer,
    /// Owns the marker.
    _memory: Memory,
}

impl Stopwatch {
    /// A stopwatch for that GPU.
    ///
    /// # Errors
    /// As [`Memory::storage`].
    pub fn new(gpu: &Rc<Gpu>) -> Result<Self, GpuError> {
        let mut memory = Memory::new(gpu.clone());
        let marker = memory.storage::<u32>("marker", 1)?;
        Ok(Self {
            gpu: gpu.clone(),
            marker,
            _memory: memory,
        })
    }

    /// The GPU that it times.
    pub fn gpu(&self) -> &Rc<Gpu> {
        &self.gpu
    }

    async fn wait(&self) -> Result<(), GpuError> {
        self.gpu.read::<u32>(&self.marker).await.map(drop)
    }

    /// Wall-clock seconds of so many runs in a row, until the GPU has finished them.
    ///
    /// # Errors
    /// Whatever the GPU reports.
    pub async fn run(&self, dispatches: &[Dispatch], times: usize) -> Result<f64, GpuError> {
        let start = Instant::now();
        for _ in 0..times {
            self.gpu.run(dispatches)?;
        }
        self.wait().await?;
        Ok(start.elapsed().as_secs_f64())
    }

    /// Seconds of so many runs in a row, by the GPU's own clock where it has one, else by the wall's.
    ///
    /// # Errors
    /// Whatever the GPU reports.
    pub async fn sample(&self, dispatches: &[Dispatch], times: usize) -> Result<f64, GpuError> {
        match self.gpu.run_timed(dispatches, times).await? {
            Some(seconds) => Ok(seconds),
            None => self.run(dispatches, times).await,
        }
    }

    /// The median seconds of one run: by the GPU's own clock where it has one, else by the wall's.
    ///
    /// # Errors
    /// Whatever the GPU reports.
    pub async fn seconds(&self, dispatches: &[Dispatch]) -> Result<f64, GpuError> {
        self.wait().await?;
        // The first run pays for what drivers put off; the second says how many make a sample.
        self.run(dispatches, 1).await?;
        let once = self.run(dispatches, 1).await?;
        let times = (SAMPLE_SECONDS / once).clamp(1.0, 1000.0) as usize;
        let mut samples = Vec::new();
        for _ in 0..SAMPLES {
            samples.push(self.sample(dispatches, times).await? / times as f64);
        }
        Ok(median(samples))
    }
}

impl Stopwatch {
    /// The median seconds of each command of a list that is run in its order, by the GPU's own clock; none where it has no
    /// clock. Each is a compute pass of its own, so that it waits for the one before.
    ///
    /// # Errors
    /// Whatever the GPU reports.
    pub async fn seconds_of_each(
        &self,
        dispatches: &[Dispatch],
    ) -> Result<Option<Vec<f64>>, GpuError> {
        let mut samples = vec![Vec::new(); dispatches.len()];
        // The first run pays for what drivers put off.
        for run in 0..=SAMPLES {
            for (chunk, samples) in dispatches
                .chunks(COMMANDS_OF_A_SET)
                .zip(samples.chunks_mut(COMMANDS_OF_A_SET))
            {
                let passes: Vec<_> = chunk.iter().map(std::slice::from_ref).collect();
                let Some(seconds) = self.gpu.time_passes(&passes, 1).await? else {
                    return Ok(None);
                };
                if run > 0 {
                    samples
                        .iter_mut()
                        .zip(seconds)
                        .for_each(|(all, one)| all.push(one));
                }
            }
        }
        Ok(Some(samples.into_iter().map(median).collect()))
    }
}

fn median(mut samples: Vec<f64>) -> f64 {
    samples.sort_by(f64::total_cmp);
    samples[samples.len() / 2]
}

impl Gpu {
    /// Submits the dispatches so many times in a row as one compute pass, and gives the seconds that it took by the GPU's
    /// own clock; none where it has no clock.
    ///
    /// # Errors
    /// Whatever the GPU reports.
    pub async fn run_timed(
        &self,
        dispatches: &[Dispatch],
        times: usize,
    ) -> Result<Option<f64>, GpuError> {
        let seconds = self.time_passes(&[dispatches], times).await?;
        // A browser may round the clock so coarsely that nothing is left.
        Ok(seconds
            .map(|seconds| seconds[0])
            .filter(|&seconds| seconds > 0.0))
    }

    /// The seconds of each compute pass, of which each is a list of dispatches so many times in a row.
    async fn time_passes(
        &self,
        passes: &[&[Dispatch]],
        times: usize,
    ) -> Result<Option<Vec<f64>>, GpuError> {
        if !self
            .device
            .features()
            .contains(wgpu::Features::TIMESTAMP_QUERY)
        {
            return Ok(None);
        }
        let count = 2 * passes.len() as u32;
        let queries = self.device.create_query_set(&wgpu::QuerySetDescriptor {
            label: None,
            ty: wgpu::QueryType::Timestamp,
            count,
        });
        let times_at = self.device.create_buffer(&wgpu::BufferDescriptor {
            label: Some("timestamps"),
            size: 8 * u64::from(count),
            usage: wgpu::BufferUsages::QUERY_RESOLVE | wgpu::BufferUsages::COPY_SRC,
            mapped_at_creation: false,
        });
        let mut encoder = self.device.create_command_encoder(&Default::default());
        for (&dispatches, index) in passes.iter().zip((0..).step_by(2)) {
            let mut pass = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor {
                label: None,
                timestamp_writes: Some(wgpu::ComputePassTimestampWrites {
                    query_set: &queries,
                    beginning_of_pass_write_index: Some(index),
                    end_of_pass_write_index: Some(index + 1),
                }),
            });
            for _ in 0..times {
                encode(&mut pass, dispatches);
            }
        }
        encoder.resolve_query_set(&queries, 0..count, &times_at, 0);
        self.queue.submit([encoder.finish()]);
        let ticks = self.read::<u64>(&times_at).await?;
        let period = f64::from(self.queue.get_timestamp_period()) * 1e-9;
        let seconds = ticks.chunks_exact(2);
        Ok(Some(
            seconds
                .map(|pair| pair[1].saturating_sub(pair[0]) as f64 * period)
                .collect(),
        ))
    }
}
