//! Every shader in `shaders/`, with what it shares put in front as the kernels do, is valid by naga's rules.

#![allow(clippy::unwrap_used, reason = "a test fails by it")]

use std::fs;
use std::path::{Path, PathBuf};

use impasto::kernels::{Format, stores};
use naga::valid::{Capabilities, ValidationFlags, Validator};

fn wgsl_files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "wgsl")
        })
        .collect();
    files.sort();
    files
}

#[test]
fn shaders_are_valid() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("shaders");
    let common: String = wgsl_files(&folder.join("common"))
        .iter()
        // `stores` has it.
        .filter(|path| !path.ends_with("store.wgsl"))
        .map(|path| fs::read_to_string(path).unwrap())
        .collect();
    let shaders = wgsl_files(&folder);
    assert!(shaders.len() >= 24, "only {} shaders found", shaders.len());
    for path in shaders {
        for format in [Format::Single, Format::Half, Format::Upper] {
            let bindings = [
                "Source",
                "Destination",
                "Filter",
                "Feature",
                "Gradient",
                "Map",
            ];
            let stores = stores(&bindings.map(|name| (name, format)));
            let source = stores + &common + &fs::read_to_string(&path).unwrap();
            let module = naga::front::wgsl::parse_str(&source).unwrap_or_else(|error| {
                panic!("{}: {}", path.display(), error.emit_to_string(&source))
            });
            // No capability beyond what every browser's WebGPU has: packing halves needs no `shader-f16` there.
            Validator::new(
                ValidationFlags::all(),
                Capabilities::SHADER_FLOAT16_IN_FLOAT32,
            )
            .validate(&module)
            .unwrap_or_else(|error| {
                panic!("{}: {}", path.display(), error.emit_to_string(&source))
            });
        }
    }
}
