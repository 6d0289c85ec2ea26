//! Every shader in `shaders/`, with what it shares put in front as the kernels do, is valid by naga's rules.

#![allow(clippy::unwrap_used, reason = "a test fails by it")]

mod shader_sources;

use impasto::kernels::format::Format;
use impasto::kernels::tiles::{PRODUCT, WIDE};
use naga::AddressSpace;
use naga::back::pipeline_constants::process_overrides;
use naga::proc::Layouter;
use naga::valid::{Capabilities, ValidationFlags, Validator};
use shader_sources::{module, shaders, whole_source};

/// No capability beyond what every browser's WebGPU has: packing halves needs no `shader-f16` there.
fn validator() -> Validator {
    Validator::new(
        ValidationFlags::all(),
        Capabilities::SHADER_FLOAT16_IN_FLOAT32,
    )
}

#[test]
fn shaders_are_valid() {
    let shaders = shaders();
    assert!(shaders.len() >= 24, "only {} shaders found", shaders.len());
    for path in shaders {
        for format in [Format::Single, Format::Half, Format::Upper] {
            let module = module(&path, format);
            validator().validate(&module).unwrap_or_else(|error| {
                let source = whole_source(&path, format);
                panic!("{}: {}", path.display(), error.emit_to_string(&source))
            });
        }
    }
}

/// Invocations of a workgroup and bytes of its memory, with those constants.
fn workgroup_needs(ending: &str, entry: &str, constants: &[(&str, u32)]) -> (u32, u32) {
    let shaders = shaders();
    let mut named = shaders
        .iter()
        .filter(|path| path.to_string_lossy().ends_with(ending));
    let (Some(path), None) = (named.next(), named.next()) else {
        panic!("not one shader's name ends in {ending}");
    };
    let module = module(path, Format::Single);
    let info = validator().validate(&module).unwrap();
    let constants = constants
        .iter()
        .map(|&(name, value)| (name.to_owned(), value.into()))
        .collect();
    let stage = Some((naga::ShaderStage::Compute, entry));
    let (module, _) = process_overrides(&module, &info, stage, &constants).unwrap();
    let mut layouter = Layouter::default();
    layouter.update(module.to_ctx()).unwrap();
    let bytes = module
        .global_variables
        .iter()
        .filter(|(_, variable)| variable.space == AddressSpace::WorkGroup)
        .map(|(_, variable)| layouter[variable.ty].size)
        .sum();
    // Where there are no constants, all of a shader's are left.
    let mut points = module.entry_points.iter();
    let Some(point) = points.find(|point| point.name == entry) else {
        panic!("{ending} has no entry point {entry}");
    };
    (point.workgroup_size.iter().product(), bytes)
}

/// The limits that every WebGPU adapter has.
#[test]
fn every_tile_keeps_to_the_default_limits() {
    let direct = WIDE.map(|tile| {
        let constants = [("TILE_WIDTH", tile.width), ("TILE_QUADS", tile.quads)];
        (
            tile.width * tile.quads,
            workgroup_needs("conv3x3.wgsl", "forward", &constants),
        )
    });
    let product = PRODUCT.map(|tile| {
        let constants = [
            ("WINDOW_LANES", tile.window_lanes),
            ("QUAD_LANES", tile.quad_lanes),
            ("DEPTH", tile.depth),
        ];
        (
            tile.window_lanes * tile.quad_lanes,
            workgroup_needs("product.wgsl", "multiply", &constants),
        )
    });
    let fused = (96, workgroup_needs("fused.wgsl", "forward", &[]));
    for (expected, (invocations, bytes)) in direct.into_iter().chain(product).chain([fused]) {
        assert_eq!(invocations, expected);
        assert!(invocations <= 256, "{invocations} invocations");
        assert!((1..=16384).contains(&bytes), "{bytes} bytes");
        println!("{invocations} invocations, {bytes} bytes");
    }
    // The channels of a filter come in fours of quads, so these are the depths that leave no rest.
    assert!(PRODUCT.iter().all(|tile| 4 % tile.depth == 0));
}
