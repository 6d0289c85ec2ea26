//! The choice of tiles: that it is made, that it does not keep a slow adapter busy, and that no picture depends on it.

#![allow(clippy::unwrap_used, reason = "a test fails by it")]

mod common;

use common::{Bench, Random, network, noise, painter, tutorial};
use impasto::kernels::tiles::{PRODUCT, Tiles, WIDE};
use impasto::measure::tiles::{PATIENCE, Timing, measure};
use impasto::network::{Convolutions, Method};
use impasto::pictures::Picture;

/// Seconds of one run of each candidate.
fn seconds<T>(timings: &[Timing<T>]) -> impl Iterator<Item = f64> {
    timings.iter().map(|timing| timing.seconds)
}

#[test]
fn with_patience_every_candidate_is_timed() {
    let gpu = Bench::open().gpu;
    let measurement = pollster::block_on(measure(&gpu, f64::INFINITY)).unwrap();
    println!("{measurement:#?}");
    let wide: Vec<_> = measurement.wide.iter().map(|timing| timing.tile).collect();
    let product: Vec<_> = measurement
        .product
        .iter()
        .map(|timing| timing.tile)
        .collect();
    assert_eq!(wide, WIDE);
    assert_eq!(product, PRODUCT);
    for seconds in seconds(&measurement.wide).chain(seconds(&measurement.product)) {
        assert!(seconds > 0.0 && seconds.is_finite(), "{seconds}");
    }
    assert!(measurement.tiles.are_candidates());
}

#[test]
fn without_patience_the_default_stays() {
    let gpu = Bench::open().gpu;
    let measurement = pollster::block_on(measure(&gpu, 0.0)).unwrap();
    assert!(measurement.wide.is_empty() && measurement.product.is_empty());
    assert_eq!(measurement.tiles, Tiles::default());
}

/// Guards the visitor of a slow adapter, who waits for this: what is timed there must be little enough, or nothing. It is
/// the measurement's own seconds that count, not those of the wall: a busy machine compiles slowly too.
#[test]
fn a_slow_adapter_is_not_kept_busy() {
    let gpu = Bench::open().gpu;
    let measurement = pollster::block_on(measure(&gpu, PATIENCE)).unwrap();
    println!("{measurement:#?}");
    for seconds in [
        seconds(&measurement.wide).sum::<f64>(),
        seconds(&measurement.product).sum(),
    ] {
        // The patience is for several runs of each candidate, so one run of each leaves as much room again for a machine
        // that became busy between the estimate and the samples.
        assert!(seconds <= PATIENCE, "{seconds} s");
    }
}

/// One step's gradient to the pixels.
fn gradient(tiles: Tiles, pictures: &[Picture; 2]) -> Vec<[u32; 4]> {
    let [content, style] = pictures;
    let method = Method {
        convolutions: Convolutions::Direct,
        tiles,
        ..Method::default()
    };
    let mut painter = painter(&network(method), content, style, &tutorial()).unwrap();
    while !painter.finished(1) {
        pollster::block_on(painter.advance(1)).unwrap();
    }
    let vectors = pollster::block_on(painter.gradient()).unwrap();
    vectors
        .iter()
        .map(|vector| vector.map(f32::to_bits))
        .collect()
}

/// Through all layers, forward and backward. The picture is the smallest of which the first layers are wide maps. One large
/// enough for all tiles of Winograd's product would take a minute here; they are compared to the bit with the other kernels.
#[test]
fn no_tile_changes_the_gradient() {
    let mut random = Random(47);
    let pictures = [noise(&mut random, 66, 65), noise(&mut random, 17, 20)];
    let first = gradient(Tiles::default(), &pictures);
    assert!(first.iter().any(|vector| vector[0] != 0));
    for wide in WIDE.into_iter().skip(1) {
        let tiles = Tiles {
            wide,
            ..Tiles::default()
        };
        assert!(gradient(tiles, &pictures) == first, "{tiles:?} changes it");
    }
}
