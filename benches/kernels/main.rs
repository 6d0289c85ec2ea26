//! How fast every kernel and a whole step are on this machine's adapter, and how exact: a table, the same as JSON, and a
//! plot by layer.

#[path = "../../tests/cpu_reference/mod.rs"]
mod cpu_reference;
mod modelled;
mod plot;
mod shaders;

use std::error::Error;
use std::fmt::Debug;
use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use clap::Parser;
use impasto::gpu::{Gpu, GpuError, Stopwatch};
use impasto::maps::Precision;
use impasto::measure::bench::{self, Ceiling, Row};
use impasto::measure::tiles::{self, Measurement, Timing};
use impasto::network::{Method, Network};
use impasto::painting::Painter;
use impasto::settings::Preset;
use impasto::vgg19::{CONVOLUTIONS, Vgg19};
use modelled::{ByKernel, Model};
use shaders::Shaders;

/// Times every kernel and a whole step.
#[derive(Debug, Parser)]
struct Arguments {
    /// Pixels of the picture's sides; may be given several times.
    #[arg(long, default_values_t = [256, 512, 1024])]
    size: Vec<u32>,
    /// Only whole steps, no single layers.
    #[arg(long)]
    steps_only: bool,
    /// Each kernel's part of a step, where the GPU has a clock of its own.
    #[arg(long)]
    by_kernel: bool,
    /// Whose steps; may be given several times.
    #[arg(long, default_values_t = [Preset::Tutorial.name().to_owned(), Preset::Brush.name().to_owned()])]
    preset: Vec<String>,
    /// Store features and gradients in half precision.
    #[arg(long)]
    half: bool,
    /// A JSON file to write.
    #[arg(long)]
    json: Option<PathBuf>,
    /// An SVG file to write: speed and error by layer, at the last size.
    #[arg(long, conflicts_with = "steps_only")]
    plot: Option<PathBuf>,
    /// VGG19's weights, as safetensors.
    #[arg(long, default_value = "target/weights/vgg19.safetensors")]
    weights: PathBuf,
    /// Cargo gives this to every bench.
    #[arg(long, hide = true)]
    bench: bool,
}

/// Rows and columns of the map over which errors are measured: a few windows, and quick for the reference.
const ERROR_SIDE: u32 = 14;

/// Seconds that the candidates of one kernel may take here, where nobody waits for a picture.
const BENCH_PATIENCE: f64 = 10.0;

#[derive(serde::Serialize)]
struct Report {
    adapter: String,
    /// The tiles that the rows are of, and the candidates' times.
    tiles: Measurement,
    ceiling: Ceiling,
    rows: Vec<Row>,
    /// Of the steps, where they were asked for.
    commands: Vec<Command>,
    errors: Vec<LayerError>,
}

/// One command of a step.
#[derive(serde::Serialize)]
struct Command {
    preset: &'static str,
    size: u32,
    kernel: String,
    workgroups: [u32; 3],
    seconds: f64,
}

/// How far a convolution's output is from an f64 reference's.
#[derive(serde::Serialize)]
struct LayerError {
    name: &'static str,
    work: &'static str,
    /// The error's root mean square over the output's.
    error: f64,
}

fn main() -> Result<(), Box<dyn Error>> {
    pollster::block_on(run(&Arguments::parse()))
}

async fn run(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let bytes = fs::read(&arguments.weights).map_err(|error| {
        let path = arguments.weights.display();
        format!("{path}: {error}; run `./build.sh` first")
    })?;
    let weights = Vgg19::from_safetensors(&bytes)?;
    let gpu = Rc::new(Gpu::open().await?);
    let stopwatch = Stopwatch::new(&gpu)?;
    let ceiling = bench::ceiling(&stopwatch).await?;
    println!("{}", gpu.adapter_name());
    println!(
        "at most {:.1} GFLOP/s and {:.1} GB/s\n",
        ceiling.flops * 1e-9,
        ceiling.bytes_per_second * 1e-9
    );
    let tiles = measure_tiles(&gpu).await?;
    let mut report = Report {
        adapter: gpu.adapter_name(),
        tiles,
        ceiling,
        rows: Vec::new(),
        commands: Vec::new(),
        errors: Vec::new(),
    };
    let method = Method {
        precision: if arguments.half {
            Precision::Half
        } else {
            Precision::Full
        },
        tiles: report.tiles.tiles,
        ..Method::default()
    };
    let network = Rc::new(Network::new(&gpu, &weights, method)?);
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let model = Model::read(project)?;
    let shaders =
        Shaders::read(project).map_err(|(path, error)| format!("{}: {error}", path.display()))?;
    for &size in &arguments.size {
        if !arguments.steps_only {
            add(
                &mut report,
                bench::convolutions(&stopwatch, &network, size).await?,
            );
            add(&mut report, bench::grams(&stopwatch, &network, size).await?);
        }
        for name in &arguments.preset {
            let preset =
                Preset::named(name).ok_or_else(|| format!("no preset is called {name}"))?;
            let painter = bench::painter(&network, preset, size).await?;
            let row = bench::step(&stopwatch, &painter, preset, size).await?;
            add(&mut report, vec![row]);
            if arguments.by_kernel {
                let commands = commands(&stopwatch, &shaders, &painter, preset, size).await?;
                let modelled = model.step(&report.adapter, preset.name(), size);
                print_by_kernel(&commands, modelled);
                report.commands.extend(commands);
            }
        }
    }
    if !arguments.steps_only {
        report.errors = errors(&stopwatch, &network, &weights).await?;
    }
    if let Some(path) = &arguments.plot {
        plot::by_layer(path, &report)?;
    }
    if let Some(path) = &arguments.json {
        fs::write(path, serde_json::to_string_pretty(&report)?)?;
    }
    Ok(())
}

/// The tiles as every run chooses them. Where that keeps the default because the adapter is slow, the candidates are timed
/// all the same, but not chosen from.
async fn measure_tiles(gpu: &Rc<Gpu>) -> Result<Measurement, GpuError> {
    let mut measurement = tiles::measure(gpu, tiles::PATIENCE).await?;
    if measurement.product.is_empty() {
        measurement = Measurement {
            tiles: measurement.tiles,
            ..tiles::measure(gpu, BENCH_PATIENCE).await?
        };
    }
    let Measurement {
        tiles,
        wide,
        product,
        fused,
    } = &measurement;
    print_timings("direct convolution", tiles.wide, wide);
    print_timings("Winograd's product", tiles.product, product);
    print_timings("in one kernel", tiles.fused, fused);
    println!();
    Ok(measurement)
}

fn print_timings<T: Copy + Debug + PartialEq>(kernel: &str, chosen: T, timings: &[Timing<T>]) {
    for timing in timings {
        println!(
            "{kernel}  {:<62} {:10.3} ms{}",
            format!("{:?}", timing.tile),
            timing.seconds * 1e3,
            if timing.tile == chosen { "  used" } else { "" }
        );
    }
}

fn add(report: &mut Report, rows: Vec<Row>) {
    for row in &rows {
        println!(
            "{:5} px  {:12}  {:24} {:10.3} ms {:9.1} GFLOP/s {:5.1} % of peak",
            row.size,
            row.name,
            row.work,
            row.seconds * 1e3,
            row.flops() * 1e-9,
            100.0 * row.flops() / report.ceiling.flops
        );
    }
    report.rows.extend(rows);
}

/// Each command's time, in the order of the step.
async fn commands(
    stopwatch: &Stopwatch,
    shaders: &Shaders,
    painter: &Painter,
    preset: Preset,
    size: u32,
) -> Result<Vec<Command>, Box<dyn Error>> {
    let seconds = stopwatch.seconds_of_each(painter.step()).await?;
    let seconds = seconds.ok_or("this GPU has no clock by which commands could be timed")?;
    let commands = painter.step().iter().zip(seconds);
    Ok(commands
        .map(|(command, seconds)| Command {
            preset: preset.name(),
            size,
            kernel: shaders.name(command.kernel()),
            workgroups: command.workgroups(),
            seconds,
        })
        .collect())
}

/// Every kernel's sum over a step, the longest first, and what the model says of this GPU if it is one of the model's.
fn print_by_kernel(commands: &[Command], modelled: Option<&ByKernel>) {
    let whole: f64 = commands.iter().map(|command| command.seconds).sum();
    let mut kernels = ByKernel::new();
    for command in commands {
        let (count, seconds) = kernels.entry(command.kernel.clone()).or_default();
        *count += 1;
        *seconds += command.seconds;
    }
    let mut kernels: Vec<_> = kernels.into_iter().collect();
    kernels.sort_by(|(_, (_, one)), (_, (_, other))| other.total_cmp(one));
    let beside = modelled.map_or(String::new(), |modelled| {
        let whole: f64 = modelled.values().map(|(_, seconds)| seconds).sum();
        format!("; by the model {:.3} ms", whole * 1e3)
    });
    println!(
        "    {} commands, each alone {:.3} ms in all{beside}",
        commands.len(),
        whole * 1e3
    );
    for (kernel, (count, seconds)) in kernels {
        let modelled = modelled.and_then(|modelled| modelled.get(&kernel));
        let beside = modelled.map_or(String::new(), |(_, seconds)| {
            format!(", by the model {:.3} ms", seconds * 1e3)
        });
        println!(
            "    {:10.3} ms {:5.1} %  {count:3} x {kernel}{beside}",
            seconds * 1e3,
            100.0 * seconds / whole
        );
    }
}

/// Every layer's error over a small map, by each method and in both directions.
async fn errors(
    stopwatch: &Stopwatch,
    network: &Network,
    weights: &Vgg19,
) -> Result<Vec<LayerError>, Box<dyn Error>> {
    let mut errors = Vec::new();
    for (layer, filter) in weights.filters.iter().enumerate() {
        for output in bench::outputs(stopwatch, network, layer, ERROR_SIDE).await? {
            let expected = if output.backward {
                cpu_reference::convolve_backward(filter, output.shape, &widen(&output.input))
            } else {
                let input = widen(&output.input);
                cpu_reference::relu(&cpu_reference::convolve(filter, output.shape, &input))
            };
            let name = CONVOLUTIONS[layer].name;
            let error = relative_error(&expected, &output.values);
            println!("{name:12}  {:24} error {error:.1e}", output.work);
            errors.push(LayerError {
                name,
                work: output.work,
                error,
            });
        }
    }
    Ok(errors)
}

fn widen(values: &[f32]) -> Vec<f64> {
    values.iter().map(|&value| value.into()).collect()
}

fn relative_error(expected: &[f64], found: &[f32]) -> f64 {
    let square: f64 = expected.iter().map(|value| value * value).sum();
    let error: f64 = expected
        .iter()
        .zip(found)
        .map(|(expected, &found)| (expected - f64::from(found)).powi(2))
        .sum();
    (error / square).sqrt()
}
