//! Arguments, progress and files of the command line.

use std::error::Error;
use std::fs;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::rc::Rc;

use clap::Parser;
use impasto::feature_map::{Precision, Shape};
use impasto::gpu::Gpu;
use impasto::losses::LossWeights;
use impasto::network::{Method, Network};
use impasto::painter::{Painter, Settings, StepRecord};
use impasto::picture::Picture;
use impasto::plan::Plan;
use impasto::weights::Vgg19;
use indicatif::{ProgressBar, ProgressStyle};

/// Paints one picture in the style of another, on the GPU (Gatys et al. 2015).
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    /// The picture to paint.
    content: PathBuf,
    /// The picture in whose style to paint it.
    style: PathBuf,
    /// The PNG file to write.
    #[arg(short, long, required_unless_present = "memory")]
    output: Option<PathBuf>,
    /// Pixels of the longer side; the shape is the content's.
    #[arg(long, default_value_t = 512, conflicts_with_all = ["width", "height"])]
    size: u32,
    /// Exact width in pixels, with --height.
    #[arg(long, requires = "height")]
    width: Option<u32>,
    /// Exact height in pixels, with --width.
    #[arg(long, requires = "width")]
    height: Option<u32>,
    /// How often to improve the picture.
    #[arg(long, default_value_t = 1000)]
    steps: u32,
    /// How much the style counts: higher is more like the painting.
    #[arg(long, default_value_t = Settings::default().weights.style, value_parser = weight)]
    style_weight: f32,
    /// How much the content counts: higher keeps more of the picture.
    #[arg(long, default_value_t = Settings::default().weights.content, value_parser = weight)]
    content_weight: f32,
    /// How much smoothness counts: higher has less grain.
    #[arg(long, default_value_t = Settings::default().weights.total_variation, value_parser = weight)]
    tv_weight: f32,
    /// How far a step goes.
    #[arg(long, default_value_t = Settings::default().learning_rate, value_parser = weight)]
    learning_rate: f32,
    /// Print what each buffer would take of the graphics memory, and paint nothing.
    #[arg(long)]
    memory: bool,
    /// Gigabytes of graphics memory that may be used; what needs more is computed by parts, which takes longer.
    #[arg(long, default_value_t = Settings::default().memory as f64 * 1e-9, value_parser = gigabytes)]
    memory_limit: f64,
    /// How features and gradients are stored: half takes half the memory, and rounds.
    #[arg(long, value_enum, default_value_t)]
    precision: Precision,
    /// VGG19's weights, as safetensors; `./build.sh` puts them at the default place.
    #[arg(long, default_value = "target/weights/vgg19.safetensors")]
    weights: PathBuf,
    /// A JSON file to write with every step's losses.
    #[arg(long)]
    log: Option<PathBuf>,
}

fn weight(text: &str) -> Result<f32, String> {
    match text.parse::<f32>() {
        Ok(value) if value.is_finite() && value >= 0.0 => Ok(value),
        _ => Err("give a number that is not negative".into()),
    }
}

fn gigabytes(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(value) if value.is_finite() && value > 0.0 => Ok(value),
        _ => Err("give a number above zero".into()),
    }
}

/// Runs the command with the process's arguments.
pub fn main() -> ExitCode {
    match pollster::block_on(paint(&Arguments::parse())) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn paint(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let (content, style) = open_pictures(arguments)?;
    let output = match &arguments.output {
        Some(output) if !arguments.memory => output,
        _ => return print_plan(arguments, content.shape(), style.shape()).await,
    };
    let weights = open_weights(&arguments.weights)?;
    let gpu = Rc::new(Gpu::open().await?);
    let adapter = gpu.adapter_name();
    eprintln!("Painting on {adapter}");
    let network = Rc::new(Network::new(&gpu, &weights, method(arguments))?);
    let mut painter = Painter::new(network, &content, &style, settings(arguments))?;
    let records = run(&mut painter, arguments.steps).await?;
    painter.picture().await?.save(output)?;
    if let Some(path) = &arguments.log {
        write_log(path, &painter, &adapter, &records)
            .map_err(|error| format!("{} could not be written: {error}", path.display()))?;
    }
    Ok(())
}

async fn print_plan(
    arguments: &Arguments,
    content: Shape,
    style: Shape,
) -> Result<(), Box<dyn Error>> {
    let gpu = Gpu::open().await?;
    let allowance = gpu.allowance(settings(arguments).memory);
    let (_, plan) = Plan::choose(content, style, allowance, method(arguments))?;
    println!("{}\n{plan}\n{allowance}", gpu.adapter_name());
    Ok(())
}

fn open_pictures(arguments: &Arguments) -> Result<(Picture, Picture), Box<dyn Error>> {
    let content = Picture::open(&arguments.content)?;
    let style = Picture::open(&arguments.style)?;
    let content = match (arguments.width, arguments.height) {
        (Some(width), Some(height)) => content.resized(width, height)?,
        _ => content.with_longest_side(arguments.size)?,
    };
    let longest = content.shape().width.max(content.shape().height);
    Ok((content, style.with_longest_side(longest)?))
}

fn open_weights(path: &Path) -> Result<Vgg19, Box<dyn Error>> {
    let bytes = fs::read(path).map_err(|error| {
        format!(
            "The network's weights at {} could not be read ({error}). Run ./build.sh once, or name a file with --weights.",
            path.display()
        )
    })?;
    Ok(Vgg19::from_safetensors(&bytes)?)
}

fn method(arguments: &Arguments) -> Method {
    Method {
        precision: arguments.precision,
        ..Method::default()
    }
}

fn settings(arguments: &Arguments) -> Settings {
    Settings {
        weights: LossWeights {
            style: arguments.style_weight,
            content: arguments.content_weight,
            total_variation: arguments.tv_weight,
        },
        learning_rate: arguments.learning_rate,
        memory: (arguments.memory_limit * 1e9) as u64,
    }
}

async fn run(painter: &mut Painter, steps: u32) -> Result<Vec<StepRecord>, Box<dyn Error>> {
    let style = ProgressStyle::with_template(
        "{bar:32} step {pos}/{len}  loss {msg}  {per_sec}  {eta} left",
    )?;
    let progress = ProgressBar::new(steps.into()).with_style(style);
    let mut records = Vec::new();
    while !painter.finished(steps) {
        let done = painter.advance(steps).await?;
        progress.inc(done.len() as u64);
        if let Some(last) = done.last() {
            progress.set_message(format!("{:.4e}", last.loss));
        }
        records.extend(done);
    }
    progress.finish();
    Ok(records)
}

#[derive(serde::Serialize)]
struct Log<'a> {
    width: u32,
    height: u32,
    adapter: &'a str,
    steps: &'a [StepRecord],
}

fn write_log(
    path: &Path,
    painter: &Painter,
    adapter: &str,
    steps: &[StepRecord],
) -> Result<(), Box<dyn Error>> {
    let shape = painter.shape();
    let mut file = BufWriter::new(fs::File::create(path)?);
    serde_json::to_writer(
        &mut file,
        &Log {
            width: shape.width,
            height: shape.height,
            adapter,
            steps,
        },
    )?;
    file.flush()?;
    Ok(())
}
