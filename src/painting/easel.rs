//! What the optimiser works on, and from what a painting begins.

use std::rc::Rc;

use crate::files::saved::Progress;
use crate::gpu::{Gpu, GpuError, Memory};
use crate::kernels::lbfgs::{LbfgsBuffers, RING_BYTES};
use crate::maps::Shape;
use crate::network::Network;
use crate::settings::{Optimiser, Settings};

/// What the optimiser remembers.
#[derive(Debug)]
pub(crate) enum Optimisation {
    Adam { moments: wgpu::Buffer },
    Lbfgs(Box<LbfgsBuffers>),
}

/// What the optimiser works on.
#[derive(Debug)]
pub(crate) struct Easel {
    pub(super) shape: Shape,
    pub(super) picture: wgpu::Buffer,
    pub(super) optimisation: Optimisation,
    /// Where the mean of the pictures is kept.
    pub(super) mean: Option<wgpu::Buffer>,
    pub(super) memory: Memory,
}

impl Easel {
    pub(super) fn new(gpu: &Rc<Gpu>, shape: Shape, settings: &Settings) -> Result<Self, GpuError> {
        let mut memory = Memory::new(gpu.clone());
        let picture = memory.storage::<[f32; 4]>("picture", shape.vectors())?;
        let optimisation = match settings.optimiser {
            Optimiser::Adam => Optimisation::Adam {
                moments: memory.storage::<[f32; 4]>("moments", 2 * shape.vectors())?,
            },
            Optimiser::Lbfgs => {
                let history = settings.history;
                let buffers = LbfgsBuffers::new(&mut memory, shape, history, RING_BYTES)?;
                Optimisation::Lbfgs(Box::new(buffers))
            }
        };
        let mean = (settings.averaging > 0.0)
            .then(|| memory.storage::<[f32; 4]>("mean picture", shape.vectors()))
            .transpose()?;
        Ok(Self {
            shape,
            picture,
            optimisation,
            mean,
            memory,
        })
    }

    /// The picture that is shown.
    pub(super) fn shown(&self) -> &wgpu::Buffer {
        self.mean.as_ref().unwrap_or(&self.picture)
    }

    pub(super) fn begin(&self, network: &Network, start: Start) -> Result<Begun, GpuError> {
        let gpu = network.gpu();
        let resample = &network.kernels.resample;
        let steps_before = match start {
            Start::Pixels(pixels) => {
                gpu.write(&self.picture, &pixels);
                0
            }
            Start::Grown(unfinished) => {
                let Unfinished { easel, steps } = *unfinished;
                let (from, to) = (easel.shape, self.shape);
                gpu.run(&[resample.picture(gpu, (from, easel.shown()), (to, &self.picture))])?;
                match (&easel.optimisation, &self.optimisation) {
                    (Optimisation::Adam { moments: old }, Optimisation::Adam { moments: new }) => {
                        gpu.run(&resample.moments(gpu, (from, old), (to, new)))?;
                        steps
                    }
                    // What L-BFGS has learnt of the curvature holds for those pixels only.
                    _ => 0,
                }
            }
            Start::Resumed(progress) => {
                self.resume(gpu, &progress);
                return Ok(Begun {
                    steps_before: progress.steps_before,
                    step: progress.step,
                });
            }
        };
        if let Some(mean) = &self.mean {
            gpu.copy(&self.picture, mean);
        }
        Ok(Begun {
            steps_before,
            step: 0,
        })
    }

    fn resume(&self, gpu: &Gpu, progress: &Progress) {
        gpu.write(&self.picture, &progress.picture);
        if let (Optimisation::Adam { moments }, Some(before)) =
            (&self.optimisation, &progress.moments)
        {
            gpu.write(moments, before);
        }
        if let (Some(mean), Some(before)) = (&self.mean, &progress.mean) {
            gpu.write(mean, before);
        }
    }
}

/// Where a painter begins: the number of the last step at this size, and of those at smaller ones that Adam knows of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Begun {
    pub(super) steps_before: u32,
    pub(super) step: u32,
}

/// From what a painting begins.
#[derive(Debug)]
pub enum Start {
    /// Pixels of the painting's shape, `[height][width]` of red, green and blue in [0, 1] and an unused number.
    Pixels(Vec<[f32; 4]>),
    /// What was painted at another size.
    Grown(Box<Unfinished>),
    /// What was painted at this size before, of the painting's shape, with what the settings need.
    Resumed(Box<Progress>),
}

/// A painting that will go on at another size, with the optimiser's moments.
#[derive(Debug)]
pub struct Unfinished {
    pub(super) easel: Easel,
    pub(super) steps: u32,
}
