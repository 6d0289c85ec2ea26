//! Writing whole files or none: under another name first, which then takes the file's own.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};

/// Links that are followed, as by most systems.
const MOST_LINKS: usize = 40;

/// Why a file was not written.
#[derive(Debug, thiserror::Error)]
#[error("{path} could not be written: {source}.{}", consolation(rescued.as_deref()))]
pub struct WriteError {
    path: String,
    #[source]
    source: io::Error,
    rescued: Option<PathBuf>,
}

fn consolation(rescued: Option<&Path>) -> String {
    rescued.map_or_else(String::new, |place| {
        format!(
            " It lies in {} instead: take it from there.",
            place.display()
        )
    })
}

/// Writes a file, or replaces it: whoever reads it meanwhile finds the old one or the new one, and of a failure nothing is
/// left. A link stays, and the file to which it leads is replaced. What is no regular file, such as `/dev/null`, is written
/// to.
///
/// # Errors
/// [`WriteError`].
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), WriteError> {
    put(path, bytes).map_err(|source| WriteError {
        path: path.display().to_string(),
        source,
        rescued: None,
    })
}

/// As [`write`]; where that fails, what cannot be made again is laid into the system's folder for temporary files.
///
/// # Errors
/// [`WriteError`], with the place where it lies now.
pub fn write_or_rescue(path: &Path, bytes: &[u8]) -> Result<(), WriteError> {
    write(path, bytes).map_err(|error| WriteError {
        rescued: rescue(path, bytes).ok(),
        ..error
    })
}

fn rescue(path: &Path, bytes: &[u8]) -> io::Result<PathBuf> {
    let ending = path.extension().unwrap_or_default().to_string_lossy();
    let mut builder = Builder::new();
    let mut file = builder
        .prefix("impasto-")
        .suffix(&format!(".{ending}"))
        .tempfile()?;
    file.write_all(bytes)?;
    Ok(file.keep()?.1)
}

fn put(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let there = fs::metadata(path).ok();
    if there.as_ref().is_some_and(|there| !there.is_file()) {
        return File::options().write(true).open(path)?.write_all(bytes);
    }
    let target = target(path);
    let mut sketch = match sketch_in(target.parent().unwrap_or(&target)) {
        Ok(sketch) => sketch,
        // A file may be writable where its folder is not.
        Err(error) if there.is_some() && error.kind() == ErrorKind::PermissionDenied => {
            return fs::write(path, bytes);
        }
        Err(error) => return Err(error),
    };
    sketch.write_all(bytes)?;
    if let Some(there) = &there {
        sketch.as_file().set_permissions(there.permissions())?;
    }
    sketch.as_file().sync_all()?;
    match sketch.persist(&target) {
        // A file may be a mount of its own, which cannot be replaced.
        Err(_) if there.is_some() => fs::write(path, bytes),
        persisted => persisted.map(drop).map_err(|error| error.error),
    }
}

/// A file in that folder which vanishes unless it is given a name.
///
/// # Errors
/// Where nothing can be written there.
pub fn sketch_in(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = Builder::new();
    builder.prefix(".impasto-").suffix(".part");
    // As any other program would make it: what the user's mask takes away is gone.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(folder)
}

/// Where a file is, without links as far as there is such a file or folder; the rest as it was given. Links that lead to
/// nothing are followed too, because a file that is written there lies where they lead.
pub fn target(path: &Path) -> PathBuf {
    follow(path, MOST_LINKS)
}

fn follow(path: &Path, links: usize) -> PathBuf {
    if let Ok(place) = fs::canonicalize(path) {
        return place;
    }
    let parent = match path.parent() {
        Some(parent) if parent.as_os_str().is_empty() => Path::new("."),
        Some(parent) => parent,
        None => return path.into(),
    };
    match fs::read_link(path) {
        Ok(target) if links > 0 => follow(&parent.join(target), links - 1),
        _ => follow(parent, links).join(path.file_name().unwrap_or_default()),
    }
}
