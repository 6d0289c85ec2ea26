//! The command's arguments.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{ArgAction, Parser};
use impasto::files::provenance::Depth;
use impasto::settings::Preset;
use impasto::vgg19::LEAST_SIDE;

use super::given::{Given, MACHINE, SETTINGS, SIZE_AND_TIME, START};

/// What asks for nothing but a list.
pub const LIST_GPUS: &str = "list-gpus";

const EXAMPLES: &str = "\
Examples:
  impasto photograph.jpg painting.jpg -o painted.png
      paints from small to large, 512 pixels at the end
  impasto photograph.jpg painting.jpg -o painted.png --likeness 30
      more of the photograph; 60 is usual, 100 is all painting
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
  impasto photograph.jpg painting.jpg -o painted.png --keep state --resume state
      goes on with a painting that was begun with --keep state, and keeps it there again
  impasto photograph.jpg painting.jpg -o painted.png --frames way --frame-steps 2
  ffmpeg -framerate 30 -pattern_type glob -i 'way/*.png' -pix_fmt yuv420p way.mp4
      a film of the way there
  curl -s https://example.org/photograph.jpg | impasto /dev/stdin painting.jpg -o painted.png
      a picture out of a pipe

Before the first step Impasto makes sure of every file that it will write: none is one of those that it reads, no two are
the same, and each can be written. What is there already is replaced, as a whole, once the new one is complete.

Ctrl+C saves the picture as it stands, with its log and what is kept of it; a second one ends at once. Of several contents
those that fail do not hold up the others, and are told again at the end.

Exit codes: 0 when all was painted, 1 when something failed, 2 when an argument is wrong, 130 when it was interrupted.";

/// Paints one picture in the style of another, on the GPU (Gatys et al. 2015, Kolkin et al. 2022).
#[derive(Debug, Parser)]
#[command(version, after_help = EXAMPLES)]
pub struct Arguments {
    /// The picture to paint.
    pub content: PathBuf,
    /// The pictures in whose style to paint it.
    #[arg(required = true)]
    pub style: Vec<PathBuf>,
    /// The file to write: PNG, JPEG or WebP by its ending; or a folder, and with several contents always a folder, which
    /// gets a PNG file of each content's name.
    #[arg(short, long, required_unless_present_any = ["memory", "print_settings"])]
    pub output: Option<PathBuf>,
    /// Another picture to paint in the same way; may be given several times.
    #[arg(long = "content", value_name = "CONTENT", action = ArgAction::Append)]
    pub contents: Vec<PathBuf>,

    /// What all other settings begin with; brush if not given.
    #[arg(long, value_parser = preset(), help_heading = SETTINGS)]
    pub preset: Option<Preset>,
    /// A picture that Impasto painted, or a JSON file, from which all other settings begin.
    #[arg(long, conflicts_with = "preset", help_heading = SETTINGS)]
    pub settings: Option<PathBuf>,
    /// Print the settings as JSON, and paint nothing.
    #[arg(long, help_heading = SETTINGS)]
    pub print_settings: bool,

    /// Exact width in pixels, with --height.
    #[arg(long, requires = "height", conflicts_with = "size", value_parser = side(), help_heading = SIZE_AND_TIME)]
    pub width: Option<u32>,
    /// Exact height in pixels, with --width.
    #[arg(long, requires = "width", conflicts_with = "size", value_parser = side(), help_heading = SIZE_AND_TIME)]
    pub height: Option<u32>,

    /// Each style's part, such as 2,1; equal parts if not given.
    #[arg(long, value_delimiter = ',', help_heading = "Styles")]
    pub blend: Vec<f32>,
    /// Each style's size beside the painting's, such as 1,0.5: larger has larger strokes.
    #[arg(long, value_delimiter = ',', help_heading = "Styles")]
    pub style_scale: Vec<f32>,
    /// Where each style is painted: a picture for each, white where it is, or - for everywhere. Given once for each style,
    /// or once for all with commas between.
    #[arg(
        long,
        value_name = "PICTURE",
        allow_hyphen_values = true,
        help_heading = "Styles"
    )]
    pub mask: Vec<PathBuf>,
    /// What of each style's picture counts: a picture for each, white where it does, or - for all. Given as --mask is.
    #[arg(
        long,
        value_name = "PICTURE",
        allow_hyphen_values = true,
        help_heading = "Styles"
    )]
    pub style_mask: Vec<PathBuf>,
    /// A picture from which to begin, instead of the content.
    #[arg(long, value_name = "PICTURE", help_heading = START)]
    pub start: Option<PathBuf>,

    /// Bits of a PNG file's channels: 8 or 16.
    #[arg(long, default_value = "8", value_parser = depth, help_heading = "Files")]
    pub depth: Depth,
    /// Of a JPEG file, from 1 to 100.
    #[arg(long, default_value_t = 92, value_parser = clap::value_parser!(u8).range(1..=100), help_heading = "Files")]
    pub quality: u8,
    /// A folder for numbered pictures of the way there, all of the finished picture's size, or a pixel less where that is
    /// odd; with several contents each has its own folder in it.
    #[arg(long, value_name = "FOLDER", help_heading = "Files")]
    pub frames: Option<PathBuf>,
    /// Steps from one of these pictures to the next.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..), help_heading = "Files")]
    pub frame_steps: u32,
    /// A JSON file to write with every step's losses; with several contents the folder, which gets a file of each one's
    /// name.
    #[arg(long, help_heading = "Files")]
    pub log: Option<PathBuf>,
    /// Put the painting's state aside there, each half minute and when it is interrupted, to go on with --resume; with
    /// several contents a folder. Removed once the painting is finished.
    #[arg(long, value_name = "FILE", help_heading = "Files")]
    pub keep: Option<PathBuf>,
    /// Go on from a state that --keep has put aside, with its settings and the same pictures; with several contents the
    /// folder, and those that have no state in it are begun.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["memory", "print_settings"], help_heading = "Files")]
    pub resume: Option<PathBuf>,
    /// VGG19's weights, as safetensors. Without it vgg19.safetensors is looked for beside this command, in the folder
    /// impasto of the user's data folder, and in target/weights, where `./build.sh` puts it.
    #[arg(long, value_name = "FILE", help_heading = "Files")]
    pub weights: Option<PathBuf>,

    /// Paint on the GPU with that in its name.
    #[arg(long, value_name = "NAME", help_heading = MACHINE)]
    pub gpu: Option<String>,
    /// Print the names of the GPUs, and paint nothing.
    #[arg(long, id = LIST_GPUS, exclusive = true, help_heading = MACHINE)]
    pub list_gpus: bool,
    /// Print what each buffer would take of the graphics memory, and paint nothing.
    #[arg(long, help_heading = MACHINE)]
    pub memory: bool,

    /// Those settings that are given, each with its row.
    #[command(flatten)]
    pub given: Given,
}

/// A side of the painting.
fn side() -> impl TypedValueParser<Value = u32> {
    clap::value_parser!(u32).range(i64::from(LEAST_SIDE)..)
}

fn depth(text: &str) -> Result<Depth, String> {
    match text {
        "8" => Ok(Depth::Eight),
        "16" => Ok(Depth::Sixteen),
        _ => Err("give 8 or 16".into()),
    }
}

fn preset() -> impl TypedValueParser<Value = Preset> {
    let names = PossibleValuesParser::new(Preset::ALL.map(Preset::name));
    names.try_map(|name| Preset::named(&name).ok_or("there is no such preset"))
}
