//! Says what a GPU's compiler makes of Impasto's kernels: `compiled report` writes it down, `compiled check` holds it to
//! the budget.
//!
//! The way: [`kernels`] has the engine plan its steps and takes the kernels from them, [`spirv`] translates them as wgpu
//! does, [`radv`] compiles, [`machine_code`] reads the listings, [`figures`] keeps what was found, and [`budget`],
//! [`page`] and [`plot`] tell of it.

mod budget;
mod figures;
mod kernels;
mod machine_code;
mod page;
mod plot;
mod radv;
mod spirv;

use std::env;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use budget::Budget;
use figures::{Report, compile, read_json, translated, write, write_json};
use kernels::Gathered;
use radv::{Radv, RadvError};

/// RDNA3, RDNA2, and the graphics of a laptop's processor.
const FAMILIES: [&str; 3] = ["navi31", "navi21", "gfx1151"];

fn main() -> ExitCode {
    let command = env::args().nth(1);
    let done = match command.as_deref() {
        Some("report") => report(),
        Some("check") => check(),
        _ => Err("usage: compiled report | check".into()),
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

fn report() -> Result<bool, Box<dyn Error>> {
    let folder = place("../../target/compiled");
    let (budget, before): (Budget, Report) = (
        read_json(&place("budget.json"))?,
        read_json(&place("before.json"))?,
    );
    // Nothing is done in vain where it is not at hand.
    Radv::open(&before.family)?;
    let gathered = Gathered::all()?;
    write_json(&folder.join("steps.json"), &gathered.steps)?;
    let modules = translated(&gathered.kernels)?;
    let mut reports = Vec::new();
    for family in FAMILIES {
        let radv = Radv::open(family)?;
        let report = compile(&radv, family, &modules, Some(&folder))?;
        write_json(&folder.join(format!("{family}.json")), &report)?;
        println!("{}", page::lines(&report));
        reports.push(report);
    }
    for step in &gathered.steps {
        println!("{}: {} commands a step", step.of, step.commands.len());
    }
    let page = page::page(&reports, &before, &budget, &gathered.steps);
    write(&place("../../docs/kernels.md"), &page)?;
    let now = reports.iter().find(|report| report.family == before.family);
    let now = now.ok_or("what was before is of another family")?;
    plot::plot(&place("../../docs/kernels.svg"), &before, now, &budget)?;
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
    let report = compile(&radv, &budget.family, &modules, None)?;
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
