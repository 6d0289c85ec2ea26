//! The optimisation: one painting from its targets to its finished picture.

use std::collections::VecDeque;
use std::rc::Rc;

use web_time::Instant;

use crate::feature_map::Shape;
use crate::gpu::{CAUTIOUS_COMMANDS, Dispatch, Download, Gpu, GpuError, Memory};
use crate::kernels::adam::AdamBuffers;
use crate::kernels::record::{CAPACITY, RecordBuffers};
use crate::losses::{ContentTarget, LossWeights, Losses, StyleTargets, gram_partial_bytes};
use crate::network::{ForwardPass, Network};
use crate::picture::Picture;
use crate::plan::Plan;
use crate::vgg19::{CONTENT_LAYER, STYLE_LAYERS};
use crate::windows::{Grid, View};

/// What a painting is made with. The defaults are those of TensorFlow's style transfer tutorial.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// The weights of the losses.
    pub weights: LossWeights,
    /// Adam's learning rate, in units of the picture's range [0, 1].
    pub learning_rate: f32,
    /// Bytes of graphics memory that may be used. A picture that needs more is computed by windows, with the same result.
    pub memory: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            weights: LossWeights {
                style: 1e-2,
                content: 1e4,
                total_variation: 30.0,
            },
            learning_rate: 0.02,
            memory: 2_000_000_000,
        }
    }
}

/// The losses of one step, as they stood before its update.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
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
    /// The means of squared differences of the Gram matrices, by layer, not weighted.
    pub style_layers: [f64; STYLE_LAYERS.len()],
    /// The Euclidean norm of the loss's gradient to the picture.
    pub grad_norm: f64,
}

impl StepRecord {
    fn new(step: u32, quantities: &[f32], weights: LossWeights) -> Option<Self> {
        let (style_layers, rest) = quantities.split_first_chunk::<{ STYLE_LAYERS.len() }>()?;
        let &[content, variation, gradient] = rest else {
            return None;
        };
        let style_layers = style_layers.map(f64::from);
        let mean = style_layers.iter().sum::<f64>() / STYLE_LAYERS.len() as f64;
        let style = f64::from(weights.style) * mean;
        let content = f64::from(weights.content) * f64::from(content);
        let tv = f64::from(weights.total_variation) * f64::from(variation);
        Some(Self {
            step,
            loss: style + content + tv,
            style,
            content,
            tv,
            style_layers,
            grad_norm: f64::from(gradient).sqrt(),
        })
    }
}

/// The commands that bring the gradient of style and content to the picture, with their losses, and the buffer at whose
/// start they leave it: `sum` where there are several windows.
fn gradient_commands(
    network: &Network,
    grid: &Grid,
    pass: &ForwardPass,
    losses: &Losses,
    pictures: &View,
    sum: Option<&wgpu::Buffer>,
) -> (Vec<Dispatch>, wgpu::Buffer) {
    let (gpu, copy) = (network.gpu(), &network.kernels.window);
    let mut commands = Vec::new();
    for numbered in grid.windows.iter().copied().enumerate() {
        commands.extend(pictures.take(network, numbered.1));
        commands.extend(pass.forward(|layer, activation, spare| {
            losses.add_to_gram(network, layer, activation, spare, numbered)
        }));
    }
    commands.extend(losses.compare_styles(network));
    let backward = |numbered| {
        pass.backward(
            network,
            Losses::at,
            |layer, activation, features, gradient, above| {
                losses.gradients(
                    network, layer, activation, features, gradient, above, numbered,
                )
            },
        )
    };
    let Some(sum) = sum else {
        let (back, gradient) = backward((0, grid.windows[0]));
        commands.extend(back);
        return (commands, gradient);
    };
    commands.push(copy.clear(gpu, pictures.shape(), sum));
    for numbered in grid.windows.iter().copied().enumerate() {
        commands.extend(pictures.take(network, numbered.1));
        commands.extend(pass.forward(|_, _, _| Vec::new()));
        let (back, gradient) = backward(numbered);
        commands.extend(back);
        commands.push(copy.give(gpu, pictures.shape(), numbered.1, sum, &gradient));
    }
    (commands, sum.clone())
}

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
    records: Download,
}

/// A painting under way.
///
/// Everything that a step needs is planned and allocated in [`Painter::new`]; a step is then a fixed list of commands.
#[derive(Debug)]
pub struct Painter {
    network: Rc<Network>,
    weights: LossWeights,
    shape: Shape,
    picture: wgpu::Buffer,
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

impl Painter {
    /// Computes the targets of both pictures and plans the step. The painting starts from, and has the size of, the
    /// content picture.
    ///
    /// # Errors
    /// [`GpuError::TooLarge`] where the picture does not fit the GPU, and whatever the GPU reports.
    pub fn new(
        network: Rc<Network>,
        content: &Picture,
        style: &Picture,
        settings: Settings,
    ) -> Result<Self, GpuError> {
        let gpu = network.gpu().clone();
        let mut memory = Memory::new(gpu.clone());
        let shape = content.shape();
        let (window_side, _) = Plan::choose(
            shape,
            style.shape(),
            gpu.allowance(settings.memory),
            network.method(),
        )?;
        let grid = Grid::new(shape, window_side);
        let style_targets = StyleTargets::compute(
            &network,
            &mut memory,
            style.shape(),
            &style.to_vectors(),
            window_side,
        )?;

        let picture = memory.upload("picture", &content.to_vectors())?;
        let moments = memory.storage::<[f32; 4]>("moments", 2 * shape.vectors())?;
        let pictures = View::new(&mut memory, "window", &grid, shape, picture.clone())?;
        let sum = if grid.is_whole() {
            None
        } else {
            Some(memory.storage::<[f32; 4]>("picture gradient", shape.vectors())?)
        };
        let pass = ForwardPass::new(
            &network,
            &mut memory,
            grid.window,
            &pictures.window,
            &STYLE_LAYERS[1..],
            CONTENT_LAYER,
            gram_partial_bytes(&grid),
        )?;
        let content_target =
            ContentTarget::compute(&network, &mut memory, shape, &grid, &pictures, &pass)?;
        let weights = settings.weights;
        let losses = Losses::new(
            &mut memory,
            shape,
            &grid,
            style_targets,
            content_target,
            weights,
        )?;
        let records = RecordBuffers::new(&mut memory, &losses.quantities())?;

        let (mut step, gradient) =
            gradient_commands(&network, &grid, &pass, &losses, &pictures, sum.as_ref());
        step.push(network.kernels.total_variation.add_gradient(
            &gpu,
            shape,
            &picture,
            &gradient,
            weights.total_variation,
            (&losses.sums, losses.variation_sums),
        ));
        step.push(network.kernels.adam.update(
            &gpu,
            shape,
            AdamBuffers {
                progress: &records.progress,
                gradient: &gradient,
                picture: &picture,
                moments: &moments,
            },
            settings.learning_rate,
            (&losses.sums, losses.gradient_sums),
        ));
        step.push(
            network
                .kernels
                .record
                .close_step(&gpu, &losses.sums, &records),
        );
        let staging = (0..BATCHES_IN_FLIGHT)
            .map(|_| gpu.staging(records.ring.size()))
            .collect();
        gpu.check()?;
        Ok(Self {
            network,
            weights,
            shape,
            picture,
            gradient,
            step,
            records,
            submitted: 0,
            batch: 1,
            commands: CAUTIOUS_COMMANDS,
            last_batch_done: None,
            in_flight: VecDeque::new(),
            staging,
            memory,
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
        self.shape
    }

    /// The painting on the GPU as it stands: `[height][width]` vec4, red, green and blue in [0, 1].
    pub fn picture_buffer(&self) -> &wgpu::Buffer {
        &self.picture
    }

    /// Each buffer's label and bytes, the network's weights included.
    pub fn labelled_bytes(&self) -> impl Iterator<Item = (&'static str, u64)> {
        self.network
            .labelled_bytes()
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

    /// Whether all steps up to `last` are done and recorded.
    pub fn finished(&self, last: u32) -> bool {
        self.submitted >= last && self.in_flight.is_empty()
    }

    fn start_batch(&mut self, last: u32) -> Result<bool, GpuError> {
        let first = self.submitted + 1;
        let Some(staging) = self.staging.pop_if(|_| first <= last) else {
            return Ok(false);
        };
        let end = last.min(self.submitted + self.batch);
        for _ in first..=end {
            self.gpu().run_in_parts(&self.step, self.commands)?;
        }
        self.submitted = end;
        self.in_flight.push_back(Batch {
            steps: first..=end,
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
                    .and_then(|quantities| StepRecord::new(step, quantities, self.weights))
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
        vectors.truncate(self.shape.vectors());
        Ok(vectors)
    }

    /// The painting as it stands after the steps that were started, rounded to 8 bits.
    ///
    /// # Errors
    /// Whatever the GPU reports.
    pub async fn picture(&self) -> Result<Picture, GpuError> {
        let vectors = self.gpu().read::<[f32; 4]>(&self.picture).await?;
        Ok(Picture::from_vectors(self.shape, &vectors))
    }
}
