//! What the command does, in order.

use std::error::Error;
use std::path::Path;
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches};

use super::arguments::{Arguments, LIST_GPUS};
use super::gpus;
use super::inputs::{OpenedStyle, all_inputs, open_content, open_picture, open_styles};
use super::interruption;
use super::keep;
use super::orders::order;
use super::outputs::check_format;
use super::places::prepare;
use super::run::{Ending, Run};
use super::say::say;
use super::settings::settings;
use super::studio::Studio;
use super::weights;
use super::works::{Work, Works, frames_in, works};
use impasto::painting::plan;
use impasto::settings::Settings;

/// Runs the command with the process's arguments.
pub fn main() -> ExitCode {
    let matches = Arguments::command().get_matches();
    let done = if matches.get_flag(LIST_GPUS) {
        let listed = pollster::block_on(gpus::list());
        listed.map(|()| ExitCode::SUCCESS).map_err(Into::into)
    } else {
        let arguments = Arguments::from_arg_matches(&matches);
        pollster::block_on(run(&arguments.unwrap_or_else(|error| error.exit())))
    };
    match done {
        Ok(code) => code,
        Err(error) => {
            say(&format!("error: {error}"));
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: &Arguments) -> Result<ExitCode, Box<dyn Error>> {
    let settings = settings(arguments)?;
    if arguments.print_settings {
        println!("{}", serde_json::to_string_pretty(&settings)?);
        return Ok(ExitCode::SUCCESS);
    }
    let weights = weights::find(arguments.weights.as_deref())?;
    let Some(output) = arguments.output.as_ref().filter(|_| !arguments.memory) else {
        print_plan(arguments, &settings, &weights).await?;
        return Ok(ExitCode::SUCCESS);
    };
    let works = works(arguments, output);
    for work in &works.each {
        check_format(&work.picture, settings.size)?;
    }
    prepare(&works, &all_inputs(arguments, &weights))?;
    warn_of_frames(&works);
    interruption::listen()?;
    paint_all(arguments, &settings, &works, &weights).await
}

/// A film of the folder would be one of two paintings.
fn warn_of_frames(works: &Works) {
    for work in works.each.iter().filter(|work| work.resume.is_none()) {
        if let Some(folder) = &work.frames
            && frames_in(folder).next().is_some()
        {
            say(&format!(
                "warning: {} has frames already. Those that this painting does not replace stay among its own.",
                folder.display()
            ));
        }
    }
}

/// Paints each, whatever becomes of the others.
async fn paint_all(
    arguments: &Arguments,
    settings: &Settings,
    works: &Works,
    weights: &Path,
) -> Result<ExitCode, Box<dyn Error>> {
    let styles = open_styles(arguments)?;
    let mut report = Report::new(works);
    // What cannot be read is told before an hour is spent on those that can.
    let mut orders = Vec::new();
    for work in &works.each {
        match order(arguments, settings, work, &styles) {
            Ok(order) => orders.push((work, order)),
            Err(error) => report.failed(work, error),
        }
    }
    if orders.is_empty() {
        return Ok(report.end());
    }
    let weights = weights::open(weights)?;
    let start = arguments.start.as_deref().map(open_picture).transpose()?;
    let start = start.as_ref().map(|(picture, _)| picture);
    let mut studio = Studio::open(weights, arguments.gpu.as_deref()).await?;
    interruption::wait_for_end();
    gpus::announce(studio.gpu());
    for (work, order) in orders {
        if interruption::asked() {
            report.not_begun.push(work);
            continue;
        }
        let run = Run::new(arguments, work, order, &styles, start, keep::USUAL)?;
        match run.paint(&mut studio).await {
            Ok(Ending::Finished) => {}
            Ok(Ending::Interrupted) => report.interrupted = true,
            Ok(Ending::Failed(error)) | Err(error) => report.failed(work, error),
        }
    }
    Ok(report.end())
}

/// What did not become of the works.
struct Report<'a> {
    works: usize,
    failures: Vec<(&'a Work, String)>,
    interrupted: bool,
    not_begun: Vec<&'a Work>,
}

impl<'a> Report<'a> {
    fn new(works: &Works) -> Self {
        Self {
            works: works.each.len(),
            failures: Vec::new(),
            interrupted: false,
            not_begun: Vec::new(),
        }
    }

    /// Tells at once what is told again at the end, where there are others meanwhile.
    fn failed(&mut self, work: &'a Work, error: Box<dyn Error>) {
        let error = error.to_string();
        if self.works > 1 {
            say(&format!("{} failed: {error}", work.content.display()));
        }
        self.failures.push((work, error));
    }

    /// Tells it.
    fn end(&self) -> ExitCode {
        match &self.failures[..] {
            [] => {}
            [(_, error)] if self.works == 1 => say(&format!("error: {error}")),
            failures => {
                let (count, works) = (failures.len(), self.works);
                say(&format!("error: {count} of {works} contents failed:"));
                for (work, error) in failures {
                    say(&format!("  {}: {error}", work.content.display()));
                }
            }
        }
        if !self.not_begun.is_empty() {
            say("Not begun:");
            for work in &self.not_begun {
                say(&format!("  {}", work.content.display()));
            }
        }
        if self.interrupted || !self.not_begun.is_empty() {
            ExitCode::from(interruption::EXIT_CODE)
        } else if self.failures.is_empty() {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        }
    }
}

async fn print_plan(
    arguments: &Arguments,
    settings: &Settings,
    weights: &Path,
) -> Result<(), Box<dyn Error>> {
    let styles = open_styles(arguments)?;
    let (content, _) = open_content(arguments, &arguments.content, &styles, settings)?;
    let mut studio = Studio::open(weights::open(weights)?, arguments.gpu.as_deref()).await?;
    let network = studio.network(settings.precision).await?;
    let job = |OpenedStyle { style, .. }: &OpenedStyle| (style.job(), style.scale);
    let shapes: Vec<_> = styles.iter().map(job).collect();
    let allowance = studio.gpu().allowance(settings.memory);
    let plan = plan(
        network.method(),
        allowance,
        content.shape(),
        &shapes,
        settings,
    )?;
    println!("{}\n{plan}\n{allowance}", studio.gpu().adapter_name());
    Ok(())
}
