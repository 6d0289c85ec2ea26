//! What the command does, in order; and its progress.

use std::error::Error;
use std::path::Path;
use std::process::ExitCode;
use std::rc::Rc;

use clap::Parser;
use indicatif::{ProgressBar, ProgressStyle};

use super::arguments::Arguments;
use super::inputs::{all_inputs, open_content, open_styles, open_weights, sum};
use super::outputs::{check_format, save, write_log};
use super::places::prepare;
use super::settings::settings;
use super::works::{frame_name, works};
use super::write::write;
use impasto::files::provenance::{Input, Provenance};
use impasto::gpu::Gpu;
use impasto::measure::tiles;
use impasto::network::{Method, Network};
use impasto::painting::{Painting, PaintingError, StepRecord, Style, plan};
use impasto::pictures::Picture;
use impasto::settings::Settings;

/// Runs the command with the process's arguments.
pub fn main() -> ExitCode {
    match pollster::block_on(run(&Arguments::parse())) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let settings = settings(arguments)?;
    if arguments.print_settings {
        println!("{}", serde_json::to_string_pretty(&settings)?);
        return Ok(());
    }
    let output = arguments.output.as_ref().filter(|_| !arguments.memory);
    let works = output.map(|output| works(arguments, output));
    if let Some(works) = &works {
        for work in &works.each {
            check_format(&work.picture, settings.size)?;
        }
        prepare(works, &all_inputs(arguments))?;
    }
    let styles = open_styles(arguments)?;
    let contents = [&arguments.content].into_iter().chain(&arguments.contents);
    // What cannot be read is told before an hour is spent on those that can.
    let contents = contents
        .map(|path| Ok((path, open_content(arguments, path, &settings)?)))
        .collect::<Result<Vec<_>, Box<dyn Error>>>()?;
    let weights = open_weights(&arguments.weights)?;
    let gpu = Rc::new(Gpu::open().await?);
    let method = Method {
        precision: settings.precision,
        tiles: tiles::measure(&gpu, tiles::PATIENCE).await?.tiles,
        ..Method::default()
    };
    let network = Rc::new(Network::new(&gpu, &weights, method)?);
    let Some(works) = works else {
        return print_plan(&network, &contents[0].1, &styles, &settings);
    };
    let adapter = gpu.adapter_name();
    eprintln!("Painting on {adapter}");
    let start = arguments.start.as_deref().map(Picture::open).transpose()?;
    for (work, (path, content)) in works.each.iter().zip(&contents) {
        let used: Vec<_> = styles.iter().map(|(style, _)| style.clone()).collect();
        let mut painting = Painting::of_exact_size(
            network.clone(),
            content.clone(),
            used,
            start.as_ref(),
            settings,
        )
        .await?;
        let records = paint(&mut painting, work.frames.as_deref(), arguments.frame_steps).await;
        let (records, failed) = match records {
            Ok(records) => (records, None),
            Err(error) if leaves_a_picture(error.as_ref()) => (Vec::new(), Some(error)),
            Err(error) => return Err(error),
        };
        let provenance = Provenance {
            version: env!("CARGO_PKG_VERSION").into(),
            adapter: adapter.clone(),
            content: Input::new(sum(path)?),
            styles: styles.iter().map(|(_, input)| input.clone()).collect(),
            settings: *painting.settings(),
        };
        save(arguments, &mut painting, &provenance, &work.picture).await?;
        if let Some(error) = failed {
            return Err(error);
        }
        if let Some(path) = &work.log {
            write_log(path, painting.shape()?, &adapter, &records)?;
        }
    }
    Ok(())
}

/// Whether what was painted until then is a picture still.
fn leaves_a_picture(error: &(dyn Error + 'static)) -> bool {
    let error = error.downcast_ref::<PaintingError>();
    matches!(error, Some(PaintingError::NotFinite { .. }))
}

fn print_plan(
    network: &Network,
    content: &Picture,
    styles: &[(Style, Input)],
    settings: &Settings,
) -> Result<(), Box<dyn Error>> {
    let gpu = network.gpu();
    let shapes: Vec<_> = styles
        .iter()
        .map(|(style, _)| (style.job(), style.scale))
        .collect();
    let allowance = gpu.allowance(settings.memory);
    let plan = plan(
        network.method(),
        allowance,
        content.shape(),
        &shapes,
        settings,
    )?;
    println!("{}\n{plan}\n{allowance}", gpu.adapter_name());
    Ok(())
}

async fn paint(
    painting: &mut Painting,
    frames: Option<&Path>,
    frame_steps: u32,
) -> Result<Vec<StepRecord>, Box<dyn Error>> {
    let style = ProgressStyle::with_template(
        "{bar:32} step {pos}/{len}  loss {msg}  {per_sec}  {eta} left",
    )?;
    let progress = ProgressBar::new(painting.steps().into()).with_style(style);
    let mut records: Vec<StepRecord> = Vec::new();
    let mut until = if frames.is_some() { 0 } else { u32::MAX };
    while !painting.finished() {
        let done = painting.advance(until).await?;
        progress.inc(done.len() as u64);
        if let Some(last) = done.last() {
            progress.set_message(format!("{:.4e}", last.loss));
        }
        records.extend(done);
        if let Some(folder) = frames
            && (painting.reached(until) || painting.finished())
        {
            let step = until.min(painting.steps());
            let bytes = painting.picture().await?.to_png()?;
            write(&folder.join(frame_name(step)), &bytes)?;
            until += frame_steps;
        }
    }
    progress.finish();
    Ok(records)
}
