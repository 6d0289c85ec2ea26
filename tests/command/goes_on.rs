//! A painting that is interrupted, and gone on with.

use super::held::Held;
use super::*;

const STEPS: &str = "5";

/// A folder with a content and a style.
fn prepared(name: &str) -> PathBuf {
    let folder = folder(name);
    draw(&folder.join("a.png"), 40, 32);
    draw(&folder.join("style.png"), 36, 36);
    folder
}

fn painting(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = small(folder, &["a.png", "style.png", "-o", "new.png"]);
    command
        .args(["--log", "log.json", "--steps", STEPS])
        .args(arguments);
    command
}

/// The number of the first step in a log, and the losses.
fn losses(folder: &Path, log: &str) -> (u64, Vec<f64>) {
    let log = fs::read(folder.join(log)).unwrap();
    let log: serde_json::Value = serde_json::from_slice(&log).unwrap();
    let steps = log["steps"].as_array().unwrap();
    let losses = steps.iter().map(|step| step["loss"].as_f64().unwrap());
    (log["first_step"].as_u64().unwrap(), losses.collect())
}

/// Interrupted after that step or the one before; gives what is said.
fn interrupted(folder: &Path, step: u32, signal: &str, arguments: &[&str]) -> String {
    let frames = folder.join("frames");
    if frames.exists() {
        fs::remove_dir_all(&frames).unwrap();
    }
    let mut command = painting(folder, arguments);
    command.args(["--frames", "frames"]);
    let mut held = Held::at(&frames, command, step);
    held.signal(signal);
    held.says("as it stands");
    held.let_go();
    let (code, said) = held.end();
    assert_eq!(code, Some(130), "{said}");
    said
}

#[test]
fn the_picture_is_saved_as_it_stands_and_goes_on_to_the_same_end() {
    let folder = prepared("interrupted");
    let mut command = small(&folder, &["a.png", "style.png", "-o", "whole.png"]);
    succeeds(command.args(["--steps", STEPS, "--log", "whole.json"]));

    let said = interrupted(&folder, 2, "INT", &["--keep", "state"]);
    assert!(said.contains("--resume state"), "{said}");
    let (first, some) = losses(&folder, "log.json");
    assert!(
        first == 1 && (1..=2).contains(&some.len()),
        "{first}: {some:?}"
    );
    let begun = Picture::open(&folder.join("new.png")).unwrap();
    assert_ne!(begun, Picture::open(&folder.join("whole.png")).unwrap());
    assert!(folder.join("state").is_file());

    // The same command, and the log goes on.
    let again = ["--keep", "state", "--resume", "state"];
    succeeds(&mut painting(&folder, &again));
    assert_eq!(losses(&folder, "log.json"), losses(&folder, "whole.json"));
    let pictures = ["new.png", "whole.png"].map(|name| Picture::open(&folder.join(name)).unwrap());
    assert_eq!(pictures[0], pictures[1]);
    assert!(!folder.join("state").exists());
}

#[test]
fn the_settings_are_those_of_the_state_which_stays_where_it_is_not_kept() {
    let folder = prepared("resumed");
    interrupted(&folder, 2, "TERM", &["--keep", "state"]);
    let (_, some) = losses(&folder, "log.json");
    let arguments = [
        "a.png",
        "style.png",
        "-o",
        "b.png",
        "--resume",
        "state",
        "--log",
        "b.json",
    ];
    succeeds(&mut at_home(&folder, &arguments));
    assert!(folder.join("state").is_file());
    let (first, rest) = losses(&folder, "b.json");
    assert_eq!(first as usize, some.len() + 1);
    assert_eq!((some.len() + rest.len()).to_string(), STEPS);
}

#[test]
fn a_second_interruption_ends_at_once() {
    let folder = prepared("twice");
    // Nobody reads its picture, so that it never ends by itself.
    let picture = folder.join("new.png");
    assert!(
        Command::new("mkfifo")
            .arg(&picture)
            .status()
            .unwrap()
            .success()
    );
    let mut command = painting(&folder, &[]);
    command.args(["--frames", "frames"]);
    let mut held = Held::at(&folder.join("frames"), command, 2);
    held.signal("INT");
    // Until the first has been taken, two may count as one.
    held.says("as it stands");
    held.let_go();
    held.signal("INT");
    let (code, said) = held.end();
    assert_eq!(code, Some(130), "{said}");
    assert!(!said.contains("Stopped after"), "{said}");
}

#[test]
fn an_interruption_before_the_first_step_replaces_nothing() {
    let folder = prepared("at_once");
    fs::write(folder.join("new.png"), "old").unwrap();
    let said = interrupted(&folder, 0, "INT", &["--keep", "state"]);
    // The one where it had begun to prepare the painting, the other where the machine was too busy for that.
    let told = ["Nothing was written", "Not begun"];
    assert!(told.iter().any(|told| said.contains(told)), "{said}");
    assert_eq!(fs::read(folder.join("new.png")).unwrap(), b"old");
    assert!(!folder.join("log.json").exists());
    assert!(!folder.join("state").exists());
}

#[test]
fn an_interruption_leaves_the_rest_of_a_batch_alone() {
    let folder = prepared("batch_interrupted");
    draw(&folder.join("b.png"), 32, 32);
    let batch = [
        "a.png",
        "style.png",
        "--content",
        "b.png",
        "-o",
        "painted",
        "--keep",
        "kept",
    ];
    let mut command = quick(&folder, &batch);
    command.args(["--frames", "frames"]);
    // Each has its own folder.
    let mut held = Held::at(&folder.join("frames/a"), command, 2);
    held.signal("INT");
    held.says("as it stands");
    held.let_go();
    let (code, said) = held.end();
    assert_eq!(code, Some(130), "{said}");
    assert_eq!(names(&folder.join("painted")), ["a.png"]);
    assert_eq!(names(&folder.join("kept")), ["a.safetensors"]);
    let (_, not_begun) = said.split_once("Not begun").unwrap();
    assert!(not_begun.contains("b.png"), "{said}");
    succeeds(quick(&folder, &batch).args(["--resume", "kept"]));
    assert_eq!(names(&folder.join("painted")), ["a.png", "b.png"]);
    assert!(names(&folder.join("kept")).is_empty());
}

#[test]
fn a_state_that_does_not_fit_is_refused() {
    let folder = prepared("unfit");
    interrupted(
        &folder,
        1,
        "INT",
        &["--keep", "state", "--style-scale", "1.5"],
    );
    fs::copy(folder.join("a.png"), folder.join("same.png")).unwrap();
    // Of the same shape.
    let negative = |value: f32| 1.0 - value;
    let other = Picture::open(&folder.join("a.png")).unwrap();
    let other = other.map_pixels(|pixel| pixel.map(negative));
    other.save(&folder.join("other.png")).unwrap();
    draw(&folder.join("square.png"), 36, 36);
    let state = fs::read(folder.join("state")).unwrap();
    fs::write(folder.join("broken"), &state[..state.len() / 2]).unwrap();
    fs::write(folder.join("text"), "no state").unwrap();
    let scale: &[&str] = &["--style-scale", "1.5"];
    let cases: &[(&[&str], &[&str], &str)] = &[
        (
            &["other.png", "style.png", "--resume", "state"],
            scale,
            "other pictures",
        ),
        (
            &["square.png", "style.png", "--resume", "state"],
            scale,
            "other pictures",
        ),
        (
            &["a.png", "other.png", "--resume", "state"],
            scale,
            "other pictures",
        ),
        (
            &["a.png", "style.png", "style.png", "--resume", "state"],
            &[],
            "other pictures",
        ),
        (
            &["a.png", "style.png", "--resume", "state"],
            &[],
            "other pictures",
        ),
        (
            &["a.png", "style.png", "--resume", "state", "--seed", "7"],
            scale,
            "other settings",
        ),
        (
            &[
                "a.png",
                "style.png",
                "--resume",
                "state",
                "--preset",
                "gatys",
            ],
            scale,
            "other settings",
        ),
        (
            &["a.png", "style.png", "--resume", "state", "--blend", "2"],
            scale,
            "other settings",
        ),
        (
            &["a.png", "style.png", "--resume", "broken"],
            scale,
            "broken: ",
        ),
        (&["a.png", "style.png", "--resume", "text"], scale, "text: "),
        (
            &["a.png", "style.png", "--resume", "lost"],
            scale,
            "lost could not be read",
        ),
    ];
    for (arguments, more, named) in cases {
        let mut command = command(&[]);
        command.current_dir(&folder).args(*arguments).args(*more);
        let run = command.args(["-o", "refused.png"]).output().unwrap();
        let said = String::from_utf8(run.stderr).unwrap();
        assert_eq!(run.status.code(), Some(1), "{arguments:?}: {said}");
        assert!(said.contains(named), "{arguments:?}: {said}");
        assert!(!said.contains("Painting on"), "{said}");
    }
    assert!(!folder.join("refused.png").exists());
    // The same picture under another name is the same picture.
    let arguments = [
        "same.png",
        "style.png",
        "-o",
        "new.png",
        "--resume",
        "state",
    ];
    succeeds(at_home(&folder, &arguments).args(scale));
}

#[test]
fn what_is_kept_takes_no_other_files_place() {
    let folder = prepared("kept_over");
    interrupted(&folder, 2, "INT", &["--keep", "state"]);
    fs::write(folder.join("letter"), "dear reader").unwrap();
    let state = fs::read(folder.join("state")).unwrap();
    for (name, rest) in [
        ("state", &[] as &[&str]),
        ("letter", &["--resume", "state"]),
    ] {
        let mut command = painting(&folder, rest);
        let run = command.args(["--keep", name]).output().unwrap();
        let said = String::from_utf8(run.stderr).unwrap();
        assert_eq!(run.status.code(), Some(1), "{said}");
        assert!(said.contains(&format!("{name} is there already")), "{said}");
    }
    assert_eq!(fs::read(folder.join("state")).unwrap(), state);
    assert_eq!(fs::read(folder.join("letter")).unwrap(), b"dear reader");
    // Nor is a state replaced by what is written from it.
    fs::write(folder.join("state.png"), &state).unwrap();
    for outputs in [
        ["-o", "state.png", "--log", "b.json"],
        ["-o", "b.png", "--log", "state.png"],
    ] {
        let mut command = quick(&folder, &["a.png", "style.png", "--resume", "state.png"]);
        let said = String::from_utf8(command.args(outputs).output().unwrap().stderr).unwrap();
        assert!(said.contains("state.png, which is read"), "{said}");
        assert_eq!(fs::read(folder.join("state.png")).unwrap(), state);
    }
}
