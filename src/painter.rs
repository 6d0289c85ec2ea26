//! The optimisation at one size: from the targets to the picture.

use std::collections::VecDeque;
use std::rc::Rc;

use web_time::Instant;

use crate::feature_map::Shape;
use crate::gpu::{CAUTIOUS_COMMANDS, Dispatch, Download, Gpu, GpuError, Memory};
use crate::kernels::adam::{AdamBuffers, Pace};
use crate::kernels::lbfgs::{LbfgsBuffers, RING_BYTES};
use crate::kernels::record::{CAPACITY, RecordBuffers};
use crate::losses::{ContentTarget, Losses};
use crate::mask::Mask;
use crate::network::{Extent, ForwardPass, Method, Network};
use crate::picture::Picture;
use crate::plan::{Job, Plan, StyleJob};
use crate::saved::Progress;
use crate::settings::{LossWeights, Optimiser, Perception, Settings, Smoothness};
use crate::style_loss::StyleTargets;
use crate::windows::{Grid, View, Window};

/// The losses of one step, as they stood before its update.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct StepRecord {
    /// Counted from 1.
    #[serde(skip)]
    pub step: u32,
    /// The sum of the three weighted losses.
    pub loss: f64,
    /// Weighted.
    pub style: f64,
    /// Weighted.
    pub content: f64,
    /// Weighted.
    pub tv: f64,
    /// The style losses by layer, not weighted: with Gram matrices the means of their squared differences.
    pub style_layers: Vec<f64>,
    /// The means of squared differences of the features, by layer, not weighted.
    pub content_layers: Vec<f64>,
    /// The Euclidean norm of the loss's gradient to the picture.
    pub grad_norm: f64,
}

impl StepRecord {
    fn new(
        step: u32,
        quantities: &[f32],
        perception: &Perception,
        weights: LossWeights,
    ) -> Option<Self> {
        let (styles, contents) = (&perception.style_layers, &perception.content_layers);
        let (style_layers, rest) = quantities.split_at_checked(styles.layers().count())?;
        let (content_layers, rest) = rest.split_at_checked(contents.layers().count())?;
        let &[variation, gradient] = rest else {
            return None;
        };
        let shared = |weights: &crate::settings::LayerWeights, values: &[f32]| -> f64 {
            let shares = weights.layers().map(|layer| weights.share(layer));
            let values = values.iter().copied().map(f64::from);
            shares.zip(values).map(|(share, value)| share * value).sum()
        };
        let style = f64::from(weights.style) * shared(styles, style_layers);
        let content = f64::from(weights.content) * shared(contents, content_layers);
        let tv = f64::from(weights.total_variation) * f64::from(variation);
        Some(Self {
            step,
            loss: style + content + tv,
            style,
            content,
            tv,
            style_layers: style_layers.iter().copied().map(f64::from).collect(),
            content_layers: content_layers.iter().copied().map(f64::from).collect(),
            grad_norm: f64::from(gradient).sqrt(),
        })
    }
}

impl Workshop {
    /// The commands that bring the gradient of style and content to the picture, with their losses, and the buffer at
    /// whose start they leave it.
    fn gradient_commands(&self, network: &Network) -> (Vec<Dispatch>, wgpu::Buffer) {
        let Self {
            grid,
            pass,
            losses,
            pictures,
            sum,
        } = self;
        let (gpu, copy) = (network.gpu(), &network.kernels.window);
        let mut commands = Vec::new();
        for numbered in grid.windows.iter().copied().enumerate() {
            commands.extend(pictures.take(network, numbered.1));
            commands.extend(pass.forward(|layer, activation, spare| {
                losses.look(network, layer, activation, spare, numbered)
            }));
        }
        commands.extend(losses.compare(network));
        let Some(sum) = sum else {
            let (back, gradient) = self.backward(network, (0, grid.windows[0]));
            commands.extend(back);
            return (commands, gradient);
        };
        commands.push(copy.clear(gpu, pictures.shape(), sum));
        for numbered in grid.windows.iter().copied().enumerate() {
            commands.extend(pictures.take(network, numbered.1));
            commands.extend(pass.forward(|_, _, _| Vec::new()));
            let (back, gradient) = self.backward(network, numbered);
            commands.extend(back);
            commands.push(copy.give(gpu, pictures.shape(), numbered.1, sum, &gradient));
        }
        (commands, sum.clone())
    }

    fn backward(
        &self,
        network: &Network,
        numbered: (usize, Window),
    ) -> (Vec<Dispatch>, wgpu::Buffer) {
        self.pass.backward(
            network,
            |layer| self.losses.at(layer),
            |layer, activation, features, gradient, above| {
                self.losses.gradients(
                    network, layer, activation, features, gradient, above, numbered,
                )
            },
        )
    }
}

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

/// What the optimiser remembers.
#[derive(Debug)]
enum Optimisation {
    Adam { moments: wgpu::Buffer },
    Lbfgs(Box<LbfgsBuffers>),
}

/// What the optimiser works on.
#[derive(Debug)]
struct Easel {
    shape: Shape,
    picture: wgpu::Buffer,
    optimisation: Optimisation,
    /// Where the mean of the pictures is kept.
    mean: Option<wgpu::Buffer>,
    memory: Memory,
}

impl Easel {
    fn new(gpu: &Rc<Gpu>, shape: Shape, settings: &Settings) -> Result<Self, GpuError> {
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
    fn shown(&self) -> &wgpu::Buffer {
        self.mean.as_ref().unwrap_or(&self.picture)
    }

    fn begin(&self, network: &Network, start: Start) -> Result<Begun, GpuError> {
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
struct Begun {
    steps_before: u32,
    step: u32,
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
    easel: Easel,
    steps: u32,
}

/// What of the settings can be changed while it paints.
#[derive(Debug, Clone, PartialEq)]
pub struct Tuning {
    /// Of the losses.
    pub weights: LossWeights,
    /// Adam's.
    pub learning_rate: f32,
    /// Each style's part; only proportions count.
    pub blend: Vec<f32>,
}

/// What a step is made of.
#[derive(Debug)]
struct Workshop {
    grid: Grid,
    pass: ForwardPass,
    losses: Losses,
    pictures: View,
    /// Where the windows' gradients are added up.
    sum: Option<wgpu::Buffer>,
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
    beta1: f32,
    beta2: f32,
    averaging: f32,
    steps_before: u32,
    easel: Easel,
    workshop: Workshop,
    /// The picture's gradient at its start.
    gradient: wgpu::Buffer,
    step: Vec<Dispatch>,
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

/// A style as a painter takes it.
#[derive(Debug, Clone, Copy)]
pub struct StyleView<'a> {
    /// The picture, of the size at which it is looked at.
    pub picture: &'a Picture,
    /// Its part of the whole; only proportions count.
    pub part: f32,
    /// Where it is painted, of the painting's size; without it everywhere.
    pub region: Option<&'a Mask>,
    /// What of its picture counts, of that picture's size; without it all.
    pub source: Option<&'a Mask>,
}

impl<'a> From<&'a Picture> for StyleView<'a> {
    /// A style without masks.
    fn from(picture: &'a Picture) -> Self {
        Self {
            picture,
            part: 1.0,
            region: None,
            source: None,
        }
    }
}

impl StyleView<'_> {
    /// What its memory depends on.
    pub fn job(&self) -> StyleJob {
        StyleJob {
            shape: self.picture.shape(),
            region: self.region.is_some(),
            source: self.source.is_some(),
        }
    }
}

/// What a painting needs of the GPU's memory.
pub fn job(
    method: Method,
    content: Shape,
    styles: impl IntoIterator<Item = StyleJob>,
    settings: &Settings,
) -> Job {
    Job {
        picture: content,
        styles: styles.into_iter().collect(),
        method,
        perception: settings.perception,
        averaging: settings.averaging > 0.0,
        optimiser: settings.optimiser,
        history: settings.history,
    }
}

impl Painter {
    /// Computes the targets of the pictures and plans the step. The painting has the size of the content picture. There
    /// is at least one style.
    ///
    /// # Errors
    /// [`GpuError::TooLarge`] where the picture does not fit the GPU, and whatever the GPU reports.
    pub fn new(
        network: Rc<Network>,
        content: &Picture,
        styles: &[StyleView<'_>],
        start: Start,
        settings: &Settings,
    ) -> Result<Self, GpuError> {
        let gpu = network.gpu().clone();
        let perception = settings.perception;
        let shape = content.shape();
        let jobs = styles.iter().map(StyleView::job);
        let job = job(network.method(), shape, jobs, settings);
        let (window_side, _) = Plan::choose(&job, gpu.allowance(settings.memory))?;
        let grid = Grid::new(shape, window_side);
        let easel = Easel::new(&gpu, shape, settings)?;
        gpu.write(&easel.picture, &content.to_vectors());
        let mut memory = Memory::new(gpu.clone());
        let targets = styles
            .iter()
            .map(|style| {
                let pixels = style.picture.to_vectors();
                let picture = (style.picture.shape(), pixels.as_slice());
                let mask = style.source;
                let memory = &mut memory;
                StyleTargets::compute(&network, memory, &perception, picture, mask, window_side)
            })
            .collect::<Result<_, _>>()?;
        let pictures = View::new(&mut memory, "window", &grid, shape, easel.picture.clone())?;
        let sum = if grid.is_whole() {
            None
        } else {
            Some(memory.storage::<[f32; 4]>("picture gradient", shape.vectors())?)
        };
        let extent = Extent::of_painting(&perception, &grid);
        let pass = ForwardPass::new(
            &network,
            &mut memory,
            grid.window,
            &pictures.window,
            &extent,
        )?;
        // The easel's picture is the content until the painting begins.
        let content_target = ContentTarget::compute(
            &network,
            &mut memory,
            &perception,
            shape,
            &grid,
            &pictures,
            &pass,
        )?;
        let masks: Vec<_> = styles.iter().map(|style| style.region).collect();
        let losses = Losses::new(
            &mut memory,
            perception,
            shape,
            &grid,
            (targets, &masks),
            content_target,
            settings.weights,
        )?;
        let begun = easel.begin(&network, start)?;
        let records = RecordBuffers::new(&mut memory, &losses.quantities())?;
        gpu.write(&records.progress, &[begun.step]);
        let staging = (0..BATCHES_IN_FLIGHT)
            .map(|_| gpu.staging(records.ring.size()))
            .collect();
        let mut painter = Self {
            network,
            perception,
            tuning: Tuning {
                weights: settings.weights,
                learning_rate: settings.learning_rate,
                blend: styles.iter().map(|style| style.part).collect(),
            },
            smoothness: settings.smoothness,
            beta1: settings.beta1,
            beta2: settings.beta2,
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
        losses.set_weights(network.gpu(), self.tuning.weights);
        network.gpu().run(&losses.blend(network, &parts))?;
        (self.step, self.gradient) = self.plan_step();
        Ok(())
    }

    /// The losses' weights at this size.
    fn weights(&self) -> LossWeights {
        let weights = self.tuning.weights;
        let factor = self.smoothness.factor(self.easel.shape.positions());
        LossWeights {
            total_variation: factor * weights.total_variation,
            ..weights
        }
    }

    /// The commands of a step, and the buffer at whose start they leave the gradient.
    fn plan_step(&self) -> (Vec<Dispatch>, wgpu::Buffer) {
        let network = &self.network;
        let (gpu, kernels) = (network.gpu(), &network.kernels);
        let (Easel { shape, picture, .. }, losses) = (&self.easel, &self.workshop.losses);
        let (mut step, gradient) = self.workshop.gradient_commands(network);
        step.push(kernels.total_variation.add_gradient(
            gpu,
            *shape,
            picture,
            &gradient,
            self.weights().total_variation,
            (&losses.sums, losses.variation_sums),
        ));
        let sums = (&losses.sums, losses.gradient_sums);
        match &self.easel.optimisation {
            Optimisation::Adam { moments } => step.push(kernels.adam.update(
                gpu,
                *shape,
                AdamBuffers {
                    progress: &self.records.progress,
                    gradient: &gradient,
                    picture,
                    moments,
                },
                Pace {
                    learning_rate: self.tuning.learning_rate,
                    beta1: self.beta1,
                    beta2: self.beta2,
                },
                self.steps_before,
                sums,
            )),
            Optimisation::Lbfgs(buffers) => {
                let lbfgs = &kernels.lbfgs;
                step.extend(lbfgs.update(gpu, buffers, &gradient, picture, LBFGS_RATE, sums));
            }
        }
        if let Some(mean) = &self.easel.mean {
            let progress = &self.records.progress;
            let average = &kernels.average;
            step.push(average.add(gpu, *shape, self.averaging, progress, picture, mean));
        }
        step.push(kernels.record.close_step(gpu, &losses.sums, &self.records));
        (step, gradient)
    }

    /// Gives the GPU's memory back but for what a painting at another size begins with.
    pub fn into_unfinished(self) -> Unfinished {
        Unfinished {
            easel: self.easel,
            steps: self.steps_before + self.submitted,
        }
    }

    /// What is needed to go on later from the steps that were started.
    ///
    /// # Errors
    /// Whatever the GPU reports.
    pub async fn progress(&self) -> Result<Progress, GpuError> {
        let (gpu, easel) = (self.gpu(), &self.easel);
        // Asked for together, so that no step comes between.
        let (step, picture) = (self.submitted, gpu.download(&easel.picture));
        let moments = match &easel.optimisation {
            Optimisation::Adam { moments } => Some(gpu.download(moments)),
            Optimisation::Lbfgs(_) => None,
        };
        let mean = easel.mean.as_ref().map(|mean| gpu.download(mean));
        Ok(Progress {
            step,
            steps_before: self.steps_before,
            picture: gpu.finish(picture).await?.0,
            moments: match moments {
                Some(moments) => Some(gpu.finish(moments).await?.0),
                None => None,
            },
            mean: match mean {
                Some(mean) => Some(gpu.finish(mean).await?.0),
                None => None,
            },
        })
    }

    fn gpu(&self) -> &Gpu {
        self.network.gpu()
    }

    pub(crate) fn step(&self) -> &[Dispatch] {
        &self.step
    }

    /// Width and height of the painting.
    pub fn shape(&self) -> Shape {
        self.easel.shape
    }

    /// The painting on the GPU as it stands: `[height][width]` vec4, red, green and blue in [0, 1].
    pub fn picture_buffer(&self) -> &wgpu::Buffer {
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
        batch
            .steps
            .map(|step| {
                self.records
                    .find(&ring, step)
                    .and_then(|quantities| {
                        StepRecord::new(step, quantities, &self.perception, batch.weights)
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
        let mut vectors = self.gpu().read(&self.gradient).await?;
        vectors.truncate(self.easel.shape.vectors());
        Ok(vectors)
    }

    /// The painting as it stands after the steps that were started, rounded to 8 bits.
    ///
    /// # Errors
    /// Whatever the GPU reports.
    pub async fn picture(&self) -> Result<Picture, GpuError> {
        let vectors = self.gpu().read::<[f32; 4]>(self.easel.shown()).await?;
        Ok(Picture::from_vectors(self.easel.shape, &vectors))
    }
}
