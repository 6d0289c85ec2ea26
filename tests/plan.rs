//! The plan of the memory: it is what is allocated, and it keeps to its limits.

#![allow(clippy::unwrap_used, reason = "a test fails by it")]

mod common;

use std::collections::BTreeMap;

use common::{Random, network};
use impasto::feature_map::{Precision, Shape};
use impasto::gpu::GpuError;
use impasto::network::{Convolutions, Method};
use impasto::painter::{Painter, Settings};
use impasto::picture::Picture;
use impasto::plan::{Allowance, Plan};

/// As adapters of ten years ago have it.
const GENEROUS: Allowance = Allowance {
    total: u64::MAX,
    buffer: 2 << 30,
};

const HALF: Method = Method {
    convolutions: Convolutions::Fastest,
    precision: Precision::Half,
};

fn whole(side: u32, method: Method) -> Plan {
    let shape = Shape::new(side, side, 3);
    let (_, plan) = Plan::fitting(shape, shape, GENEROUS, method).unwrap();
    assert_eq!(plan.windows, 1);
    println!("{side} x {side}:\n{plan}");
    plan
}

#[test]
fn pictures_take_at_most_their_share() {
    for (side, method, bytes) in [
        (512, Method::default(), 320_000_000),
        (1024, Method::default(), 1_200_000_000),
        (512, HALF, 160_000_000),
        (1024, HALF, 600_000_000),
    ] {
        let plan = whole(side, method);
        assert!(plan.bytes() <= bytes, "{method:?}: {plan:#?}");
    }
}

#[test]
fn a_picture_of_4096_fits_two_gigabytes_by_windows() {
    let shape = Shape::new(4096, 4096, 3);
    let allowance = Allowance {
        total: 2_000_000_000,
        // What SwiftShader allows.
        buffer: 1 << 30,
    };
    let (_, plan) = Plan::fitting(shape, shape, allowance, Method::default()).unwrap();
    println!("4096 x 4096:\n{plan}");
    assert!(plan.bytes() <= allowance.total && plan.largest_buffer() <= allowance.buffer);
    // Otherwise the halos would be most of the work.
    assert!(plan.window.0 >= 640, "{plan:#?}");
}

fn noise(random: &mut Random, width: u32, height: u32) -> Picture {
    let shape = Shape::new(width, height, 3);
    let vectors: Vec<_> = (0..shape.positions())
        .map(|_| [0; 4].map(|_| random.signed() / 2.0 + 0.5))
        .collect();
    Picture::from_vectors(shape, &vectors)
}

#[test]
fn the_plan_is_what_is_allocated() {
    let mut random = Random(3);
    for (convolutions, precision) in [
        (Convolutions::Fastest, Precision::Full),
        (Convolutions::Direct, Precision::Full),
        (Convolutions::Winograd, Precision::Full),
        (Convolutions::Fastest, Precision::Half),
    ] {
        let method = Method {
            convolutions,
            precision,
        };
        let network = network(method);
        let content = noise(&mut random, 300, 33);
        let style = noise(&mut random, 40, 57);
        // As a whole, and by windows.
        for side in [u32::MAX, 260] {
            let plan = Plan::new(content.shape(), style.shape(), side, method);
            let settings = Settings {
                memory: plan.bytes(),
                ..Settings::default()
            };
            let (_, plan) = Plan::fitting(
                content.shape(),
                style.shape(),
                network.gpu().allowance(plan.bytes()),
                method,
            )
            .unwrap();
            let painter = Painter::new(network.clone(), &content, &style, settings).unwrap();
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
            assert_eq!(planned, found, "{method:?} at {side}");
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
            ..Settings::default()
        };
        Painter::new(network.clone(), &picture, &picture, settings)
    };
    let least = Plan::new(
        Shape::new(32, 24, 3),
        Shape::new(32, 24, 3),
        u32::MAX,
        Method::default(),
    );
    match refused(least.bytes()) {
        Err(GpuError::TooLarge {
            largest: Some(largest),
            ..
        }) => assert!((32..64).contains(&largest)),
        other => panic!("{other:?}"),
    }
    match refused(1_000_000) {
        Err(GpuError::TooLarge { largest: None, .. }) => {}
        other => panic!("{other:?}"),
    }
}
