//! One painting from its beginning to its end, past interruptions and losses of the GPU.

use std::error::Error;
use std::time::Instant;

use super::arguments::Arguments;
use super::inputs::OpenedStyle;
use super::interruption;
use super::keep::{Keep, Rhythm};
use super::log::Log;
use super::orders::{Order, other_pictures};
use super::outputs::save;
use super::progress::Progress;
use super::say::say;
use super::studio::Studio;
use super::works::{Work, frame_name};
use super::write::{WriteError, write};
use impasto::files::provenance::Provenance;
use impasto::maps::Shape;
use impasto::painting::{Painting, PaintingError, StepRecord};
use impasto::pictures::Picture;

/// How a painting ended whose picture is saved, or that had none yet.
#[derive(Debug)]
pub enum Ending {
    Finished,
    Interrupted,
    Failed(Box<dyn Error>),
}

/// One painting.
#[derive(Debug)]
pub struct Run<'a> {
    arguments: &'a Arguments,
    work: &'a Work,
    order: Order,
    styles: &'a [OpenedStyle],
    start: Option<&'a Picture>,
    keep: Keep,
    log: Log,
    /// From which step it went on when the GPU was lost, if it was.
    recovered_from: Option<u32>,
    progress: Progress,
    /// Why there are no more frames.
    frames_failed: Option<WriteError>,
}

impl<'a> Run<'a> {
    /// Of one content, with the styles and the start of all.
    ///
    /// # Errors
    /// None in practice.
    pub fn new(
        arguments: &'a Arguments,
        work: &'a Work,
        mut order: Order,
        styles: &'a [OpenedStyle],
        start: Option<&'a Picture>,
        rhythm: Rhythm,
    ) -> Result<Self, Box<dyn Error>> {
        let state = order.state.take();
        Ok(Self {
            arguments,
            work,
            order,
            styles,
            start,
            log: Log::new(work.log.clone(), state.as_deref()),
            keep: Keep::new(work.keep.clone(), state, rhythm),
            recovered_from: None,
            progress: Progress::new()?,
            frames_failed: None,
        })
    }

    /// Paints it, and saves what comes of it.
    ///
    /// # Errors
    /// Where there is no picture to save.
    pub async fn paint(mut self, studio: &mut Studio) -> Result<Ending, Box<dyn Error>> {
        let ended = self.paint_to_end(studio).await;
        if let Ok(Ending::Finished) = ended {
            self.keep.forget();
        }
        match (ended, self.frames_failed) {
            (Ok(Ending::Finished), Some(error)) => Ok(Ending::Failed(error.into())),
            (ended, _) => ended,
        }
    }

    async fn paint_to_end(&mut self, studio: &mut Studio) -> Result<Ending, Box<dyn Error>> {
        loop {
            let error = match self.attempt(studio).await {
                Ok(ending) => return Ok(ending),
                Err(error) => error,
            };
            if studio.is_lost() && gets_on(self.recovered_from, self.keep.step()) {
                self.recovered_from = Some(self.keep.step());
                self.say(&match self.keep.step() {
                    0 => "The GPU was lost. The painting begins again.".into(),
                    step => format!("The GPU was lost. The painting goes on from step {step}."),
                });
            } else {
                return Err(self.save_last(studio, error).await);
            }
        }
    }

    /// Begins or goes on, up to the end or to an interruption.
    async fn attempt(&mut self, studio: &mut Studio) -> Result<Ending, Box<dyn Error>> {
        let mut painting = self.begin(studio).await?;
        let ending = match self.advance(studio, &mut painting).await {
            Err(error) if leaves_a_picture(error.as_ref()) => {
                self.log.add(painting.ruined());
                Ending::Failed(error)
            }
            ended => ended?,
        };
        self.progress.finish();
        let step = painting.step();
        if matches!(ending, Ending::Interrupted) && step == 0 {
            self.say("Stopped before the first step. Nothing was written.");
            return Ok(ending);
        }
        let mut state = None;
        if matches!(ending, Ending::Interrupted) && self.keep.file().is_some() {
            state = Some(self.put_aside(&painting).await?);
        }
        let saved = match self.save(studio, &mut painting).await {
            // The GPU's, which another attempt may not have.
            Err(error) if error.is::<PaintingError>() => return Err(error),
            saved => saved,
        };
        let adapter = studio.gpu().adapter_name();
        let shape = painting.shape()?;
        let logged = self.log.write(shape, &adapter, state.as_deref());
        if let Err(error) = saved.and(logged) {
            return Ok(Ending::Failed(error));
        }
        if let Ending::Interrupted = ending {
            self.say_how_to_go_on(step, painting.steps());
        }
        Ok(ending)
    }

    async fn begin(&mut self, studio: &mut Studio) -> Result<Painting, Box<dyn Error>> {
        let network = studio.network(self.order.settings.precision).await?;
        let content = self.order.content.clone();
        let styles = self.styles.iter().map(|opened| opened.style.clone());
        let (styles, settings) = (styles.collect(), self.order.settings);
        let painting = match self.keep.last()? {
            Some(mut saved) => {
                saved.settings.memory = settings.memory;
                let resumed = Painting::resume(network, &content, styles, saved).await;
                resumed.map_err(|error| self.explain(error))?
            }
            None => Painting::of_exact_size(network, content, styles, self.start, settings).await?,
        };
        self.keep.set_step(painting.step());
        self.log.go_on_after(painting.step());
        self.progress.begin(&painting);
        Ok(painting)
    }

    /// In the user's words, where a state is not of these pictures.
    fn explain(&self, error: PaintingError) -> Box<dyn Error> {
        match (error, &self.work.resume) {
            (PaintingError::Saved(_), Some(path)) => other_pictures(path).into(),
            (error, _) => error.into(),
        }
    }

    async fn advance(
        &mut self,
        studio: &Studio,
        painting: &mut Painting,
    ) -> Result<Ending, Box<dyn Error>> {
        let every = self.arguments.frame_steps;
        let first = match self.work.frames {
            Some(_) => painting.step().checked_next_multiple_of(every),
            None => None,
        };
        let mut until = first.unwrap_or(u32::MAX);
        while !painting.finished() {
            if interruption::asked() {
                let records = painting.settle().await?;
                self.record(&records);
                return Ok(Ending::Interrupted);
            }
            let records = painting.advance(until).await?;
            self.record(&records);
            // Before the frame: the steps under way, which are waited for, may be the last ones.
            if self.keep.is_due(painting.shape()?) && !painting.finished() {
                let records = painting.settle().await?;
                self.record(&records);
                let state = self.put_aside(painting).await?;
                let adapter = studio.gpu().adapter_name();
                // One that cannot be written now is told at the end, if it cannot be then.
                let _ = self.log.write(painting.shape()?, &adapter, Some(&state));
            }
            if self.work.frames.is_some() && (painting.reached(until) || painting.finished()) {
                self.write_frame(painting, until.min(painting.steps()))
                    .await?;
                until = until.saturating_add(every);
            }
        }
        Ok(Ending::Finished)
    }

    fn record(&mut self, records: &[StepRecord]) {
        self.log.add(records);
        if let Some(last) = records.last() {
            self.progress.record(last);
        }
    }

    /// A frame that fails is no reason to end the painting, but there are no more.
    async fn write_frame(
        &mut self,
        painting: &mut Painting,
        step: u32,
    ) -> Result<(), Box<dyn Error>> {
        let Some(folder) = self
            .work
            .frames
            .as_ref()
            .filter(|_| self.frames_failed.is_none())
        else {
            return Ok(());
        };
        // Films have one size, and most of them an even one.
        let Shape { width, height, .. } = self.order.content.shape();
        let picture = painting.picture().await?;
        let bytes = picture.resized(width & !1, height & !1)?.to_png()?;
        if let Err(error) = write(&folder.join(frame_name(step)), &bytes) {
            self.say(&format!(
                "warning: {error} The painting goes on without frames."
            ));
            self.frames_failed = Some(error);
        }
        Ok(())
    }

    /// Keeps the state of a painting of which no step is under way, and gives its bytes.
    async fn put_aside(&mut self, painting: &Painting) -> Result<Vec<u8>, Box<dyn Error>> {
        let began = Instant::now();
        let saved = painting.put_aside().await?;
        let bytes = saved.to_bytes_from(&self.order.origin)?;
        self.keep.keep(&bytes, painting.step(), began);
        Ok(bytes)
    }

    async fn save(&self, studio: &Studio, painting: &mut Painting) -> Result<(), Box<dyn Error>> {
        let provenance = Provenance {
            version: env!("CARGO_PKG_VERSION").into(),
            adapter: studio.gpu().adapter_name(),
            content: self.order.origin.content.clone(),
            styles: self.order.origin.styles.clone(),
            settings: *painting.settings(),
        };
        save(self.arguments, painting, &provenance, &self.work.picture).await
    }

    /// Of a painting that cannot go on, the picture of its last state is saved, if it has one. Gives what is told.
    async fn save_last(&mut self, studio: &mut Studio, error: Box<dyn Error>) -> Box<dyn Error> {
        if !self.keep.has_state() {
            return error;
        }
        let saved = async {
            let mut painting = self.begin(studio).await?;
            self.save(studio, &mut painting).await?;
            Ok::<_, Box<dyn Error>>(painting.step())
        };
        match saved.await {
            Ok(step) => format!(
                "{error} {} is the picture after step {step}.",
                self.work.picture.display()
            )
            .into(),
            Err(_) => error,
        }
    }

    fn say_how_to_go_on(&self, step: u32, steps: u32) {
        let picture = self.work.picture.display();
        let how = match self.keep.file() {
            Some(file) => format!(" Go on with --resume {}.", file.display()),
            None => " With --keep FILE it could be gone on with.".into(),
        };
        self.say(&format!(
            "Stopped after step {step} of {steps}. {picture} is the picture as it stands.{how}"
        ));
    }

    fn say(&self, text: &str) {
        self.progress.suspend(|| say(text));
    }
}

/// Whether a painting that went on from one step when the GPU was lost, and would now go on from another, got on: otherwise
/// the next attempt may well end the same.
fn gets_on(recovered_from: Option<u32>, step: u32) -> bool {
    recovered_from.is_none_or(|before| step > before)
}

/// Whether what was painted until then is a picture still.
fn leaves_a_picture(error: &(dyn Error + 'static)) -> bool {
    let error = error.downcast_ref::<PaintingError>();
    matches!(
        error,
        Some(PaintingError::NotFinite { .. } | PaintingError::AtLimits { .. })
    )
}

#[cfg(all(test, unix))]
#[allow(clippy::unwrap_used, reason = "a test fails by it")]
mod tests {
    use std::path::Path;
    use std::time::Duration;
    use std::{fs, process, thread};

    use clap::Parser;

    use super::super::inputs::open_styles;
    use super::super::orders::order;
    use super::super::settings::settings;
    use super::super::weights;
    use super::super::works::works;
    use super::*;

    #[test]
    fn one_that_did_not_get_on_is_not_tried_again() {
        assert!(gets_on(None, 0));
        assert!(gets_on(Some(0), 1));
        assert!(!gets_on(Some(0), 0));
        assert!(!gets_on(Some(7), 7));
    }

    /// The pixels, the losses' bits, and from which step it went on. The GPU is lost between the step before `lost` and the
    /// one after it, if that is given.
    fn painted(lost: Option<u32>) -> (Vec<u8>, Vec<u64>, Option<u32>) {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str| folder.path().join(name);
        let shape = impasto::maps::Shape::new(24, 20, 3);
        for (name, blue) in [("content.png", 0.2), ("style.png", 0.9)] {
            let pixel = |n: u32| [(n % 7) as f32 / 7.0, (n % 24) as f32 / 24.0, blue, 0.0];
            let pixels: Vec<_> = (0..shape.positions()).map(pixel).collect();
            Picture::from_vectors(shape, &pixels)
                .save(&file(name))
                .unwrap();
        }
        let frames = file("frames");
        fs::create_dir(&frames).unwrap();
        let quick = [
            "--preset",
            "tutorial",
            "--size",
            "24",
            "--steps",
            "5",
            "--frame-steps",
            "1",
        ];
        let paths = ["content.png", "style.png", "painted.png"].map(file);
        let [content, style, output] = paths.each_ref().map(|path| path.to_str().unwrap());
        let own = [
            "impasto",
            content,
            style,
            "-o",
            output,
            "--frames",
            frames.to_str().unwrap(),
        ];
        let arguments = Arguments::parse_from(own.into_iter().chain(quick));

        let works = works(&arguments, Path::new(output));
        let styles = open_styles(&arguments).unwrap();
        let settings = settings(&arguments).unwrap();
        let order = order(&arguments, &settings, &works.each[0], &styles).unwrap();
        let weights = weights::open(&weights::find(None).unwrap()).unwrap();
        let mut studio = pollster::block_on(Studio::open(weights, None)).unwrap();
        if let Some(step) = lost {
            // The painting gets no further than to a frame that is a pipe until somebody reads it.
            let pipe = frames.join(frame_name(step));
            assert!(
                process::Command::new("mkfifo")
                    .arg(&pipe)
                    .status()
                    .unwrap()
                    .success()
            );
            let before = frames.join(frame_name(step - 1));
            let device = studio.gpu().device().clone();
            thread::spawn(move || {
                while !before.exists() {
                    thread::sleep(Duration::from_millis(10));
                }
                device.destroy();
                fs::read(&pipe).unwrap();
                fs::remove_file(&pipe).unwrap();
            });
        }
        // A state after each step.
        let always = Rhythm {
            first: Duration::ZERO,
            pause: Duration::ZERO,
            share: 0,
        };
        let mut run = Run::new(&arguments, &works.each[0], order, &styles, None, always).unwrap();
        let ending = pollster::block_on(run.paint_to_end(&mut studio)).unwrap();
        assert!(matches!(ending, Ending::Finished), "{ending:?}");
        let picture = Picture::open(Path::new(output)).unwrap();
        let losses = run.log.records().iter().map(|record| record.loss.to_bits());
        for step in 0..=5 {
            // The last one too, although a state is put aside just before it.
            assert!(
                frames.join(frame_name(step)).is_file() || lost == Some(step),
                "{step}"
            );
        }
        (
            picture.values().to_vec(),
            losses.collect(),
            run.recovered_from,
        )
    }

    #[test]
    fn a_painting_goes_on_from_its_last_state_when_the_gpu_is_lost() {
        let (whole, all, recovered_from) = painted(None);
        assert_eq!((all.len(), recovered_from), (5, None));
        let (picture, losses, recovered_from) = painted(Some(3));
        assert!(matches!(recovered_from, Some(1..=3)), "{recovered_from:?}");
        assert_eq!((picture, losses), (whole, all));
    }
}
