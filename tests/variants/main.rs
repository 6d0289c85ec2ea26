//! Every variant of the computation against an implementation in TensorFlow and NumPy that shares nothing with this one:
//! see `tests/data/README.md`.

#![allow(clippy::unwrap_used, reason = "a test fails by it")]

#[path = "../common/mod.rs"]
mod common;
mod nearest;
mod reference;

use std::collections::BTreeMap;
use std::rc::Rc;

use common::{assert_near, network};
use impasto::network::{Method, Network};
use impasto::painting::{Painter, Painting, StepRecord, Style};
use impasto::pictures::{Root, match_colours};
use impasto::settings::{Colour, Settings};
use reference::*;

fn paint_until(painter: &mut Painter, step: u32) -> Vec<StepRecord> {
    let mut records = Vec::new();
    while !painter.finished(step) {
        records.extend(pollster::block_on(painter.advance(step)).unwrap());
    }
    records
}

/// The largest difference of a number from what is expected, and whose it is.
#[derive(Debug, Default)]
struct Worst {
    error: f64,
    name: String,
}

impl Worst {
    fn see(&mut self, name: &str, error: f64) {
        // Not a number is the worst of all.
        if error.is_nan() || error > self.error {
            let name = name.into();
            *self = Self { error, name };
        }
    }

    fn relative(&mut self, name: &str, expected: f64, found: f64) {
        self.see(name, (found - expected).abs() / expected.abs());
    }

    fn layers(&mut self, kind: &str, expected: &BTreeMap<String, f64>, found: &[f64]) {
        assert_eq!(expected.len(), found.len());
        // Names in the order of the alphabet are in the network's.
        for ((layer, &expected), &found) in expected.iter().zip(found) {
            self.relative(&format!("{kind} of {layer}"), expected, found);
        }
    }

    fn losses(&mut self, expected: &Losses, found: &StepRecord) {
        self.relative("loss", expected.loss, found.loss);
        self.relative("style loss", expected.style, found.style);
        self.relative("content loss", expected.content, found.content);
        if expected.tv > 0.0 {
            self.relative("total variation", expected.tv, found.tv);
        }
    }

    /// Of numbers at places, in units of `scale`.
    fn entries(&mut self, expected: &[Entry], found: &[[f32; 4]], width: u32, scale: f64) {
        for &(y, x, channel, expected) in expected {
            let found = f64::from(found[(y * width + x) as usize][channel]);
            let error = (found - expected).abs() / scale;
            self.see(&format!("row {y}, column {x}, channel {channel}"), error);
        }
    }

    /// Of what a painter shows.
    fn pixels(&mut self, expected: &[Entry], network: &Network, painter: &Painter) {
        let shown = painter.shown().read(network.gpu());
        let shown = pollster::block_on(shown).unwrap();
        self.entries(expected, &shown, painter.shape().width, 1.0);
    }

    /// What is said of it if it is too much.
    fn failure(&self, what: &str, tolerance: f64) -> Option<String> {
        let Self { error, name } = self;
        println!("{what}: within {error:.1e} ({name})");
        let near = *error <= tolerance;
        (!near).then(|| format!("{what}: {name} differs by {error:.1e}, tolerance {tolerance:.1e}"))
    }

    fn assert_within(&self, what: &str, tolerance: f64) {
        assert_none(&Vec::from_iter(self.failure(what, tolerance)));
    }
}

/// A variant, or a run, and how far it may be from the reference.
struct Case<T> {
    name: &'static str,
    tolerance: T,
}

/// The largest differences of the losses, each beside itself, and of the gradient: of its norm beside itself, of its
/// entries beside their root mean square.
struct Tolerance {
    losses: f64,
    gradient: f64,
}

/// Sums of f32 in another order, through up to fourteen layers: measured 1e-6 and 3e-6, on a processor.
const ROUNDING: Tolerance = Tolerance {
    losses: 5e-6,
    gradient: 3e-5,
};

const fn rounded(name: &'static str) -> Case<Tolerance> {
    Case {
        name,
        tolerance: ROUNDING,
    }
}

/// Twelve iterations in f32, and a loss that is a small difference of large traces: the reference itself, in f32 in place of
/// f64, is 3e-5 off in the losses (`wasserstein_f32`). Measured 2e-5 and 8e-6.
const ITERATION: Tolerance = Tolerance {
    losses: 1e-4,
    gradient: 3e-5,
};

const fn iterated(name: &'static str) -> Case<Tolerance> {
    Case {
        name,
        tolerance: ITERATION,
    }
}

const VARIANTS: &[Case<Tolerance>] = &[
    rounded("tutorial"),
    rounded("average_pooling"),
    rounded("other_layers"),
    rounded("two_styles"),
    rounded("replicate_padding"),
    rounded("relative"),
    rounded("relative_two_styles"),
    rounded("relative_masks"),
    iterated("wasserstein"),
    iterated("wasserstein_shallow"),
    iterated("wasserstein_two_styles"),
    iterated("wasserstein_masks"),
    rounded("normalised"),
    iterated("normalised_wasserstein"),
    rounded("normalised_regions"),
    rounded("masks"),
    rounded("masks_uneven"),
    rounded("masks_and_style_mask"),
    rounded("average_pooling_masks"),
    iterated("together_blended"),
    iterated("together_masked"),
];

/// What the reference has beside them, and why the engine has no such numbers.
const LEFT: &[(&str, &str)] = &[
    (
        "normalised_masks",
        "the engine normalises regions on their own",
    ),
    ("wasserstein_exact", "the engine iterates"),
    ("wasserstein_exact_shallow", "the engine iterates"),
    ("wasserstein_f32", "the same in less precision, to compare"),
    (
        "wasserstein_shallow_f32",
        "the same in less precision, to compare",
    ),
    ("normalised_l1", "the engine has the Euclidean norm"),
];

#[test]
fn every_variant_is_tested_or_known_to_be_left() {
    for variant in Reference::open().variants {
        let name = variant.name.as_str();
        let tested = VARIANTS.iter().any(|case| case.name == name);
        let left = LEFT.iter().any(|(left, _)| *left == name);
        assert!(tested != left, "{name}");
    }
}

/// Fails with all that went too far, so that one sees what the failures have in common.
fn assert_none(failures: &[String]) {
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn first_steps_are_the_references() {
    let reference = Reference::open();
    let network = network(Method::default());
    let cases = VARIANTS.iter();
    let failures = cases.flat_map(|case| first_step_failures(&reference, &network, case));
    assert_none(&failures.collect::<Vec<_>>());
}

fn first_step_failures(
    reference: &Reference,
    network: &Rc<Network>,
    case: &Case<Tolerance>,
) -> Vec<String> {
    let variant = reference.variant(case.name);
    let settings = variant.settings.settings();
    let mut painter = reference.painter(network, &variant.styles, &settings);
    let records = paint_until(&mut painter, 1);
    let (expected, found) = (&variant.expected, &records[0]);
    let mut losses = Worst::default();
    losses.losses(&expected.losses, found);
    losses.layers("style loss", &expected.style_layers, &found.style_layers);
    losses.layers(
        "content loss",
        &expected.content_layers,
        &found.content_layers,
    );

    let slope = slope_error(expected, &painter, found);
    let failures = [
        losses.failure(&format!("losses of {}", case.name), case.tolerance.losses),
        slope.failure(
            &format!("gradient of {}", case.name),
            case.tolerance.gradient,
        ),
    ];
    failures.into_iter().flatten().collect()
}

/// How far the gradient of the last step is from what is expected: its norm, and its entries beside their root mean square.
fn slope_error(expected: &Expected, painter: &Painter, found: &StepRecord) -> Worst {
    let gradient = pollster::block_on(painter.gradient()).unwrap();
    let shape = painter.shape();
    let norm = expected.losses.gradient_norm;
    let root_mean_square = norm / f64::from(3 * shape.positions()).sqrt();
    let mut slope = Worst::default();
    slope.relative("norm", norm, found.grad_norm);
    slope.entries(&expected.gradient, &gradient, shape.width, root_mean_square);
    slope
}

/// Bounds on a run of ten steps: on the losses beside themselves, and on a pixel's values, from 0 to 1.
struct RunTolerance {
    losses: [f64; 10],
    pixels: f64,
}

/// Adam forgives: measured 3e-6 to 6e-6, and 7e-6 in the pictures.
const ADAM: RunTolerance = RunTolerance {
    losses: [3e-5; 10],
    pixels: 3e-5,
};

/// The first step is tiny and the second by far too long, so that rounding is blown up: a part in a million at the start
/// makes 1e-4 of the third loss and up to 8e-3 of the tenth in the reference itself (`spread` in the file). Measured
/// 5e-4 and up to 8e-3, and 3e-3 in the pictures, and on an NVIDIA H100 1.7e-4 of the fifth; a longer memory than the right
/// one makes 2.4e-2.
const LBFGS: RunTolerance = RunTolerance {
    losses: [5e-6, 5e-6, 2e-3, 3e-4, 5e-4, 5e-3, 1e-2, 1e-2, 2e-2, 2e-2],
    pixels: 1e-2,
};

const RUNS: [Case<RunTolerance>; 4] = [
    Case {
        name: "adam",
        tolerance: ADAM,
    },
    Case {
        name: "lbfgs",
        tolerance: LBFGS,
    },
    Case {
        name: "lbfgs_short_memory",
        tolerance: LBFGS,
    },
    Case {
        name: "lbfgs_variation",
        tolerance: LBFGS,
    },
];

#[test]
fn runs_are_the_references() {
    let reference = Reference::open();
    let network = network(Method::default());
    let cases = RUNS.iter();
    let failures = cases.flat_map(|case| run_failures(&reference, &network, case));
    assert_none(&failures.collect::<Vec<_>>());
}

fn run_failures(
    reference: &Reference,
    network: &Rc<Network>,
    case: &Case<RunTolerance>,
) -> Vec<String> {
    let run = reference.run(case.name);
    let settings = run.settings.settings();
    let mut painter = reference.painter(network, &run.styles, &settings);
    let records = paint_until(&mut painter, run.steps.len() as u32);
    assert_eq!(records.len(), run.steps.len());

    let mut failures = Vec::new();
    let steps = run.steps.iter().zip(&records);
    for ((expected, found), tolerance) in steps.zip(case.tolerance.losses) {
        let mut losses = Worst::default();
        losses.losses(expected, found);
        let what = format!("step {} of {}", found.step, case.name);
        failures.extend(losses.failure(&what, tolerance));
    }
    let mut pixels = Worst::default();
    pixels.pixels(&run.last, network, &painter);
    let what = format!("last picture of {}", case.name);
    failures.extend(pixels.failure(&what, case.tolerance.pixels));
    failures
}

#[test]
fn mean_of_the_pictures_is_the_references() {
    let reference = Reference::open();
    let network = network(Method::default());
    let run = reference.run("adam");
    let settings = Settings {
        averaging: run.averaging,
        ..run.settings.settings()
    };
    let mut painter = reference.painter(&network, &run.styles, &settings);
    paint_until(&mut painter, run.steps.len() as u32);
    let mut pixels = Worst::default();
    pixels.pixels(&run.mean, &network, &painter);
    pixels.assert_within("mean picture", ADAM.pixels);
}

fn assert_means_near(expected: [f64; 3], pixels: &[[f32; 4]], tolerance: f64) {
    for (channel, expected) in expected.into_iter().enumerate() {
        let sum: f64 = pixels.iter().map(|pixel| f64::from(pixel[channel])).sum();
        assert_near(
            &format!("mean of channel {channel}"),
            expected,
            sum / pixels.len() as f64,
            tolerance,
        );
    }
}

#[test]
fn colours_are_matched() {
    for colours in Reference::open().colours {
        let root = match colours.kind.as_str() {
            "cholesky" => Root::Cholesky,
            _ => Root::Symmetric,
        };
        let matched = match_colours(&picture(&colours.source), &picture(&colours.target), root);
        let pixels = matched.to_vectors();
        let mut worst = Worst::default();
        worst.entries(&colours.clamped, &pixels, matched.shape().width, 1.0);
        worst.assert_within(&format!("colours by {} roots", colours.kind), 0.51 / 255.0);
        assert_means_near(colours.clamped_mean, &pixels, 1e-3);
    }
}

#[test]
fn luminance_is_painted_in_the_contents_colours() {
    let expected = Reference::open().luminance;
    let settings = Settings {
        colour: Colour::Luminance,
        ..common::tutorial()
    };
    let (content, start) = (picture(&expected.content), picture(&expected.painting));
    let style = Style::new(content.clone());
    let mut painting = pollster::block_on(Painting::of_exact_size(
        network(Method::default()),
        content,
        vec![style],
        Some(&start),
        settings,
    ))
    .unwrap();
    let pixels = pollster::block_on(painting.pixels()).unwrap();
    let mut worst = Worst::default();
    worst.entries(&expected.clamped, &pixels, start.shape().width, 1.0);
    worst.assert_within("luminance", 1e-6);
    assert_means_near(expected.clamped_mean, &pixels, 1e-6);
}
