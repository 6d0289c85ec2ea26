//! What is painted, and every file that comes of it: known before the first step.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use super::arguments::Arguments;

/// Digits of a frame's number; more where it needs them.
const FRAME_DIGITS: usize = 6;

/// One content, and where what comes of it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Work {
    pub content: PathBuf,
    pub picture: PathBuf,
    pub log: Option<PathBuf>,
    /// The folder of its frames.
    pub frames: Option<PathBuf>,
    /// Where its state is kept.
    pub keep: Option<PathBuf>,
    /// The state from which it goes on.
    pub resume: Option<PathBuf>,
}

/// All that is painted.
#[derive(Debug)]
pub struct Works {
    /// In order.
    pub each: Vec<Work>,
    /// The folders that are made where they are missing, each with the option that names it.
    pub folders: Vec<(&'static str, PathBuf)>,
}

/// All that is painted into `output`. Several contents have a folder for each option that names a place, with a file or a
/// folder of each content's name.
pub fn works(arguments: &Arguments, output: &Path) -> Works {
    let contents = [&arguments.content].into_iter().chain(&arguments.contents);
    let several = !arguments.contents.is_empty();
    let into_folder = several || output.is_dir() || ends_with_separator(output);
    let place = |given: Option<&PathBuf>, content: &Path, ending: &str| match given {
        Some(folder) if several => Some(folder.join(named(content, ending))),
        given => given.cloned(),
    };
    let work = |content: &PathBuf| Work {
        content: content.clone(),
        picture: if into_folder {
            output.join(named(content, ".png"))
        } else {
            output.into()
        },
        log: place(arguments.log.as_ref(), content, ".json"),
        frames: place(arguments.frames.as_ref(), content, ""),
        keep: place(arguments.keep.as_ref(), content, ".safetensors"),
        resume: place(arguments.resume.as_ref(), content, ".safetensors"),
    };
    let each: Vec<_> = contents.map(work).collect();
    let made = [
        ("-o", into_folder.then(|| output.to_owned())),
        ("--log", arguments.log.clone().filter(|_| several)),
        ("--keep", arguments.keep.clone().filter(|_| several)),
    ];
    let made = made.into_iter();
    let named = made.filter_map(|(option, folder)| Some((option, folder?)));
    let of_frames = each.iter().filter_map(|work| work.frames.clone());
    Works {
        folders: named
            .chain(of_frames.map(|folder| ("--frames", folder)))
            .collect(),
        each,
    }
}

/// The content's name with another ending in the place of its own. Other dots belong to the name.
fn named(content: &Path, ending: &str) -> OsString {
    let mut name = content
        .file_stem()
        .unwrap_or(content.as_os_str())
        .to_owned();
    name.push(ending);
    name
}

fn ends_with_separator(path: &Path) -> bool {
    let text = path.to_string_lossy();
    text.ends_with(std::path::is_separator)
}

/// The name of the frame after that step.
pub fn frame_name(step: u32) -> String {
    format!("{step:0FRAME_DIGITS$}.png")
}

/// The frames that are in a folder.
pub fn frames_in(folder: &Path) -> impl Iterator<Item = PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let paths = entries.map(|entry| entry.path());
    paths.filter(|path| {
        path.file_name()
            .is_some_and(|name| is_frame_name(name.as_ref()))
    })
}

/// Whether some frame may have that name.
pub fn is_frame_name(name: &Path) -> bool {
    let digits = name.file_stem().and_then(|stem| stem.to_str());
    let ending = name.extension().and_then(|ending| ending.to_str());
    ending.is_some_and(|ending| ending.eq_ignore_ascii_case("png"))
        && digits.is_some_and(|digits| {
            digits.len() >= FRAME_DIGITS && digits.bytes().all(|digit| digit.is_ascii_digit())
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dot_in_a_name_belongs_to_it() {
        let name = |content: &str| named(content.as_ref(), ".png");
        assert_eq!(name("in/a.1.png"), "a.1.png");
        assert_eq!(name("in/a.2.jpeg"), "a.2.png");
        assert_eq!(name("a"), "a.png");
        assert_eq!(name(".hidden"), ".hidden.png");
        assert_eq!(named("in/a.1.png".as_ref(), ""), "a.1");
    }

    #[test]
    fn frames_are_known_by_their_names() {
        for step in [0, 10, 1_234_567] {
            assert!(is_frame_name(frame_name(step).as_ref()));
        }
        for name in ["00010.png", "000010.jpg", "00001a.png", "x000010.png"] {
            assert!(!is_frame_name(name.as_ref()), "{name}");
        }
    }
}
