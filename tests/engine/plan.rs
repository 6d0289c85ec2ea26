//! The plan of the memory: it is what is allocated, and it keeps to its limits.

use std::collections::BTreeMap;
use std::iter;

use crate::common::{Random, idle_network, network, noise, painter, tutorial};
use impasto::gpu::{Allowance, GpuError};
use impasto::kernels::tiles::Tiles;
use impasto::maps::{Precision, Shape};
use impasto::network::{Convolutions, Method};
use impasto::painting::{Job, Painter, PaintingError, Plan, Start, StyleView, job};
use impasto::pictures::Mask;
use impasto::settings::{
    LayerWeights, Optimiser, Perception, Pooling, Preset, Settings, StyleLoss,
};

/// As adapters of ten years ago have it.
const GENEROUS: Allowance = Allowance {
    total: u64::MAX,
    buffer: 2 << 30,
};

fn half() -> Method {
    Method {
        precision: Precision::Half,
        ..Method::default()
    }
}

fn whole(side: u32, method: Method, allowance: Allowance) -> Plan {
    let shape = Shape::new(side, side, 3);
    let (_, plan) = Plan::fitting(&tutorial_job(shape, shape, method), allowance).unwrap();
    assert_eq!(plan.windows, 1);
    println!("{side} x {side}:\n{plan}");
    plan
}

#[test]
fn pictures_take_at_most_their_share() {
    for (side, method, bytes) in [
        (512, Method::default(), 320_000_000),
        (1024, Method::default(), 1_200_000_000),
        (512, half(), 160_000_000),
        (1024, half(), 600_000_000),
    ] {
        let tight = Allowance {
            total: bytes,
            ..GENEROUS
        };
        let plan = whole(side, method, tight);
        assert!(!plan.keeps_filters(), "{method:?}: {plan:#?}");
        // Both directions of all filters together, where there is room.
        let plan = whole(side, method, GENEROUS);
        assert!(plan.keeps_filters() && plan.bytes() <= bytes + 490_000_000);
    }
}

/// What WebGPU promises, and what SwiftShader allows.
const BUFFERS: [u64; 2] = [128 << 20, 1 << 30];

#[test]
fn a_picture_of_4096_fits_two_gigabytes_by_windows() {
    let shape = Shape::new(4096, 4096, 3);
    for preset in [Preset::Tutorial, Preset::Brush, Preset::Fine] {
        let first = job(Method::default(), shape, [shape.into()], &preset.settings());
        let refining = Job {
            refining: true,
            ..first.clone()
        };
        let jobs = iter::once(first).chain((preset == Preset::Brush).then_some(refining));
        for job in jobs {
            for buffer in BUFFERS {
                let allowance = Allowance {
                    total: 2_000_000_000,
                    buffer,
                };
                let (_, plan) = Plan::fitting(&job, allowance).unwrap();
                let pixels = f64::from(plan.window.0 * plan.window.1) * plan.windows as f64;
                let work = pixels / f64::from(shape.positions());
                println!(
                    "{preset:?}, refining {}:\n{plan}\n{work:.2} times the work",
                    job.refining
                );
                assert!(plan.bytes() <= allowance.total, "{plan:#?}");
                assert!(plan.largest_buffer() <= allowance.buffer, "{plan:#?}");
                // More would be halos for the greater part.
                assert!(work < 2.5, "{plan:#?}");
            }
        }
    }
}

/// The paper's hundred pairs would be 315 MB in one buffer.
#[test]
fn what_l_bfgs_remembers_fits_where_buffers_are_small() {
    let shape = Shape::new(512, 384, 3);
    let settings = Preset::Gatys.settings();
    let job = job(Method::default(), shape, [shape.into()], &settings);
    let allowance = Allowance {
        total: 2_000_000_000,
        // What WebGPU promises.
        buffer: 128 << 20,
    };
    let (_, plan) = Plan::fitting(&job, allowance).unwrap();
    println!("512 x 384 by L-BFGS:\n{plan}");
    assert!(plan.largest_buffer() <= allowance.buffer, "{plan:#?}");
}

fn tutorial_job(picture: Shape, style: Shape, method: Method) -> Job {
    let settings = tutorial();
    Job {
        picture,
        styles: vec![style.into()],
        method,
        perception: settings.perception,
        averaging: false,
        variables: settings.variables,
        refining: false,
        optimiser: settings.optimiser,
        history: settings.history,
        guarded: false,
        keeps_filters: false,
    }
}

/// Settings that have a part in what is allocated, each with the number of styles.
fn variants() -> Vec<(Settings, usize)> {
    let tutorial = tutorial();
    let mut turned = Preset::Brush.settings();
    turned.perception.turned_styles = true;
    vec![
        (tutorial, 1),
        (Preset::Fine.settings(), 3),
        (Preset::Brush.settings(), 3),
        (turned, 1),
        (
            Settings {
                optimiser: Optimiser::Lbfgs,
                history: 3,
                perception: Perception {
                    style_layers: LayerWeights::new([(1, 1.0), (8, 2.0)]),
                    content_layers: LayerWeights::new([(0, 1.0), (5, 1.0)]),
                    pooling: Pooling::Average,
                    ..Perception::default()
                },
                ..tutorial
            },
            1,
        ),
        (
            Settings {
                perception: Perception {
                    normalise_gradients: true,
                    ..Perception::default()
                },
                ..tutorial
            },
            1,
        ),
    ]
}

#[test]
fn the_plan_is_what_is_allocated() {
    let mut random = Random(3);
    for (convolutions, precision, fused) in [
        (Convolutions::Fastest, Precision::Full, false),
        (Convolutions::Fastest, Precision::Full, true),
        (Convolutions::Direct, Precision::Full, false),
        (Convolutions::Winograd, Precision::Full, false),
        (Convolutions::Fastest, Precision::Half, false),
    ] {
        let method = Method {
            convolutions,
            precision,
            tiles: Tiles {
                fused,
                ..Tiles::default()
            },
        };
        // What is allocated does not depend on what is computed.
        let network = idle_network(method);
        // Of both there are positions in the first block that the refinement leaves out, of the style where it is turned.
        let content = noise(&mut random, 257, 17);
        let style = noise(&mut random, 33, 37);
        // What the settings change does not depend on the method.
        let variants = match (convolutions, precision, fused) {
            (Convolutions::Fastest, Precision::Full, false) => variants(),
            _ => vec![(tutorial(), 1)],
        };
        for (settings, styles) in variants {
            let (region, source) = (Mask::new(content.clone()), Mask::new(style.clone()));
            // The last one has masks, where there are several.
            let styles: Vec<_> = (0..styles)
                .map(|number| StyleView {
                    region: (number > 1).then_some(&region),
                    source: (number > 1).then_some(&source),
                    ..StyleView::from(&style)
                })
                .collect();
            let jobs = styles.iter().map(StyleView::job);
            let job = job(method, content.shape(), jobs, &settings);
            let refines = settings.perception.style_loss == StyleLoss::Nearest;
            let refining = Job {
                refining: true,
                ..job.clone()
            };
            let jobs = iter::once(job).chain(refines.then_some(refining));
            // As a whole with filters that are kept and, once a method, without, and by windows, which have none that are kept.
            let plain = settings == tutorial();
            let sides = jobs.flat_map(|job| {
                let keeping = Job {
                    keeps_filters: true,
                    ..job.clone()
                };
                let whole = plain.then(|| (job.clone(), u32::MAX));
                let rest = [(keeping, u32::MAX), (job, 240)];
                rest.into_iter().chain(whole)
            });
            for (job, side) in sides {
                let plan = Plan::new(&job, side, network.gpu().largest_buffer());
                let settings = Settings {
                    memory: plan.bytes(),
                    ..settings
                };
                let allowance = network.gpu().allowance(plan.bytes());
                let (_, plan) = Plan::fitting(&job, allowance).unwrap();
                assert_eq!(plan.windows > 1, side < content.shape().width);
                assert!(plan.keeps_filters() || !job.keeps_filters);
                let start = Start::Pixels(content.to_vectors());
                let network = network.clone();
                let painter = if job.refining {
                    let painter = Painter::refining(network, &content, &styles, start, &settings);
                    pollster::block_on(painter)
                } else {
                    let painter = Painter::new(network, &content, &styles, start, &settings);
                    pollster::block_on(painter)
                };
                let painter = painter.unwrap();
                let mut found = BTreeMap::new();
                for (label, bytes) in painter.labelled_bytes() {
                    let (count, sum) = found.entry(label).or_insert((0, 0));
                    *count += 1;
                    *sum += bytes;
                }
                let planned: BTreeMap<_, _> = plan
                    .entries
                    .iter()
                    .map(|entry| (entry.label, (entry.count, entry.bytes)))
                    .collect();
                assert_eq!(planned, found, "{method:?}, {settings:?} at {side}");
            }
        }
    }
}

#[test]
fn what_does_not_fit_is_refused_with_the_largest_size_that_does() {
    let mut random = Random(4);
    let network = network(Method::default());
    let picture = noise(&mut random, 64, 48);
    let refused = |memory| {
        let settings = Settings {
            memory,
            ..tutorial()
        };
        painter(&network, &picture, &picture, &settings)
    };
    let small = Shape::new(32, 24, 3);
    let small = tutorial_job(small, small, Method::default());
    let least = Plan::new(&small, u32::MAX, u64::MAX);
    match refused(least.bytes()) {
        Err(PaintingError::Gpu(GpuError::TooLarge {
            largest: Some(largest),
            ..
        })) => assert!((32..64).contains(&largest)),
        other => panic!("{other:?}"),
    }
    match refused(1_000_000) {
        Err(PaintingError::Gpu(GpuError::TooLarge { largest: None, .. })) => {}
        other => panic!("{other:?}"),
    }
}
