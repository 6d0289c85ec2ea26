//! Every setting, declared once.
//!
//! From these rows come the checks, the command's options, the page's controls, and what the page's tests know. A new
//! number is a field of [`Settings`](super::Settings), its value in a preset, a row here, and its words in the page's texts.

use super::fields::{Field, Group, Kind, When};
use crate::vgg19::LEAST_SIDE;

/// The most of a running mean that a step may keep.
const MOST_KEPT: f64 = 0.9999;
/// Single precision can still add it to something.
const LEAST_EPSILON: f64 = 1e-20;
/// The longest side that is taken.
pub const MOST_SIZE: f64 = 16384.0;
/// The most steps at one size: a step's number must be exact as an f32.
const MOST_STEPS: f64 = 100_000.0;
/// The most that JavaScript counts to one by one.
const MOST_SEED: f64 = (1_u64 << 53) as f64;
/// What a running mean keeps.
const KEPT: Kind = Kind::Number {
    least: 0.0,
    most: Some(MOST_KEPT),
};
const BY_ADAM: Option<When> = by("adam");
const BY_LBFGS: Option<When> = by("lbfgs");

const NEAREST: Option<When> = Some(When {
    path: "perception.styleLoss",
    is: true,
    value: "nearest",
});

const NOT_NEAREST: Option<When> = Some(When {
    path: "perception.styleLoss",
    is: false,
    value: "nearest",
});

const fn by(optimiser: &'static str) -> Option<When> {
    Some(When {
        path: "optimiser",
        is: true,
        value: optimiser,
    })
}

const fn steps(least: f64) -> Kind {
    Kind::Whole {
        least,
        most: MOST_STEPS,
    }
}

/// The page has words of its own, in several languages: it need not carry these.
const fn for_the_command(help: &'static str) -> &'static str {
    if cfg!(target_arch = "wasm32") {
        ""
    } else {
        help
    }
}

/// What most rows have.
const ALWAYS: Field = Field {
    name: "",
    path: "",
    words: "",
    help: "",
    group: Group::Look,
    kind: Kind::Switch,
    when: None,
    rescales: None,
};

/// All of them, those of a group in the order in which they are shown.
pub static FIELDS: &[Field] = &[
    Field {
        name: "likeness",
        path: "likeness",
        words: "likeness",
        help: for_the_command(
            "From 0, your photograph, to 100, the painting whose style it has; every preset suits most pictures at 60",
        ),
        group: Group::FirstScreen,
        kind: Kind::Percent,
        ..ALWAYS
    },
    Field {
        name: "size",
        path: "size",
        words: "size",
        help: for_the_command("Pixels of the longer side; the shape is the content's"),
        group: Group::FirstScreen,
        kind: Kind::Whole {
            least: LEAST_SIDE as f64,
            most: MOST_SIZE,
        },
        ..ALWAYS
    },
    Field {
        name: "style-weight",
        path: "weights.style",
        words: "style weight",
        help: for_the_command("How much the style counts: higher is more like the painting"),
        group: Group::Look,
        kind: Kind::Weight,
        ..ALWAYS
    },
    Field {
        name: "content-weight",
        path: "weights.content",
        words: "content weight",
        help: for_the_command("How much the content counts: higher keeps more of the picture"),
        group: Group::Look,
        kind: Kind::Weight,
        ..ALWAYS
    },
    Field {
        name: "tv-weight",
        path: "weights.totalVariation",
        words: "total variation weight",
        help: for_the_command("How much smoothness counts: higher has less grain"),
        group: Group::Look,
        kind: Kind::Weight,
        ..ALWAYS
    },
    Field {
        name: "strength",
        path: "strength",
        words: "strength",
        help: for_the_command("How much of the painting to show, from 0, the content, to 1"),
        group: Group::Look,
        kind: Kind::Share,
        ..ALWAYS
    },
    Field {
        name: "turned-styles",
        path: "perception.turnedStyles",
        words: "turned styles",
        help: for_the_command("Let the style count turned and mirrored too"),
        group: Group::Look,
        kind: Kind::Switch,
        when: NEAREST,
        ..ALWAYS
    },
    Field {
        name: "noise",
        path: "noise",
        words: "noise",
        help: for_the_command("How much noise to begin with, from 0 to 1"),
        group: Group::Start,
        kind: Kind::Number {
            least: 0.0,
            most: Some(1.0),
        },
        ..ALWAYS
    },
    Field {
        name: "seed",
        path: "seed",
        words: "seed",
        help: for_the_command("Of the noise: the same seed gives the same picture on the same GPU"),
        group: Group::Start,
        kind: Kind::Whole {
            least: 0.0,
            most: MOST_SEED,
        },
        when: Some(When {
            path: "noise",
            is: false,
            value: "0",
        }),
        ..ALWAYS
    },
    Field {
        name: "colour",
        path: "colour",
        words: "colour",
        help: for_the_command("Whose colours the painting has"),
        group: Group::Colours,
        kind: Kind::Choice {
            choices: &["style", "luminance", "cholesky", "symmetric"],
        },
        ..ALWAYS
    },
    Field {
        name: "content-colour",
        path: "contentColour",
        words: "content colour",
        help: for_the_command(
            "With what colours the content is looked at: the style's make of it what the style can show",
        ),
        group: Group::Colours,
        kind: Kind::Choice {
            choices: &["own", "style"],
        },
        ..ALWAYS
    },
    Field {
        name: "palette-weight",
        path: "weights.palette",
        words: "palette weight",
        help: for_the_command(
            "How much colours count that the style has nowhere: higher has fewer",
        ),
        group: Group::Colours,
        kind: Kind::Weight,
        ..ALWAYS
    },
    Field {
        name: "steps",
        path: "steps",
        words: "steps",
        help: for_the_command(
            "How often to improve the picture at its final size, and at each size between",
        ),
        group: Group::SizeAndTime,
        kind: steps(1.0),
        ..ALWAYS
    },
    Field {
        name: "first-size",
        path: "firstSize",
        words: "first size",
        help: for_the_command(
            "The size from which the painting grows; as large as the final one paints at that one only",
        ),
        group: Group::SizeAndTime,
        kind: Kind::Whole {
            least: LEAST_SIDE as f64,
            most: u32::MAX as f64,
        },
        ..ALWAYS
    },
    Field {
        name: "growth",
        path: "growth",
        words: "growth",
        help: for_the_command("By how much the painting grows from one size to the next"),
        group: Group::SizeAndTime,
        kind: Kind::Choice {
            choices: &["root", "double"],
        },
        ..ALWAYS
    },
    Field {
        name: "first-steps",
        path: "firstSteps",
        words: "first steps",
        help: for_the_command("How often to improve the picture at the first of several sizes"),
        group: Group::SizeAndTime,
        kind: steps(0.0),
        ..ALWAYS
    },
    Field {
        name: "refining-steps",
        path: "refiningSteps",
        words: "refining steps",
        help: for_the_command(
            "How often to improve the finished size after that, each layer for itself",
        ),
        group: Group::SizeAndTime,
        kind: steps(0.0),
        when: NEAREST,
        ..ALWAYS
    },
    Field {
        name: "memory",
        path: "memory",
        words: "memory in bytes",
        help: for_the_command(
            "Gigabytes of graphics memory that may be used; what needs more is computed by parts, which takes longer",
        ),
        group: Group::Machine,
        kind: Kind::Gigabytes { least: 0.01 },
        ..ALWAYS
    },
    Field {
        name: "precision",
        path: "precision",
        words: "precision",
        help: for_the_command(
            "How features and gradients are stored: half takes half the memory, and rounds",
        ),
        group: Group::Machine,
        kind: Kind::Choice {
            choices: &["full", "half"],
        },
        ..ALWAYS
    },
    Field {
        name: "style-loss",
        path: "perception.styleLoss",
        words: "style loss",
        help: for_the_command(
            "By what styles are compared. Each has its own units: without --style-weight, the preset's weight is changed to them",
        ),
        group: Group::Network,
        kind: Kind::Choice {
            choices: &["gram", "relative", "wasserstein", "nearest"],
        },
        rescales: Some("weights.style"),
        ..ALWAYS
    },
    Field {
        name: "style-layers",
        path: "perception.styleLayers",
        words: "style layers",
        help: for_the_command(
            "The layers that make the style, each with its weight, such as block1_conv1=1,block2_conv1=0.5",
        ),
        group: Group::Network,
        kind: Kind::Layers,
        ..ALWAYS
    },
    Field {
        name: "content-loss",
        path: "perception.contentLoss",
        words: "content loss",
        help: for_the_command(
            "By what the content is compared. Each has its own units: without --content-weight, the preset's weight is changed to them",
        ),
        group: Group::Network,
        kind: Kind::Choice {
            choices: &["plain", "relative"],
        },
        rescales: Some("weights.content"),
        ..ALWAYS
    },
    Field {
        name: "content-layers",
        path: "perception.contentLayers",
        words: "content layers",
        help: for_the_command("The layers that make the content, each with its weight"),
        group: Group::Network,
        kind: Kind::Layers,
        ..ALWAYS
    },
    Field {
        name: "normalise-gradients",
        path: "perception.normaliseGradients",
        words: "normalised gradients",
        help: for_the_command(
            "Give every layer's gradient the length of its weight; needs much smaller weights",
        ),
        group: Group::Network,
        kind: Kind::Switch,
        when: NOT_NEAREST,
        ..ALWAYS
    },
    Field {
        name: "smoothness",
        path: "smoothness",
        words: "smoothness",
        help: for_the_command(
            "How smoothness is counted: its sum counts more in larger pictures, its mean alike in all",
        ),
        group: Group::Network,
        kind: Kind::Choice {
            choices: &["sum", "mean"],
        },
        ..ALWAYS
    },
    Field {
        name: "pooling",
        path: "perception.pooling",
        words: "pooling",
        help: for_the_command("How the network makes its maps smaller"),
        group: Group::Network,
        kind: Kind::Choice {
            choices: &["max", "average"],
        },
        ..ALWAYS
    },
    Field {
        name: "padding",
        path: "perception.padding",
        words: "padding",
        help: for_the_command("What lies outside of the picture"),
        group: Group::Network,
        kind: Kind::Choice {
            choices: &["zero", "replicate"],
        },
        ..ALWAYS
    },
    Field {
        name: "variables",
        path: "variables",
        words: "variables",
        help: for_the_command(
            "What is moved: each pixel, or the levels of a pyramid, in which strokes come before grain",
        ),
        group: Group::Optimiser,
        kind: Kind::Choice {
            choices: &["pixels", "pyramid"],
        },
        when: BY_ADAM,
        ..ALWAYS
    },
    Field {
        name: "optimiser",
        path: "optimiser",
        words: "optimiser",
        help: for_the_command("How the picture is improved"),
        group: Group::Optimiser,
        kind: Kind::Choice {
            choices: &["adam", "lbfgs"],
        },
        ..ALWAYS
    },
    Field {
        name: "learning-rate",
        path: "learningRate",
        words: "learning rate",
        help: for_the_command(
            "How far a step of Adam goes; one would go from black to white at each step",
        ),
        group: Group::Optimiser,
        kind: Kind::Number {
            least: 0.0,
            most: Some(1.0),
        },
        when: BY_ADAM,
        ..ALWAYS
    },
    Field {
        name: "schedule",
        path: "schedule",
        words: "schedule",
        help: for_the_command(
            "Whether Adam's steps stay as long as they are, or grow shorter towards the end of each size",
        ),
        group: Group::Optimiser,
        kind: Kind::Choice {
            choices: &["constant", "cosine"],
        },
        when: BY_ADAM,
        ..ALWAYS
    },
    Field {
        name: "beta1",
        path: "beta1",
        words: "beta1",
        help: for_the_command(
            "How much of its direction Adam keeps at each step, below 1: more is smoother, but overshoots",
        ),
        group: Group::Optimiser,
        kind: KEPT,
        when: BY_ADAM,
        ..ALWAYS
    },
    Field {
        name: "beta2",
        path: "beta2",
        words: "beta2",
        help: for_the_command(
            "How much Adam keeps of what it knows of the slopes' lengths at each step, below 1",
        ),
        group: Group::Optimiser,
        kind: KEPT,
        when: BY_ADAM,
        ..ALWAYS
    },
    Field {
        name: "epsilon",
        path: "epsilon",
        words: "epsilon",
        help: for_the_command(
            "What Adam adds to the length by which it divides: slopes much smaller than this hardly move the picture",
        ),
        group: Group::Optimiser,
        kind: Kind::Number {
            least: LEAST_EPSILON,
            most: None,
        },
        when: BY_ADAM,
        ..ALWAYS
    },
    Field {
        name: "history",
        path: "history",
        words: "history",
        help: for_the_command("How many steps L-BFGS remembers"),
        group: Group::Optimiser,
        kind: Kind::Whole {
            least: 1.0,
            most: 100.0,
        },
        when: BY_LBFGS,
        ..ALWAYS
    },
    Field {
        name: "averaging",
        path: "averaging",
        words: "averaging",
        help: for_the_command(
            "How much of the mean of the pictures is kept at each step; 0 shows the last picture itself",
        ),
        group: Group::Optimiser,
        kind: KEPT,
        ..ALWAYS
    },
];

/// The row of a setting by its path.
pub fn field(path: &str) -> Option<&'static Field> {
    FIELDS.iter().find(|field| field.path == path)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::settings::presets::Preset;
    use crate::settings::settings::Settings;
    use serde_json::Value;

    fn whole() -> Value {
        serde_json::to_value(Preset::default().settings()).expect("settings are plain data")
    }

    /// Every path to a value, where the layers with their weights are one.
    fn paths(value: &Value, path: &str, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(members) if !path.ends_with("Layers") => {
                for (key, value) in members {
                    let path = [path, key].join(".");
                    paths(value, path.trim_start_matches('.'), found);
                }
            }
            _ => {
                found.insert(path.into());
            }
        }
    }

    #[test]
    fn every_setting_has_one_row() {
        let mut found = BTreeSet::new();
        paths(&whole(), "", &mut found);
        let rows: Vec<_> = FIELDS.iter().map(|field| field.path.to_owned()).collect();
        assert_eq!(rows.len(), found.len());
        assert_eq!(rows.into_iter().collect::<BTreeSet<_>>(), found);
        let names: BTreeSet<_> = FIELDS.iter().map(|field| field.name).collect();
        assert_eq!(names.len(), FIELDS.len());
    }

    /// serde tells which words it takes when it refuses another.
    #[test]
    fn choices_are_those_of_the_types() {
        for row in FIELDS {
            let Kind::Choice { choices } = row.kind else {
                continue;
            };
            let mut settings = whole();
            row.set(&mut settings, "?".into());
            let error = serde_json::from_value::<Settings>(settings).expect_err("no such choice");
            let error = error.to_string();
            let (_, expected) = error.split_once("expected").expect("what is expected");
            let expected: Vec<_> = expected.split('`').skip(1).step_by(2).collect();
            assert_eq!(expected, choices, "{}", row.path);
        }
    }

    #[test]
    fn conditions_and_companions_are_settings() {
        for row in FIELDS {
            let others = row.when.map(|when| when.path).into_iter();
            for path in others.chain(row.rescales) {
                assert!(field(path).is_some(), "{path}");
            }
        }
    }
}
