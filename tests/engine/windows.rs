//! A picture computed by windows is the picture computed as a whole, wherever the windows' edges lie.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::common::{
    Random, assert_map_near, assert_near, limited_network, network, quicker_fine, tutorial, widen,
};
use impasto::files::saved::Progress;
use impasto::maps::Shape;
use impasto::network::{Method, Network};
use impasto::painting::{Job, Painter, Plan, Start, StepRecord, StyleView, job};
use impasto::pictures::{Mask, Picture};
use impasto::settings::{
    LayerWeights, LossWeights, Padding, Perception, Preset, Settings, StyleLoss, Variables,
};

/// Both sum the same products, in another order, over thousands of positions and through fourteen layers; where a ReLU
/// or a pooling lies on the edge, rounding decides. And by windows the content's features are half floats, which are off by
/// up to 2^-11 of themselves, where pictures as unlike as these differ by about as much as they are: of a gradient that is all
/// content's 4.9e-4, and of its largest numbers beside its root mean square some times that. Found were up to 1.6e-3 where the
/// content has half of the gradient, and a root mean square of 9e-5.
const GRADIENT_TOLERANCE: f64 = 3e-3;
/// Sums over the whole picture.
const LOSS_TOLERANCE: f64 = 1e-5;
/// A sum over the whole picture too, of differences from half floats, off by up to 2^-11, which cancel for the most part: found was
/// 1e-4, in the deepest layer, which has few numbers here. The loss and the gradient's norm have it in them.
const CONTENT_TOLERANCE: f64 = 2.4e-4;
/// A layer's loss by the Wasserstein-2 distance goes through the root of a covariance, of which most of the numbers that it
/// stretches by are nearly zero where there are fewer positions than channels: 1e-7 of a sum is more of its root. Found was 5e-5.
const ROOT_TOLERANCE: f64 = 2e-4;
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

/// What is painted, from what on, and for how long.
struct Case<'a> {
    content: &'a Picture,
    styles: &'a [StyleView<'a>],
    start: &'a Picture,
    refining: bool,
    steps: u32,
}

/// The first steps.
fn first_steps(
    network: &Rc<Network>,
    case: &Case<'_>,
    settings: &Settings,
) -> (Vec<Step>, Painter) {
    let Case {
        content,
        styles,
        start,
        refining,
        steps,
    } = *case;
    let start = Start::Pixels(start.to_vectors());
    let first = Painter::new(network.clone(), content, styles, start, settings);
    let mut painter = pollster::block_on(first).unwrap();
    if refining {
        // What each position should become is found before.
        let start = Start::Grown(Box::new(painter.into_unfinished()));
        let refining = Painter::refining(network.clone(), content, styles, start, settings);
        painter = pollster::block_on(refining).unwrap();
    }
    let steps = (1..=steps).map(|step| {
        let mut records = Vec::new();
        while !painter.finished(step) {
            records.extend(pollster::block_on(painter.advance(step)).unwrap());
        }
        let gradient = pollster::block_on(painter.gradient()).unwrap();
        Step {
            record: records[0].clone(),
            gradient: content.shape().unpack(&gradient),
        }
    });
    (steps.collect(), painter)
}

fn assert_same(expected: &StepRecord, found: &StepRecord, tolerance: f64, of_layers: f64) {
    let of_content = tolerance.max(CONTENT_TOLERANCE);
    assert_near("loss", expected.loss, found.loss, of_content);
    assert_near("content loss", expected.content, found.content, of_content);
    assert_near("gradient", expected.grad_norm, found.grad_norm, of_content);
    for (&expected, &found) in expected.style_layers.iter().zip(&found.style_layers) {
        assert_near("style layer", expected, found, of_layers.max(tolerance));
    }
}

fn assert_same_steps(case: &Case<'_>, settings: &Settings, whole: &[Step], parts: &[Step]) {
    let of_layers = match settings.perception.style_loss {
        StyleLoss::Wasserstein => ROOT_TOLERANCE,
        _ => LOSS_TOLERANCE,
    };
    assert_eq!(whole.len(), parts.len());
    let (one, next) = whole.split_first().unwrap();
    let (other, next_other) = parts.split_first().unwrap();
    assert_same(&one.record, &other.record, LOSS_TOLERANCE, of_layers);
    assert_map_near(
        "gradient in parts",
        case.content.shape(),
        &widen(&one.gradient),
        &other.gradient,
        GRADIENT_TOLERANCE,
    );
    for (next, next_other) in next.iter().zip(next_other) {
        assert_same(&next.record, &next_other.record, NEXT_TOLERANCE, of_layers);
    }
    // Otherwise the comparison of zero with zero would have shown nothing.
    assert!(one.record.content > 0.0);
}

/// Everything that looks at sums over all windows, or at the picture's edge.
fn elaborate() -> Settings {
    Settings {
        // How deep windows see is for the tutorial to show.
        perception: Perception {
            normalise_gradients: true,
            padding: Padding::Replicate,
            style_layers: LayerWeights::new([(0, 1.0), (2, 1.0), (4, 1.0), (8, 1.0)]),
            content_layers: LayerWeights::new([(9, 1.0)]),
            ..Perception::default()
        },
        weights: LossWeights {
            style: 1.0,
            content: 1.0,
            total_variation: 1e-4,
            palette: 1.0,
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
    let network = network(Method::default());
    let brush = Preset::Brush.settings();
    // The longest side, that of windows, and how many there are: two with the tutorial's deepest layer, and with the others'
    // three, so that one has neighbours on both sides. Shorter sides would not need so many.
    let (block5_conv2, block4_conv3, block4_conv2) = ((257, 240, 2), (209, 176, 3), (177, 144, 3));
    // How the picture moves from a step to the next is the same whatever the losses are, but not whatever is moved.
    let cases = [
        (block5_conv2, false, tutorial(), false, 2),
        (block4_conv2, true, elaborate(), false, 1),
        (block4_conv3, false, by_neighbours(), false, 1),
        (block4_conv3, false, brush, false, 1),
        (block4_conv3, true, brush, true, 2),
        (block4_conv2, false, quicker_fine(), false, 1),
    ];
    for ((longest, side, windows), upright, settings, refining, steps) in cases {
        let (width, height) = if upright {
            (16, longest)
        } else {
            (longest, 16)
        };
        // Anew, so that no case's pictures depend on how large those before were.
        let mut random = Random(7);
        let mut picture = |width, height| picture(&mut random, width, height);
        // Windows are the painting's alone, so that a style may be small.
        let (content, style) = (picture(width, height), picture(40, 30));
        // From the content on there would be no content loss. And of two styles that are one picture, each position would be
        // the one's or the other's by rounding.
        let (start, other) = (picture(width, height), picture(30, 40));
        let mask = Mask::new(picture(width, height));
        let mut styles = vec![StyleView::from(&style)];
        if settings != tutorial() {
            styles.push(StyleView {
                region: Some(&mask),
                ..StyleView::from(&other)
            });
        }
        let case = Case {
            content: &content,
            styles: &styles,
            start: &start,
            refining,
            steps,
        };
        let jobs = styles.iter().map(StyleView::job);
        let job = Job {
            refining,
            ..job(network.method(), content.shape(), jobs, &settings)
        };
        let plan = Plan::new(&job, side, network.gpu().largest_buffer());
        let allowance = network.gpu().allowance(plan.bytes());
        let (_, fitting) = Plan::fitting(&job, allowance).unwrap();
        assert_eq!(fitting.windows, windows, "{fitting:?}");
        let [whole, windowed] = [u64::MAX, plan.bytes()].map(|memory| {
            let settings = Settings { memory, ..settings };
            first_steps(&network, &case, &settings).0
        });
        println!("{:?}, refining: {refining}", settings.perception.style_loss);
        assert_same_steps(&case, &settings, &whole, &windowed);
    }
}

/// Little more than the network's largest filters take.
const SMALL_BUFFERS: u64 = 10_000_000;

/// A picture whose pixels, moments, gradient and content lie in several buffers each, moved by a pyramid's levels.
#[test]
fn where_buffers_are_small_steps_are_the_same() {
    let mut random = Random(17);
    let content = picture(&mut random, 16, 20_000);
    let start = picture(&mut random, 16, 20_000);
    let style = picture(&mut random, 40, 30);
    let settings = Settings {
        // The picture is large, and the first layer enough: it is the network's largest.
        perception: Perception {
            style_layers: LayerWeights::new([(0, 1.0)]),
            content_layers: LayerWeights::new([(0, 1.0)]),
            ..Perception::default()
        },
        variables: Variables::Pyramid,
        averaging: 0.9,
        // So that losses of both kinds and the total variation count.
        weights: LossWeights {
            style: 1e-2,
            content: 1.0,
            total_variation: 1e-2,
            palette: 1.0,
        },
        ..tutorial()
    };
    let case = Case {
        content: &content,
        styles: &[(&style).into()],
        start: &start,
        refining: false,
        steps: 2,
    };
    let [large, small] = [u64::MAX, SMALL_BUFFERS].map(|buffer| {
        let network = limited_network(Method::default(), buffer);
        let (steps, painter) = first_steps(&network, &case, &settings);
        let mut count = BTreeMap::new();
        for (label, bytes) in painter.labelled_bytes() {
            assert!(bytes <= buffer, "{label}: {bytes}");
            *count.entry(label).or_insert(0) += 1;
        }
        let progress = pollster::block_on(painter.progress()).unwrap();
        (steps, count, progress)
    });
    for label in ["picture", "moments", "mean picture", "picture gradient"] {
        assert_eq!(small.1[label], 2, "{label}");
    }
    assert!(small.1["content target"] > 2 && large.1["picture"] == 1);
    assert_same_steps(&case, &settings, &large.0, &small.0);
    // Where a gradient is near zero its sign, and so a step of two times 0.02, may be another; elsewhere all is alike.
    let alike = |name, one: &[[f32; 4]], other: &[[f32; 4]], scale: f32| {
        let (one, other) = (one.as_flattened(), other.as_flattened());
        assert_eq!(one.len(), other.len());
        let both = one.iter().zip(other);
        let far = both.filter(|(one, other)| (*one - *other).abs() > scale);
        let share = far.count() as f64 / one.len() as f64;
        assert!(share < 1e-3, "{name}: {share} of the numbers are others");
    };
    alike("picture", &large.2.picture, &small.2.picture, 1e-4);
    let mean = |progress: &Progress| progress.mean.clone().unwrap();
    alike("mean", &mean(&large.2), &mean(&small.2), 1e-4);
}
