//! What the optimiser works on, and from what a painting begins.

use std::rc::Rc;

use crate::files::saved::{Matches, Progress};
use crate::gpu::{Banded, Gpu, GpuError, Memory};
use crate::kernels::lbfgs::{LbfgsBuffers, RING_BYTES};
use crate::maps::{Bands, Shape, coarse_levels};
use crate::network::Network;
use crate::settings::{Optimiser, Settings, Variables};

/// What the optimiser remembers.
#[derive(Debug)]
pub(crate) enum Optimisation {
    Adam {
        moments: Banded,
        /// Of a pyramid, from the finest on.
        coarse: Vec<Level>,
    },
    Lbfgs(Box<LbfgsBuffers>),
}

/// A coarser level of a pyramid, which is moved beside the picture's own.
#[derive(Debug)]
pub(crate) struct Level {
    /// Its gradient, and then its step.
    pub(super) gradient: Banded,
    pub(super) moments: Banded,
}

impl Level {
    fn new(memory: &mut Memory, shape: Shape) -> Result<Self, GpuError> {
        let bands = Bands::new(shape, memory.gpu().largest_buffer());
        Ok(Self {
            gradient: Banded::new(memory, "coarse gradient", bands, 1)?,
            moments: Banded::new(memory, "coarse moments", bands, 2)?,
        })
    }
}

/// What the optimiser works on.
#[derive(Debug)]
pub(crate) struct Easel {
    pub(super) picture: Banded,
    pub(super) optimisation: Optimisation,
    /// Where the mean of the pictures is kept.
    pub(super) mean: Option<Banded>,
    pub(super) memory: Memory,
}

impl Easel {
    pub(super) fn new(gpu: &Rc<Gpu>, shape: Shape, settings: &Settings) -> Result<Self, GpuError> {
        let mut memory = Memory::new(gpu.clone());
        let bands = bands(settings.optimiser, shape, gpu.largest_buffer());
        let picture = Banded::new(&mut memory, "picture", bands, 1)?;
        let optimisation = match settings.optimiser {
            Optimiser::Adam => Optimisation::Adam {
                moments: Banded::new(&mut memory, "moments", bands, 2)?,
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
            .then(|| Banded::new(&mut memory, "mean picture", bands, 1))
            .transpose()?;
        Ok(Self {
            picture,
            optimisation,
            mean,
            memory,
        })
    }

    pub(super) fn shape(&self) -> Shape {
        self.picture.shape()
    }

    /// The picture that is shown.
    pub(super) fn shown(&self) -> &Banded {
        self.mean.as_ref().unwrap_or(&self.picture)
    }

    pub(super) fn begin(&self, network: &Network, start: Start) -> Result<Begun, GpuError> {
        let gpu = network.gpu();
        let resample = &network.kernels.resample;
        let mut matches = None;
        let steps_before = match start {
            Start::Pixels(pixels) => {
                self.picture.write(gpu, &pixels);
                0
            }
            Start::Grown(unfinished) => {
                let Unfinished {
                    easel,
                    steps,
                    matches: found,
                } = *unfinished;
                // They are of the grid of that size.
                matches = found.filter(|_| easel.shape() == self.shape());
                gpu.run(&resample.picture(gpu, easel.shown(), &self.picture))?;
                match (&easel.optimisation, &self.optimisation) {
                    // A pyramid's levels are others at another size.
                    (
                        Optimisation::Adam {
                            moments: old,
                            coarse,
                        },
                        Optimisation::Adam { moments: new, .. },
                    ) if coarse.is_empty() => {
                        gpu.run(&resample.moments(gpu, old, new))?;
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
            self.picture.copy_to(gpu, mean);
        }
        Ok(Begun {
            steps_before,
            step: 0,
            matches,
        })
    }

    fn resume(&self, gpu: &Gpu, progress: &Progress) {
        self.picture.write(gpu, &progress.picture);
        if let (Optimisation::Adam { moments, coarse }, Some(before)) =
            (&self.optimisation, &progress.moments)
        {
            moments.write(gpu, before);
            let mut rest = progress.coarse_moments.as_slice();
            for level in coarse {
                let (own, others) = rest.split_at(2 * level.moments.shape().vectors());
                level.moments.write(gpu, own);
                rest = others;
            }
        }
        if let (Some(mean), Some(before)) = (&self.mean, &progress.mean) {
            mean.write(gpu, before);
        }
    }

    /// What is on it, as it stands after the steps that were started: the picture, Adam's moments and those of coarser levels,
    /// and the mean of the pictures.
    pub(super) async fn read(&self, gpu: &Gpu) -> Result<OnEasel, GpuError> {
        // Asked for together, so that no step comes between.
        let picture = self.picture.download(gpu);
        let (moments, coarse) = match &self.optimisation {
            Optimisation::Adam { moments, coarse } => {
                let coarse = coarse.iter().flat_map(|level| level.moments.download(gpu));
                (Some(moments.download(gpu)), coarse.collect())
            }
            Optimisation::Lbfgs(_) => (None, Vec::new()),
        };
        let mean = self.mean.as_ref().map(|mean| mean.download(gpu));
        Ok(OnEasel {
            picture: gpu.finish_all(picture).await?,
            moments: match moments {
                Some(moments) => Some(gpu.finish_all(moments).await?),
                None => None,
            },
            coarse_moments: gpu.finish_all(coarse).await?,
            mean: match mean {
                Some(mean) => Some(gpu.finish_all(mean).await?),
                None => None,
            },
        })
    }
}

/// What the optimiser works on, on the processor.
pub(super) struct OnEasel {
    pub(super) picture: Vec<[f32; 4]>,
    pub(super) moments: Option<Vec<[f32; 4]>>,
    pub(super) coarse_moments: Vec<[f32; 4]>,
    pub(super) mean: Option<Vec<[f32; 4]>>,
}

/// Where a painter begins: the number of the last step at this size, and of those at smaller ones that Adam knows of.
#[derive(Debug)]
pub(super) struct Begun {
    pub(super) steps_before: u32,
    pub(super) step: u32,
    /// What was found at the same size before.
    pub(super) matches: Option<Matches>,
}

/// How a painting of that shape is cut where a buffer may have so many bytes. L-BFGS has it as a whole.
pub(super) fn bands(optimiser: Optimiser, picture: Shape, buffer: u64) -> Bands {
    match optimiser {
        Optimiser::Adam => Bands::new(picture, buffer),
        Optimiser::Lbfgs => Bands::whole(picture),
    }
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

impl Start {
    /// The share of its values that lie at the limits of colour, as far as it is known here.
    pub(super) fn at_limits(&self) -> f64 {
        let Self::Pixels(pixels) = self else {
            return 0.0;
        };
        let values = pixels.iter().flat_map(|[colour @ .., _]| colour);
        let there = values.filter(|&&value| value <= 0.0 || value >= 1.0);
        there.count() as f64 / (3 * pixels.len().max(1)) as f64
    }
}

/// A painting that will go on at another size, with the optimiser's moments.
#[derive(Debug)]
pub struct Unfinished {
    pub(super) easel: Easel,
    pub(super) steps: u32,
    pub(super) matches: Option<Matches>,
}
