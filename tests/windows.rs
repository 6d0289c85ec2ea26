//! A picture computed by windows is the picture computed as a whole, wherever the windows' edges lie.

#![allow(clippy::unwrap_used, reason = "a test fails by it")]

mod common;

use std::rc::Rc;

use common::{Random, assert_map_near, assert_near, network, tutorial, widen};
use impasto::maps::Shape;
use impasto::network::{Method, Network};
use impasto::painting::{Painter, Plan, Start, StepRecord, StyleView, job};
use impasto::pictures::{Mask, Picture};
use impasto::settings::{LossWeights, Padding, Perception, Preset, Settings, Variables};

/// Little more than half of the pictures.
const WINDOW_SIDE: u32 = 276;

/// Both sum the same products, in another order, over thousands of positions and through fourteen layers; where a ReLU
/// or a pooling lies on the edge, rounding decides. That much of the gradient's root mean square may part them.
const GRADIENT_TOLERANCE: f64 = 3e-4;
/// Sums over the whole picture.
const LOSS_TOLERANCE: f64 = 1e-5;
/// After a step the pictures themselves differ, where a gradient near zero has the other sign; so of the second step
/// only what is summed is compared.
const NEXT_TOLERANCE: f64 = 1e-3;

/// Smooth shapes with some noise, so that no two places are alike.
fn picture(random: &mut Random, width: u32, height: u32) -> Picture {
    let shape = Shape::new(width, height, 3);
    let vectors: Vec<_> = (0..shape.positions())
        .map(|place| {
            let (x, y) = ((place % width) as f32, (place / width) as f32);
            let mut channel = |scale: f32| {
                0.5 + 0.3 * (x * scale).sin() * (y * scale * 0.7).cos() + 0.1 * random.signed()
            };
            [channel(0.11), channel(0.07), channel(0.23), 0.0]
        })
        .collect();
    Picture::from_vectors(shape, &vectors)
}

struct Step {
    record: StepRecord,
    gradient: Vec<f32>,
}

/// The first two steps from the content. Its loss is zero in the first one.
fn two_steps(
    network: &Rc<Network>,
    content: &Picture,
    styles: &[StyleView<'_>],
    settings: &Settings,
) -> [Step; 2] {
    let start = Start::Pixels(content.to_vectors());
    let mut painter = pollster::block_on(Painter::new(
        network.clone(),
        content,
        styles,
        start,
        settings,
    ))
    .unwrap();
    [1, 2].map(|step| {
        let mut records = Vec::new();
        while !painter.finished(step) {
            records.extend(pollster::block_on(painter.advance(step)).unwrap());
        }
        let gradient = pollster::block_on(painter.gradient()).unwrap();
        Step {
            record: records[0].clone(),
            gradient: content.shape().unpack(&gradient),
        }
    })
}

fn assert_same(expected: &StepRecord, found: &StepRecord, tolerance: f64) {
    assert_near("loss", expected.loss, found.loss, tolerance);
    assert_near("content loss", expected.content, found.content, tolerance);
    assert_near("gradient", expected.grad_norm, found.grad_norm, tolerance);
    for (&expected, &found) in expected.style_layers.iter().zip(&found.style_layers) {
        assert_near("style layer", expected, found, tolerance);
    }
}

/// Everything that looks at sums over all windows, or at the picture's edge.
fn elaborate() -> Settings {
    Settings {
        perception: Perception {
            normalise_gradients: true,
            padding: Padding::Replicate,
            ..Perception::default()
        },
        weights: LossWeights {
            style: 1.0,
            content: 1.0,
            total_variation: 1e-4,
        },
        ..tutorial()
    }
}

/// Which each window looks for by itself. Adam goes as far as the gradient says, and no noise as far as what is there.
fn by_neighbours() -> Settings {
    let brush = Preset::Brush.settings();
    Settings {
        variables: Variables::Pixels,
        epsilon: 0.1,
        weights: LossWeights {
            style: 1e6,
            content: 1e5,
            ..brush.weights
        },
        ..brush
    }
}

#[test]
fn windows_give_the_gradient_of_the_whole() {
    let mut random = Random(7);
    let network = network(Method::default());
    let cases = [
        (409, 37, tutorial()),
        (35, 410, elaborate()),
        (409, 37, by_neighbours()),
    ];
    for (width, height, settings) in cases {
        let content = picture(&mut random, width, height);
        let style = picture(&mut random, height, width);
        let mask = Mask::new(picture(&mut random, width, height));
        let mut styles = vec![StyleView::from(&style)];
        if settings != tutorial() {
            styles.push(StyleView {
                region: Some(&mask),
                ..styles[0]
            });
        }
        let [whole, next_whole] = two_steps(
            &network,
            &content,
            &styles,
            &Settings {
                memory: u64::MAX,
                ..settings
            },
        );
        let jobs = styles.iter().map(StyleView::job);
        let job = job(network.method(), content.shape(), jobs, &settings);
        let plan = Plan::new(&job, WINDOW_SIDE);
        let allowance = network.gpu().allowance(plan.bytes());
        let (_, fitting) = Plan::fitting(&job, allowance).unwrap();
        assert!(fitting.windows > 1, "{fitting:?}");
        let [windowed, next_windowed] = two_steps(
            &network,
            &content,
            &styles,
            &Settings {
                memory: plan.bytes(),
                ..settings
            },
        );
        assert_same(&whole.record, &windowed.record, LOSS_TOLERANCE);
        assert_map_near(
            "gradient by windows",
            content.shape(),
            &widen(&whole.gradient),
            &windowed.gradient,
            GRADIENT_TOLERANCE,
        );
        assert_same(&next_whole.record, &next_windowed.record, NEXT_TOLERANCE);
        // Otherwise the comparison of zero with zero would have shown nothing.
        assert!(next_whole.record.content > 0.0);
    }
}
