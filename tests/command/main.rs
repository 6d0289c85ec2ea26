//! The command line as a user meets it: what it writes, and what it says when something is wrong.

#![allow(clippy::unwrap_used, reason = "a test fails by it")]

mod batch;
// They need links, pipes and signals.
#[cfg(unix)]
mod files;
#[cfg(unix)]
mod goes_on;
#[cfg(unix)]
mod held;
#[cfg(unix)]
mod machine;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use impasto::pictures::Picture;
use impasto::settings::{Padding, Preset, Settings};

/// By the network's first layers: a software adapter would take most of the time for the others, and what is tested here does not
/// lie in them.
const SMALL: [&str; 8] = [
    "--preset",
    "tutorial",
    "--size",
    "24",
    "--style-layers",
    "block1_conv1=1,block2_conv1=1",
    "--content-layers",
    "block2_conv2=1",
];

fn impasto(arguments: &[&Path]) -> Output {
    command(arguments).output().unwrap()
}

fn command(arguments: &[&Path]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_impasto"));
    command
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(arguments);
    command
}

/// The command with names in that folder, as quick as a painting can be.
fn quick(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = small(folder, arguments);
    command.args(["--steps", "3"]);
    command
}

/// The command with names in that folder, for a small painting.
fn small(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = at_home(folder, arguments);
    command.args(SMALL);
    command
}

/// The command with names in that folder, and the network's weights.
fn at_home(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = command(&[]);
    let weights = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/weights/vgg19.safetensors");
    command.current_dir(folder).args(arguments);
    command.arg("--weights").arg(weights);
    command
}

/// Runs what should work.
fn succeeds(command: &mut Command) -> String {
    let run = command.output().unwrap();
    let said = String::from_utf8(run.stderr).unwrap();
    assert!(run.status.success(), "{}: {said}", run.status);
    said
}

/// An empty folder.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).unwrap();
    }
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// The names in a folder, in order.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    let mut names: Vec<_> = entries
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// A picture of so many pixels, coloured by its coordinates.
fn draw(path: &Path, width: u32, height: u32) {
    let pixels = (0..width * height)
        .flat_map(|place| {
            let (x, y) = (place % width, place / width);
            [
                (x * 9 % 256) as u8,
                (y * 13 % 256) as u8,
                ((x ^ y) * 7 % 256) as u8,
                255,
            ]
        })
        .collect();
    Picture::from_rgba(width, height, pixels)
        .unwrap()
        .save(path)
        .unwrap();
}

#[test]
fn what_is_too_narrow_is_named_and_what_is_said_to_help_helps() {
    let folder = folder("narrow");
    draw(&folder.join("square.png"), 40, 40);
    draw(&folder.join("narrow.png"), 120, 60);
    let said = |arguments: &[&str]| {
        let mut all = vec!["-o", "painted.png"];
        all.extend(arguments);
        let run = small(&folder, &all)
            .args(["--steps", "1"])
            .output()
            .unwrap();
        let said = String::from_utf8(run.stderr).unwrap();
        (run.status.code(), said)
    };
    let (code, content) = said(&["narrow.png", "square.png"]);
    assert_eq!(code, Some(1), "{content}");
    let expected = "error: narrow.png: The content would be 24 x 12 pixels, and each side needs at least 16: choose a size of at least 31, or crop it to a less narrow shape.";
    assert!(content.contains(expected), "{content}");
    let (code, style) = said(&["square.png", "square.png", "narrow.png"]);
    assert_eq!(code, Some(1), "{style}");
    let expected = "error: narrow.png: Style 2 would be 24 x 12 pixels, and each side needs at least 16: choose a size of at least 31, or choose at least 1.28 for its size beside the painting's, or crop it";
    assert!(style.contains(expected), "{style}");
    let helped = ["square.png", "narrow.png", "--style-scale", "1.28"];
    let (code, helped) = said(&helped);
    assert_eq!(code, Some(0), "{helped}");
}

#[test]
fn a_side_that_the_network_does_not_take_is_refused_by_its_option() {
    let folder = folder("sides");
    draw(&folder.join("square.png"), 40, 40);
    let sides = ["--width", "40", "--height", "12"];
    let mut command = at_home(&folder, &["square.png", "square.png", "-o", "painted.png"]);
    let run = command.args(sides).output().unwrap();
    let said = String::from_utf8(run.stderr).unwrap();
    assert_eq!(run.status.code(), Some(2), "{said}");
    assert!(
        said.contains("'12' for '--height <HEIGHT>': 12 is not in 16.."),
        "{said}"
    );
}

#[test]
fn paints_with_the_log_and_the_size_that_were_asked_for() {
    let folder = folder("paints");
    let [content, style, output, log] =
        ["content.png", "style.png", "painted.png", "log.json"].map(|name| folder.join(name));
    draw(&content, 60, 40);
    draw(&style, 33, 50);
    let mut arguments: Vec<&Path> = vec![
        &content,
        &style,
        "-o".as_ref(),
        &output,
        "--log".as_ref(),
        &log,
    ];
    let steps = ["--size", "24", "--steps", "3", "--refining-steps", "2"];
    arguments.extend(steps.map(Path::new));
    succeeds(&mut command(&arguments));

    let shape = Picture::open(&output).unwrap().shape();
    assert_eq!((shape.width, shape.height), (24, 16));
    let log: serde_json::Value = serde_json::from_slice(&fs::read(&log).unwrap()).unwrap();
    assert_eq!(
        (log["width"].as_u64(), log["height"].as_u64()),
        (Some(24), Some(16))
    );
    assert!(!log["adapter"].as_str().unwrap().is_empty());
    let steps = log["steps"].as_array().unwrap();
    assert_eq!(steps.len(), 5);
    let number = |step: usize, key: &str| steps[step][key].as_f64().unwrap();
    assert!(number(2, "loss") < number(0, "loss"));
    let layers = |step: usize| steps[step]["style_layers"].as_array().unwrap().len();
    // All layers together, and when they are refined each for itself.
    assert_eq!((layers(0), layers(4)), (1, 10));
    for step in 0..5 {
        let sum = number(step, "style")
            + number(step, "content")
            + number(step, "tv")
            + number(step, "palette");
        assert!((sum - number(step, "loss")).abs() <= 1e-9 * sum);
        assert!(number(step, "grad_norm") > 0.0);
    }
}

/// Runs with arguments that cannot work; gives what the user is told.
fn complaint(arguments: &[&Path]) -> String {
    let run = impasto(arguments);
    assert!(!run.status.success(), "{arguments:?} succeeded");
    String::from_utf8(run.stderr).unwrap()
}

#[test]
fn says_what_is_wrong() {
    let folder = folder("complains");
    let [picture, narrow, text, output] =
        ["picture.png", "narrow.png", "notes.txt", "out.png"].map(|name| folder.join(name));
    draw(&picture, 32, 32);
    draw(&narrow, 300, 5);
    fs::write(&text, "no picture").unwrap();
    let missing = folder.join("missing.png");
    let to = Path::new("-o");
    let said = complaint(&[&missing, &picture, to, &output]);
    assert!(said.contains("missing.png could not be read"), "{said}");
    let said = complaint(&[&text, &picture, to, &output]);
    assert!(said.contains("notes.txt is not a picture"), "{said}");
    let said = complaint(&[&narrow, &picture, to, &output]);
    assert!(said.contains("at least 16"), "{said}");
    let said = complaint(&[
        &picture,
        &picture,
        to,
        &output,
        "--weights".as_ref(),
        &missing,
    ]);
    assert!(said.contains("Run ./build.sh once"), "{said}");
    let said = complaint(&[&picture, &picture, to, &output, "--weights".as_ref(), &text]);
    assert!(said.contains("safetensors"), "{said}");
    let said = complaint(&[&picture, &picture, to, &output, "--tv-weight=-1".as_ref()]);
    assert!(
        said.contains("The total variation weight must be a number of at least 0"),
        "{said}"
    );
    assert!(!output.exists());
}

#[test]
fn a_style_loss_has_its_usual_weight_unless_one_is_given() {
    let weight_with = |options: &[&str]| {
        let arguments = ["content.png", "style.png", "--print-settings"];
        let arguments = arguments.iter().chain(options).map(Path::new);
        let run = impasto(&arguments.collect::<Vec<_>>());
        assert!(run.status.success(), "{run:?}");
        let settings: serde_json::Value = serde_json::from_slice(&run.stdout).unwrap();
        settings["weights"]["style"].as_f64().unwrap() as f32
    };
    assert_eq!(weight_with(&["--style-loss", "gram"]), 0.01);
    assert_eq!(weight_with(&["--style-loss", "wasserstein"]), 300.0);
    let given = ["--style-loss", "gram", "--style-weight", "5"];
    assert_eq!(weight_with(&given), 5.0);
}

/// The settings that come of a file with that content, or the complaint.
fn settings_of(name: &str, content: &[u8]) -> Result<Settings, String> {
    let file = folder(&format!("settings_{name}")).join(name);
    fs::write(&file, content).unwrap();
    let arguments = ["content.png", "style.png", "--print-settings", "--settings"];
    let arguments = arguments.iter().map(Path::new).chain([file.as_path()]);
    let run = impasto(&arguments.collect::<Vec<_>>());
    if !run.status.success() {
        return Err(String::from_utf8(run.stderr).unwrap());
    }
    Ok(serde_json::from_slice(&run.stdout).unwrap())
}

#[test]
fn a_settings_file_may_say_as_little_as_it_likes() {
    let mut expected = Preset::default().settings();
    expected.perception.padding = Padding::Replicate;
    let partial = br#"{"perception": {"padding": "replicate"}}"#;
    assert_eq!(settings_of("partial.json", partial), Ok(expected));
    let marked = [b"\xef\xbb\xbf", &partial[..]].concat();
    assert_eq!(settings_of("marked.json", &marked), Ok(expected));
    let mut expected = Preset::Gatys.settings();
    expected.weights.content = 7.0;
    let named = br#"{"preset": "gatys", "weights": {"content": 7}}"#;
    assert_eq!(settings_of("named.json", named), Ok(expected));
}

#[test]
fn a_settings_file_that_makes_no_sense_is_refused_by_name() {
    for (content, named) in [
        (r#"{"steps": 3, "steps": 4}"#, "steps is given twice"),
        (r#"{"weights": {"grain": 4}}"#, "no setting weights.grain"),
        (r#"{"preset": "best"}"#, "no preset best"),
        (r#"{"noise": 4}"#, "The noise must be a number from 0 to 1"),
    ] {
        let complaint = settings_of("refused.json", content.as_bytes()).unwrap_err();
        assert!(complaint.contains(named), "{content}: {complaint}");
        assert!(complaint.contains("refused.json"), "{complaint}");
    }
}
