//! Maximum and average pooling, both ways.

use impasto::kernels::average_pool2x2::AveragePool2x2;
use impasto::kernels::max_pool2x2::MaxPool2x2;
use impasto::maps::{Precision, Shape};

use crate::checks::{assert_gradient, inner, mask_of};
use crate::common::{Bench, Random, assert_map_near, widen};
use crate::cpu_reference as reference;

#[test]
fn pooling_is_the_references_both_ways() {
    let mut bench = Bench::open();
    let kernel = MaxPool2x2::new(&bench.gpu, Precision::Full);
    let mut random = Random(5);
    for (width, height, channels) in [
        (2, 2, 64),
        (3, 5, 64),
        (16, 16, 128),
        (37, 23, 64),
        (65, 9, 256),
    ] {
        let shape = Shape::new(width, height, channels);
        let small_shape = shape.pooled();
        let before = random.map(shape);
        let rectified: Vec<f32> = before.iter().map(|value| value.max(0.0)).collect();
        let large = bench.upload_map(shape, &rectified);
        let mask = bench
            .memory
            .upload("mask", &mask_of(shape, &before))
            .unwrap();
        let small = bench.stale_map(small_shape);
        let choices = bench.stale_words(shape.choice_words());
        bench.run(&[kernel.forward(&bench.gpu, shape, &large, &small, &choices)]);
        let expected = reference::max_pool(shape, &widen(&rectified));
        // A copy: exact.
        assert_map_near(
            "max_pool2x2 forward",
            small_shape,
            &expected,
            &bench.read_map(small_shape, &small),
            0.0,
        );

        let gradient = random.map(small_shape);
        let source = bench.upload_map(small_shape, &gradient);
        let destination = bench.stale_map(shape);
        bench.run(&[kernel.backward(&bench.gpu, shape, &source, &choices, &mask, &destination)]);
        let found = bench.read_map(shape, &destination);
        let expected = reference::max_pool_relu_backward(shape, &widen(&before), &widen(&gradient));
        assert_map_near("max_pool2x2 backward", shape, &expected, &found, 0.0);
        assert_gradient(
            "max_pool2x2 backward",
            shape,
            |before| {
                inner(
                    &reference::max_pool(shape, &reference::relu(before)),
                    &gradient,
                )
            },
            &widen(&before),
            &found,
        );
    }
}

#[test]
fn pooling_passes_the_gradient_of_equal_values_to_the_first() {
    let mut bench = Bench::open();
    let kernel = MaxPool2x2::new(&bench.gpu, Precision::Full);
    let shape = Shape::new(4, 4, 64);
    let flat = vec![0.5; 64 * 16];
    let large = bench.upload_map(shape, &flat);
    let mask = bench.memory.upload("mask", &mask_of(shape, &flat)).unwrap();
    let small = bench.stale_map(shape.pooled());
    let choices = bench.stale_words(shape.choice_words());
    let gradient = bench.upload_map(shape.pooled(), &vec![1.0; 64 * 4]);
    let destination = bench.stale_map(shape);
    bench.run(&[
        kernel.forward(&bench.gpu, shape, &large, &small, &choices),
        kernel.backward(&bench.gpu, shape, &gradient, &choices, &mask, &destination),
    ]);
    let expected: Vec<f64> = (0..64 * 16)
        .map(|place| f64::from(u8::from(place % 16 / 4 % 2 == 0 && place % 2 == 0)))
        .collect();
    assert_map_near(
        "max_pool2x2 backward",
        shape,
        &expected,
        &bench.read_map(shape, &destination),
        0.0,
    );
}

#[test]
fn average_pooling_is_the_mean_and_its_gradient_a_quarter() {
    let mut bench = Bench::open();
    let mut random = Random(29);
    let kernel = AveragePool2x2::new(&bench.gpu, Precision::Full);
    for (width, height) in [(2, 2), (7, 5), (66, 19)] {
        let shape = Shape::new(width, height, 8);
        let large = random.rectified(shape);
        let at = |map: &[f32], shape: Shape, c: u32, y: u32, x: u32| {
            map[((c * shape.height + y) * shape.width + x) as usize]
        };
        let small = shape.pooled();
        let gradient = random.map(small);
        let expected: Vec<_> = (0..small.channels * small.positions())
            .map(|place| {
                let (x, y) = (place % small.width, place / small.width % small.height);
                let c = place / small.positions();
                let taps = [(0, 0), (0, 1), (1, 0), (1, 1)];
                let sum = taps.map(|(dy, dx)| at(&large, shape, c, 2 * y + dy, 2 * x + dx));
                f64::from(sum.iter().sum::<f32>()) / 4.0
            })
            .collect();
        let source = bench.upload_map(shape, &large);
        let output = bench.stale_map(small);
        bench.run(&[kernel.forward(&bench.gpu, shape, &source, &output)]);
        let found = bench.read_map(small, &output);
        // Four sums of numbers below one.
        assert_map_near("average_pool2x2", small, &expected, &found, 1e-6);

        let mask = bench
            .memory
            .upload("mask", &mask_of(shape, &large))
            .unwrap();
        let expected: Vec<_> = (0..shape.channels * shape.positions())
            .map(|place| {
                let (x, y) = (place % shape.width, place / shape.width % shape.height);
                let c = place / shape.positions();
                let inside = x / 2 < small.width && y / 2 < small.height;
                if inside && large[place as usize] > 0.0 {
                    f64::from(at(&gradient, small, c, y / 2, x / 2)) / 4.0
                } else {
                    0.0
                }
            })
            .collect();
        let source = bench.upload_map(small, &gradient);
        let output = bench.stale_map(shape);
        bench.run(&[kernel.backward(&bench.gpu, shape, &source, &mask, &output)]);
        let found = bench.read_map(shape, &output);
        assert_map_near("average_pool2x2 backward", shape, &expected, &found, 1e-6);
    }
}
