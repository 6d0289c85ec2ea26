//! Says what a GPU's compiler makes of Impasto's kernels: `compiled report` writes it down, `compiled check` holds it to
//! the budget, `compiled sources` writes the hot kernels for `chrome.js`. `compiled model` says how long a step might take,
//! and `compiled measured FILE` puts beside it what the native bench has written with `--by-kernel --json FILE` on an H100.
//!
//! The way: [`kernels`] has the engine plan its steps and takes the kernels from them, [`spirv`] translates them as wgpu
//! does, [`radv`] compiles, [`machine_code`] reads the listings, [`figures`] keeps what was found, and [`budget`],
//! [`page`] and [`plot`] tell of it. For the model [`walk`] goes through the kernels' texts, following [`values`]
//! and counting [`operations`] into [`counts`], [`work`] makes each command's work of that, [`mod@model`] its time, and
//! [`speed`] tells of it, with what was [`mod@measured`].

mod budget;
mod counts;
mod figures;
mod kernels;
mod machine_code;
mod measured;
mod model;
mod operations;
mod page;
mod plot;
mod radv;
mod speed;
mod spirv;
mod values;
mod walk;
mod work;

use std::env;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use impasto::kernels::tiles::Tiles;
use impasto::settings::Preset;

use budget::Budget;
use figures::{Report, Translator, compile, of_chrome, read_json, translated, write, write_json};
use kernels::{Assembled, Gathered};
use measured::{Benched, Measured};
use model::H100;
use radv::{Radv, RadvError};
use speed::Modelled;

/// RDNA3, RDNA2, and the graphics of a laptop's processor.
const FAMILIES: [&str; 3] = ["navi31", "navi21", "gfx1151"];

/// Where what is found is written, beside this program's manifest.
const FOLDER: &str = "../../target/compiled";

fn main() -> ExitCode {
    let command = env::args().nth(1);
    let done = match command.as_deref() {
        Some("report") => report(),
        Some("check") => check(),
        Some("sources") => sources(),
        Some("model") => model(),
        Some("measured") => measured(),
        _ => Err("usage: compiled report | check | sources | model | measured FILE".into()),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn place(of: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(of)
}

/// A kernel for Chrome.
#[derive(serde::Serialize)]
struct Source<'a> {
    name: &'a str,
    file: String,
    source: &'a str,
    entry: &'a str,
    constants: &'a [(&'static str, f64)],
}

fn sources() -> Result<bool, Box<dyn Error>> {
    let budget: Budget = read_json(&place("budget.json"))?;
    let gathered = Gathered::all()?;
    let sources = hot(&gathered, &budget).map(|kernel| Source {
        name: &kernel.name,
        file: kernel.file_name(),
        source: &kernel.source,
        entry: kernel.entry,
        constants: &kernel.constants,
    });
    let sources: Vec<_> = sources.collect();
    write_json(&place(FOLDER).join("sources.json"), &sources)?;
    Ok(true)
}

/// In the budget's order.
fn hot<'a>(gathered: &'a Gathered, budget: &'a Budget) -> impl Iterator<Item = &'a Assembled> {
    let kernels = &gathered.kernels;
    let named = budget.kernels.iter();
    named.filter_map(|limits| kernels.iter().find(|kernel| kernel.name == limits.kernel))
}

fn report() -> Result<bool, Box<dyn Error>> {
    let folder = place(FOLDER);
    let (budget, before): (Budget, Vec<Report>) = (
        read_json(&place("budget.json"))?,
        read_json(&place("before.json"))?,
    );
    // Nothing is done in vain where it is not at hand.
    Radv::open(&budget.family)?;
    let gathered = Gathered::all()?;
    write_json(&folder.join("steps.json"), &gathered.steps)?;
    let modules = translated(&gathered.kernels)?;
    let of_chrome = of_chrome(hot(&gathered, &budget), &folder.join("chrome"))?;
    let mut reports = Vec::new();
    for family in FAMILIES {
        let radv = Radv::open(family)?;
        let works = [
            (Translator::Wgpu, "", Some(&modules)),
            (Translator::Chrome, "-chrome", of_chrome.as_ref()),
        ];
        for (translator, suffix, modules) in works {
            let Some(modules) = modules else { continue };
            let name = format!("{family}{suffix}");
            let report = compile(
                &radv,
                (family, translator),
                modules,
                Some(&folder.join(&name)),
            )?;
            write_json(&folder.join(name + ".json"), &report)?;
            println!("{}", page::lines(&report));
            reports.push(report);
        }
    }
    for step in &gathered.steps {
        println!("{}: {} commands a step", step.of, step.commands.len());
    }
    let page = page::page(&reports, &before, &budget, &gathered.steps);
    write(&place("../../docs/kernels.md"), &page)?;
    if let Some(now) = reports.first() {
        // What has nothing before it stands as it is.
        let before = now.like(&before).unwrap_or(now);
        plot::plot(&place("../../docs/kernels.svg"), before, now, &budget)?;
    }
    Ok(true)
}

/// Whose steps are modelled, and at which sizes.
const MODELLED: ([Preset; 2], [u32; 5]) =
    ([Preset::Tutorial, Preset::Brush], [64, 128, 256, 512, 1024]);

/// A command's work, for who wants to know why the model says what it says.
#[derive(serde::Serialize)]
struct WorkOf<'a> {
    preset: &'a str,
    side: u32,
    kernel: &'a str,
    #[serde(flatten)]
    work: &'a work::Work,
    h100: model::Parts,
}

fn model() -> Result<bool, Box<dyn Error>> {
    let measured: Measured = read_json(&place("h100.json"))?;
    let all = [false, true].map(|fused| {
        modelled(Tiles {
            fused,
            ..measured.tiles
        })
    });
    let [usual, fused] = all;
    let modelled = speed::quicker(usual?, fused?);
    write_json(&place(FOLDER).join("model.json"), &modelled)?;
    println!("{}{}", speed::lines(&modelled), measured.section());
    let page = speed::page(&modelled, &measured);
    write(&place("../../docs/speed.md"), &page)?;
    Ok(true)
}

/// With those tiles. Each command's work is written down too.
fn modelled(tiles: Tiles) -> Result<Vec<Modelled>, Box<dyn Error>> {
    let radv = Radv::open(FAMILIES[0])?;
    let (presets, sides) = MODELLED;
    let gathered = Gathered::steps(&presets, &sides, tiles)?;
    let works = work::works(&gathered)?;
    let modules = translated(&gathered.kernels)?;
    let report = compile(&radv, (FAMILIES[0], Translator::Wgpu), &modules, None)?;
    let mut all = Vec::new();
    for (step, works) in gathered.steps.iter().zip(&works) {
        for (command, work) in step.commands.iter().zip(works) {
            all.push(WorkOf {
                preset: &step.of,
                side: step.side,
                kernel: &command.kernel,
                work,
                h100: H100.parts(work, report.find(&command.kernel)),
            });
        }
    }
    write_json(&place(FOLDER).join("works.json"), &all)?;
    Ok(speed::modelled(&gathered, &works, &report))
}

fn measured() -> Result<bool, Box<dyn Error>> {
    let file = env::args().nth(2);
    let file = file.ok_or("usage: compiled measured FILE, which the native bench has written")?;
    let benched: Benched = read_json(Path::new(&file))?;
    let modelled = modelled(benched.tiles())?;
    let of_h100 = modelled.iter().find(|of_gpu| of_gpu.gpu == H100.name);
    let steps = of_h100.map_or(&[][..], |of_gpu| &of_gpu.steps);
    write_json(&place("h100.json"), &benched.beside(steps)?)?;
    Ok(true)
}

fn check() -> Result<bool, Box<dyn Error>> {
    let budget: Budget = read_json(&place("budget.json"))?;
    let skipped = |why: String| {
        eprintln!("SKIPPED, the kernels' machine code is not checked: {why}");
        Ok(true)
    };
    let radv = match Radv::open(&budget.family) {
        Ok(radv) => radv,
        Err(error @ (RadvError::NotAtHand(_) | RadvError::AnotherDevice { .. })) => {
            return skipped(error.to_string());
        }
        Err(error) => return Err(error.into()),
    };
    if !radv.name.contains(&budget.driver) {
        return skipped(format!(
            "the budget is for {}, and this is {}",
            budget.driver, radv.name
        ));
    }
    let gathered = Gathered::all()?;
    let modules = translated(&gathered.kernels)?;
    let report = compile(&radv, (&budget.family, Translator::Wgpu), &modules, None)?;
    let complaints = budget.complaints(&report);
    for complaint in &complaints {
        eprintln!("{complaint}");
    }
    let kept = complaints.is_empty();
    if kept {
        println!("{} kernels keep to their budget", report.kernels.len());
    } else {
        eprintln!(
            "The kernels cost more than build/compiled/budget.json allows on {}",
            radv.name
        );
    }
    Ok(kept)
}
