//! The model's figures for whole steps: on the terminal, in `docs/speed.md`, and as JSON.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::figures::Report;
use crate::kernels::Gathered;
use crate::measured::Measured;
use crate::model::{GPUS, Gpu, LAUNCH, STALL, WAIT};
use crate::work::Work;

const HEAD: &str = include_str!("speed.md");

/// How often each kernel runs in a step, and for how many seconds in all.
pub type ByKernel = BTreeMap<String, (usize, f64)>;

/// A GPU's steps by the model.
#[derive(Debug, serde::Serialize)]
pub struct Modelled {
    /// The GPU's name.
    pub gpu: &'static str,
    /// In the order in which they were gathered.
    pub steps: Vec<ModelledStep>,
    /// Seconds of the same steps before the first layers were convolved in one kernel, where they are.
    pub before: Option<Vec<f64>>,
}

impl Modelled {
    fn seconds(&self) -> impl Iterator<Item = f64> {
        self.steps.iter().map(|step| step.seconds)
    }
}

/// One step by the model.
#[derive(Debug, serde::Serialize)]
pub struct ModelledStep {
    /// The preset's name.
    pub preset: String,
    /// Pixels of the picture's sides.
    pub side: u32,
    /// Of the whole.
    pub seconds: f64,
    /// Of its kernels.
    pub kernels: ByKernel,
}

/// All GPUs' steps.
pub fn modelled(gathered: &Gathered, works: &[Vec<Work>], report: &Report) -> Vec<Modelled> {
    let of_gpu = |gpu: &Gpu| Modelled {
        gpu: gpu.name,
        steps: gathered
            .steps
            .iter()
            .zip(works)
            .map(|(step, works)| {
                let mut kernels = ByKernel::new();
                for (command, work) in step.commands.iter().zip(works) {
                    let parts = gpu.parts(work, report.find(&command.kernel));
                    let kernel = kernels.entry(command.kernel.clone()).or_default();
                    *kernel = (kernel.0 + 1, kernel.1 + parts.seconds());
                }
                ModelledStep {
                    preset: step.of.clone(),
                    side: step.side,
                    seconds: kernels.values().map(|(_, seconds)| seconds).sum(),
                    kernels,
                }
            })
            .collect(),
        before: None,
    };
    GPUS.iter().map(of_gpu).collect()
}

/// Of each GPU the quicker of two ways for its first layers, as its own measurement would choose.
pub fn quicker(usual: Vec<Modelled>, fused: Vec<Modelled>) -> Vec<Modelled> {
    let choose = |(usual, fused): (Modelled, Modelled)| {
        if fused.seconds().sum::<f64>() < usual.seconds().sum() {
            let before = usual.seconds().collect();
            Modelled {
                before: Some(before),
                ..fused
            }
        } else {
            usual
        }
    };
    usual.into_iter().zip(fused).map(choose).collect()
}

/// Milliseconds with three figures that mean something.
pub fn milliseconds(seconds: f64) -> String {
    let milliseconds = seconds * 1e3;
    match milliseconds {
        100.0.. => format!("{milliseconds:.0}"),
        10.0.. => format!("{milliseconds:.1}"),
        _ => format!("{milliseconds:.2}"),
    }
}

/// Every GPU's steps by kernel, the longest first, in lines.
pub fn lines(modelled: &[Modelled]) -> String {
    let mut text = String::new();
    for of_gpu in modelled {
        for step in &of_gpu.steps {
            let _ = writeln!(
                text,
                "{}, {}, {} px: {} ms by the model",
                of_gpu.gpu,
                step.preset,
                step.side,
                milliseconds(step.seconds)
            );
            let mut kernels: Vec<_> = step.kernels.iter().collect();
            kernels.sort_by(|(_, (_, one)), (_, (_, other))| other.total_cmp(one));
            for (kernel, (count, seconds)) in kernels {
                let seconds = milliseconds(*seconds);
                let _ = writeln!(text, "  {seconds:>8}  {count:>3} x {kernel}");
            }
        }
    }
    text
}

/// `docs/speed.md`.
pub fn page(modelled: &[Modelled], measured: &Measured) -> String {
    let mut page = HEAD
        .replace("{LAUNCH}", &format!("{:.0}", LAUNCH * 1e6))
        .replace("{WAIT}", &format!("{:.2}", WAIT * 1e6))
        .replace("{STALL}", &format!("{STALL:.1}"));
    let presets = presets(modelled);
    for preset in &presets {
        let _ = writeln!(page, "\n## Milliseconds a step by the model, `{preset}`\n");
        table_of_gpus(&mut page, modelled, preset);
    }
    let _ = writeln!(page, "\nThe GPUs' figures are from:\n");
    for gpu in GPUS {
        let _ = writeln!(page, "- {}: {}.", gpu.name, gpu.source);
    }
    page.push_str(&measured.section());
    page
}

fn presets(modelled: &[Modelled]) -> Vec<&str> {
    let steps = modelled.iter().flat_map(|of_gpu| &of_gpu.steps);
    let mut presets: Vec<_> = steps.map(|step| step.preset.as_str()).collect();
    presets.sort_unstable();
    presets.dedup();
    presets
}

fn table_of_gpus(page: &mut String, modelled: &[Modelled], preset: &str) {
    let rows = modelled.iter().map(|of_gpu| {
        let steps = of_gpu.steps.iter().enumerate();
        let steps = steps.filter(|(_, step)| step.preset == preset);
        (of_gpu, steps.collect::<Vec<_>>())
    });
    for (number, (of_gpu, steps)) in rows.enumerate() {
        if number == 0 {
            let sides = steps.iter().map(|(_, step)| format!("{} px", step.side));
            let sides: Vec<_> = sides.collect();
            let _ = writeln!(page, "| GPU | {} |", sides.join(" | "));
            let _ = writeln!(page, "|---|{}", "---|".repeat(sides.len()));
        }
        let times = steps.iter().map(|&(place, step)| {
            let now = milliseconds(step.seconds);
            let before = of_gpu.before.as_ref().and_then(|all| all.get(place));
            let before = before.map(|&seconds| milliseconds(seconds));
            match before.filter(|before| *before != now) {
                Some(before) => format!("{before} -> {now}"),
                None => now,
            }
        });
        let times: Vec<_> = times.collect();
        let _ = writeln!(page, "| {} | {} |", of_gpu.gpu, times.join(" | "));
    }
}
