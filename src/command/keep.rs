//! A painting's state, put aside now and then, so that the loss of the GPU or of the process costs little of it.

use std::error::Error;
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use super::say::say;
use super::write::{target, write};
use impasto::files::saved::Saved;
use impasto::maps::Shape;

/// How often a state is put aside.
#[derive(Debug, Clone, Copy)]
pub struct Rhythm {
    pub first: Duration,
    /// From one time to the next, at least.
    pub pause: Duration,
    /// The pause is at least so many times as long as putting aside takes.
    pub share: u32,
}

/// The first time soon: most of what goes wrong does so early.
pub const USUAL: Rhythm = Rhythm {
    first: Duration::from_secs(4),
    pause: Duration::from_secs(30),
    share: 33,
};

/// What has no file is kept in memory, where a larger picture would take hundreds of megabytes. The last smaller size stays.
const MOST_PIXELS: u32 = 1500 * 1500;

/// Where a painting's state is kept.
#[derive(Debug)]
pub struct Keep {
    file: Option<PathBuf>,
    /// Whether the file has the last state.
    is_in_file: bool,
    /// The last state, where no file has it.
    at_hand: Option<Vec<u8>>,
    /// After which step that is.
    step: u32,
    rhythm: Rhythm,
    next: Instant,
    warned: bool,
}

impl Keep {
    /// Of a painting that goes on from `state`, if there is one.
    pub fn new(file: Option<PathBuf>, state: Option<Vec<u8>>, rhythm: Rhythm) -> Self {
        Self {
            file,
            is_in_file: false,
            at_hand: state,
            step: 0,
            rhythm,
            next: Instant::now() + rhythm.first,
            warned: false,
        }
    }

    /// Whether it is time to keep a painting of that shape.
    pub fn is_due(&self, shape: Shape) -> bool {
        let fits = self.file.is_some() || shape.positions() <= MOST_PIXELS;
        fits && Instant::now() >= self.next
    }

    /// Where it is kept, if it is kept in a file.
    pub fn file(&self) -> Option<&PathBuf> {
        self.file.as_ref()
    }

    /// Whether there is a state to go on from.
    pub fn has_state(&self) -> bool {
        self.is_in_file || self.at_hand.is_some()
    }

    /// After which step the last state is, 0 where there is none.
    pub fn step(&self) -> u32 {
        self.step
    }

    /// Says after which step the last state is.
    pub fn set_step(&mut self, step: u32) {
        self.step = step;
    }

    /// Keeps what was put aside after that step, from `began` on. A file that cannot be written is told once: it is no
    /// reason to end.
    pub fn keep(&mut self, bytes: &[u8], step: u32, began: Instant) {
        let written = self.file.as_ref().map(|file| write(file, bytes));
        self.is_in_file = matches!(written, Some(Ok(())));
        self.at_hand = (!self.is_in_file).then(|| bytes.to_owned());
        if let Some(Err(error)) = written
            && !self.warned
        {
            self.warned = true;
            say(&format!("warning: {error} The painting goes on."));
        }
        self.step = step;
        self.next = Instant::now() + self.rhythm.pause.max(began.elapsed() * self.rhythm.share);
    }

    /// What was kept last, if anything was.
    ///
    /// # Errors
    /// Where the file has gone or was changed.
    pub fn last(&self) -> Result<Option<Saved>, Box<dyn Error>> {
        match (&self.at_hand, &self.file) {
            (Some(bytes), _) => Ok(Some(Saved::from_bytes(bytes)?)),
            (None, Some(file)) if self.is_in_file => Ok(Some(Saved::from_bytes(&fs::read(file)?)?)),
            _ => Ok(None),
        }
    }

    /// The painting is done and saved: no file of it is kept any more.
    pub fn forget(&self) {
        if let Some(file) = self.file.as_ref().filter(|file| file.is_file()) {
            // One that stays does no harm.
            let _ = fs::remove_file(target(file));
        }
    }
}
