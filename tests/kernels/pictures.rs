//! What is made of whole pictures: their mean, another size, what is shown of them, and windows of them.

use impasto::gpu::Banded;
use impasto::kernels::average::Average;
use impasto::kernels::finish::Finish;
use impasto::kernels::format::Format;
use impasto::kernels::resample::Resample;
use impasto::kernels::target_part::TargetPart;
use impasto::kernels::window::WindowCopy;
use impasto::maps::{Bands, Precision, Region, Shape, Window};

use crate::bands::{all_bands, banded, read};
use crate::checks::{download, rounded, upload};
use crate::common::{Bench, Random, assert_map_near, widen};
use crate::cpu_reference as reference;

#[test]
fn mean_picture_is_the_corrected_moving_mean() {
    let mut bench = Bench::open();
    let mut random = Random(37);
    let kernel = Average::new(&bench.gpu);
    let shape = Shape::new(9, 5, 4);
    let decay = 0.9;
    let mean = bench.stale_map(shape);
    let mut accumulated = vec![0.0; shape.vectors() * 4];
    for step in 0..6_u32 {
        let picture = random.map(shape);
        for (sum, &value) in accumulated.iter_mut().zip(&picture) {
            *sum = decay * *sum + (1.0 - decay) * f64::from(value);
        }
        let correction = 1.0 - decay.powi(step as i32 + 1);
        let expected: Vec<_> = accumulated.iter().map(|sum| sum / correction).collect();
        let progress = bench.memory.upload("progress", &[step]).unwrap();
        let source = bench.upload_map(shape, &picture);
        let gpu = bench.gpu.clone();
        bench.run(&[kernel.add(&gpu, shape, decay as f32, &progress, &source, &mean)]);
        let found = bench.read_map(shape, &mean);
        // exp and the differences of near numbers: 1 - 0.9 keeps 22 bits.
        assert_map_near("average", shape, &expected, &found, 1e-5);
    }
}

/// As `torch.nn.functional.interpolate` without `align_corners`, from the definition: a row of 4 values to 7.
#[test]
fn resampling_interpolates_between_pixel_centres() {
    let mut bench = Bench::open();
    let kernel = Resample::new(&bench.gpu);
    let (from, to) = (Shape::new(4, 1, 3), Shape::new(7, 1, 3));
    let row = [0.0_f32, 1.0, 0.0, 0.5];
    let packed: Vec<_> = row.iter().flat_map(|&value| [[value; 4]; 2]).collect();
    let source = banded(&mut bench, Bands::whole(from), &packed);
    let target = Banded::new(&mut bench.memory, "target", Bands::whole(to), 2).unwrap();
    bench.run(&kernel.moments(&bench.gpu, &source, &target));
    let found = pollster::block_on(target.read(&bench.gpu)).unwrap();
    let cubic = |t: f64, taps: [f64; 4]| {
        // Keys' kernel with a = -3/4, written from its definition.
        let kernel = |x: f64| {
            let (a, x) = (-0.75, x.abs());
            match x {
                x if x <= 1.0 => (a + 2.0) * x.powi(3) - (a + 3.0) * x.powi(2) + 1.0,
                x if x < 2.0 => a * x.powi(3) - 5.0 * a * x.powi(2) + 8.0 * a * x - 4.0 * a,
                _ => 0.0,
            }
        };
        let places = [-1.0, 0.0, 1.0, 2.0];
        let parts = places
            .iter()
            .zip(taps)
            .map(|(place, tap)| kernel(t - place) * tap);
        parts.sum::<f64>()
    };
    for x in 0..7 {
        let place = (x as f64 + 0.5) * 4.0 / 7.0 - 0.5;
        let (corner, t) = (place.floor() as i32, place - place.floor());
        let tap = |offset: i32| f64::from(row[(corner + offset).clamp(0, 3) as usize]);
        let expected = cubic(t, [tap(-1), tap(0), tap(1), tap(2)]);
        let linear = (1.0 - t) * tap(0) + t * tap(1);
        assert!(
            (f64::from(found[2 * x][0]) - expected).abs() < 1e-5,
            "cubic at {x}"
        );
        assert!(
            (f64::from(found[2 * x + 1][0]) - linear).abs() < 1e-5,
            "linear at {x}"
        );
    }
}

#[test]
fn what_is_shown_is_the_references() {
    let mut bench = Bench::open();
    let gpu = bench.gpu.clone();
    let kernel = Finish::new(&gpu);
    let mut random = Random(73);
    // The last one needs more than one row of workgroups.
    for (width, height) in [(1, 1), (7, 5), (65, 3), (2049, 2048)] {
        let shape = Shape::new(width, height, 3);
        let mut picture = || -> Vec<f32> {
            let values = random.map(shape);
            values.iter().map(|value| value.abs()).collect()
        };
        let (painted, content) = (picture(), picture());
        let (from, before) = (
            bench.upload_map(shape, &painted),
            bench.upload_map(shape, &content),
        );
        let (painted, content) = (widen(&painted), widen(&content));
        for (strength, colours) in [
            (0.0, false),
            (0.3, false),
            (1.0, false),
            (0.6, true),
            (1.0, true),
        ] {
            let shown = bench.stale_map(shape);
            bench.run(&[kernel.mix(&gpu, shape, (&from, &before), &shown, strength, colours)]);
            let expected = reference::finish(shape, &painted, &content, strength.into(), colours);
            let found = bench.read_map(shape, &shown);
            // Some ten roundings of 6e-8 of numbers up to one, whose root mean square is more than a third.
            let name = format!("finish, {strength} of it, content's colours: {colours}");
            assert_map_near(&name, shape, &expected, &found, 2e-6);
        }
    }
}

/// Windows in a map of 71 x 13: the whole; one with more columns than a workgroup and a core inside; the last corner; and
/// one whose core is empty.
fn windows() -> [Window; 4] {
    let window = |x, y, width, height, core: [u32; 4]| Window {
        x,
        y,
        width,
        height,
        core: Region {
            x: core[0],
            y: core[1],
            width: core[2],
            height: core[3],
        },
    };
    [
        window(0, 0, 71, 13, [0, 0, 71, 13]),
        window(3, 2, 67, 9, [1, 2, 65, 5]),
        window(70, 12, 1, 1, [0, 0, 1, 1]),
        window(5, 1, 8, 3, [2, 1, 0, 2]),
    ]
}

fn small(shape: Shape, window: Window) -> Shape {
    Shape::new(window.width, window.height, shape.channels)
}

#[test]
fn windows_are_taken_and_given_back_in_their_places() {
    let mut bench = Bench::open();
    let gpu = bench.gpu.clone();
    let kernel = WindowCopy::new(&gpu, Precision::Full);
    let mut random = Random(79);
    let shape = Shape::new(71, 13, 3);
    for bands in all_bands(shape) {
        for window in windows() {
            let small = small(shape, window);
            let there = random.map(shape);
            let map = banded(&mut bench, bands, &shape.pack(&there));
            let taken = bench.stale_map(small);
            bench.run(&kernel.take(&gpu, window, &map, &taken));
            let expected = reference::take_window(shape, window, &widen(&there));
            let found = bench.read_map(small, &taken);
            // A copy: exact.
            assert_map_near("window take", small, &expected, &found, 0.0);

            let given = random.map(small);
            let source = bench.upload_map(small, &given);
            bench.run(&kernel.give(&gpu, window, &map, &source));
            let expected = reference::give_window(shape, window, &widen(&there), &widen(&given));
            let found = read(&bench, &map);
            // One rounding of a sum of up to two.
            assert_map_near("window give", shape, &expected, &found, 1e-6);
        }
        let map = banded(&mut bench, bands, &shape.pack(&random.map(shape)));
        bench.run(&kernel.clear(&gpu, &map));
        let nothing = vec![0.0; (shape.channels * shape.positions()) as usize];
        let found = read(&bench, &map);
        assert_map_near("window clear", shape, &nothing, &found, 0.0);
    }
}

#[test]
fn of_a_window_of_features_its_core_alone_is_kept() {
    let mut bench = Bench::open();
    let gpu = bench.gpu.clone();
    let mut random = Random(83);
    // Maps and the target, which is two of a map's three quads.
    for (precision, halves) in [
        (Precision::Full, false),
        (Precision::Full, true),
        (Precision::Half, true),
    ] {
        let kernel = WindowCopy::new(&gpu, precision);
        let map_format = Format::features(precision);
        let format = if halves { Format::Half } else { map_format };
        for window in windows() {
            let shape = Shape::new(71, 13, 8);
            let small = small(shape, window).with_channels(12);
            let there = rounded(format, &random.map(shape));
            let features = rounded(map_format, &random.map(small));
            let target = TargetPart {
                first_quad: 1,
                quads: 2,
                halves,
                features: upload(&mut bench, format, shape, &there),
            };
            let source = upload(&mut bench, map_format, small, &features);
            bench.run(&[kernel.keep(&gpu, shape, window, &target, &source)]);
            let kept = rounded(format, &features[4 * small.positions() as usize..]);
            let expected = reference::keep_core(shape, window, &widen(&there), &widen(&kept));
            let found = download(&bench, format, shape, &target.features);
            // A copy of what is stored, or the nearest half float of it: exact.
            assert_map_near("window keep", shape, &expected, &found, 0.0);
        }
    }
}
