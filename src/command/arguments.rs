//! The command's arguments.

use std::path::PathBuf;

use clap::{ArgAction, Parser};

use impasto::files::provenance::Depth;
use impasto::maps::Precision;
use impasto::settings::{
    Colour, LayerWeights, Optimiser, Padding, Pooling, Preset, Smoothness, StyleLoss,
};

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
pub struct Arguments {
    /// The picture to paint.
    pub content: PathBuf,
    /// The pictures in whose style to paint it.
    #[arg(required = true)]
    pub style: Vec<PathBuf>,
    /// The file to write: PNG, JPEG or WebP by its ending; with several contents, the folder.
    #[arg(short, long, required_unless_present_any = ["memory", "print_settings"])]
    pub output: Option<PathBuf>,
    /// Another picture to paint in the same way; may be given several times.
    #[arg(long = "content", value_name = "CONTENT", action = ArgAction::Append)]
    pub contents: Vec<PathBuf>,

    /// What all other settings begin with.
    #[arg(long, value_enum, default_value_t, help_heading = "Settings")]
    pub preset: Preset,
    /// A picture that Impasto painted, or a JSON file, from which all other settings begin.
    #[arg(long, conflicts_with = "preset", help_heading = "Settings")]
    pub settings: Option<PathBuf>,
    /// Print the settings as JSON, and paint nothing.
    #[arg(long, help_heading = "Settings")]
    pub print_settings: bool,

    /// Pixels of the longer side; the shape is the content's.
    #[arg(long, conflicts_with_all = ["width", "height"], help_heading = "Size and time")]
    pub size: Option<u32>,
    /// Exact width in pixels, with --height.
    #[arg(long, requires = "height", help_heading = "Size and time")]
    pub width: Option<u32>,
    /// Exact height in pixels, with --width.
    #[arg(long, requires = "width", help_heading = "Size and time")]
    pub height: Option<u32>,
    /// How often to improve the picture at its final size, and at each size between.
    #[arg(long, help_heading = "Size and time")]
    pub steps: Option<u32>,
    /// The size from which the painting grows; as large as the final one paints at that one only.
    #[arg(long, help_heading = "Size and time")]
    pub first_size: Option<u32>,
    /// How often to improve the picture at the first of several sizes.
    #[arg(long, help_heading = "Size and time")]
    pub first_steps: Option<u32>,

    /// How much the style counts: higher is more like the painting.
    #[arg(long, help_heading = "Look")]
    pub style_weight: Option<f32>,
    /// How much the content counts: higher keeps more of the picture.
    #[arg(long, help_heading = "Look")]
    pub content_weight: Option<f32>,
    /// How much smoothness counts: higher has less grain.
    #[arg(long, help_heading = "Look")]
    pub tv_weight: Option<f32>,
    /// How smoothness is counted: its sum counts more in larger pictures, its mean alike in all.
    #[arg(long, value_enum, help_heading = "Look")]
    pub smoothness: Option<Smoothness>,
    /// Each style's part, such as 2,1; equal parts if not given.
    #[arg(long, value_delimiter = ',', help_heading = "Look")]
    pub blend: Vec<f32>,
    /// Each style's size beside the painting's, such as 1,0.5: larger has larger strokes.
    #[arg(long, value_delimiter = ',', help_heading = "Look")]
    pub style_scale: Vec<f32>,
    /// The layers that make the style, each with its weight, such as block1_conv1=1,block2_conv1=0.5.
    #[arg(long, value_parser = layers, help_heading = "Look")]
    pub style_layers: Option<LayerWeights>,
    /// The layers that make the content, each with its weight.
    #[arg(long, value_parser = layers, help_heading = "Look")]
    pub content_layers: Option<LayerWeights>,
    /// Where each style is painted: a picture for each, white where it is, or - for everywhere.
    #[arg(
        long,
        value_name = "PICTURE",
        value_delimiter = ',',
        help_heading = "Look"
    )]
    pub mask: Vec<PathBuf>,
    /// What of each style's picture counts: a picture for each, white where it does, or - for all.
    #[arg(
        long,
        value_name = "PICTURE",
        value_delimiter = ',',
        help_heading = "Look"
    )]
    pub style_mask: Vec<PathBuf>,
    /// By what styles are compared. Each has its own units: without --style-weight, the preset's weight is changed to them.
    #[arg(long, value_enum, help_heading = "Look")]
    pub style_loss: Option<StyleLoss>,
    /// Give every layer's gradient the length of its weight; needs much smaller weights.
    #[arg(long, num_args = 0..=1, default_missing_value = "true", help_heading = "Look")]
    pub normalise_gradients: Option<bool>,
    /// What lies outside of the picture.
    #[arg(long, value_enum, help_heading = "Look")]
    pub padding: Option<Padding>,
    /// How the network makes its maps smaller.
    #[arg(long, value_enum, help_heading = "Look")]
    pub pooling: Option<Pooling>,
    /// Whose colours the painting has.
    #[arg(long, value_enum, help_heading = "Look")]
    pub colour: Option<Colour>,
    /// How much of the painting to show, from 0, the content, to 1.
    #[arg(long, help_heading = "Look")]
    pub strength: Option<f32>,

    /// A picture from which to begin, instead of the content.
    #[arg(long, value_name = "PICTURE", help_heading = "Start")]
    pub start: Option<PathBuf>,
    /// How much noise to begin with, from 0 to 1.
    #[arg(long, help_heading = "Start")]
    pub noise: Option<f32>,
    /// Of the noise: the same seed gives the same picture on the same GPU.
    #[arg(long, help_heading = "Start")]
    pub seed: Option<u64>,

    /// How the picture is improved.
    #[arg(long, value_enum, help_heading = "Optimiser")]
    pub optimiser: Option<Optimiser>,
    /// How far a step of Adam goes.
    #[arg(long, help_heading = "Optimiser")]
    pub learning_rate: Option<f32>,
    /// How much of its direction Adam keeps at each step, below 1: more is smoother, but overshoots.
    #[arg(long, help_heading = "Optimiser")]
    pub beta1: Option<f32>,
    /// How much Adam keeps of what it knows of the slopes' lengths at each step, below 1.
    #[arg(long, help_heading = "Optimiser")]
    pub beta2: Option<f32>,
    /// How many steps L-BFGS remembers.
    #[arg(long, help_heading = "Optimiser")]
    pub history: Option<u32>,
    /// How much of the mean of the pictures is kept at each step; 0 shows the last picture itself.
    #[arg(long, help_heading = "Optimiser")]
    pub averaging: Option<f32>,

    /// Bits of a PNG file's channels: 8 or 16.
    #[arg(long, default_value = "8", value_parser = depth, help_heading = "Files")]
    pub depth: Depth,
    /// Of a JPEG file, from 1 to 100.
    #[arg(long, default_value_t = 92, value_parser = clap::value_parser!(u8).range(1..=100), help_heading = "Files")]
    pub quality: u8,
    /// A folder for numbered pictures of the way there.
    #[arg(long, value_name = "FOLDER", help_heading = "Files")]
    pub frames: Option<PathBuf>,
    /// Steps from one of these pictures to the next.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..), help_heading = "Files")]
    pub frame_steps: u32,
    /// A JSON file to write with every step's losses.
    #[arg(long, help_heading = "Files")]
    pub log: Option<PathBuf>,
    /// VGG19's weights, as safetensors; `./build.sh` puts them at the default place.
    #[arg(
        long,
        default_value = "target/weights/vgg19.safetensors",
        help_heading = "Files"
    )]
    pub weights: PathBuf,

    /// Print what each buffer would take of the graphics memory, and paint nothing.
    #[arg(long, help_heading = "Memory")]
    pub memory: bool,
    /// Gigabytes of graphics memory that may be used; what needs more is computed by parts, which takes longer.
    #[arg(long, value_parser = gigabytes, help_heading = "Memory")]
    pub memory_limit: Option<f64>,
    /// How features and gradients are stored: half takes half the memory, and rounds.
    #[arg(long, value_enum, help_heading = "Memory")]
    pub precision: Option<Precision>,
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
