//! Files that are written: none over another, none where it cannot be, and each whole.

use super::held::Held;
use super::*;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};

/// Runs what has to stop before a GPU is opened; gives what the user is told.
fn stops(command: &mut Command) -> String {
    let run = command.output().unwrap();
    let said = String::from_utf8(run.stderr).unwrap();
    assert_eq!(run.status.code(), Some(1), "{said}");
    assert!(!said.contains("Painting on"), "{said}");
    said
}

#[test]
fn nothing_is_written_over_what_is_read() {
    let folder = folder("over_inputs");
    let pictures = ["content.png", "style.png", "mask.png", "000003.png"];
    for name in pictures {
        draw(&folder.join(name), 32, 32);
    }
    fs::write(folder.join("settings.json"), "{}").unwrap();
    fs::write(folder.join("weights.png"), "weights").unwrap();
    fs::create_dir(folder.join("frames")).unwrap();
    fs::create_dir(folder.join("linked_frames")).unwrap();
    fs::hard_link(folder.join("content.png"), folder.join("hard.png")).unwrap();
    symlink("content.png", folder.join("soft.png")).unwrap();
    symlink(".", folder.join("here")).unwrap();
    let frame = folder.join("linked_frames/000002.png");
    fs::hard_link(folder.join("style.png"), frame).unwrap();
    let before: Vec<_> = pictures
        .map(|name| fs::read(folder.join(name)).unwrap())
        .into();

    let base = ["content.png", "style.png"];
    let cases: &[(&[&str], &str)] = &[
        (&["-o", "content.png"], "content.png"),
        (&["-o", "."], "content.png"),
        (&["-o", "./"], "content.png"),
        (&["-o", "hard.png"], "hard.png"),
        (&["-o", "soft.png"], "soft.png"),
        (&["-o", "here/style.png"], "style.png"),
        (&["-o", "frames/../style.png"], "style.png"),
        (&["--mask", "mask.png", "-o", "mask.png"], "mask.png"),
        (&["--style-mask", "mask.png", "-o", "mask.png"], "mask.png"),
        (&["--start", "mask.png", "-o", "mask.png"], "mask.png"),
        (&["-o", "new.png", "--log", "style.png"], "style.png"),
        (
            &["-o", "new.png", "--start", "000003.png", "--frames", "."],
            "000003.png",
        ),
        (&["-o", "new.png", "--frames", "linked_frames"], "style.png"),
        (&["--content", "mask.png", "-o", "."], "content.png"),
        // Not there, and yet it is read.
        (
            &["-o", "new.png", "--start", "lost.png", "--log", "lost.png"],
            "lost.png",
        ),
    ];
    for (arguments, named) in cases {
        let said = stops(quick(&folder, arguments).args(base));
        assert!(
            said.contains("is read for this painting"),
            "{arguments:?}: {said}"
        );
        assert!(said.contains(named), "{arguments:?}: {said}");
    }
    let mut with_weights = command(&[]);
    with_weights.current_dir(&folder).args(base);
    let arguments = ["--weights", "weights.png", "-o", "weights.png"];
    let said = stops(with_weights.args(arguments));
    assert!(said.contains("weights.png, which is read"), "{said}");
    let mut with_settings = command(&[]);
    with_settings.current_dir(&folder).args(base);
    let arguments = [
        "--settings",
        "settings.json",
        "-o",
        "new.png",
        "--log",
        "settings.json",
    ];
    let said = stops(with_settings.args(arguments));
    assert!(said.contains("settings.json"), "{said}");
    let after: Vec<_> = pictures
        .map(|name| fs::read(folder.join(name)).unwrap())
        .into();
    assert_eq!(before, after);
    assert!(!folder.join("new.png").exists());
}

#[test]
fn no_two_files_that_are_written_are_the_same() {
    let folder = folder("over_outputs");
    for sub in ["one", "two"] {
        fs::create_dir(folder.join(sub)).unwrap();
        draw(&folder.join(sub).join("a.png"), 32, 32);
    }
    draw(&folder.join("style.png"), 32, 32);
    symlink("one", folder.join("link")).unwrap();
    let base = ["one/a.png", "style.png"];
    let cases: &[(&[&str], &[&str])] = &[
        (
            &["-o", "new.png", "--log", "./new.png"],
            &["new.png", "--log"],
        ),
        (
            &["-o", "one/new.png", "--log", "link/new.png"],
            &["new.png", "--log"],
        ),
        (
            &["-o", "frames/000002.png", "--frames", "frames"],
            &["000002.png", "--frames"],
        ),
        (
            &["-o", "new.png", "--frames", "new.png"],
            &["new.png", "--frames"],
        ),
        (
            &["--content", "two/a.png", "-o", "painted"],
            &["one/a.png", "two/a.png"],
        ),
        (&["--content", "one/a.png", "-o", "painted"], &["one/a.png"]),
    ];
    for (arguments, named) in cases {
        let said = stops(quick(&folder, arguments).args(base));
        for named in *named {
            assert!(said.contains(named), "{arguments:?}: {said}");
        }
    }
    assert_eq!(names(&folder), ["link", "one", "style.png", "two"]);
}

#[test]
fn a_place_that_cannot_be_written_to_is_told_before_painting() {
    let folder = folder("places");
    draw(&folder.join("a.png"), 32, 32);
    draw(&folder.join("style.png"), 32, 32);
    fs::create_dir(folder.join("folder.png")).unwrap();
    fs::create_dir(folder.join("folder.json")).unwrap();
    fs::create_dir_all(folder.join("old/000010.png")).unwrap();
    let long = format!("{}.json", "l".repeat(300));
    let too_long = ["-o", "new.png", "--log", &long];
    let base = ["a.png", "style.png"];
    let mut cases: Vec<(&[&str], &[&str])> = vec![
        (&too_long, &["lll.json", "--log"]),
        (
            &["-o", "new.png", "--frames", "old"],
            &["old/000010.png is a folder", "--frames"],
        ),
        (&["-o", "lost/new.png"], &["lost/new.png", "no folder"]),
        (
            &["-o", "new.png", "--log", "lost/log.json"],
            &["lost/log.json", "--log"],
        ),
        (&["-o", "a.png/new.png"], &["a.png/new.png"]),
        (
            &["-o", "new.png", "--frames", "style.png"],
            &["style.png", "--frames"],
        ),
        (
            &["-o", "new.png", "--log", "folder.json"],
            &["folder.json is a folder"],
        ),
        (&["-o", "new.gif"], &["new.gif", "ending"]),
        (
            &["-o", "new.webp", "--size", "16384"],
            &["new.webp", "16383"],
        ),
        (&["--content", "a.png", "-o", "style.png"], &["style.png"]),
    ];
    if cfg!(target_os = "linux") {
        // Where nobody may make a file.
        cases.extend([
            (&["-o", "/proc/new.png"] as &[_], &["/proc/new.png"] as &[_]),
            (
                &["-o", "new.png", "--log", "/proc/log.json"],
                &["/proc/log.json", "--log"],
            ),
            (
                &["-o", "new.png", "--frames", "/proc/frames"],
                &["/proc/frames", "--frames"],
            ),
            (
                &["-o", "new.png", "--frames", "/proc"],
                &["/proc", "--frames"],
            ),
        ]);
    }
    for (arguments, named) in cases {
        let mut command = command(&[]);
        command.current_dir(&folder).args(base).args(arguments);
        let said = stops(&mut command);
        for named in named {
            assert!(said.contains(named), "{arguments:?}: {said}");
        }
    }
    assert_eq!(
        names(&folder),
        ["a.png", "folder.json", "folder.png", "old", "style.png"]
    );
}

#[test]
fn several_contents_have_everything_for_themselves() {
    let folder = folder("several");
    for name in ["a.1.png", "a.2.png", "style.png"] {
        draw(&folder.join(name), 40, 32);
    }
    let arguments = [
        "a.1.png",
        "style.png",
        "--content",
        "a.2.png",
        "-o",
        "painted/here",
    ];
    let more = ["--log", "logs", "--frames", "frames", "--frame-steps", "2"];
    succeeds(quick(&folder, &arguments).args(more));
    assert_eq!(names(&folder.join("painted/here")), ["a.1.png", "a.2.png"]);
    assert_eq!(names(&folder.join("logs")), ["a.1.json", "a.2.json"]);
    for name in ["a.1", "a.2"] {
        let frames = folder.join("frames").join(name);
        assert_eq!(names(&frames), ["000000.png", "000002.png", "000003.png"]);
    }
}

#[test]
fn what_is_there_is_replaced_as_a_whole() {
    let folder = folder("replaced");
    for name in ["a.png", "style.png", "old.png"] {
        draw(&folder.join(name), 32, 32);
    }
    fs::create_dir(folder.join("elsewhere")).unwrap();
    fs::write(folder.join("elsewhere/log.json"), "old").unwrap();
    symlink("elsewhere/log.json", folder.join("log.json")).unwrap();
    let old = fs::metadata(folder.join("old.png")).unwrap();
    fs::set_permissions(folder.join("old.png"), PermissionsExt::from_mode(0o600)).unwrap();
    let arguments = ["a.png", "style.png", "-o", "old.png", "--log", "log.json"];
    succeeds(&mut quick(&folder, &arguments));
    let new = fs::metadata(folder.join("old.png")).unwrap();
    // Not the same file with another content, which a reader could have found half written.
    assert_ne!(old.ino(), new.ino());
    // What was for nobody else's eyes stays so.
    assert_eq!(new.mode() & 0o777, 0o600);
    assert_eq!(
        Picture::open(&folder.join("old.png"))
            .unwrap()
            .shape()
            .width,
        24
    );
    let link = fs::symlink_metadata(folder.join("log.json")).unwrap();
    assert!(link.is_symlink());
    let log = fs::read(folder.join("elsewhere/log.json")).unwrap();
    assert!(serde_json::from_slice::<serde_json::Value>(&log).is_ok());
    assert_eq!(names(&folder.join("elsewhere")), ["log.json"]);

    let mut masked = Command::new("sh");
    let script =
        "umask 027; exec \"$0\" \"$@\" a.png style.png -o new.png --log /dev/null --steps 3";
    let weights = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/weights/vgg19.safetensors");
    masked.args(["-c", script, env!("CARGO_BIN_EXE_impasto"), "--weights"]);
    succeeds(masked.arg(weights).args(SMALL).current_dir(&folder));
    assert_eq!(
        fs::metadata(folder.join("new.png")).unwrap().mode() & 0o777,
        0o640
    );
    assert!(!fs::metadata("/dev/null").unwrap().is_file());
    let left = [
        "a.png",
        "elsewhere",
        "log.json",
        "new.png",
        "old.png",
        "style.png",
    ];
    assert_eq!(names(&folder), left);
}

#[test]
fn a_painting_whose_place_has_gone_is_laid_elsewhere() {
    let folder = folder("rescued");
    for name in ["painted", "frames", "temporary"] {
        fs::create_dir(folder.join(name)).unwrap();
    }
    draw(&folder.join("a.png"), 32, 32);
    draw(&folder.join("style.png"), 32, 32);
    let mut command = quick(&folder, &["a.png", "style.png", "-o", "painted/new.png"]);
    command.args(["--frames", "frames"]);
    command.env("TMPDIR", folder.join("temporary"));
    let mut held = Held::at(&folder.join("frames"), command, 1);
    fs::remove_dir(folder.join("painted")).unwrap();
    held.let_go();
    let (code, said) = held.end();
    assert_eq!(code, Some(1), "{said}");
    let rescued = names(&folder.join("temporary"));
    let [name] = &rescued[..] else {
        panic!("{rescued:?}")
    };
    assert!(
        said.contains("painted/new.png could not be written"),
        "{said}"
    );
    assert!(said.contains(name), "{said}");
    let picture = Picture::open(&folder.join("temporary").join(name)).unwrap();
    assert_eq!(picture.shape().width, 24);
}
