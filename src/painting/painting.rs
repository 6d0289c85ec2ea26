//! A whole painting: from small to large, each size from what the one before has left.
//!
//! Growing by the square root of two, with the picture and Adam's moments brought to the next size, is
//! style-transfer-pytorch's way (Katherine Crowson 2021); starting the next size from the mean of the pictures too.

use std::rc::Rc;

use rand_chacha::ChaCha8Rng;

use super::easel::Start;
use super::error::PaintingError;
use super::finish::Finish;
use super::guard::cause;
use super::job::{Job, StyleJob, job};
use super::painter::Painter;
use super::plan::Plan;
use super::record::StepRecord;
use super::sizes::{check_sizes, finished_style};
use super::style::{Style, painted_scales};
use super::tone::toned;
use super::tuning::Tuning;
use crate::files::saved::{Saved, SavedError};
use crate::gpu::{Allowance, Banded, GpuError};
use crate::maps::Shape;
use crate::network::{Method, Network};
use crate::pictures::{Picture, PictureError, Root, match_colours};
use crate::settings::fields::{LEAST_SCALE, MOST_SCALE};
use crate::settings::{Colour, Scale, Settings};
use rand_chacha::rand_core::{Rng, SeedableRng};

/// Of every size that the painting goes through, the plan of the largest: the last, or its refinement.
///
/// # Errors
/// [`PaintingError::StyleScale`], and as [`check_sizes`] and [`Plan::choose`].
pub fn plan(
    method: Method,
    allowance: Allowance,
    content: Shape,
    styles: &[(StyleJob, f32)],
    settings: &Settings,
) -> Result<Plan, PaintingError> {
    let unusable = |&scale: &f32| !(LEAST_SCALE..=MOST_SCALE).contains(&f64::from(scale));
    let mut scales = styles.iter().map(|&(_, scale)| scale);
    if let Some(scale) = scales.find(unusable) {
        return Err(PaintingError::StyleScale(scale));
    }
    let shapes = styles.iter().map(|&(style, scale)| (style.shape, scale));
    check_sizes(content, shapes, settings)?;
    let content = content.with_longest_side(settings.size);
    let styles = styles.iter().map(|&(style, scale)| StyleJob {
        shape: finished_style(style.shape, scale, settings),
        ..style
    });
    let refining = settings.scales().iter().any(|scale| scale.refining);
    let job = job(method, content, styles, settings);
    let plan = Plan::choose(&job, allowance)?.1;
    if !refining {
        return Ok(plan);
    }
    let refining = Job {
        refining: true,
        ..job
    };
    let refined = Plan::choose(&refining, allowance)?.1;
    Ok(if refined.bytes() > plan.bytes() {
        refined
    } else {
        plan
    })
}

/// A painting under way.
#[derive(Debug)]
pub struct Painting {
    network: Rc<Network>,
    /// At the painting's size.
    content: Picture,
    styles: Vec<Style>,
    settings: Settings,
    scales: Vec<Scale>,
    /// Which of the scales is painted.
    scale: usize,
    /// Steps of the scales before.
    steps_before: u32,
    /// None once it failed to grow.
    painter: Option<Painter>,
    finish: Option<Finish>,
    /// The last records, if one of them is no number.
    ruined: Vec<StepRecord>,
}

impl Painting {
    /// Plans a painting of `content`, of the longer side that the settings say, and begins its first size. It starts from
    /// `start`, else from the content, with as much noise as the settings say.
    ///
    /// # Errors
    /// [`PaintingError`].
    pub async fn new(
        network: Rc<Network>,
        content: &Picture,
        styles: Vec<Style>,
        start: Option<&Picture>,
        settings: Settings,
    ) -> Result<Self, PaintingError> {
        let content = finished(content, &settings)?;
        Self::of_exact_size(network, content, styles, start, settings).await
    }

    /// As [`Painting::new`], with a painting of the content's own size.
    ///
    /// # Errors
    /// [`PaintingError`].
    pub async fn of_exact_size(
        network: Rc<Network>,
        content: Picture,
        styles: Vec<Style>,
        start: Option<&Picture>,
        settings: Settings,
    ) -> Result<Self, PaintingError> {
        let begin = |small: &Picture, settings: &Settings| {
            let base = match start {
                Some(start) => {
                    let shape = small.shape();
                    start.clone().resized(shape.width, shape.height)?
                }
                None => small.clone(),
            };
            let pixels = with_noise(base.to_vectors(), settings.noise, settings.seed);
            Ok(Start::Pixels(pixels))
        };
        Self::begin(network, content, styles, settings, 0, begin).await
    }

    /// Goes on with a painting that was put aside, from the same content and styles.
    ///
    /// # Errors
    /// [`PaintingError`].
    pub async fn resume(
        network: Rc<Network>,
        content: &Picture,
        styles: Vec<Style>,
        saved: Saved,
    ) -> Result<Self, PaintingError> {
        let Saved {
            settings,
            blend,
            scale,
            shape,
            progress,
        } = saved;
        if blend.len() != styles.len() {
            return Err(SavedError::Mismatch.into());
        }
        let styles = styles.into_iter().zip(blend);
        let styles = styles
            .map(|(style, part)| Style { part, ..style })
            .collect();
        let content = finished(content, &settings)?;
        let begin = |small: &Picture, _: &Settings| {
            if small.shape() != shape {
                return Err(SavedError::Mismatch.into());
            }
            Ok(Start::Resumed(Box::new(progress)))
        };
        Self::begin(network, content, styles, settings, scale, begin).await
    }

    /// Begins at one of its sizes, from what `begin` gives for the content at that size.
    async fn begin(
        network: Rc<Network>,
        content: Picture,
        styles: Vec<Style>,
        settings: Settings,
        scale: usize,
        begin: impl FnOnce(&Picture, &Settings) -> Result<Start, PaintingError>,
    ) -> Result<Self, PaintingError> {
        let Shape { width, height, .. } = content.shape();
        let settings = Settings {
            size: width.max(height),
            ..settings
        };
        settings.check()?;
        let styles = coloured(styles, &content, settings.colour);
        let blend: Vec<_> = styles.iter().map(|style| style.part).collect();
        check_blend(&blend)?;
        // What does not fit at the end should be said at the beginning.
        let jobs: Vec<_> = styles
            .iter()
            .map(|style| (style.job(), style.scale))
            .collect();
        let (method, allowance) = (network.method(), network.gpu().allowance(settings.memory));
        plan(method, allowance, content.shape(), &jobs, &settings)?;
        let scales = painted_scales(content.shape(), &styles, &settings)?;
        let first = *scales.get(scale).ok_or(SavedError::Mismatch)?;
        let (small, sized) = at_size(&content, &styles, first, &settings)?;
        let start = begin(&small, &settings)?;
        let painter = make_painter(&network, &small, &sized, start, first, &settings).await?;
        let steps_before = scales[..scale].iter().map(|scale| scale.steps).sum();
        Ok(Self {
            network,
            content,
            styles,
            settings,
            scales,
            scale,
            steps_before,
            painter: Some(painter),
            finish: None,
            ruined: Vec::new(),
        })
    }

    /// What is needed to go on later, from the steps that were started.
    ///
    /// # Errors
    /// Whatever the GPU reports.
    pub async fn put_aside(&self) -> Result<Saved, PaintingError> {
        let painter = self.painter()?;
        Ok(Saved {
            settings: self.settings,
            blend: self.styles.iter().map(|style| style.part).collect(),
            scale: self.scale,
            shape: painter.shape(),
            progress: painter.progress().await?,
        })
    }

    /// Runs the next few steps, none past step `until`, and gives the records of those that were done meanwhile, as
    /// [`Painter::advance`] does; their numbers go through all sizes.
    ///
    /// # Errors
    /// [`PaintingError::NotFinite`] and [`PaintingError::AtLimits`], after which the picture is one from before, and whatever the
    /// GPU reports.
    pub async fn advance(&mut self, until: u32) -> Result<Vec<StepRecord>, PaintingError> {
        let steps = self.scales[self.scale].steps;
        if self.painter()?.finished(steps) {
            if self.scale + 1 < self.scales.len() {
                self.grow().await?;
            }
            return Ok(Vec::new());
        }
        let steps = steps.min(until.saturating_sub(self.steps_before));
        let painter = self.painter.as_mut().ok_or_else(lost)?;
        let records = painter.advance(steps).await?;
        self.counted(records)
    }

    /// Waits for the steps under way, and gives their records: after it the GPU does nothing.
    ///
    /// # Errors
    /// Whatever the GPU reports.
    pub async fn settle(&mut self) -> Result<Vec<StepRecord>, PaintingError> {
        let painter = self.painter.as_mut().ok_or_else(lost)?;
        let records = painter.settle().await?;
        self.counted(records)
    }

    /// With numbers that go through all sizes.
    fn counted(&mut self, mut records: Vec<StepRecord>) -> Result<Vec<StepRecord>, PaintingError> {
        for record in &mut records {
            record.step += self.steps_before;
        }
        let painter = self.painter.as_ref().ok_or_else(lost)?;
        let is_ruined = |record: &StepRecord| !record.is_finite() || painter.is_ruined(record);
        let Some(place) = records.iter().position(is_ruined) else {
            return Ok(records);
        };
        records.truncate(place + 1);
        let record = &records[place];
        let step = record.step;
        let error = if record.is_finite() {
            painter.restore()?;
            let cause = cause(record, &self.settings);
            PaintingError::AtLimits { step, cause }
        } else {
            let grown = record.largest();
            PaintingError::NotFinite { step, grown }
        };
        self.ruined = records;
        Err(error)
    }

    /// What the step that gave [`PaintingError::NotFinite`] or [`PaintingError::AtLimits`] has left: its record, after those of the steps before it that
    /// no other call gave.
    pub fn ruined(&self) -> &[StepRecord] {
        &self.ruined
    }

    fn painter(&self) -> Result<&Painter, GpuError> {
        self.painter.as_ref().ok_or_else(lost)
    }

    /// Goes on at the next size.
    async fn grow(&mut self) -> Result<(), PaintingError> {
        let painter = self.painter.take().ok_or_else(lost)?;
        self.finish = None;
        self.steps_before += self.scales[self.scale].steps;
        self.scale += 1;
        let scale = self.scales[self.scale];
        let (content, styles) = at_size(&self.content, &self.styles, scale, &self.settings)?;
        let start = Start::Grown(Box::new(painter.into_unfinished()));
        let (network, settings) = (&self.network, &self.settings);
        let grown = make_painter(network, &content, &styles, start, scale, settings).await?;
        self.painter = Some(grown);
        Ok(())
    }

    /// Whether all steps of all sizes are done and recorded.
    pub fn finished(&self) -> bool {
        let done = |painter: &Painter| painter.finished(self.scales[self.scale].steps);
        self.scale + 1 == self.scales.len() && self.painter.as_ref().is_none_or(done)
    }

    /// Whether all steps up to that one are done and recorded.
    pub fn reached(&self, step: u32) -> bool {
        let here = step.saturating_sub(self.steps_before);
        let done = |painter: &Painter| painter.finished(here.min(self.scales[self.scale].steps));
        (here <= self.scales[self.scale].steps || self.finished())
            && self.painter.as_ref().is_none_or(done)
    }

    /// The last step that was started, of all sizes.
    pub fn step(&self) -> u32 {
        let here = self.painter.as_ref().map_or(0, Painter::submitted);
        self.steps_before.saturating_add(here)
    }

    /// Steps of all sizes together.
    pub fn steps(&self) -> u32 {
        self.scales.iter().map(|scale| scale.steps).sum()
    }

    /// The sizes through which it grows, each with its steps.
    pub fn scales(&self) -> &[Scale] {
        &self.scales
    }

    /// What it is made with.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Width and height at present.
    ///
    /// # Errors
    /// [`GpuError::Lost`] after a failure.
    pub fn shape(&self) -> Result<Shape, GpuError> {
        Ok(self.painter()?.shape())
    }

    /// Each buffer's label and bytes, the network's weights included.
    pub fn labelled_bytes(&self) -> impl Iterator<Item = (&'static str, u64)> {
        let painter = self.painter.iter();
        painter.flat_map(Painter::labelled_bytes)
    }

    /// Goes on with other weights, step size and blend of styles.
    ///
    /// # Errors
    /// [`PaintingError::NoStyle`] where no part is above zero, and whatever the GPU reports.
    pub fn tune(&mut self, tuning: Tuning) -> Result<(), PaintingError> {
        if tuning.blend.len() != self.styles.len() {
            return Err(PaintingError::NoStyle);
        }
        check_blend(&tuning.blend)?;
        let settings = Settings {
            weights: tuning.weights,
            likeness: tuning.likeness,
            learning_rate: tuning.learning_rate,
            ..self.settings
        };
        settings.check()?;
        self.settings = settings;
        for (style, &part) in self.styles.iter_mut().zip(&tuning.blend) {
            style.part = part;
        }
        self.painter.as_mut().ok_or_else(lost)?.tune(tuning)?;
        Ok(())
    }

    /// Shows as much of the painting as `strength` says and otherwise the content, from zero to one, with the content's
    /// colours or the painting's own. It changes what is shown and saved, not what is painted.
    ///
    /// # Errors
    /// [`SettingsError::Range`](crate::settings::SettingsError::Range).
    pub fn show(&mut self, strength: f32, content_colours: bool) -> Result<(), PaintingError> {
        let colour = match (content_colours, self.settings.colour) {
            (true, _) => Colour::Luminance,
            (false, Colour::Luminance) => Colour::Style,
            (false, colour) => colour,
        };
        let settings = Settings {
            strength,
            colour,
            ..self.settings
        };
        settings.check()?;
        self.settings = settings;
        Ok(())
    }

    /// Where what is shown lies as it stands after the steps that were started: `[height][width]` vec4, red, green and blue
    /// in [0, 1].
    ///
    /// # Errors
    /// Whatever the GPU reports.
    pub fn shown(&mut self) -> Result<Banded, PaintingError> {
        let Settings {
            strength, colour, ..
        } = self.settings;
        let content_colours = colour == Colour::Luminance;
        let painter = self.painter.as_ref().ok_or_else(lost)?;
        if strength == 1.0 && !content_colours {
            return Ok(painter.shown().clone());
        }
        let (network, painted) = (&self.network, painter.shown());
        let finish = match self.finish.take() {
            Some(finish) => finish,
            None => Finish::new(network, self.content.clone(), painted)?,
        };
        finish.mix(network, painted, strength, content_colours)?;
        let shown = finish.finished.clone();
        self.finish = Some(finish);
        Ok(shown)
    }

    /// What is shown, as it stands after the steps that were started: `[height][width]` of red, green and blue in [0, 1]
    /// and an unused number.
    ///
    /// # Errors
    /// Whatever the GPU reports.
    pub async fn pixels(&mut self) -> Result<Vec<[f32; 4]>, PaintingError> {
        let shown = self.shown()?;
        Ok(shown.read(self.network.gpu()).await?)
    }

    /// [`Painting::pixels`], rounded to 8 bits.
    ///
    /// # Errors
    /// Whatever the GPU reports.
    pub async fn picture(&mut self) -> Result<Picture, PaintingError> {
        let pixels = self.pixels().await?;
        Ok(Picture::from_vectors(self.shape()?, &pixels))
    }
}

fn lost() -> GpuError {
    GpuError::Lost("the painting could not grow".into())
}

fn check_blend(parts: &[f32]) -> Result<(), PaintingError> {
    let usable = parts.iter().all(|part| part.is_finite() && *part >= 0.0);
    let sum: f32 = parts.iter().sum();
    if usable && sum > 0.0 && sum.is_finite() {
        Ok(())
    } else {
        Err(PaintingError::NoStyle)
    }
}

/// The content at the painting's size.
fn finished(content: &Picture, settings: &Settings) -> Result<Picture, PaintingError> {
    check_sizes(content.shape(), [], settings)?;
    Ok(content.clone().with_longest_side(settings.size)?)
}

/// The content with the colours with which it is looked at, and the styles, at one of the painting's sizes.
fn at_size(
    content: &Picture,
    styles: &[Style],
    scale: Scale,
    settings: &Settings,
) -> Result<(Picture, Vec<Style>), PictureError> {
    let content = content.clone().with_longest_side(scale.size)?;
    let styles = styles.iter();
    let styles = styles
        .map(|style| style.sized(content.shape(), scale.size, settings))
        .collect::<Result<Vec<_>, _>>()?;
    let share = settings.tone();
    if share == 0.0 {
        return Ok((content, styles));
    }
    let views: Vec<_> = styles.iter().map(Style::view).collect();
    let content = toned(&content, &views, share);
    Ok((content, styles))
}

async fn make_painter(
    network: &Rc<Network>,
    content: &Picture,
    styles: &[Style],
    start: Start,
    scale: Scale,
    settings: &Settings,
) -> Result<Painter, PaintingError> {
    let views: Vec<_> = styles.iter().map(Style::view).collect();
    let settings = Settings {
        steps: scale.steps,
        ..*settings
    };
    let network = network.clone();
    Painter::begin(network, content, &views, start, &settings, scale.refining).await
}

/// The styles with the colours that the setting asks for.
fn coloured(styles: Vec<Style>, content: &Picture, colour: Colour) -> Vec<Style> {
    let root = match colour {
        Colour::Style | Colour::Luminance => return styles,
        Colour::Cholesky => Root::Cholesky,
        Colour::Symmetric => Root::Symmetric,
    };
    let styles = styles.into_iter().map(|style| Style {
        picture: match_colours(&style.picture, content, root),
        ..style
    });
    styles.collect()
}

/// The pixels with so much noise in their place, uniform in [0, 1): ChaCha with eight rounds, so that a seed gives the
/// same noise everywhere.
fn with_noise(pixels: Vec<[f32; 4]>, noise: f32, seed: u64) -> Vec<[f32; 4]> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut mixed = |value: f32| {
        let fresh = (random.next_u32() >> 8) as f32 / (1 << 24) as f32;
        value + noise * (fresh - value)
    };
    let pixels = pixels.into_iter();
    pixels
        .map(|[red, green, blue, _]| [mixed(red), mixed(green), mixed(blue), 0.0])
        .collect()
}
