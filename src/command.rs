//! Arguments, progress and files of the command line.

use std::error::Error;
use std::fs;
use std::io::{BufWriter, Cursor, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::rc::Rc;

use clap::{ArgAction, Parser};
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageFormat, RgbImage};
use impasto::feature_map::{Precision, Shape};
use impasto::gpu::Gpu;
use impasto::mask::Mask;
use impasto::network::{Method, Network};
use impasto::painter::StepRecord;
use impasto::painting::{Painting, Style, plan};
use impasto::picture::Picture;
use impasto::provenance::{self, Depth, Input, Provenance};
use impasto::settings::{
    Colour, LayerWeights, Optimiser, Padding, Pooling, Preset, Settings, Smoothness, StyleLoss,
};
use impasto::tuning;
use impasto::weights::Vgg19;
use indicatif::{ProgressBar, ProgressStyle};
use sha2::{Digest, Sha256};

const EXAMPLES: &str = "\
Examples:
  impasto photograph.jpg painting.jpg -o painted.png
      paints from small to large, 512 pixels at the end
  impasto photograph.jpg painting.jpg -o painted.png --preset gatys --size 400
      as in the paper of 2015
  impasto photograph.jpg monet.jpg munch.jpg --blend 2,1 -o painted.jpg
      like two paintings, twice as much like the first
  impasto photograph.jpg painting.jpg -o painted.png --colour luminance --strength 0.7
      keeps the photograph's colours, and something of the photograph
  impasto photograph.jpg sky.jpg ground.jpg --mask above.png,below.png -o painted.jpg
      like one painting where above.png is white, like another where below.png is
  impasto first.jpg painting.jpg --content second.jpg --content third.jpg -o painted/
      paints three photographs like one painting, each into the folder
  impasto photograph.jpg painting.jpg -o again.png --settings painted.png
      with the settings of a picture that Impasto painted

Exit codes: 0 when all was painted, 1 when something failed, 2 when an argument is wrong.";

/// Paints one picture in the style of another, on the GPU (Gatys et al. 2015).
#[derive(Debug, Parser)]
#[command(version, after_help = EXAMPLES)]
struct Arguments {
    /// The picture to paint.
    content: PathBuf,
    /// The pictures in whose style to paint it.
    #[arg(required = true)]
    style: Vec<PathBuf>,
    /// The file to write: PNG, JPEG or WebP by its ending; with several contents, the folder.
    #[arg(short, long, required_unless_present_any = ["memory", "print_settings"])]
    output: Option<PathBuf>,
    /// Another picture to paint in the same way; may be given several times.
    #[arg(long = "content", value_name = "CONTENT", action = ArgAction::Append)]
    contents: Vec<PathBuf>,

    /// What all other settings begin with.
    #[arg(long, value_enum, default_value_t, help_heading = "Settings")]
    preset: Preset,
    /// A picture that Impasto painted, or a JSON file, from which all other settings begin.
    #[arg(long, conflicts_with = "preset", help_heading = "Settings")]
    settings: Option<PathBuf>,
    /// Print the settings as JSON, and paint nothing.
    #[arg(long, help_heading = "Settings")]
    print_settings: bool,

    /// Pixels of the longer side; the shape is the content's.
    #[arg(long, conflicts_with_all = ["width", "height"], help_heading = "Size and time")]
    size: Option<u32>,
    /// Exact width in pixels, with --height.
    #[arg(long, requires = "height", help_heading = "Size and time")]
    width: Option<u32>,
    /// Exact height in pixels, with --width.
    #[arg(long, requires = "width", help_heading = "Size and time")]
    height: Option<u32>,
    /// How often to improve the picture at its final size, and at each size between.
    #[arg(long, help_heading = "Size and time")]
    steps: Option<u32>,
    /// The size from which the painting grows; as large as the final one paints at that one only.
    #[arg(long, help_heading = "Size and time")]
    first_size: Option<u32>,
    /// How often to improve the picture at the first of several sizes.
    #[arg(long, help_heading = "Size and time")]
    first_steps: Option<u32>,

    /// How much the style counts: higher is more like the painting.
    #[arg(long, help_heading = "Look")]
    style_weight: Option<f32>,
    /// How much the content counts: higher keeps more of the picture.
    #[arg(long, help_heading = "Look")]
    content_weight: Option<f32>,
    /// How much smoothness counts: higher has less grain.
    #[arg(long, help_heading = "Look")]
    tv_weight: Option<f32>,
    /// How smoothness is counted: its sum counts more in larger pictures, its mean alike in all.
    #[arg(long, value_enum, help_heading = "Look")]
    smoothness: Option<Smoothness>,
    /// Each style's part, such as 2,1; equal parts if not given.
    #[arg(long, value_delimiter = ',', help_heading = "Look")]
    blend: Vec<f32>,
    /// Each style's size beside the painting's, such as 1,0.5: larger has larger strokes.
    #[arg(long, value_delimiter = ',', help_heading = "Look")]
    style_scale: Vec<f32>,
    /// The layers that make the style, each with its weight, such as block1_conv1=1,block2_conv1=0.5.
    #[arg(long, value_parser = layers, help_heading = "Look")]
    style_layers: Option<LayerWeights>,
    /// The layers that make the content, each with its weight.
    #[arg(long, value_parser = layers, help_heading = "Look")]
    content_layers: Option<LayerWeights>,
    /// Where each style is painted: a picture for each, white where it is, or - for everywhere.
    #[arg(
        long,
        value_name = "PICTURE",
        value_delimiter = ',',
        help_heading = "Look"
    )]
    mask: Vec<PathBuf>,
    /// What of each style's picture counts: a picture for each, white where it does, or - for all.
    #[arg(
        long,
        value_name = "PICTURE",
        value_delimiter = ',',
        help_heading = "Look"
    )]
    style_mask: Vec<PathBuf>,
    /// By what styles are compared. Each has its own units: without --style-weight, the preset's weight is changed to them.
    #[arg(long, value_enum, help_heading = "Look")]
    style_loss: Option<StyleLoss>,
    /// Give every layer's gradient the length of its weight; needs much smaller weights.
    #[arg(long, num_args = 0..=1, default_missing_value = "true", help_heading = "Look")]
    normalise_gradients: Option<bool>,
    /// What lies outside of the picture.
    #[arg(long, value_enum, help_heading = "Look")]
    padding: Option<Padding>,
    /// How the network makes its maps smaller.
    #[arg(long, value_enum, help_heading = "Look")]
    pooling: Option<Pooling>,
    /// Whose colours the painting has.
    #[arg(long, value_enum, help_heading = "Look")]
    colour: Option<Colour>,
    /// How much of the painting to show, from 0, the content, to 1.
    #[arg(long, help_heading = "Look")]
    strength: Option<f32>,

    /// A picture from which to begin, instead of the content.
    #[arg(long, value_name = "PICTURE", help_heading = "Start")]
    start: Option<PathBuf>,
    /// How much noise to begin with, from 0 to 1.
    #[arg(long, help_heading = "Start")]
    noise: Option<f32>,
    /// Of the noise: the same seed gives the same picture on the same GPU.
    #[arg(long, help_heading = "Start")]
    seed: Option<u64>,

    /// How the picture is improved.
    #[arg(long, value_enum, help_heading = "Optimiser")]
    optimiser: Option<Optimiser>,
    /// How far a step of Adam goes.
    #[arg(long, help_heading = "Optimiser")]
    learning_rate: Option<f32>,
    /// How much of its direction Adam keeps at each step, below 1: more is smoother, but overshoots.
    #[arg(long, help_heading = "Optimiser")]
    beta1: Option<f32>,
    /// How much Adam keeps of what it knows of the slopes' lengths at each step, below 1.
    #[arg(long, help_heading = "Optimiser")]
    beta2: Option<f32>,
    /// How many steps L-BFGS remembers.
    #[arg(long, help_heading = "Optimiser")]
    history: Option<u32>,
    /// How much of the mean of the pictures is kept at each step; 0 shows the last picture itself.
    #[arg(long, help_heading = "Optimiser")]
    averaging: Option<f32>,

    /// Bits of a PNG file's channels: 8 or 16.
    #[arg(long, default_value = "8", value_parser = depth, help_heading = "Files")]
    depth: Depth,
    /// Of a JPEG file, from 1 to 100.
    #[arg(long, default_value_t = 92, value_parser = clap::value_parser!(u8).range(1..=100), help_heading = "Files")]
    quality: u8,
    /// A folder for numbered pictures of the way there.
    #[arg(long, value_name = "FOLDER", help_heading = "Files")]
    frames: Option<PathBuf>,
    /// Steps from one of these pictures to the next.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..), help_heading = "Files")]
    frame_steps: u32,
    /// A JSON file to write with every step's losses.
    #[arg(long, help_heading = "Files")]
    log: Option<PathBuf>,
    /// VGG19's weights, as safetensors; `./build.sh` puts them at the default place.
    #[arg(
        long,
        default_value = "target/weights/vgg19.safetensors",
        help_heading = "Files"
    )]
    weights: PathBuf,

    /// Print what each buffer would take of the graphics memory, and paint nothing.
    #[arg(long, help_heading = "Memory")]
    memory: bool,
    /// Gigabytes of graphics memory that may be used; what needs more is computed by parts, which takes longer.
    #[arg(long, value_parser = gigabytes, help_heading = "Memory")]
    memory_limit: Option<f64>,
    /// How features and gradients are stored: half takes half the memory, and rounds.
    #[arg(long, value_enum, help_heading = "Memory")]
    precision: Option<Precision>,
}

fn gigabytes(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(value) if value.is_finite() && value > 0.0 => Ok(value),
        _ => Err("give a number above zero".into()),
    }
}

fn depth(text: &str) -> Result<Depth, String> {
    match text {
        "8" => Ok(Depth::Eight),
        "16" => Ok(Depth::Sixteen),
        _ => Err("give 8 or 16".into()),
    }
}

fn layers(text: &str) -> Result<LayerWeights, String> {
    let mut weights = LayerWeights::none();
    for part in text.split(',') {
        let (name, weight) = part.split_once('=').unwrap_or((part, "1"));
        let weight = weight
            .parse()
            .map_err(|_| format!("{weight} is no number"))?;
        weights
            .set(name, weight)
            .map_err(|error| error.to_string())?;
    }
    Ok(weights)
}

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
    if let Some(output) = &arguments.output
        && arguments.contents.is_empty()
        && !output.is_dir()
    {
        format_of(output)?;
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
        tiles: tuning::measure(&gpu, tuning::PATIENCE).await?.tiles,
        ..Method::default()
    };
    let network = Rc::new(Network::new(&gpu, &weights, method)?);
    let Some(output) = arguments.output.as_ref().filter(|_| !arguments.memory) else {
        return print_plan(&network, &contents[0].1, &styles, &settings);
    };
    let adapter = gpu.adapter_name();
    eprintln!("Painting on {adapter}");
    let start = arguments.start.as_deref().map(Picture::open).transpose()?;
    for (path, content) in &contents {
        let output = output_path(output, path, contents.len())?;
        let used: Vec<_> = styles.iter().map(|(style, _)| style.clone()).collect();
        let mut painting = Painting::of_exact_size(
            network.clone(),
            content.clone(),
            used,
            start.as_ref(),
            settings,
        )?;
        let records = paint(
            &mut painting,
            arguments.frames.as_deref(),
            arguments.frame_steps,
        )
        .await?;
        let provenance = Provenance {
            version: env!("CARGO_PKG_VERSION").into(),
            adapter: adapter.clone(),
            content: Input::new(sum(path)?),
            styles: styles.iter().map(|(_, input)| input.clone()).collect(),
            settings: *painting.settings(),
        };
        save(arguments, &mut painting, &provenance, &output).await?;
        if let Some(path) = &arguments.log {
            write_log(path, painting.shape()?, &adapter, &records)
                .map_err(|error| format!("{} could not be written: {error}", path.display()))?;
        }
    }
    Ok(())
}

fn settings(arguments: &Arguments) -> Result<Settings, Box<dyn Error>> {
    let mut settings = match &arguments.settings {
        Some(path) => read_settings(path)?,
        None => arguments.preset.settings(),
    };
    fn set<T: Copy>(setting: &mut T, argument: Option<T>) {
        *setting = argument.unwrap_or(*setting);
    }
    let Arguments { width, height, .. } = arguments;
    set(&mut settings.size, arguments.size.or(*width.max(height)));
    set(&mut settings.steps, arguments.steps);
    set(&mut settings.first_size, arguments.first_size);
    set(&mut settings.first_steps, arguments.first_steps);
    if let Some(style_loss) = arguments.style_loss {
        settings.compare_styles_by(style_loss);
    }
    set(&mut settings.weights.style, arguments.style_weight);
    set(&mut settings.weights.content, arguments.content_weight);
    set(&mut settings.weights.total_variation, arguments.tv_weight);
    set(&mut settings.smoothness, arguments.smoothness);
    set(
        &mut settings.perception.style_layers,
        arguments.style_layers,
    );
    set(
        &mut settings.perception.content_layers,
        arguments.content_layers,
    );
    let perception = &mut settings.perception;
    set(&mut perception.pooling, arguments.pooling);
    set(&mut perception.padding, arguments.padding);
    set(
        &mut perception.normalise_gradients,
        arguments.normalise_gradients,
    );
    set(&mut settings.colour, arguments.colour);
    set(&mut settings.strength, arguments.strength);
    set(&mut settings.noise, arguments.noise);
    set(&mut settings.seed, arguments.seed);
    set(&mut settings.optimiser, arguments.optimiser);
    set(&mut settings.learning_rate, arguments.learning_rate);
    set(&mut settings.beta1, arguments.beta1);
    set(&mut settings.beta2, arguments.beta2);
    set(&mut settings.history, arguments.history);
    set(&mut settings.averaging, arguments.averaging);
    set(&mut settings.precision, arguments.precision);
    let limit = arguments
        .memory_limit
        .map(|gigabytes| (gigabytes * 1e9) as u64);
    set(&mut settings.memory, limit);
    settings.check()?;
    Ok(settings)
}

fn read_settings(path: &Path) -> Result<Settings, Box<dyn Error>> {
    let bytes =
        fs::read(path).map_err(|error| format!("{} could not be read: {error}", path.display()))?;
    if bytes.trim_ascii_start().starts_with(b"{") {
        return serde_json::from_slice(&bytes)
            .map_err(|error| format!("{} has no usable settings: {error}", path.display()).into());
    }
    let provenance =
        provenance::from_png(&bytes).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(provenance.settings)
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

fn open_content(
    arguments: &Arguments,
    path: &Path,
    settings: &Settings,
) -> Result<Picture, Box<dyn Error>> {
    let content = Picture::open(path)?;
    Ok(match (arguments.width, arguments.height) {
        (Some(width), Some(height)) => content.resized(width, height)?,
        _ => content.with_longest_side(settings.size)?,
    })
}

fn open_styles(arguments: &Arguments) -> Result<Vec<(Style, Input)>, Box<dyn Error>> {
    let by_style = |name: &str, values: &[f32]| match values.len() {
        0 => Ok(vec![1.0; arguments.style.len()]),
        length if length == arguments.style.len() => Ok(values.to_vec()),
        length => Err(format!(
            "--{name} has {length} numbers for {} styles. Give one for each.",
            arguments.style.len()
        )),
    };
    let parts = by_style("blend", &arguments.blend)?;
    let scales = by_style("style-scale", &arguments.style_scale)?;
    let regions = open_masks("mask", arguments, &arguments.mask)?;
    let sources = open_masks("style-mask", arguments, &arguments.style_mask)?;
    let numbers = parts.into_iter().zip(scales);
    let masks = regions.into_iter().zip(sources);
    let styles = arguments.style.iter().zip(numbers.zip(masks));
    styles
        .map(|(path, ((part, scale), (region, source)))| {
            let (region, region_sum) = region.unzip();
            let (source, source_sum) = source.unzip();
            let style = Style {
                part,
                scale,
                region,
                source,
                ..Style::new(Picture::open(path)?)
            };
            let input = Input {
                part,
                scale,
                region: region_sum,
                source: source_sum,
                ..Input::new(sum(path)?)
            };
            Ok((style, input))
        })
        .collect()
}

/// A mask with its file's SHA-256.
type SummedMask = (Mask, String);

/// Each style's mask, or none.
fn open_masks(
    name: &str,
    arguments: &Arguments,
    paths: &[PathBuf],
) -> Result<Vec<Option<SummedMask>>, Box<dyn Error>> {
    let styles = arguments.style.len();
    if paths.is_empty() {
        return Ok(vec![None; styles]);
    }
    if paths.len() != styles {
        return Err(format!(
            "--{name} has {} pictures for {styles} styles. Give one for each, or - for none.",
            paths.len()
        )
        .into());
    }
    let open = |path: &PathBuf| {
        if path.as_os_str() == "-" {
            return Ok(None);
        }
        Ok(Some((Mask::new(Picture::open(path)?), sum(path)?)))
    };
    paths.iter().map(open).collect()
}

/// The SHA-256 of a file.
fn sum(path: &Path) -> Result<String, Box<dyn Error>> {
    let bytes =
        fs::read(path).map_err(|error| format!("{} could not be read: {error}", path.display()))?;
    let digest = Sha256::digest(&bytes);
    Ok(digest.iter().map(|byte| format!("{byte:02x}")).collect())
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

/// Where a picture goes: the file that was named, or a file in that folder with the content's name.
fn output_path(output: &Path, content: &Path, contents: usize) -> Result<PathBuf, Box<dyn Error>> {
    if contents == 1 && !output.is_dir() {
        return Ok(output.into());
    }
    fs::create_dir_all(output)
        .map_err(|error| format!("{} is no folder to write to: {error}", output.display()))?;
    let name = content.file_stem().unwrap_or(content.as_os_str());
    Ok(output.join(name).with_extension("png"))
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
    if let Some(folder) = frames {
        fs::create_dir_all(folder)
            .map_err(|error| format!("{} is no folder to write to: {error}", folder.display()))?;
    }
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
            let file = folder.join(format!("{step:06}.png"));
            painting.picture().await?.save(&file)?;
            until += frame_steps;
        }
    }
    progress.finish();
    Ok(records)
}

/// What can be written.
enum Format {
    Png,
    Jpeg,
    WebP,
}

fn format_of(output: &Path) -> Result<Format, String> {
    match ImageFormat::from_path(output) {
        Ok(ImageFormat::Png) => Ok(Format::Png),
        Ok(ImageFormat::Jpeg) => Ok(Format::Jpeg),
        Ok(ImageFormat::WebP) => Ok(Format::WebP),
        _ => Err(format!(
            "{} has an ending that cannot be written. Use .png, .jpg or .webp.",
            output.display()
        )),
    }
}

async fn save(
    arguments: &Arguments,
    painting: &mut Painting,
    provenance: &Provenance,
    output: &Path,
) -> Result<(), Box<dyn Error>> {
    let pixels = painting.pixels().await?;
    let shape = painting.shape()?;
    let picture = || {
        let picture = Picture::from_vectors(shape, &pixels);
        RgbImage::from_raw(shape.width, shape.height, picture.values().to_vec())
            .ok_or("the picture has another size than its pixels")
    };
    let bytes = match format_of(output)? {
        Format::Png => provenance::to_png(shape, &pixels, arguments.depth, provenance)?,
        Format::Jpeg => {
            let mut bytes = Vec::new();
            let encoder = JpegEncoder::new_with_quality(&mut bytes, arguments.quality);
            picture()?.write_with_encoder(encoder)?;
            bytes
        }
        Format::WebP => {
            let mut bytes = Cursor::new(Vec::new());
            DynamicImage::from(picture()?).write_to(&mut bytes, ImageFormat::WebP)?;
            bytes.into_inner()
        }
    };
    fs::write(output, bytes)
        .map_err(|error| format!("{} could not be written: {error}", output.display()).into())
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
    shape: Shape,
    adapter: &str,
    steps: &[StepRecord],
) -> Result<(), Box<dyn Error>> {
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
