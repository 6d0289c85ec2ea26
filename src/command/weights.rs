//! Where the network's weights are.

use std::env;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use etcetera::base_strategy::{BaseStrategy, choose_native_strategy};

use impasto::vgg19::Vgg19;

const NAME: &str = "vgg19.safetensors";
/// In Impasto's own folder, where `build.sh` puts them.
const BUILT: &str = "target/weights";

/// The weights cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum WeightsPlaceError {
    /// Nowhere.
    #[error(
        "The network's weights were found nowhere: not at {}. Run ./build.sh once in Impasto's folder, which brings them to {BUILT}, and copy them to one of these places, or name the file with --weights.",
        looked.join(", ")
    )]
    Nowhere {
        /// Where it was looked.
        looked: Vec<String>,
    },
    /// Not at the place that was named or found.
    #[error(
        "The network's weights at {path} could not be read ({source}). Run ./build.sh once, or name a file with --weights."
    )]
    Read {
        path: String,
        source: std::io::Error,
    },
}

/// The weights' file: the one that was named, else the first that is there.
///
/// # Errors
/// [`WeightsPlaceError::Nowhere`].
pub fn find(named: Option<&Path>) -> Result<PathBuf, WeightsPlaceError> {
    named.map_or_else(|| first_of(&places()), |path| Ok(path.into()))
}

fn first_of(places: &[PathBuf]) -> Result<PathBuf, WeightsPlaceError> {
    let found = places.iter().find(|place| place.is_file());
    found.cloned().ok_or_else(|| WeightsPlaceError::Nowhere {
        looked: places
            .iter()
            .map(|place| place.display().to_string())
            .collect(),
    })
}

/// Beside the executable, in the user's data folder, in the folder at hand, and where this command was built from.
fn places() -> Vec<PathBuf> {
    let executable = env::current_exe().and_then(fs::canonicalize).ok();
    let beside = executable.and_then(|path| path.parent().map(Path::to_owned));
    let data = choose_native_strategy().ok();
    let data = data.map(|strategy| strategy.data_dir().join("impasto"));
    let built = [
        BUILT.into(),
        Path::new(env!("CARGO_MANIFEST_DIR")).join(BUILT),
    ];
    let folders = beside.into_iter().chain(data).chain(built);
    folders.map(|folder| folder.join(NAME)).collect()
}

/// Reads them.
///
/// # Errors
/// [`WeightsPlaceError::Read`], and what is wrong with the file.
pub fn open(path: &Path) -> Result<Vgg19, Box<dyn Error>> {
    let name = path.display().to_string();
    let bytes = fs::read(path).map_err(|source| WeightsPlaceError::Read {
        path: name.clone(),
        source,
    })?;
    Vgg19::from_safetensors(&bytes).map_err(|error| format!("{name}: {error}").into())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by it")]
mod tests {
    use super::*;

    #[test]
    fn the_first_place_counts_and_all_are_told() {
        let folder = tempfile::tempdir().unwrap();
        let places = ["one", "two", "three"].map(|name| folder.path().join(name));
        fs::create_dir(&places[0]).unwrap();
        let said = first_of(&places).unwrap_err().to_string();
        for place in &places {
            assert!(said.contains(&place.display().to_string()), "{said}");
        }
        assert!(said.contains("./build.sh") && said.contains("--weights"));
        fs::write(&places[1], "weights").unwrap();
        fs::write(&places[2], "others").unwrap();
        assert_eq!(first_of(&places).unwrap(), places[1]);
    }
}
