//! Nearest neighbours, and the pyramid whose levels are moved.

use crate::common::network;
use crate::reference::*;
use crate::{Worst, assert_none, paint_until, slope_error};
use impasto::network::Method;
use impasto::settings::Settings;

/// As for the other variants: sums of f32 in another order. Measured 5e-7 and 9e-6 by a network in f32 of the reference itself.
const LOSSES: f64 = 5e-6;
const GRADIENT: f64 = 3e-5;

/// A choice of another sample among two that are as near to 1e-5 changes the gradient by up to 1e-2 of its root mean square;
/// the least margins of the file are 3e-6.
const FLIPPED_GRADIENT: f64 = 2e-2;

/// Steps of Adam with next to no epsilon go as far by a gradient's rounding as by the gradient where that is next to
/// nothing. The reference's last picture moves by 1.5e-3 where its start is changed by 1e-6.
const FIRST_PICTURE: f64 = 1e-4;
const LAST_PICTURE: f64 = 4e-3;
const RUN_LOSSES: f64 = 1e-3;

#[test]
fn nearest_neighbours_are_the_references() {
    let reference = Reference::open();
    let network = network(Method::default());
    let mut failures = Vec::new();
    for variant in &reference.nearest {
        let Variant {
            name,
            styles,
            expected,
            ..
        } = variant;
        let settings = variant.settings.settings();
        let mut painter = reference.painter(&network, styles, &settings);
        let matches = pollster::block_on(painter.progress()).unwrap().matches;
        let matches = matches.unwrap();
        let positions = matches.grid.positions() as usize;
        let found = expected.found.as_ref().unwrap();
        // The reference counts a style's samples from zero, the engine those of all styles.
        let mut firsts = vec![None; styles.len()];
        firsts[0] = Some(0);
        let wanted = found
            .wanted
            .iter()
            .flatten()
            .zip(found.style_of.iter().flatten());
        for (position, (wanted, style)) in wanted.enumerate() {
            let (Some(wanted), Some(style)) = (wanted, style) else {
                continue;
            };
            let place = *style as usize * positions + position;
            let nearest = matches.nearest[place];
            let first = firsts[*style as usize].get_or_insert_with(|| nearest - wanted);
            assert_eq!(nearest, *first + wanted, "{name}: position {position}");
        }
        let records = paint_until(&mut painter, 1);
        let mut losses = Worst::default();
        losses.losses(&expected.losses, &records[0]);
        losses.layers(
            "content",
            &expected.content_layers,
            &records[0].content_layers,
        );
        failures.extend(losses.failure(&format!("losses of {name}"), LOSSES));
        let slope = slope_error(expected, &painter, &records[0]);
        failures.extend(slope.failure(&format!("gradient of {name}"), GRADIENT));
    }
    assert_none(&failures);
}

#[test]
fn refining_steps_are_the_references() {
    let network = network(Method::default());
    let mut failures = Vec::new();
    for variant in &Reference::open().refining {
        let name = &variant.name;
        let settings = Settings {
            seed: variant.seed,
            learning_rate: 0.0,
            ..variant.settings.settings()
        };
        let pictures = (variant.content.as_str(), variant.initial.as_str());
        let mut painter = painter_of(&network, pictures, &variant.styles, &settings, true);
        for (step, expected) in (1..).zip(&variant.steps) {
            let records = paint_until(&mut painter, step);
            let mut losses = Worst::default();
            losses.losses(&expected.losses, &records[0]);
            losses.layers("style", &expected.style_layers, &records[0].style_layers);
            failures.extend(losses.failure(&format!("losses of {name}"), LOSSES));
            let slope = slope_error(expected, &painter, &records[0]);
            failures.extend(slope.failure(&format!("gradient of {name}"), FLIPPED_GRADIENT));
        }
    }
    assert_none(&failures);
}

#[test]
fn pyramids_move_as_the_references_do() {
    let network = network(Method::default());
    let mut failures = Vec::new();
    for PyramidRun {
        content,
        initial,
        seed,
        first,
        run,
    } in &Reference::open().pyramid
    {
        let name = &run.name;
        let settings = Settings {
            seed: *seed,
            ..run.settings.settings()
        };
        let refining = name.ends_with("refining");
        let pictures = (content.as_str(), initial.as_str());
        let mut painter = painter_of(&network, pictures, &run.styles, &settings, refining);
        let mut records = paint_until(&mut painter, 1);
        let mut pixels = Worst::default();
        pixels.pixels(first, &network, &painter);
        failures.extend(pixels.failure(&format!("first picture of {name}"), FIRST_PICTURE));
        records.extend(paint_until(&mut painter, run.steps.len() as u32));
        let mut losses = Worst::default();
        for (expected, found) in run.steps.iter().zip(&records) {
            losses.losses(expected, found);
        }
        failures.extend(losses.failure(&format!("losses of {name}"), RUN_LOSSES));
        let mut pixels = Worst::default();
        pixels.pixels(&run.last, &network, &painter);
        failures.extend(pixels.failure(&format!("last picture of {name}"), LAST_PICTURE));
    }
    assert_none(&failures);
}
