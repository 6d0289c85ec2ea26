//! What the optimiser works on, and from what a painting begins.

use std::rc::Rc;

use crate::files::saved::{Matches, Progress};
use crate::gpu::{Gpu, GpuError, Memory};
use crate::kernels::lbfgs::{LbfgsBuffers, RING_BYTES};
use crate::maps::{Shape, coarse_levels};
use crate::network::Network;
use crate::settings::{Optimiser, Settings, Variables};

/// What the optimiser remembers.
#[derive(Debug)]
pub(crate) enum Optimisation {
    Adam {
        moments: wgpu::Buffer,
        /// Of a pyramid, from the finest on.
        coarse: Vec<Level>,
    },
    Lbfgs(Box<LbfgsBuffers>),
}

/// A coarser level of a pyramid, which is moved beside the picture's own.
#[derive(Debug)]
pub(crate) struct Level {
    pub(super) shape: Shape,
    /// Its gradient, and then its step.
    pub(super) gradient: wgpu::Buffer,
    pub(super) moments: wgpu::Buffer,
}

impl Level {
    fn new(memory: &mut Memory, shape: Shape) -> Result<Self, GpuError> {
        Ok(Self {
            shape,
            gradient: memory.storage::<[f32; 4]>("coarse gradient", shape.vectors())?,
            moments: memory.storage::<[f32; 4]>("coarse moments", 2 * shape.vectors())?,
        })
    }
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
                coarse: levels(settings.variables, shape)
                    .into_iter()
                    .map(|level| Level::new(&mut memory, level))
                    .collect::<Result<_, _>>()?,
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
        let mut matches = None;
        let steps_before = match start {
            Start::Pixels(pixels) => {
                gpu.write(&self.picture, &pixels);
                0
            }
            Start::Grown(unfinished) => {
                let Unfinished {
                    easel,
                    steps,
                    matches: found,
                } = *unfinished;
                // They are of the grid of that size.
                matches = found.filter(|_| easel.shape == self.shape);
                let (from, to) = (easel.shape, self.shape);
                gpu.run(&[resample.picture(gpu, (from, easel.shown()), (to, &self.picture))])?;
                match (&easel.optimisation, &self.optimisation) {
                    // A pyramid's levels are others at another size.
                    (
                        Optimisation::Adam {
                            moments: old,
                            coarse,
                        },
                        Optimisation::Adam { moments: new, .. },
                    ) if coarse.is_empty() => {
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
                    matches: progress.matches,
                });
            }
        };
        if let Some(mean) = &self.mean {
            gpu.copy(&self.picture, mean);
        }
        Ok(Begun {
            steps_before,
            step: 0,
            matches,
        })
    }

    fn resume(&self, gpu: &Gpu, progress: &Progress) {
        gpu.write(&self.picture, &progress.picture);
        if let (Optimisation::Adam { moments, coarse }, Some(before)) =
            (&self.optimisation, &progress.moments)
        {
            gpu.write(moments, before);
            let mut rest = progress.coarse_moments.as_slice();
            for level in coarse {
                let (own, others) = rest.split_at(2 * level.shape.vectors());
                gpu.write(&level.moments, own);
                rest = others;
            }
        }
        if let (Some(mean), Some(before)) = (&self.mean, &progress.mean) {
            gpu.write(mean, before);
        }
    }
}

/// Where a painter begins: the number of the last step at this size, and of those at smaller ones that Adam knows of.
#[derive(Debug)]
pub(super) struct Begun {
    pub(super) steps_before: u32,
    pub(super) step: u32,
    /// What was found at the same size before.
    pub(super) matches: Option<Matches>,
}

/// The shapes of the coarser levels that are moved beside a picture of that shape.
pub(super) fn levels(variables: Variables, picture: Shape) -> Vec<Shape> {
    match variables {
        Variables::Pixels => Vec::new(),
        Variables::Pyramid => coarse_levels(picture),
    }
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
    pub(super) matches: Option<Matches>,
}
