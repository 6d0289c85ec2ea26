//! What the settings do to a painting: each control to the numbers.

#![allow(clippy::unwrap_used, reason = "a test fails by it")]

#[path = "../common/mod.rs"]
mod common;
mod limits;
mod plain;
mod proportions;
mod put_aside;

use std::rc::Rc;

use common::{Random, assert_near, network, noise, quicker_fine, tutorial};
use impasto::files::saved::Saved;
use impasto::maps::Shape;
use impasto::network::{Method, Network};
use impasto::painting::{Painting, PaintingError, Part, StepRecord, Style, Tuning};
use impasto::pictures::{Mask, Picture};
use impasto::settings::{
    Colour, LayerWeights, LossWeights, Optimiser, Perception, Pooling, Preset, Schedule, Settings,
    Smoothness,
};
use impasto::vgg19::CONVOLUTIONS;

struct Studio {
    network: Rc<Network>,
    content: Picture,
    first: Picture,
    second: Picture,
}

impl Studio {
    fn open() -> Self {
        let mut random = Random(31);
        Self {
            network: network(Method::default()),
            content: noise(&mut random, 40, 32),
            first: noise(&mut random, 36, 36),
            second: dark(&mut random),
        }
    }

    fn begin(&self, styles: &[(&Picture, f32)], settings: Settings) -> Painting {
        let styles = styles.iter().map(|&(picture, part)| style(picture, part));
        let (network, content) = (self.network.clone(), &self.content);
        pollster::block_on(Painting::new(
            network,
            content,
            styles.collect(),
            None,
            settings,
        ))
        .unwrap()
    }

    fn run(&self, settings: Settings) -> (Vec<StepRecord>, Picture) {
        run(&mut self.begin(&[(&self.first, 1.0)], settings))
    }
}

fn style(picture: &Picture, part: f32) -> Style {
    Style {
        part,
        ..Style::new(picture.clone())
    }
}

fn dark(random: &mut Random) -> Picture {
    let light = noise(random, 36, 36);
    light.map_pixels(|pixel| pixel.map(|value| 0.3 * value))
}

fn run(painting: &mut Painting) -> (Vec<StepRecord>, Picture) {
    let mut records = Vec::new();
    while !painting.finished() {
        records.extend(pollster::block_on(painting.advance(u32::MAX)).unwrap());
    }
    (records, pollster::block_on(painting.picture()).unwrap())
}

/// Of the network's first blocks only: on a software adapter the last ones would take most of the time, and what these tests
/// see to does not lie in them.
fn short() -> Settings {
    Settings {
        size: 40,
        steps: 2,
        perception: Perception {
            style_layers: LayerWeights::new([(0, 1.0), (2, 1.0), (4, 1.0)]),
            content_layers: LayerWeights::new([(4, 1.0)]),
            ..Perception::default()
        },
        ..tutorial()
    }
}

/// What a preset sets, but for what takes `fine` long.
fn preset(preset: Preset) -> Settings {
    match preset {
        Preset::Fine => quicker_fine(),
        _ => preset.settings(),
    }
}

/// The same without any layer of 512 channels.
fn shallow(name: Preset) -> Settings {
    let settings = preset(name);
    let mut style_layers = LayerWeights::none();
    let all = settings.perception.style_layers;
    for layer in all
        .layers()
        .take_while(|&layer| CONVOLUTIONS[layer].block < 4)
    {
        let share = all.share(layer) as f32;
        style_layers.set(CONVOLUTIONS[layer].name, share).unwrap();
    }
    Settings {
        perception: Perception {
            style_layers,
            content_layers: LayerWeights::new([(4, 1.0)]),
            ..settings.perception
        },
        ..settings
    }
}

fn difference(a: &Picture, b: &Picture) -> f64 {
    assert_eq!(a.shape(), b.shape());
    let pairs = a.values().iter().zip(b.values());
    let sum: f64 = pairs.map(|(&a, &b)| f64::from(a.abs_diff(b))).sum();
    sum / a.values().len() as f64
}

#[test]
fn it_grows_to_its_size_with_steps_counted_through() {
    let studio = Studio::open();
    let settings = Settings {
        first_size: 24,
        first_steps: 3,
        averaging: 0.9,
        ..short()
    };
    let mut painting = studio.begin(&[(&studio.first, 1.0)], settings);
    assert_eq!(painting.shape().unwrap(), Shape::new(24, 19, 3));
    let (records, picture) = run(&mut painting);
    assert_eq!(picture.shape(), Shape::new(40, 32, 3));
    let steps: Vec<_> = records.iter().map(|record| record.step).collect();
    assert_eq!(steps, [1, 2, 3, 4, 5, 6, 7]);
    assert_eq!(painting.steps(), 7);
    // What was painted small is still there: a start from the content would differ from it by nothing.
    assert!(difference(&picture, &studio.content) > 10.0);
}

#[test]
fn a_seed_gives_the_same_picture_again_and_another_one_another() {
    let studio = Studio::open();
    let with = |noise, seed| {
        let settings = Settings {
            noise,
            seed,
            ..short()
        };
        studio.run(settings).1
    };
    assert_eq!(with(0.5, 1), with(0.5, 1));
    assert!(difference(&with(0.5, 1), &with(0.5, 2)) > 5.0);
    // With half of the noise it stays nearer to the content.
    let far = difference(&with(1.0, 1), &studio.content);
    let near = difference(&with(0.5, 1), &studio.content);
    assert!(near < 0.8 * far, "{near} {far}");
}

#[test]
fn a_third_picture_may_be_the_start() {
    let studio = Studio::open();
    let settings = Settings {
        steps: 1,
        learning_rate: 0.0,
        ..short()
    };
    let styles = vec![style(&studio.first, 1.0)];
    let start = studio.second.clone().resized(40, 32).unwrap();
    let (network, content) = (studio.network.clone(), &studio.content);
    let mut painting = pollster::block_on(Painting::new(
        network,
        content,
        styles,
        Some(&start),
        settings,
    ))
    .unwrap();
    assert_eq!(run(&mut painting).1, start);
}

#[test]
fn styles_are_blended_by_their_parts() {
    let studio = Studio::open();
    let one_step = Settings {
        steps: 1,
        ..short()
    };
    let first_loss = |styles: &[(&Picture, f32)]| {
        let (records, _) = run(&mut studio.begin(styles, one_step));
        records[0].clone()
    };
    let (first, second) = (&studio.first, &studio.second);
    let alone = first_loss(&[(first, 1.0)]);
    // A style twice is that style, whatever the parts.
    let twice = first_loss(&[(first, 0.3), (first, 2.0)]);
    let without = first_loss(&[(first, 1.0), (second, 0.0)]);
    for other in [twice, without] {
        assert_near("style", alone.style, other.style, 1e-5);
        assert_near("gradient", alone.grad_norm, other.grad_norm, 1e-4);
    }
    // The target between two: the loss is a square of the distance to it, so by parts p and 1 - p of two styles whose
    // losses are a and b and whose distance is d it is p a + (1 - p) b - p (1 - p) d. With three mixtures d must agree.
    let other = first_loss(&[(second, 1.0)]).style;
    let distance = |part: f32| {
        let mixed = first_loss(&[(first, part), (second, 1.0 - part)]).style;
        let p = f64::from(part);
        (p * alone.style + (1.0 - p) * other - mixed) / (p * (1.0 - p))
    };
    let even = distance(0.5);
    assert!(even > 0.0);
    assert_near("distance of the styles", even, distance(0.25), 1e-3);
    assert_near("distance of the styles", even, distance(0.8), 1e-3);
}

#[test]
fn weights_and_blend_change_while_it_paints() {
    let studio = Studio::open();
    let styles = [(&studio.first, 1.0), (&studio.second, 1.0)];
    let mut painting = studio.begin(
        &styles,
        Settings {
            steps: 3,
            ..short()
        },
    );
    while !painting.reached(1) {
        pollster::block_on(painting.advance(1)).unwrap();
    }
    let tuning = Tuning {
        weights: LossWeights {
            style: 0.0,
            content: 1.0,
            total_variation: 0.0,
            palette: 0.0,
        },
        likeness: 10,
        learning_rate: 0.01,
        blend: vec![1.0, 0.0],
    };
    painting.tune(tuning.clone()).unwrap();
    let (records, _) = run(&mut painting);
    let last = records.last().unwrap();
    assert_eq!((last.style, last.tv), (0.0, 0.0));
    assert!(last.content > 0.0 && last.style_layers[0] > 0.0);
    let factor = tuning.weights.at_likeness(10).content;
    // The records are in single precision.
    assert!(
        factor > 5.0
            && (last.content / last.content_layers[0] / f64::from(factor) - 1.0).abs() < 1e-6
    );
    let nothing = Tuning {
        blend: vec![0.0, 0.0],
        ..tuning
    };
    assert!(matches!(
        painting.tune(nothing),
        Err(PaintingError::NoStyle)
    ));
}

#[test]
fn the_mean_of_the_total_variation_counts_alike_at_every_size() {
    let studio = Studio::open();
    let with = |smoothness, total_variation| {
        let settings = Settings {
            smoothness,
            weights: LossWeights {
                total_variation,
                ..short().weights
            },
            ..short()
        };
        let (records, picture) = studio.run(settings);
        (records[1].tv, picture)
    };
    // 40 x 32 pixels are 204.8 times fewer than 512 x 512; both ways come to the same f32, so to the same picture.
    let (mean, picture) = with(Smoothness::Mean, 5.0);
    assert_eq!((mean, picture), with(Smoothness::Sum, 5.0 * 204.8));
    assert!(mean > 0.0);
}

#[test]
fn only_the_layers_with_weight_count_by_their_shares() {
    let studio = Studio::open();
    let with = |style_layers, content_layers| {
        let perception = Perception {
            style_layers,
            content_layers,
            pooling: Pooling::Max,
            ..Perception::default()
        };
        let settings = Settings {
            perception,
            ..short()
        };
        studio.run(settings).0
    };
    let content = LayerWeights::new([(9, 1.0)]);
    let records = with(LayerWeights::new([(2, 1.0), (4, 3.0)]), content);
    let record = &records[1];
    assert_eq!(
        (record.style_layers.len(), record.content_layers.len()),
        (2, 1)
    );
    let weights = tutorial().weights;
    let expected = 0.25 * record.style_layers[0] + 0.75 * record.style_layers[1];
    assert_near(
        "style",
        f64::from(weights.style) * expected,
        record.style,
        1e-6,
    );
    // A layer's value does not depend on which others count.
    let single = with(
        LayerWeights::new([(4, 1.0)]),
        LayerWeights::new([(1, 1.0), (9, 1.0)]),
    );
    assert_near(
        "layer",
        records[0].style_layers[1],
        single[0].style_layers[0],
        1e-6,
    );
    assert!(single[1].content_layers.iter().all(|&value| value > 0.0));
}

#[test]
fn average_pooling_is_another_network() {
    let studio = Studio::open();
    let with = |pooling| {
        let perception = Perception {
            pooling,
            ..short().perception
        };
        let settings = Settings {
            perception,
            ..short()
        };
        studio.run(settings).0[0].style_layers.clone()
    };
    let (max, average) = (with(Pooling::Max), with(Pooling::Average));
    // Before the first pooling there is no difference.
    assert_near("block1", max[0], average[0], 1e-6);
    assert!(
        (max[1] / average[1] - 1.0).abs() > 0.05,
        "{max:?} {average:?}"
    );
}

#[test]
fn lbfgs_lowers_the_loss_more_than_as_many_steps_of_adam() {
    let studio = Studio::open();
    let with = |optimiser| {
        let settings = Settings {
            steps: 12,
            optimiser,
            history: 6,
            weights: LossWeights {
                total_variation: 0.0,
                ..tutorial().weights
            },
            ..short()
        };
        studio.run(settings).0.last().unwrap().loss
    };
    let (adam, lbfgs) = (with(Optimiser::Adam), with(Optimiser::Lbfgs));
    assert!(lbfgs < adam, "{lbfgs} {adam}");
}

/// How far each step at a size moves the picture, in the mean.
fn moves(schedule: Schedule) -> Vec<f64> {
    let studio = Studio::open();
    let settings = Settings {
        schedule,
        steps: 6,
        ..short()
    };
    let mut painting = studio.begin(&[(&studio.first, 1.0)], settings);
    let mut before = pollster::block_on(painting.pixels()).unwrap();
    let mut moves = Vec::new();
    for step in 1..=settings.steps {
        while !painting.reached(step) {
            pollster::block_on(painting.advance(step)).unwrap();
        }
        let after = pollster::block_on(painting.pixels()).unwrap();
        let pairs = before.as_flattened().iter().zip(after.as_flattened());
        let sum: f64 = pairs.map(|(a, b)| f64::from((a - b).abs())).sum();
        moves.push(sum / after.len() as f64);
        before = after;
    }
    moves
}

#[test]
fn steps_grow_shorter_where_the_schedule_says_so() {
    let [constant, cosine] = [Schedule::Constant, Schedule::Cosine].map(moves);
    // The first is whole; the last has gone five sixths of the way, where half a cosine leaves 0.16.
    assert_eq!(constant[0], cosine[0]);
    let left = cosine[5] / constant[5];
    // What is left of the gradient differs too by then.
    assert!(
        (0.08..0.35).contains(&left),
        "{left} of {constant:?}: {cosine:?}"
    );
}

#[test]
fn the_mean_of_the_pictures_lags_behind_the_last() {
    let studio = Studio::open();
    let with = |averaging| {
        let settings = Settings {
            steps: 8,
            averaging,
            ..short()
        };
        studio.run(settings).1
    };
    let (last, mean) = (with(0.0), with(0.9));
    let (far, near) = (
        difference(&last, &studio.content),
        difference(&mean, &studio.content),
    );
    assert!(near < 0.9 * far && near > 0.1 * far, "{near} {far}");
}

#[test]
fn strength_and_colours_change_what_is_shown_and_not_what_is_painted() {
    let studio = Studio::open();
    let mut painting = studio.begin(
        &[(&studio.first, 1.0)],
        Settings {
            steps: 4,
            ..short()
        },
    );
    let (_, painted) = run(&mut painting);
    let mut show = |strength, content_colours| {
        painting.show(strength, content_colours).unwrap();
        pollster::block_on(painting.picture()).unwrap()
    };
    assert_eq!(show(0.0, false), studio.content);
    let half = show(0.5, false);
    for ((&half, &painted), &content) in half
        .values()
        .iter()
        .zip(painted.values())
        .zip(studio.content.values())
    {
        let mean = (f64::from(painted) + f64::from(content)) / 2.0;
        // Half a step of rounding here and in the painted picture.
        assert!((f64::from(half) - mean).abs() <= 0.76);
    }
    let grey = show(1.0, true);
    let luma = |pixel: &[u8]| {
        0.299 * f64::from(pixel[0]) + 0.587 * f64::from(pixel[1]) + 0.114 * f64::from(pixel[2])
    };
    let inside = |pixel: &[u8]| pixel.iter().all(|value| (1..255).contains(value));
    let mut compared = 0;
    for ((shown, painted), content) in grey
        .values()
        .chunks(3)
        .zip(painted.values().chunks(3))
        .zip(studio.content.values().chunks(3))
    {
        if !inside(shown) || !inside(painted) {
            continue;
        }
        compared += 1;
        assert!((luma(shown) - luma(painted)).abs() <= 1.5);
        let chroma = |pixel: &[u8]| f64::from(pixel[0]) - f64::from(pixel[2]);
        assert!((chroma(shown) - chroma(content)).abs() <= 1.01);
    }
    assert!(compared > 300, "{compared}");
    assert_eq!(show(1.0, false), painted);
    assert!(painting.show(1.5, false).is_err());
}

#[test]
fn the_styles_colours_can_be_made_the_contents() {
    let studio = Studio::open();
    let one_step = Settings {
        steps: 1,
        ..short()
    };
    let style_loss = |colour| {
        let settings = Settings { colour, ..one_step };
        run(&mut studio.begin(&[(&studio.second, 1.0)], settings)).0[0].style
    };
    let own = style_loss(Colour::Style);
    // A dark style in the content's colours is no longer far from the content; what stays is the grain, which differs
    // by the style's resizing.
    for colour in [Colour::Cholesky, Colour::Symmetric] {
        let matched = style_loss(colour);
        assert!(matched < 0.4 * own, "{colour:?}: {matched} {own}");
    }
}

#[test]
fn a_larger_style_has_larger_strokes() {
    let studio = Studio::open();
    // Noise that was enlarged as much as the style is at twice the painting's size, so of the same grain as that.
    let coarse = noise(&mut Random(37), 18, 16).resized(40, 36).unwrap();
    let one_step = Settings {
        steps: 1,
        ..short()
    };
    let style_loss = |scale| {
        let style = Style {
            scale,
            ..style(&studio.first, 1.0)
        };
        let network = studio.network.clone();
        let mut painting =
            pollster::block_on(Painting::new(network, &coarse, vec![style], None, one_step))
                .unwrap();
        run(&mut painting).0[0].style
    };
    let (small, own, large) = (style_loss(0.5), style_loss(1.0), style_loss(2.0));
    // A half and a quarter were found; the other way round, they would be twice and seven times as much.
    assert!(large < 0.5 * own && own < small, "{small} {own} {large}");
}

#[test]
fn a_style_may_be_narrow_on_the_way() {
    let studio = Studio::open();
    let settings = Settings {
        first_size: 20,
        first_steps: 1,
        steps: 1,
        refining_steps: 1,
        ..short()
    };
    let nearest = Settings {
        size: settings.size,
        first_size: settings.first_size,
        first_steps: 1,
        steps: 1,
        refining_steps: 1,
        ..Preset::Brush.settings()
    };
    for settings in [settings, nearest] {
        // 64 x 16 at the end; by its proportions it would be 32 x 8 at the first size.
        let narrow = Style {
            scale: 1.6,
            source: Some(Mask::new(noise(&mut Random(43), 30, 30))),
            ..style(&noise(&mut Random(41), 160, 40), 1.0)
        };
        let styles = vec![style(&studio.first, 1.0), narrow];
        let (network, content) = (studio.network.clone(), &studio.content);
        let painting = Painting::new(network, content, styles, None, settings);
        let mut painting = pollster::block_on(painting).unwrap();
        assert_eq!(painting.scales()[0].size, 20);
        let (records, _) = run(&mut painting);
        assert_eq!(records.len() as u32, painting.steps());
    }
}

#[test]
fn a_mask_may_vanish_on_the_way() {
    let studio = Studio::open();
    let settings = Settings {
        size: 40,
        first_size: 20,
        first_steps: 1,
        steps: 1,
        refining_steps: 0,
        ..Preset::Brush.settings()
    };
    let painting = |columns: u32| {
        let shape = studio.content.shape();
        let white = |place: u32| f32::from(place % shape.width < columns);
        let pixels: Vec<_> = (0..shape.positions()).map(|n| [white(n); 4]).collect();
        let masked = Style {
            region: Some(Mask::new(Picture::from_vectors(shape, &pixels))),
            ..style(&studio.first, 1.0)
        };
        let (network, content) = (studio.network.clone(), &studio.content);
        pollster::block_on(Painting::new(
            network,
            content,
            vec![masked],
            None,
            settings,
        ))
    };
    let sizes = |painting: &Painting| {
        let scales = painting.scales().iter();
        scales.map(|scale| scale.size).collect::<Vec<_>>()
    };
    // Of the quarter's first position three columns of four, and at the first size less than two.
    let mut fine = painting(3).unwrap();
    assert_eq!(sizes(&fine), [40]);
    let (records, _) = run(&mut fine);
    assert_eq!(records.len(), 1);
    assert_eq!(sizes(&painting(8).unwrap()), [20, 40]);
    assert!(matches!(painting(0), Err(PaintingError::NothingToPaint)));
}

#[test]
fn masks_say_where_each_style_is_painted() {
    let studio = Studio::open();
    let shape = Shape::new(40, 32, 3);
    let grey = Picture::from_vectors(shape, &[[0.5; 4]; 40 * 32]);
    let left = |place: usize| f32::from(place % 40 < 20);
    let vectors = |value: &dyn Fn(usize) -> f32| -> Vec<_> {
        (0..40 * 32).map(|place| [value(place); 4]).collect()
    };
    let mask =
        |value: &dyn Fn(usize) -> f32| Mask::new(Picture::from_vectors(shape, &vectors(value)));
    let styles = vec![
        Style {
            region: Some(mask(&left)),
            ..Style::new(studio.first.clone())
        },
        Style {
            region: Some(mask(&|place| 1.0 - left(place))),
            ..Style::new(grey.clone())
        },
    ];
    let settings = Settings {
        steps: 8,
        weights: LossWeights {
            content: 0.0,
            total_variation: 0.0,
            ..LossWeights::default()
        },
        ..short()
    };
    let (network, content) = (studio.network.clone(), &grey);
    let mut painting =
        pollster::block_on(Painting::new(network, content, styles, None, settings)).unwrap();
    let (_, picture) = run(&mut painting);
    let contrast = |left: bool| {
        let pixels = picture.values().chunks(3).enumerate();
        let half = pixels.filter(|(place, _)| (place % 40 < 20) == left);
        let squares = half.map(|(_, pixel)| (f64::from(pixel[1]) - 127.5).powi(2));
        squares.sum::<f64>() / (20.0 * 32.0)
    };
    // One style is noise, the other is flat, as is the content; the deep layers see across the seam.
    let (noisy, flat) = (contrast(true), contrast(false));
    assert!(noisy > 2.0 * flat, "{noisy} {flat}");
}

#[test]
fn a_style_may_have_more_places_than_layers_are_refined_with() {
    let studio = Studio::open();
    // 50 x 50 places, of which 2048 are refined with.
    let large = studio.first.clone().resized(200, 200).unwrap();
    let settings = Settings {
        size: 40,
        first_size: 40,
        steps: 1,
        refining_steps: 1,
        ..Preset::Brush.settings()
    };
    let (records, _) = run(&mut studio.begin(&[(&large, 1.0)], settings));
    assert_eq!(records.len(), 2);
}

#[test]
fn a_loss_that_is_no_number_ends_the_painting_with_the_picture_from_before() {
    let studio = Studio::open();
    let lbfgs = Settings {
        optimiser: Optimiser::Lbfgs,
        ..short()
    };
    let nearest = Settings {
        first_size: 4096,
        size: 40,
        ..Preset::Brush.settings()
    };
    for settings in [short(), lbfgs, nearest] {
        let settings = Settings {
            weights: LossWeights {
                style: 1e38,
                ..settings.weights
            },
            ..settings
        };
        let mut painting = studio.begin(&[(&studio.first, 1.0)], settings);
        let before = pollster::block_on(painting.picture()).unwrap();
        let error = loop {
            match pollster::block_on(painting.advance(u32::MAX)) {
                Ok(records) => assert!(records.iter().all(StepRecord::is_finite)),
                Err(error) => break error,
            }
        };
        let PaintingError::NotFinite { step: 1, grown } = error else {
            panic!("{error}");
        };
        assert_eq!(grown, Part::Style);
        let after = pollster::block_on(painting.picture()).unwrap();
        assert_eq!(difference(&before, &after), 0.0);
    }
}

#[test]
fn a_style_of_a_useless_size_is_refused() {
    let studio = Studio::open();
    for scale in [0.0, f32::NAN, 1e9] {
        let style = Style {
            scale,
            ..style(&studio.first, 1.0)
        };
        let (network, content) = (studio.network.clone(), &studio.content);
        let refused =
            pollster::block_on(Painting::new(network, content, vec![style], None, short()));
        assert!(matches!(refused, Err(PaintingError::StyleScale(_))));
    }
}
