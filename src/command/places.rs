//! Where files are written: that no two are the same file, that none is one that is read, and that it can be written
//! there, all before anything is painted.

use std::collections::HashMap;
use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::works::{Work, Works, frames_in, is_frame_name};
use super::write::{sketch_in, target};

/// Why nothing is painted.
#[derive(Debug, thiserror::Error)]
pub enum PlaceError {
    /// It would be written over what is read.
    #[error(
        "{output} would be written over {input}, which is read for this painting. Name another place with {option}."
    )]
    Input {
        output: String,
        input: String,
        option: &'static str,
    },
    /// Two contents share a name.
    #[error(
        "{one} and {other} would both be painted into {path}. Rename one of them, or paint them into different folders."
    )]
    Contents {
        one: String,
        other: String,
        path: String,
    },
    /// Two outputs are one file.
    #[error("{one} and {other} are the same file. Name another place with {option}.")]
    Twice {
        one: String,
        other: String,
        option: &'static str,
    },
    /// A folder stands where a file should.
    #[error(
        "{path} is a folder, and a file would be written there. Name another place with {option}."
    )]
    Folder { path: String, option: &'static str },
    /// The file's folder is missing.
    #[error(
        "{path} cannot be written, because there is no folder {folder}. Make it, or name another place with {option}."
    )]
    NoFolder {
        path: String,
        folder: String,
        option: &'static str,
    },
    /// No folder can be made there.
    #[error("{path} is no folder to write to: {source}. Name another one with {option}.")]
    CannotMake {
        path: String,
        source: io::Error,
        option: &'static str,
    },
    /// What is kept would take another file's place, and vanish at the end.
    #[error(
        "{path} is there already, and --keep needs a place of its own: what is kept there is removed in the end. If it is this painting's, go on with it by --resume {path}; else remove it or name another place."
    )]
    Taken { path: String },
    /// The system does not allow it.
    #[error("{path} cannot be written: {source}. Name another place with {option}.")]
    NotWritable {
        path: String,
        source: io::Error,
        option: &'static str,
    },
}

/// A file that is written.
#[derive(Debug, Clone, Copy)]
struct Output<'a> {
    path: &'a Path,
    /// Where it was named.
    option: &'static str,
    /// Of what.
    work: &'a Work,
}

/// What a file is known by.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Mark {
    /// Its folder without links, and its name.
    Place(PathBuf),
    /// Its number on its device, which links to it share.
    #[cfg(unix)]
    Number(u64, u64),
}

/// Who has a file, or a folder for frames.
#[derive(Debug, Clone, Copy)]
enum Owner<'a> {
    Input(&'a Path),
    Output(Output<'a>),
}

/// Makes sure of every file that is written, and makes the folders that are for them alone. `inputs` is all that is read.
///
/// # Errors
/// [`PlaceError`].
pub fn prepare(works: &Works, inputs: &[PathBuf]) -> Result<(), PlaceError> {
    let outputs: Vec<_> = works.each.iter().flat_map(outputs_of).collect();
    check_distinct(&works.each, &outputs, inputs)?;
    works.folders.iter().try_for_each(make_folder)?;
    outputs.iter().try_for_each(check_place)?;
    works.each.iter().try_for_each(check_frames)
}

fn outputs_of(work: &Work) -> impl Iterator<Item = Output<'_>> {
    let files = [
        ("-o", Some(&work.picture)),
        ("--log", work.log.as_ref()),
        ("--keep", work.keep.as_ref()),
    ];
    files.into_iter().filter_map(move |(option, path)| {
        path.map(|path| Output {
            path: path.as_path(),
            option,
            work,
        })
    })
}

fn check_distinct(
    works: &[Work],
    outputs: &[Output<'_>],
    inputs: &[PathBuf],
) -> Result<(), PlaceError> {
    let mut owners: HashMap<Mark, Owner<'_>> = HashMap::new();
    for input in inputs {
        owners.extend(marks(input).map(|mark| (mark, Owner::Input(input))));
    }
    for work in works {
        // A painting may be kept where it was kept before.
        let same = |file: &PathBuf| work.keep.as_deref().is_some_and(|keep| is_same(file, keep));
        if let Some(state) = work.resume.as_ref().filter(|state| !same(state)) {
            owners.extend(marks(state).map(|mark| (mark, Owner::Input(state))));
        }
    }
    for &output in outputs {
        for mark in marks(output.path).collect::<Vec<_>>() {
            if let Some(owner) = owners.insert(mark, Owner::Output(output)) {
                return Err(conflict(owner, output));
            }
        }
    }
    // What lies in a folder of frames under a frame's name, or is linked from there.
    for work in works {
        let Some(folder) = &work.frames else { continue };
        let path = resolved(folder);
        let frames = Output {
            path: folder,
            option: "--frames",
            work,
        };
        if let Some(owner) = owners.insert(Mark::Place(path.clone()), Owner::Output(frames)) {
            return Err(conflict(owner, frames));
        }
        let is_frame = |mark: &Mark| match mark {
            Mark::Place(place) => {
                place.parent() == Some(&path)
                    && place
                        .file_name()
                        .is_some_and(|name| is_frame_name(name.as_ref()))
            }
            #[cfg(unix)]
            Mark::Number(..) => false,
        };
        let mut linked = frames_in(folder).flat_map(|path| marks(&path));
        let found = owners
            .iter()
            .find_map(|(mark, owner)| is_frame(mark).then_some(*owner))
            .or_else(|| linked.find_map(|mark| owners.get(&mark).copied()));
        if let Some(owner) = found {
            return Err(conflict(owner, frames));
        }
    }
    Ok(())
}

fn conflict(owner: Owner<'_>, output: Output<'_>) -> PlaceError {
    let text = |path: &Path| path.display().to_string();
    let frame = || match output.option {
        "--frames" => format!("A frame in {}", output.path.display()),
        _ => text(output.path),
    };
    match owner {
        Owner::Input(input) => PlaceError::Input {
            output: frame(),
            input: text(input),
            option: output.option,
        },
        Owner::Output(other)
            if is_other(other.work, output.work) && other.option == output.option =>
        {
            PlaceError::Contents {
                one: text(&other.work.content),
                other: text(&output.work.content),
                path: text(output.path),
            }
        }
        Owner::Output(other) => PlaceError::Twice {
            one: frame(),
            other: text(other.path),
            option: output.option,
        },
    }
}

fn is_same(one: &Path, other: &Path) -> bool {
    marks(one).any(|mark| marks(other).any(|of_other| mark == of_other))
}

/// Whether they are two, even where the same content was given twice.
fn is_other(one: &Work, other: &Work) -> bool {
    !std::ptr::eq(one, other)
}

/// What a file is known by; nothing where it is no file that could be lost, such as a terminal or a pipe.
fn marks(path: &Path) -> impl Iterator<Item = Mark> + use<> {
    let metadata = fs::metadata(path).ok();
    let special = metadata
        .as_ref()
        .is_some_and(|metadata| !metadata.is_file() && !metadata.is_dir());
    let place = (!special).then(|| Mark::Place(resolved(path)));
    #[cfg(unix)]
    let number = {
        use std::os::unix::fs::MetadataExt;
        let file = metadata.filter(|_| !special);
        file.map(|file| Mark::Number(file.dev(), file.ino()))
    };
    // Elsewhere links to one file count as several: it is replaced under one name, and stays under the others.
    #[cfg(not(unix))]
    let number = None;
    place.into_iter().chain(number)
}

/// Where a file is or would be; where capitals tell no files apart, without them.
fn resolved(path: &Path) -> PathBuf {
    let path = target(path);
    if cfg!(any(windows, target_os = "macos")) {
        path.to_string_lossy().to_lowercase().into()
    } else {
        path
    }
}

/// Makes a folder, in which something can be written.
fn make_folder((option, folder): &(&'static str, PathBuf)) -> Result<(), PlaceError> {
    let made = fs::create_dir_all(folder).and_then(|()| sketch_in(folder).map(drop));
    made.map_err(|source| PlaceError::CannotMake {
        path: folder.display().to_string(),
        source,
        option,
    })
}

/// That the file can be written.
fn check_place(output: &Output<'_>) -> Result<(), PlaceError> {
    let (path, option) = (output.path.display().to_string(), output.option);
    let not_writable = |source| PlaceError::NotWritable {
        path: path.clone(),
        source,
        option,
    };
    match fs::metadata(output.path) {
        Ok(there) if there.is_dir() => return Err(PlaceError::Folder { path, option }),
        Ok(there) if there.is_file() && is_taken(output, there.len()) => {
            return Err(PlaceError::Taken { path });
        }
        Ok(there) if there.is_file() => {
            // What may not be written to may not be replaced. To open it changes nothing.
            let opened = OpenOptions::new().write(true).open(output.path);
            return opened.map(drop).map_err(not_writable);
        }
        // To open a pipe would wait for its other end.
        Ok(_) => return Ok(()),
        Err(missing) if missing.kind() == ErrorKind::NotFound => {}
        // Such as a name that is too long.
        Err(error) => return Err(not_writable(error)),
    }
    let target = target(output.path);
    let folder = target.parent().unwrap_or(&target);
    if !folder.is_dir() {
        let folder = folder.display().to_string();
        return Err(PlaceError::NoFolder {
            path,
            folder,
            option,
        });
    }
    sketch_in(folder).map(drop).map_err(not_writable)
}

/// That no folder has a frame's name.
fn check_frames(work: &Work) -> Result<(), PlaceError> {
    let mut frames = work.frames.iter().flat_map(|folder| frames_in(folder));
    match frames.find(|frame| frame.is_dir()) {
        None => Ok(()),
        Some(frame) => Err(PlaceError::Folder {
            path: frame.display().to_string(),
            option: "--frames",
        }),
    }
}

/// Whether something lies there that is no state from which the painting goes on.
fn is_taken(output: &Output<'_>, bytes: u64) -> bool {
    let resumed = output.work.resume.as_deref();
    output.option == "--keep"
        && bytes > 0
        && !resumed.is_some_and(|state| is_same(state, output.path))
}
