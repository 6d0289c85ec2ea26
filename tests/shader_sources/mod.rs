//! The shaders' texts, found in `shaders/`, each with what it shares put in front as the kernels do.

use std::fs;
use std::path::{Path, PathBuf};

use impasto::kernels::format::{Format, stores};

/// Files with that ending in a folder and in all folders below it, in order.
pub fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path, ending));
        } else if path
            .extension()
            .is_some_and(|extension| extension == ending)
        {
            found.push(path);
        }
    }
    found.sort();
    found
}

pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn common() -> PathBuf {
    root().join("shaders/common")
}

/// Whether it is put in front of shaders, and is none itself.
pub fn is_common(path: &Path) -> bool {
    path.starts_with(common())
}

/// Every shader.
pub fn shaders() -> Vec<PathBuf> {
    let mut shaders = files(&root().join("shaders"), "wgsl");
    shaders.retain(|path| !is_common(path));
    shaders
}

/// A shader with what kernels put in front, its maps in that format.
pub fn whole_source(path: &Path, format: Format) -> String {
    let common: String = files(&common(), "wgsl")
        .iter()
        // `stores` has it.
        .filter(|path| !path.ends_with("store.wgsl"))
        .map(|path| fs::read_to_string(path).unwrap())
        .collect();
    let bindings = [
        "Source",
        "Destination",
        "Filter",
        "Feature",
        "Gradient",
        "Target",
        "Map",
        "Kept",
    ];
    let stores = stores(&bindings.map(|name| (name, format)));
    stores + &common + &fs::read_to_string(path).unwrap()
}

/// A shader's module as naga reads it, its maps in that format.
pub fn module(path: &Path, format: Format) -> naga::Module {
    let source = whole_source(path, format);
    naga::front::wgsl::parse_str(&source)
        .unwrap_or_else(|error| panic!("{}: {}", path.display(), error.emit_to_string(&source)))
}
