//! The optimisation at one size: from the targets to the picture.

use std::collections::VecDeque;
use std::iter;
use std::rc::Rc;

use web_time::Instant;

use super::easel::{Easel, Level, OnEasel, Optimisation, Start, Unfinished};
use super::error::PaintingError;
use super::guard::{self, Guard, at_limits};
use super::job::{Job, job};
use super::plan::Plan;
use super::record::StepRecord;
use super::step::Workshop;
use super::style::StyleView;
use super::targets::{Known, find_matches};
use super::tuning::Tuning;
use crate::files::saved::Progress;
use crate::gpu::{Banded, CAUTIOUS_COMMANDS, Dispatch, Download, Gpu, GpuError, Memory};
use crate::kernels::adam::{AdamBuffers, Pace};
use crate::kernels::record::{CAPACITY, RecordBuffers};
use crate::losses::{ContentTarget, Foundation, Losses, NearestLosses, Styles, cut};
use crate::maps::{Grid, Shape};
use crate::network::{Extent, ForwardPass, Network, View};
use crate::pictures::{Palette, Picture};
use crate::settings::{LossWeights, Optimiser, Perception, Schedule, Settings, Smoothness};

/// The length of L-BFGS's steps: its direction has the right one where the loss is a paraboloid.
const LBFGS_RATE: f32 = 1.0;

/// How long a batch of steps should keep the GPU busy: long enough that waiting for it costs little, short enough that
/// the picture moves and a pause is prompt.
const BATCH_SECONDS: f64 = 0.1;

/// How long one submission may keep the GPU busy: a desktop waits for it, and systems reset a GPU that is busy for two
/// seconds.
const SUBMIT_SECONDS: f64 = 0.05;

/// Batches under way at once, so that the GPU has work while the processor reads the last one's losses.
const BATCHES_IN_FLIGHT: usize = 2;

/// The records of all batches under way must fit the ring.
const LARGEST_BATCH: u32 = CAPACITY / BATCHES_IN_FLIGHT as u32;

#[derive(Debug)]
struct Batch {
    steps: std::ops::RangeInclusive<u32>,
    weights: LossWeights,
    records: Download,
}

/// A painting under way at one size.
///
/// Everything that a step needs is planned and allocated in [`Painter::new`]; a step is then a fixed list of commands.
#[derive(Debug)]
pub struct Painter {
    network: Rc<Network>,
    perception: Perception,
    tuning: Tuning,
    smoothness: Smoothness,
    pace: Pace,
    averaging: f32,
    steps_before: u32,
    easel: Easel,
    workshop: Workshop,
    /// The picture's.
    gradient: Banded,
    step: Vec<Dispatch>,
    guard: Guard,
    records: RecordBuffers,
    submitted: u32,
    batch: u32,
    /// Commands of one submission, at most those of a step.
    commands: usize,
    last_batch_done: Option<Instant>,
    in_flight: VecDeque<Batch>,
    staging: Vec<wgpu::Buffer>,
    memory: Memory,
}

impl Painter {
    /// Computes the targets of the pictures and plans the step. The painting has the size of the content picture. There
    /// is at least one style. Of the steps in the settings those at this size are meant.
    ///
    /// # Errors
    /// [`GpuError::TooLarge`] where the picture does not fit the GPU, [`PaintingError::NothingToPaint`] where masks leave
    /// nothing, and whatever the GPU reports.
    pub async fn new(
        network: Rc<Network>,
        content: &Picture,
        styles: &[StyleView<'_>],
        start: Start,
        settings: &Settings,
    ) -> Result<Self, PaintingError> {
        Self::begin(network, content, styles, start, settings, false).await
    }

    /// As [`Painter::new`], to refine what was painted at that size: each layer is compared by itself, at places that are
    /// drawn anew at every step. For styles by nearest neighbours only.
    ///
    /// # Errors
    /// As [`Painter::new`].
    pub async fn refining(
        network: Rc<Network>,
        content: &Picture,
        styles: &[StyleView<'_>],
        start: Start,
        settings: &Settings,
    ) -> Result<Self, PaintingError> {
        Self::begin(network, content, styles, start, settings, true).await
    }

    pub(super) async fn begin(
        network: Rc<Network>,
        content: &Picture,
        styles: &[StyleView<'_>],
        start: Start,
        settings: &Settings,
        refining: bool,
    ) -> Result<Self, PaintingError> {
        if !styles.iter().any(StyleView::counts) {
            return Err(PaintingError::NothingToPaint);
        }
        let gpu = network.gpu().clone();
        let perception = settings.perception;
        let shape = content.shape();
        let jobs = styles.iter().map(StyleView::job);
        let job = Job {
            refining,
            ..job(network.method(), shape, jobs, settings)
        };
        let (window_side, plan) = Plan::choose(&job, gpu.allowance(settings.memory))?;
        let grid = Grid::new(shape, cut(&perception, window_side));
        let easel = Easel::new(&gpu, shape, settings)?;
        easel.picture.write(&gpu, &content.to_vectors());
        let mut memory = Memory::new(gpu.clone());
        let known = Known::of(
            &network,
            &mut memory,
            settings,
            styles,
            window_side,
            refining,
        )?;
        let bands = easel.picture.bands();
        let pictures = View::new(&mut memory, "window", &grid, easel.picture.clone())?;
        let sum = View::copies(&grid, bands)
            .then(|| Banded::new(&mut memory, "picture gradient", bands, 1))
            .transpose()?;
        let extent = Extent::of_painting(&perception, &grid, plan.keeps_filters());
        let pass = ForwardPass::new(
            &network,
            &mut memory,
            grid.window,
            &pictures.window,
            &extent,
        )?;
        // The easel's picture is the content until the painting begins.
        let content_target =
            ContentTarget::compute(&network, &mut memory, &perception, &grid, &pictures, &pass)
                .await?;
        let progress = memory.storage::<u32>("progress", 1)?;
        let foundation = Foundation {
            network: &network,
            grid: &grid,
            view: &pictures,
            pass: &pass,
            perception: &perception,
            refining,
            seed: settings.seed,
            progress: &progress,
        };
        let known = match known {
            Known::Targets(targets) => Styles::Targets(targets),
            Known::Samples(samples) => Styles::Samples(samples, &foundation),
        };
        let masks: Vec<_> = styles.iter().map(|style| style.region).collect();
        let palette = Palette::of(styles.iter().map(|style| (style.picture, style.source)));
        let mut losses = Losses::new(
            &mut memory,
            perception,
            bands,
            &grid,
            (known, &masks),
            content_target,
            &palette,
            settings.weights,
        )?;
        let own = styles.iter().map(|style| at_limits(style.picture));
        let own = own.chain([at_limits(content), start.at_limits()]);
        let guard = Guard::new(own);
        let begun = easel.begin(&network, start)?;
        if let Some(nearest) = losses.nearest_mut() {
            match begun.matches {
                Some(matches) => nearest.take_matches(matches)?,
                None => find_matches(nearest, &foundation, content, settings.likeness).await?,
            }
        }
        let quantities = losses.quantities();
        let records = RecordBuffers::new(&mut memory, &quantities, progress)?;
        gpu.write(&records.progress, &[begun.step]);
        let staging = (0..BATCHES_IN_FLIGHT)
            .map(|_| gpu.staging(records.ring.size()))
            .collect();
        let mut painter = Self {
            network,
            perception,
            tuning: Tuning::of(settings, styles.iter().map(|style| style.part).collect()),
            smoothness: settings.smoothness,
            pace: Pace {
                learning_rate: settings.learning_rate,
                beta1: settings.beta1,
                beta2: settings.beta2,
                epsilon: settings.epsilon,
                falling_steps: match settings.schedule {
                    Schedule::Constant => 0,
                    Schedule::Cosine => settings.steps,
                },
            },
            averaging: settings.averaging,
            steps_before: begun.steps_before,
            gradient: easel.picture.clone(),
            easel,
            workshop: Workshop {
                grid,
                pass,
                losses,
                pictures,
                sum,
            },
            step: Vec::new(),
            guard,
            records,
            submitted: begun.step,
            batch: 1,
            commands: CAUTIOUS_COMMANDS,
            last_batch_done: None,
            in_flight: VecDeque::new(),
            staging,
            memory,
        };
        painter.tune(painter.tuning.clone())?;
        if painter
            .losses()
            .nearest()
            .is_some_and(|nearest| !nearest.counts())
        {
            return Err(PaintingError::NothingToPaint);
        }
        gpu.check()?;
        Ok(painter)
    }

    /// Goes on with other weights, step size and blend of styles, from the next step that is started.
    ///
    /// # Errors
    /// Whatever the GPU reports.
    pub fn tune(&mut self, tuning: Tuning) -> Result<(), GpuError> {
        self.tuning = tuning;
        let sum: f32 = self.tuning.blend.iter().sum();
        let parts: Vec<_> = self.tuning.blend.iter().map(|part| part / sum).collect();
        let network = &self.network;
        let losses = &mut self.workshop.losses;
        losses.set_weights(network.gpu(), self.tuning.loss_weights());
        network.gpu().run(&losses.blend(network, &parts))?;
        if guard::is_needed(self.optimiser(), self.tuning.learning_rate) {
            let (shown, losses) = (self.easel.shown(), &self.workshop.losses);
            let (memory, network) = (&mut self.memory, &self.network);
            self.guard.arm(memory, network, shown, losses)?;
        }
        (self.step, self.gradient) = self.plan_step();
        Ok(())
    }

    fn optimiser(&self) -> Optimiser {
        match self.easel.optimisation {
            Optimisation::Adam { .. } => Optimiser::Adam,
            Optimisation::Lbfgs(_) => Optimiser::Lbfgs,
        }
    }

    fn losses(&self) -> &Losses {
        &self.workshop.losses
    }

    /// The losses' weights at this size.
    fn weights(&self) -> LossWeights {
        let weights = self.tuning.loss_weights();
        let factor = self.smoothness.factor(self.easel.shape().positions());
        LossWeights {
            total_variation: factor * weights.total_variation,
            ..weights
        }
    }

    /// The commands of a step, and where they leave the gradient.
    fn plan_step(&self) -> (Vec<Dispatch>, Banded) {
        let network = &self.network;
        let (gpu, kernels) = (network.gpu(), &network.kernels);
        let (picture, losses) = (&self.easel.picture, &self.workshop.losses);
        let variation = self.weights().total_variation;
        let (mut step, gradient) = self.workshop.gradient_commands(network, variation);
        let bands = || picture.iter().zip(gradient.iter());
        let sums = losses.gradient_sums.iter();
        let sums = sums.map(|&range| (&losses.sums, range));
        match &self.easel.optimisation {
            Optimisation::Adam { moments, coarse } => {
                let progress = &self.records.progress;
                let pace = Pace {
                    learning_rate: self.tuning.learning_rate,
                    ..self.pace
                };
                step.extend(self.move_coarse(coarse, &gradient, pace));
                let moments = moments.iter();
                for ((((band, picture), (_, gradient)), (_, moments)), sums) in
                    bands().zip(moments).zip(sums)
                {
                    step.push(kernels.adam.update(
                        gpu,
                        band.shape,
                        AdamBuffers {
                            progress,
                            gradient,
                            picture,
                            moments,
                        },
                        pace,
                        self.steps_before,
                        sums,
                    ));
                }
            }
            Optimisation::Lbfgs(buffers) => {
                let lbfgs = &kernels.lbfgs;
                // There is a single one.
                for (((_, picture), (_, gradient)), sums) in bands().zip(sums) {
                    step.extend(lbfgs.update(gpu, buffers, gradient, picture, LBFGS_RATE, sums));
                }
            }
        }
        for (mean, (_, picture)) in self
            .easel
            .mean
            .iter()
            .flat_map(Banded::iter)
            .zip(picture.iter())
        {
            let ((band, mean), progress) = (mean, &self.records.progress);
            let average = &kernels.average;
            step.push(average.add(gpu, band.shape, self.averaging, progress, picture, mean));
        }
        step.extend(self.guard.count(network, picture, losses));
        step.extend(self.guard.keep(network, self.easel.shown(), losses, false));
        step.push(kernels.record.close_step(gpu, &losses.sums, &self.records));
        (step, gradient)
    }

    /// The commands that move the coarser levels, and the picture with them, by its gradient.
    fn move_coarse(&self, coarse: &[Level], gradient: &Banded, pace: Pace) -> Vec<Dispatch> {
        let (gpu, kernels) = (self.gpu(), &self.network.kernels);
        let (pyramid, progress) = (&kernels.pyramid, &self.records.progress);
        let below = |finest| iter::once(finest).chain(coarse.iter().map(|level| &level.gradient));
        let gradients = below(gradient).zip(coarse);
        let mut commands: Vec<_> = gradients
            .flat_map(|(fine, level)| pyramid.reduce(gpu, fine, &level.gradient))
            .collect();
        let levels = coarse
            .iter()
            .flat_map(|level| level.gradient.iter().zip(level.moments.iter()));
        commands.extend(levels.map(|((band, gradient), (_, moments))| {
            let buffers = (gradient, moments);
            kernels.adam.turn(gpu, band.shape, buffers, progress, pace)
        }));
        let moved: Vec<_> = below(&self.easel.picture).zip(coarse).collect();
        let up = moved.into_iter().rev();
        commands.extend(up.flat_map(|(fine, level)| pyramid.expand(gpu, fine, &level.gradient)));
        commands
    }

    /// Gives the GPU's memory back but for what a painting at another size begins with.
    pub fn into_unfinished(mut self) -> Unfinished {
        Unfinished {
            steps: self.steps_before + self.submitted,
            matches: self
                .workshop
                .losses
                .nearest_mut()
                .and_then(NearestLosses::give_matches),
            easel: self.easel,
        }
    }

    /// What is needed to go on later from the steps that were started.
    ///
    /// # Errors
    /// Whatever the GPU reports.
    pub async fn progress(&self) -> Result<Progress, GpuError> {
        let step = self.submitted;
        let OnEasel {
            picture,
            moments,
            coarse_moments,
            mean,
        } = self.easel.read(self.gpu()).await?;
        let nearest = self.losses().nearest();
        Ok(Progress {
            step,
            steps_before: self.steps_before,
            picture,
            moments,
            mean,
            coarse_moments,
            matches: nearest.and_then(|nearest| nearest.matches().cloned()),
        })
    }

    fn gpu(&self) -> &Gpu {
        self.network.gpu()
    }

    /// The commands of a step, in their order.
    pub fn step(&self) -> &[Dispatch] {
        &self.step
    }

    /// Width and height of the painting.
    pub fn shape(&self) -> Shape {
        self.easel.shape()
    }

    /// The painting on the GPU as it stands: `[height][width]` vec4, red, green and blue in [0, 1].
    pub fn shown(&self) -> &Banded {
        self.easel.shown()
    }

    /// Each buffer's label and bytes, the network's weights included.
    pub fn labelled_bytes(&self) -> impl Iterator<Item = (&'static str, u64)> {
        self.network
            .labelled_bytes()
            .chain(self.easel.memory.labelled_bytes())
            .chain(self.memory.labelled_bytes())
    }

    /// Runs the next few steps, as many as keep the GPU busy for about a tenth of a second but none past step `last`,
    /// and gives the records of the steps that were done meanwhile. One batch is always under way while the records
    /// of the one before are read; when nothing is left to start, what is under way is waited for.
    ///
    /// An empty answer means that all steps up to `last` are done and recorded, or that the first ones are under way.
    ///
    /// # Errors
    /// Whatever the GPU reports.
    pub async fn advance(&mut self, last: u32) -> Result<Vec<StepRecord>, GpuError> {
        let started = self.start_batch(last)?;
        if started && self.in_flight.len() < BATCHES_IN_FLIGHT {
            return Ok(Vec::new());
        }
        self.finish_batch().await
    }

    /// Waits for the steps under way, and gives their records: after it the GPU does nothing.
    ///
    /// # Errors
    /// Whatever the GPU reports.
    pub async fn settle(&mut self) -> Result<Vec<StepRecord>, GpuError> {
        let mut records = Vec::new();
        while !self.in_flight.is_empty() {
            records.extend(self.finish_batch().await?);
        }
        Ok(records)
    }

    /// Whether all steps up to `last` are done and recorded.
    pub fn finished(&self, last: u32) -> bool {
        self.submitted >= last && self.in_flight.is_empty()
    }

    /// Whether the step has left no picture.
    pub(super) fn is_ruined(&self, record: &StepRecord) -> bool {
        self.guard.is_ruined(record)
    }

    /// Shows the last picture again that was one, after the steps that were started.
    pub(super) fn restore(&self) -> Result<(), GpuError> {
        self.guard.restore(&self.network, self.easel.shown())
    }

    /// The last step that was started.
    pub(super) fn submitted(&self) -> u32 {
        self.submitted
    }

    fn start_batch(&mut self, last: u32) -> Result<bool, GpuError> {
        let first = self.submitted + 1;
        let Some(staging) = self.staging.pop_if(|_| first <= last) else {
            return Ok(false);
        };
        if self.in_flight.is_empty() {
            // The GPU was idle: the time of this batch begins now.
            self.last_batch_done = Some(Instant::now());
        }
        let end = last.min(self.submitted + self.batch);
        for _ in first..=end {
            self.gpu().run_in_parts(&self.step, self.commands)?;
        }
        self.submitted = end;
        self.in_flight.push_back(Batch {
            steps: first..=end,
            weights: self.weights(),
            records: self.gpu().download_to(staging, &self.records.ring),
        });
        Ok(true)
    }

    async fn finish_batch(&mut self) -> Result<Vec<StepRecord>, GpuError> {
        let Some(batch) = self.in_flight.pop_front() else {
            return Ok(Vec::new());
        };
        let (ring, staging) = self.network.gpu().finish::<f32>(batch.records).await?;
        self.staging.push(staging);
        self.adapt_batch(batch.steps.clone().count());
        let shares = self.losses().style_shares();
        batch
            .steps
            .map(|step| {
                self.records
                    .find(&ring, step)
                    .and_then(|quantities| {
                        StepRecord::new(step, quantities, &self.perception, &shares, batch.weights)
                    })
                    .ok_or_else(|| GpuError::Validation(format!("step {step} left no record")))
            })
            .collect()
    }

    fn adapt_batch(&mut self, steps: usize) {
        let now = Instant::now();
        if let Some(before) = self.last_batch_done.replace(now) {
            let seconds = now.duration_since(before).as_secs_f64().max(1e-4);
            let commands = (self.step.len() * steps) as f64 * SUBMIT_SECONDS / seconds;
            self.commands = (commands as usize).clamp(1, self.step.len());
            let fitting = (steps as f64 * BATCH_SECONDS / seconds) as u32;
            // One slow reading should not stall the growth, nor one quick reading make a batch of seconds.
            self.batch = fitting.clamp(1, (2 * self.batch).min(LARGEST_BATCH));
        }
    }

    /// The gradient of the last step's loss to its pixels, `[height][width]` of red, green, blue and an unused number.
    ///
    /// # Errors
    /// Whatever the GPU reports.
    pub async fn gradient(&self) -> Result<Vec<[f32; 4]>, GpuError> {
        let mut vectors = self.gradient.read(self.gpu()).await?;
        // Of a picture in one piece it lies at the start of a larger buffer.
        vectors.truncate(self.shape().vectors());
        Ok(vectors)
    }

    /// The painting as it stands after the steps that were started, rounded to 8 bits.
    ///
    /// # Errors
    /// Whatever the GPU reports.
    pub async fn picture(&self) -> Result<Picture, GpuError> {
        let vectors = self.shown().read(self.gpu()).await?;
        Ok(Picture::from_vectors(self.shape(), &vectors))
    }
}
