//! The command where people run it: from any folder, on any GPU, with pipes, and with names of all sorts.

use std::io::Write;
use std::process::Stdio;
use std::thread;

use impasto::files::provenance::{self, Provenance};
use sha2::{Digest, Sha256};

use super::*;

/// Where the weights are.
fn weights() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("target/weights/vgg19.safetensors")
}

fn said(command: &mut Command) -> String {
    String::from_utf8(command.output().unwrap().stderr).unwrap()
}

#[test]
fn weights_are_found_beside_the_executable_then_in_the_users_folder() {
    let folder = folder("weights");
    draw(&folder.join("a.png"), 32, 32);
    let [beside, user] = ["bin", "data/impasto"].map(|name| folder.join(name));
    for place in [&beside, &user] {
        fs::create_dir_all(place).unwrap();
        fs::write(place.join("vgg19.safetensors"), "no weights").unwrap();
    }
    let installed = beside.join("impasto");
    fs::hard_link(env!("CARGO_BIN_EXE_impasto"), &installed).unwrap();
    let run = |arguments: &[&str]| {
        let mut command = Command::new(&installed);
        command
            .current_dir(&folder)
            .args(SMALL)
            .args(["a.png", "a.png", "-o", "new.png"]);
        // Wherever the user's data folder is on this system.
        for variable in ["XDG_DATA_HOME", "APPDATA"] {
            command.env(variable, folder.join("data"));
        }
        command.args(["--steps", "1"]).args(arguments);
        command
    };
    // Which one was read is told by what is wrong with it.
    let text = said(&mut run(&[]));
    assert!(text.contains(beside.to_str().unwrap()), "{text}");
    fs::remove_file(beside.join("vgg19.safetensors")).unwrap();
    if !cfg!(target_os = "macos") {
        let text = said(&mut run(&[]));
        assert!(text.contains(user.to_str().unwrap()), "{text}");
    }
    succeeds(&mut run(&["--weights", weights().to_str().unwrap()]));
    fs::hard_link(weights(), beside.join("vgg19.safetensors"))
        .or_else(|_| fs::copy(weights(), beside.join("vgg19.safetensors")).map(drop))
        .unwrap();
    succeeds(&mut run(&[]));
}

#[test]
fn a_gpu_is_chosen_by_a_part_of_its_name() {
    let folder = folder("gpus");
    draw(&folder.join("a.png"), 32, 32);
    let run = impasto(&["--list-gpus".as_ref()]);
    assert!(run.status.success());
    let list = String::from_utf8(run.stdout).unwrap();
    let line = list.lines().next().unwrap();
    let (name, slow) = line
        .split_once("): ")
        .map_or((line, ""), |(name, slow)| (name, slow));
    let part = name.split(' ').next().unwrap().to_uppercase();
    let mut painting = quick(
        &folder,
        &["a.png", "a.png", "-o", "new.png", "--gpu", &part],
    );
    let text = succeeds(&mut painting);
    assert!(text.contains(&format!("Painting on {name}")), "{text}");
    // A processor that acts as a GPU is named as such in both.
    let named = "a processor in place of a graphics card";
    assert_eq!(slow.contains(named), text.contains(named), "{line}: {text}");
    let missing = said(&mut quick(
        &folder,
        &["a.png", "a.png", "-o", "new.png", "--gpu", "abacus"],
    ));
    assert!(
        missing.contains("No GPU has 'abacus'") && missing.contains(name),
        "{missing}"
    );
}

fn provenance(path: &Path) -> Provenance {
    provenance::from_png(&fs::read(path).unwrap()).unwrap()
}

fn sum(path: &Path) -> String {
    let digest = Sha256::digest(fs::read(path).unwrap());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn a_pipe_is_read_once() {
    let folder = folder("pipes");
    let [content, style, pipe] = ["a.png", "style.png", "pipe"].map(|name| folder.join(name));
    draw(&content, 40, 32);
    draw(&style, 36, 36);
    assert!(
        Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .unwrap()
            .success()
    );
    let (bytes, into) = (fs::read(&style).unwrap(), pipe.clone());
    let writer = thread::spawn(move || fs::write(into, bytes).unwrap());
    let mut command = quick(&folder, &["/dev/stdin", "pipe", "-o", "painted/"]);
    command.stdin(Stdio::piped()).stderr(Stdio::piped());
    let mut run = command.spawn().unwrap();
    let mut input = run.stdin.take().unwrap();
    input.write_all(&fs::read(&content).unwrap()).unwrap();
    drop(input);
    let run = run.wait_with_output().unwrap();
    let text = String::from_utf8(run.stderr).unwrap();
    assert!(run.status.success(), "{text}");
    writer.join().unwrap();
    let found = provenance(&folder.join("painted/stdin.png"));
    assert_eq!(found.content.sha256, sum(&content));
    assert_eq!(found.styles[0].sha256, sum(&style));

    let mut twice = quick(&folder, &["/dev/stdin", "/dev/stdin", "-o", "new.png"]);
    twice.stdin(Stdio::piped()).stderr(Stdio::piped());
    let mut run = twice.spawn().unwrap();
    run.stdin
        .take()
        .unwrap()
        .write_all(&fs::read(&content).unwrap())
        .unwrap();
    let text = String::from_utf8(run.wait_with_output().unwrap().stderr).unwrap();
    assert!(text.contains("/dev/stdin is empty"), "{text}");
}

#[test]
fn a_comma_in_a_masks_name_is_a_comma() {
    let folder = folder("commas");
    for name in ["a.png", "style.png"] {
        draw(&folder.join(name), 40, 32);
    }
    let grey = |name: &str, level: u8| {
        let pixels = [level, level, level, 255].repeat(40 * 32);
        let mask = Picture::from_rgba(40, 32, pixels).unwrap();
        mask.save(&folder.join(name)).unwrap();
    };
    grey("up,per.png", 255);
    grey("lower.png", 128);
    grey("whole.png", 200);
    let sum_of = |name: &str| (name != "-").then(|| sum(&folder.join(name)));
    let cases: &[(&[&str], &[&str])] = &[
        (
            &["--mask", "up,per.png", "--mask", "lower.png"],
            &["up,per.png", "lower.png"],
        ),
        (
            &["--mask", "-", "--mask", "up,per.png"],
            &["-", "up,per.png"],
        ),
        (
            &["--mask", "whole.png,lower.png"],
            &["whole.png", "lower.png"],
        ),
        (&["--mask", "-,lower.png"], &["-", "lower.png"]),
    ];
    for (arguments, masks) in cases {
        let mut command = quick(
            &folder,
            &["a.png", "style.png", "style.png", "-o", "new.png"],
        );
        succeeds(command.args(*arguments));
        let styles = provenance(&folder.join("new.png")).styles;
        let regions: Vec<_> = styles.into_iter().map(|style| style.region).collect();
        assert_eq!(
            regions,
            masks.iter().map(|mask| sum_of(mask)).collect::<Vec<_>>()
        );
    }
    let mut one = quick(&folder, &["a.png", "style.png", "-o", "new.png"]);
    succeeds(one.args(["--mask", "up,per.png", "--style-mask", "up,per.png"]));
    let style = provenance(&folder.join("new.png")).styles.remove(0);
    assert_eq!(
        (style.region, style.source),
        (sum_of("up,per.png"), sum_of("up,per.png"))
    );
    let mut wrong = quick(
        &folder,
        &["a.png", "style.png", "style.png", "-o", "new.png"],
    );
    let text = said(wrong.args(["--mask", "up,per.png,lower.png"]));
    assert!(
        text.contains("--mask has 3 pictures for 2 styles"),
        "{text}"
    );
}

#[test]
fn frames_are_all_of_one_even_size() {
    let folder = folder("frames");
    draw(&folder.join("a.png"), 66, 50);
    draw(&folder.join("style.png"), 40, 40);
    let mut command = at_home(&folder, &["a.png", "style.png", "-o", "new.png"]);
    command.args(["--preset", "tutorial", "--size", "33", "--steps", "2"]);
    command.args(["--first-size", "24", "--first-steps", "2"]);
    succeeds(command.args(["--frames", "frames", "--frame-steps", "1"]));
    let shape = |path: &Path| {
        let shape = Picture::open(path).unwrap().shape();
        (shape.width, shape.height)
    };
    assert_eq!(shape(&folder.join("new.png")), (33, 25));
    let frames = names(&folder.join("frames"));
    assert!(frames.len() >= 5, "{frames:?}");
    for frame in frames {
        assert_eq!(shape(&folder.join("frames").join(frame)), (32, 24));
    }
}
