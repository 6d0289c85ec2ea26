//! The content loss and total variation with their gradients.

use impasto::feature_map::{Precision, Shape};
use impasto::kernels::content_loss::{ContentLoss, Place};
use impasto::kernels::matrix::Factors;
use impasto::kernels::total_variation::TotalVariation;
use impasto::kernels::{SumRange, striding_sums};

use crate::checks::assert_gradient;
use crate::common::{Bench, Random, assert_map_near, assert_near, widen};
use crate::cpu_reference as reference;

#[test]
fn content_loss_and_gradient_are_the_references() {
    let mut bench = Bench::open();
    let kernel = ContentLoss::new(&bench.gpu, Precision::Full);
    let mut random = Random(9);
    // The last has more elements than invocations, which then stride.
    for (width, height, accumulate) in [(1, 1, false), (7, 5, true), (49, 43, false)] {
        let shape = Shape::new(width, height, 512);
        let before = random.map(shape);
        let features: Vec<f32> = before.iter().map(|value| value.max(0.0)).collect();
        let (other, there) = (random.rectified(shape), random.map(shape));
        let vectors = shape.vectors() as u32;
        let range = SumRange {
            first: 2,
            count: striding_sums(vectors),
        };
        let sums = bench
            .memory
            .storage::<f32>("sums", 2 + range.count as usize)
            .unwrap();
        let (map, target) = (
            bench.upload_map(shape, &features),
            bench.upload_map(shape, &other),
        );
        let gradient = bench.upload_map(shape, &there);
        let scale = 2.0 / (4 * vectors) as f32;
        let sums_range = (&sums, range);
        let factors = Factors::new(&mut bench.memory, scale).unwrap();
        let place = Place {
            map: shape,
            core: shape.region(),
            target: shape,
            x: 0,
            y: 0,
        };
        bench.run(&[kernel.compare(
            &bench.gpu, place, &map, &target, &gradient, &factors, accumulate, sums_range,
        )]);

        let loss =
            |before: &[f64]| reference::mean_square(&reference::relu(before), &widen(&other));
        let found: f64 = bench.read(&sums)[2..]
            .iter()
            .map(|&sum| f64::from(sum))
            .sum();
        assert_near(
            "content_loss",
            loss(&widen(&before)),
            found / features.len() as f64,
            1e-6,
        );

        let mut found = bench.read_map(shape, &gradient);
        if accumulate {
            for ((found, &there), &feature) in found.iter_mut().zip(&there).zip(&features) {
                *found -= if feature > 0.0 { there } else { 0.0 };
            }
        }
        let expected: Vec<f64> = features
            .iter()
            .zip(&other)
            .map(|(&a, &b)| f64::from(scale) * f64::from(a - b) * f64::from(a > 0.0))
            .collect();
        // Adding to and taking from values of 1 leaves 2^-24 of 1, and the gradient is about 1e-5.
        let tolerance = if accumulate { 2e-2 } else { 1e-6 };
        assert_map_near("content_loss gradient", shape, &expected, &found, tolerance);
        if !accumulate && width < 9 {
            assert_gradient(
                "content_loss gradient",
                shape,
                loss,
                &widen(&before),
                &found,
            );
        }
    }
}

#[test]
fn total_variation_and_gradient_are_the_references() {
    let mut bench = Bench::open();
    let kernel = TotalVariation::new(&bench.gpu);
    let mut random = Random(10);
    for (width, height) in [(1, 1), (1, 9), (9, 1), (23, 17), (401, 350)] {
        let shape = Shape::new(width, height, 3);
        let picture = random.map(shape);
        let there = random.map(shape);
        let range = SumRange {
            first: 1,
            count: striding_sums(shape.positions()),
        };
        let sums = bench
            .memory
            .storage::<f32>("sums", 1 + range.count as usize)
            .unwrap();
        let (map, gradient) = (
            bench.upload_map(shape, &picture),
            bench.upload_map(shape, &there),
        );
        let weight = 8.0;
        bench.run(&[kernel.add_gradient(
            &bench.gpu,
            shape,
            &map,
            &gradient,
            weight,
            (&sums, range),
        )]);
        let loss = |picture: &[f64]| reference::total_variation(shape, picture);
        let found: f64 = bench.read(&sums)[1..]
            .iter()
            .map(|&sum| f64::from(sum))
            .sum();
        // f32 sums of hundreds of numbers an invocation.
        assert_near("total_variation", loss(&widen(&picture)), found, 1e-5);
        if width * height > 1 && width < 100 {
            let found: Vec<f32> = bench
                .read_map(shape, &gradient)
                .iter()
                .zip(&there)
                .map(|(found, there)| found - there)
                .collect();
            let weighted = |picture: &[f64]| f64::from(weight) * loss(picture);
            assert_gradient(
                "total_variation gradient",
                shape,
                weighted,
                &widen(&picture),
                &found,
            );
        }
    }
}

#[test]
fn total_variation_has_no_slope_where_the_picture_is_flat() {
    let mut bench = Bench::open();
    let kernel = TotalVariation::new(&bench.gpu);
    let shape = Shape::new(5, 5, 3);
    let picture = bench.upload_map(shape, &[0.25; 75]);
    let gradient = bench.upload_map(shape, &[0.0; 75]);
    let sums = bench.memory.storage::<f32>("sums", 1).unwrap();
    let range = SumRange { first: 0, count: 1 };
    bench.run(&[kernel.add_gradient(&bench.gpu, shape, &picture, &gradient, 1.0, (&sums, range))]);
    assert_eq!(bench.read_map(shape, &gradient), [0.0; 75]);
    assert_eq!(bench.read(&sums), [0.0]);
}
