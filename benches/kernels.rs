//! How fast every kernel and a whole step are on this machine's adapter: a table, and the same as JSON.

use std::error::Error;
use std::fs;
use std::path::PathBuf;
use std::rc::Rc;

use clap::Parser;
use impasto::gpu::Gpu;
use impasto::measure::{Ceiling, Row, Stopwatch};
use impasto::network::{Convolutions, Network};
use impasto::weights::Vgg19;

/// Times every kernel and a whole step.
#[derive(Debug, Parser)]
struct Arguments {
    /// Pixels of the picture's sides; may be given several times.
    #[arg(long, default_values_t = [256, 512, 1024])]
    size: Vec<u32>,
    /// Only whole steps, no single layers.
    #[arg(long)]
    steps_only: bool,
    /// A JSON file to write.
    #[arg(long)]
    json: Option<PathBuf>,
    /// VGG19's weights, as safetensors.
    #[arg(long, default_value = "target/weights/vgg19.safetensors")]
    weights: PathBuf,
    /// Cargo gives this to every bench.
    #[arg(long, hide = true)]
    bench: bool,
}

#[derive(serde::Serialize)]
struct Report {
    adapter: String,
    ceiling: Ceiling,
    rows: Vec<Row>,
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
    let ceiling = stopwatch.ceiling().await?;
    println!("{}", gpu.adapter_name());
    println!(
        "at most {:.1} GFLOP/s and {:.1} GB/s\n",
        ceiling.flops * 1e-9,
        ceiling.bytes_per_second * 1e-9
    );
    let mut report = Report {
        adapter: gpu.adapter_name(),
        ceiling,
        rows: Vec::new(),
    };
    let network = Rc::new(Network::new(&gpu, &weights, Convolutions::default())?);
    for &size in &arguments.size {
        if !arguments.steps_only {
            add(&mut report, stopwatch.convolutions(&network, size).await?);
            add(&mut report, stopwatch.grams(&network, size).await?);
        }
        add(&mut report, vec![stopwatch.step(&network, size).await?]);
    }
    if let Some(path) = &arguments.json {
        fs::write(path, serde_json::to_string_pretty(&report)?)?;
    }
    Ok(())
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
