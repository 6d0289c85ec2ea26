//! Several contents: those that fail do not hold up the others.

use super::*;

#[test]
fn a_content_that_fails_does_not_end_the_batch() {
    let folder = folder("batch");
    for name in ["a.png", "z.png", "style.png"] {
        draw(&folder.join(name), 40, 32);
    }
    draw(&folder.join("narrow.png"), 300, 5);
    fs::write(folder.join("notes.png"), "no picture").unwrap();
    let mut command = quick(&folder, &["a.png", "style.png", "-o", "painted"]);
    for name in ["missing.png", "notes.png", "narrow.png", "z.png"] {
        command.args(["--content", name]);
    }
    let run = command.output().unwrap();
    let said = String::from_utf8(run.stderr).unwrap();
    assert_eq!(run.status.code(), Some(1), "{said}");
    assert_eq!(names(&folder.join("painted")), ["a.png", "z.png"]);
    // At once, and all of them again in the end.
    let (before, after) = said.split_once("Painting on").unwrap();
    let (_, listed) = after.split_once("3 of 5 contents failed").unwrap();
    for (name, reason) in [
        ("missing.png", "could not be read"),
        ("notes.png", "is not a picture"),
        ("narrow.png", "at least 16"),
    ] {
        for part in [before, listed] {
            assert!(part.contains(name) && part.contains(reason), "{said}");
        }
    }
}

/// A step of the largest length that is allowed, with a weight of the largest that is: the first loss is no number.
const TOO_MUCH: [&str; 2] = ["--style-weight", "3e38"];

#[test]
fn a_content_that_fails_while_it_is_painted_leaves_its_picture_and_its_log() {
    let folder = folder("ruined");
    for name in ["a.png", "b.png", "style.png"] {
        draw(&folder.join(name), 40, 32);
    }
    let arguments = ["a.png", "style.png", "--content", "b.png", "-o", "painted"];
    let mut command = quick(&folder, &arguments);
    let run = command
        .args(["--log", "logs"])
        .args(TOO_MUCH)
        .output()
        .unwrap();
    let said = String::from_utf8(run.stderr).unwrap();
    assert_eq!(run.status.code(), Some(1), "{said}");
    assert!(said.contains("2 of 2 contents failed"), "{said}");
    assert!(said.contains("no longer a number"), "{said}");
    assert_eq!(names(&folder.join("painted")), ["a.png", "b.png"]);
    for name in ["a.json", "b.json"] {
        let log = fs::read(folder.join("logs").join(name)).unwrap();
        let log: serde_json::Value = serde_json::from_slice(&log).unwrap();
        let steps = log["steps"].as_array().unwrap();
        // All up to the one that is no number, which is last.
        let last = steps.last().unwrap();
        assert!(
            last["loss"].is_null() || last["grad_norm"].is_null(),
            "{last}"
        );
    }
}
