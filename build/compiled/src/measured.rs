//! What was measured on a GPU, and what the model said of the same kernels: `h100.json`. Kernels change, and no GPU may be
//! at hand to measure them again, so both are kept together.

use std::collections::BTreeMap;
use std::fmt::Write;

use impasto::kernels::tiles::Tiles;

use crate::speed::{ModelledStep, milliseconds};

/// What must be known of the measured steps.
const BESIDE: &str = "
Both are of the kernels as they were when they were measured. Commands one by one have the time between two of the GPU's own timestamps, which costs them some us each. Where the whole took much longer than its commands together, as the first step of the bench did, something else held it up, and the commands are what counts.
";

/// Pixels of the sides of the steps that are shown by kernel.
const SHOWN: [u32; 2] = [64, 512];

/// What the native bench writes, as far as it matters here.
#[derive(Debug, serde::Deserialize)]
pub struct Benched {
    adapter: String,
    tiles: Chosen,
    rows: Vec<Row>,
    commands: Vec<Timed>,
}

#[derive(Debug, serde::Deserialize)]
struct Chosen {
    tiles: Tiles,
}

#[derive(Debug, serde::Deserialize)]
struct Row {
    size: u32,
    name: String,
    /// The preset, of a step.
    work: String,
    seconds: f64,
}

#[derive(Debug, serde::Deserialize)]
struct Timed {
    preset: String,
    size: u32,
    kernel: String,
    seconds: f64,
}

/// Measured steps beside modelled ones.
#[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measured {
    /// The GPU's name.
    pub adapter: String,
    /// With which it ran.
    pub tiles: Tiles,
    steps: Vec<Step>,
}

#[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    preset: String,
    side: u32,
    /// Of the whole.
    seconds: f64,
    kernels: BTreeMap<String, Kernel>,
}

/// All commands of one kernel in a step.
#[derive(Debug, Clone, Copy, PartialEq, Default, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Kernel {
    commands: usize,
    /// Of each command alone, summed.
    measured: f64,
    /// In seconds too.
    modelled: f64,
}

/// The bench and the model are of different kernels.
#[derive(Debug, thiserror::Error)]
#[error(
    "the bench timed {kernel} in {preset}'s step of {side} pixels, which has it otherwise by now: let bench and model run on the same sources"
)]
pub struct OtherKernels {
    kernel: String,
    preset: String,
    side: u32,
}

impl Benched {
    /// With which the bench ran.
    pub fn tiles(&self) -> Tiles {
        self.tiles.tiles
    }

    /// The steps that are modelled too, beside what the model says of them.
    ///
    /// # Errors
    /// [`OtherKernels`].
    pub fn beside(self, modelled: &[ModelledStep]) -> Result<Measured, OtherKernels> {
        let mut steps = Vec::new();
        for step in modelled {
            let is_of = |preset: &str, size| (preset, size) == (step.preset.as_str(), step.side);
            let mut rows = self.rows.iter();
            let row = rows.find(|row| row.name == "step" && is_of(&row.work, row.size));
            let Some(row) = row else { continue };
            let mut kernels = BTreeMap::<_, Kernel>::new();
            for timed in &self.commands {
                if is_of(&timed.preset, timed.size) {
                    let kernel = kernels.entry(timed.kernel.clone()).or_default();
                    kernel.commands += 1;
                    kernel.measured += timed.seconds;
                }
            }
            for (name, kernel) in &mut kernels {
                let found = step.kernels.get(name);
                let same = found.filter(|(commands, _)| *commands == kernel.commands);
                let (_, seconds) = same.ok_or_else(|| OtherKernels {
                    kernel: name.clone(),
                    preset: step.preset.clone(),
                    side: step.side,
                })?;
                kernel.modelled = *seconds;
            }
            steps.push(Step {
                preset: step.preset.clone(),
                side: step.side,
                seconds: row.seconds,
                kernels,
            });
        }
        Ok(Measured {
            tiles: self.tiles(),
            adapter: self.adapter,
            steps,
        })
    }
}

impl Step {
    fn sum(&self, of: fn(&Kernel) -> f64) -> f64 {
        self.kernels.values().map(of).sum()
    }
}

impl Measured {
    /// Its section of `docs/speed.md`.
    pub fn section(&self) -> String {
        let mut page = format!(
            "\n## Modelled and measured\n\nOn an {}.\n\n| preset | pixels | modelled, ms | measured, ms | its commands one by one, ms | modelled over measured |\n|---|---|---|---|---|---|\n",
            self.adapter
        );
        for step in &self.steps {
            let modelled = step.sum(|kernel| kernel.modelled);
            let _ = writeln!(
                page,
                "| {} | {} | {} | {} | {} | {:.2} |",
                step.preset,
                step.side,
                milliseconds(modelled),
                milliseconds(step.seconds),
                milliseconds(step.sum(|kernel| kernel.measured)),
                modelled / step.seconds
            );
        }
        page.push_str(BESIDE);
        for step in &self.steps {
            if SHOWN.contains(&step.side) {
                step.by_kernel(&mut page);
            }
        }
        page
    }
}

impl Step {
    /// The longest kernel first.
    fn by_kernel(&self, page: &mut String) {
        let _ = writeln!(
            page,
            "\n### By kernel, `{}`, {} pixels\n\n| kernel | commands | modelled, ms | measured, ms |\n|---|---|---|---|",
            self.preset, self.side
        );
        let mut kernels: Vec<_> = self.kernels.iter().collect();
        kernels.sort_by(|(_, one), (_, other)| other.measured.total_cmp(&one.measured));
        for (name, kernel) in kernels {
            let _ = writeln!(
                page,
                "| {name} | {} | {} | {} |",
                kernel.commands,
                milliseconds(kernel.modelled),
                milliseconds(kernel.measured)
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BENCHED: &str = r#"{
        "adapter": "a", "tiles": {"tiles": {
            "wide": {"width": 16, "quads": 16},
            "product": {"window_lanes": 8, "quad_lanes": 8, "depth": 4},
            "fused": false}},
        "rows": [
            {"size": 64, "name": "conv1_1", "work": "forward, direct", "seconds": 1.0},
            {"size": 64, "name": "step", "work": "brush", "seconds": 5.0}],
        "commands": [
            {"preset": "brush", "size": 64, "kernel": "k", "seconds": 1.0},
            {"preset": "brush", "size": 128, "kernel": "k", "seconds": 8.0},
            {"preset": "brush", "size": 64, "kernel": "k", "seconds": 2.0}]}"#;

    fn modelled(commands: usize) -> [ModelledStep; 2] {
        [64, 256].map(|side| ModelledStep {
            preset: "brush".into(),
            side,
            seconds: 4.0,
            kernels: [("k".to_owned(), (commands, 4.0))].into(),
        })
    }

    fn benched() -> Benched {
        serde_json::from_str(BENCHED).unwrap()
    }

    #[test]
    fn a_bench_becomes_its_steps_by_kernel_beside_the_models() {
        let measured = benched().beside(&modelled(2)).unwrap();
        assert_eq!(measured.steps.len(), 1);
        let expected = Kernel {
            commands: 2,
            measured: 3.0,
            modelled: 4.0,
        };
        assert_eq!(measured.steps[0].kernels["k"], expected);
        let section = measured.section();
        assert!(
            section.contains("| brush | 64 | 4000 | 5000 | 3000 | 0.80 |"),
            "{section}"
        );
    }

    #[test]
    fn a_bench_of_other_kernels_is_refused() {
        let refused = benched().beside(&modelled(3)).unwrap_err().to_string();
        assert!(
            refused.contains("timed k in brush's step of 64"),
            "{refused}"
        );
    }
}
