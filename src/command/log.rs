//! The losses of every step, as a file.

use std::error::Error;
use std::fs;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::inputs::sum_of;
use super::write::write;
use impasto::maps::Shape;
use impasto::painting::StepRecord;

/// The losses of every step.
#[derive(Debug)]
pub struct Log {
    path: Option<PathBuf>,
    /// The number of the first step in it.
    first: u32,
    /// Those of a log that is continued.
    before: Vec<Box<RawValue>>,
    records: Vec<StepRecord>,
}

/// The file.
#[derive(Serialize)]
struct Text<'a> {
    width: u32,
    height: u32,
    adapter: &'a str,
    /// The SHA-256 of the state that was kept with it: who goes on from that goes on with this log.
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<String>,
    first_step: u32,
    steps: Vec<Step<'a>>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Step<'a> {
    Before(&'a RawValue),
    Now(&'a StepRecord),
}

/// What is read of a file.
#[derive(Deserialize)]
struct Earlier {
    state: String,
    first_step: u32,
    steps: Vec<Box<RawValue>>,
}

impl Log {
    /// Of a painting that goes on from `state`, if there is one. Where the log of that state lies at the path, it is
    /// continued.
    pub fn new(path: Option<PathBuf>, state: Option<&[u8]>) -> Self {
        let earlier = state.zip(path.as_ref()).and_then(|(state, path)| {
            let bytes = fs::read(path).ok().filter(|_| path.is_file())?;
            let earlier: Earlier = serde_json::from_slice(&bytes).ok()?;
            (earlier.state == sum_of(state)).then_some(earlier)
        });
        let (first, before) = earlier.map_or_else(
            || (0, Vec::new()),
            |earlier| (earlier.first_step, earlier.steps),
        );
        Self {
            path,
            first,
            before,
            records: Vec::new(),
        }
    }

    /// The painting goes on after that step: what was recorded of later ones comes again.
    pub fn go_on_after(&mut self, step: u32) {
        self.records.retain(|record| record.step <= step);
        let continued =
            self.first.saturating_add(self.before.len() as u32) == step.saturating_add(1);
        if self.records.is_empty() && !(self.first > 0 && continued) {
            self.before.clear();
            self.first = step.saturating_add(1);
        }
    }

    /// Adds what was recorded.
    pub fn add(&mut self, records: &[StepRecord]) {
        self.records.extend_from_slice(records);
    }

    /// What was added.
    #[cfg(test)]
    pub fn records(&self) -> &[StepRecord] {
        &self.records
    }

    /// Writes it, if it is wanted; with the state that is kept at the same time, if one is.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn write(
        &self,
        shape: Shape,
        adapter: &str,
        state: Option<&[u8]>,
    ) -> Result<(), Box<dyn Error>> {
        let Some(path) = &self.path else {
            return Ok(());
        };
        let before = self.before.iter().map(|step| Step::Before(step));
        let bytes = serde_json::to_vec(&Text {
            width: shape.width,
            height: shape.height,
            adapter,
            state: state.map(sum_of),
            first_step: self.first,
            steps: before.chain(self.records.iter().map(Step::Now)).collect(),
        })?;
        Ok(write(path, &bytes)?)
    }
}
