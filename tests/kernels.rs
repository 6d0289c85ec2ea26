//! Every kernel against the plain reference, over odd sizes and all channel counts of VGG19; every backward pass against
//! finite differences of the reference's forward pass.

#![allow(clippy::unwrap_used, reason = "a test fails by it")]

mod common;
mod cpu_reference;

use common::{Bench, Random, assert_map_near, assert_near, widen};
use cpu_reference as reference;
use impasto::gpu::Dispatch;
use impasto::kernels::adam::{Adam, AdamBuffers, Pace};
use impasto::kernels::average::Average;
use impasto::kernels::average_pool2x2::AveragePool2x2;
use impasto::kernels::content_loss::{ContentLoss, Place};
use impasto::kernels::conv3x3::Conv3x3;
use impasto::kernels::filter::FilterBuffers;
use impasto::kernels::format::Format;
use impasto::kernels::gram::{Gram, Slicing, triangle};
use impasto::kernels::gram_gradient::{GramGradient, StyleGradient};
use impasto::kernels::gram_loss::{GramLoss, LossScales};
use impasto::kernels::gram_sum::GramSum;
use impasto::kernels::lbfgs::{Lbfgs, LbfgsBuffers, RING_BYTES};
use impasto::kernels::matrix::Factors;
use impasto::kernels::matrix_buffer::MatrixBuffer;
use impasto::kernels::max_pool2x2::MaxPool2x2;
use impasto::kernels::record::{CAPACITY, Quantity, Record, RecordBuffers};
use impasto::kernels::resample::Resample;
use impasto::kernels::scaled_add::ScaledAdd;
use impasto::kernels::sums::{SumRange, gram_sums, striding_sums};
use impasto::kernels::tiles::{PRODUCT, Tiles, WIDE};
use impasto::kernels::total_variation::TotalVariation;
use impasto::kernels::winograd::{Area, Conv3x3Winograd, Scratch, scratch_bytes};
use impasto::maps::{Precision, Shape};
use impasto::settings::Padding;
use impasto::vgg19::CONVOLUTIONS;
use impasto::vgg19::Filter;

/// Sums of up to 9 x 512 products in f32, each rounded to 2^-24 of the sum: a random walk of 4608 such steps is 68 units
/// of 6e-8; four times that for the tail over many elements.
const SUM_TOLERANCE: f64 = 2e-5;

fn random_filter(random: &mut Random, inputs: usize, outputs: usize) -> Filter {
    Filter {
        outputs,
        inputs,
        weights: random.values(outputs * inputs * 9),
        bias: random.values(outputs),
    }
}

/// Winograd's transforms enlarge the rounding of what they add up: for F(4x4, 3x3) the error's root mean square is 2e-6
/// of the output's at 64 channels and 4.5e-6 at 512, and where the coefficients of 8 meet in a window's last corner it
/// reaches 15 times that; twice as much for the tail over many elements.
const WINOGRAD_TOLERANCE: f64 = 1.4e-4;

/// The two ways to convolve.
enum Convolver {
    Direct(Conv3x3),
    Winograd(Conv3x3Winograd),
}

impl Convolver {
    fn both(bench: &Bench) -> [Self; 2] {
        Self::both_of(bench, Precision::Full, Tiles::default())
    }

    fn both_of(bench: &Bench, precision: Precision, tiles: Tiles) -> [Self; 2] {
        [
            Self::Direct(Conv3x3::new(&bench.gpu, precision, tiles.wide)),
            Self::Winograd(Conv3x3Winograd::new(&bench.gpu, precision, tiles.product)),
        ]
    }

    fn name(&self, direction: &str) -> String {
        match self {
            Self::Direct(_) => format!("conv3x3 {direction}"),
            Self::Winograd(_) => format!("conv3x3_winograd {direction}"),
        }
    }

    fn tolerance(&self) -> f64 {
        match self {
            Self::Direct(_) => SUM_TOLERANCE,
            Self::Winograd(_) => WINOGRAD_TOLERANCE,
        }
    }

    fn takes(&self, inputs: usize) -> bool {
        matches!(self, Self::Direct(_)) || inputs >= 64
    }

    fn forward(
        &self,
        bench: &mut Bench,
        filter: &FilterBuffers,
        shape: Shape,
        source: &wgpu::Buffer,
        output: &wgpu::Buffer,
        mask: &wgpu::Buffer,
    ) -> Vec<Dispatch> {
        match self {
            Self::Direct(kernel) => {
                let gpu = &bench.gpu;
                let padding = Padding::Zero;
                vec![kernel.forward(gpu, filter, shape, [0.0; 3], padding, source, output, mask)]
            }
            Self::Winograd(kernel) => {
                let from = shape.with_channels(filter.inputs());
                let scratch = scratch(bench, from, shape.with_channels(filter.outputs()));
                kernel.forward(&bench.gpu, filter, shape, source, output, mask, &scratch)
            }
        }
    }

    fn backward(
        &self,
        bench: &mut Bench,
        filter: &FilterBuffers,
        shape: Shape,
        source: &wgpu::Buffer,
        destination: &wgpu::Buffer,
        mask: Option<&wgpu::Buffer>,
    ) -> Vec<Dispatch> {
        let gpu = bench.gpu.clone();
        match self {
            Self::Direct(kernel) => {
                vec![kernel.backward(&gpu, filter, shape, source, destination, mask)]
            }
            Self::Winograd(kernel) => {
                let from = shape.with_channels(filter.outputs());
                let scratch = scratch(bench, from, shape.with_channels(filter.inputs()));
                kernel.backward(&gpu, filter, shape, source, destination, mask, &scratch)
            }
        }
    }

    /// Runs the backward convolution; gives the gradient to the input.
    fn gradient_to_input(
        &self,
        bench: &mut Bench,
        filter: &FilterBuffers,
        shape: Shape,
        gradient: &[f32],
        mask: Option<&wgpu::Buffer>,
    ) -> Vec<f32> {
        let from = shape.with_channels(filter.outputs());
        let to = shape.with_channels(filter.inputs());
        let source = bench.upload_map(from, gradient);
        let destination = bench.stale_map(to);
        let dispatches = self.backward(bench, filter, shape, &source, &destination, mask);
        bench.run(&dispatches);
        bench.read_map(to, &destination)
    }
}

/// Scratch memory as small as it may be, which makes several bands of larger maps, and not at the buffers' start.
fn scratch(bench: &mut Bench, from: Shape, to: Shape) -> Scratch {
    let offset = 256;
    let length = (scratch_bytes(from, to) + offset) as usize / size_of::<f32>();
    let mut area = |label| Area {
        buffer: bench.memory.upload(label, &vec![1e30_f32; length]).unwrap(),
        offset,
    };
    Scratch {
        operands: area("operands"),
        products: area("products"),
    }
}

/// Runs the forward convolution; gives its output and the mask's buffer.
fn convolve(
    bench: &mut Bench,
    kernel: &Convolver,
    filter: &FilterBuffers,
    shape: Shape,
    input: &[f32],
) -> (Vec<f32>, wgpu::Buffer) {
    let from = shape.with_channels(filter.inputs());
    let to = shape.with_channels(filter.outputs());
    let source = bench.upload_map(from, input);
    let output = bench.stale_map(to);
    let mask = bench.stale_words(to.mask_words());
    let dispatches = kernel.forward(bench, filter, shape, &source, &output, &mask);
    bench.run(&dispatches);
    (bench.read_map(to, &output), mask)
}

#[test]
fn convolution_is_the_references_for_every_pair_of_channels() {
    let mut bench = Bench::open();
    let kernels = Convolver::both(&bench);
    let mut random = Random(1);
    let mut pairs: Vec<_> = CONVOLUTIONS
        .map(|layer| (layer.inputs, layer.outputs))
        .into();
    pairs.dedup();
    for (inputs, outputs) in pairs {
        let shape = Shape::new(19, 11, 0);
        let filter = random_filter(&mut random, inputs, outputs);
        let buffers = FilterBuffers::upload(&mut bench.memory, &filter, Precision::Full).unwrap();
        let from = shape.with_channels(inputs as u32);
        let to = shape.with_channels(outputs as u32);
        let input = random.map(from);
        let expected = reference::relu(&reference::convolve(&filter, shape, &widen(&input)));
        let gradient = random.map(to);
        let expected_gradient = reference::convolve_backward(&filter, shape, &widen(&gradient));
        for kernel in kernels.iter().filter(|kernel| kernel.takes(inputs)) {
            let (output, _) = convolve(&mut bench, kernel, &buffers, shape, &input);
            let tolerance = kernel.tolerance();
            assert_map_near(&kernel.name("forward"), to, &expected, &output, tolerance);
            let found = kernel.gradient_to_input(&mut bench, &buffers, shape, &gradient, None);
            assert_map_near(
                &kernel.name("backward"),
                from,
                &expected_gradient,
                &found,
                tolerance,
            );
        }
    }
}

#[test]
fn convolution_takes_every_size() {
    let mut bench = Bench::open();
    let kernels = Convolver::both(&bench);
    let mut random = Random(2);
    let filter = random_filter(&mut random, 64, 64);
    let buffers = FilterBuffers::upload(&mut bench.memory, &filter, Precision::Full).unwrap();
    // Around the tiles' and windows' edges, degenerate ones, and one with the positions for wide tiles and two bands.
    let sizes = [
        (1, 1),
        (2, 7),
        (4, 4),
        (9, 4),
        (3, 5),
        (7, 8),
        (8, 9),
        (15, 16),
        (16, 17),
        (17, 1),
        (33, 3),
        (67, 65),
    ];
    for (width, height) in sizes {
        let shape = Shape::new(width, height, 64);
        let input = random.map(shape);
        let before = reference::convolve(&filter, shape, &widen(&input));
        let gradient = random.map(shape);
        let unmasked = reference::convolve_backward(&filter, shape, &widen(&gradient));
        for kernel in &kernels {
            let (output, mask) = convolve(&mut bench, kernel, &buffers, shape, &input);
            let tolerance = kernel.tolerance();
            assert_map_near(
                &kernel.name("forward"),
                shape,
                &reference::relu(&before),
                &output,
                tolerance,
            );

            // The same layer's mask on the way back: wherever the output is zero, so is the gradient.
            let mut expected = unmasked.clone();
            for (value, &output) in expected.iter_mut().zip(&output) {
                *value *= f64::from(output > 0.0);
            }
            let found =
                kernel.gradient_to_input(&mut bench, &buffers, shape, &gradient, Some(&mask));
            let name = kernel.name("backward, masked");
            assert_map_near(&name, shape, &expected, &found, tolerance);
        }
    }
}

#[test]
fn convolution_pads_with_zeros_after_the_mean_is_subtracted() {
    let mut bench = Bench::open();
    let kernel = Conv3x3::new(&bench.gpu, Precision::Full, Tiles::default().wide);
    let mut random = Random(3);
    let filter = random_filter(&mut random, 3, 64);
    let buffers = FilterBuffers::upload(&mut bench.memory, &filter, Precision::Full).unwrap();
    let shape = Shape::new(9, 6, 3);
    let mean = [0.5, 0.25, 0.75];
    let input = random.map(shape);
    let to = shape.with_channels(64);
    let source = bench.upload_map(shape, &input);
    let map = bench.stale_map(to);
    let mask = bench.stale_words(to.mask_words());
    let gpu = &bench.gpu;
    bench.run(&[kernel.forward(
        gpu,
        &buffers,
        shape,
        mean,
        Padding::Zero,
        &source,
        &map,
        &mask,
    )]);
    let output = bench.read_map(to, &map);
    let centred: Vec<f64> = input
        .iter()
        .enumerate()
        .map(|(place, &value)| f64::from(value - mean[place / shape.positions() as usize]))
        .collect();
    let expected = reference::relu(&reference::convolve(&filter, shape, &centred));
    assert_map_near("conv3x3 forward", to, &expected, &output, SUM_TOLERANCE);
}

/// The slope of `function` at `point` in the direction of element `place`.
fn finite_difference(function: impl Fn(&[f64]) -> f64, point: &[f64], place: usize) -> f64 {
    let step = 1e-5;
    let moved = |by: f64| {
        let mut point = point.to_vec();
        point[place] += by;
        function(&point)
    };
    (moved(step) - moved(-step)) / (2.0 * step)
}

/// Compares a gradient with finite differences at some elements. The functions are smooth near the points tested, so
/// f64 leaves an error of about 1e-9 of the function's value; 1e-4 is far above that and far below any mistake.
fn assert_gradient(
    kernel: &str,
    shape: Shape,
    function: impl Fn(&[f64]) -> f64,
    point: &[f64],
    found: &[f32],
) {
    let mut random = Random(99);
    let scale = found
        .iter()
        .map(|value| f64::from(value.abs()))
        .fold(0.0, f64::max);
    for _ in 0..12 {
        let place = (random.next() % point.len() as u64) as usize;
        let expected = finite_difference(&function, point, place);
        let error = (expected - f64::from(found[place])).abs();
        assert!(
            error <= 1e-4 * scale,
            "{kernel} at {shape:?}, element {place}: finite differences give {expected}, found {}",
            found[place]
        );
    }
}

fn inner(a: &[f64], b: &[f32]) -> f64 {
    a.iter().zip(b).map(|(a, &b)| a * f64::from(b)).sum()
}

#[test]
fn convolution_backward_is_the_slope_of_forward() {
    let mut bench = Bench::open();
    let mut random = Random(4);
    let filter = random_filter(&mut random, 64, 64);
    let buffers = FilterBuffers::upload(&mut bench.memory, &filter, Precision::Full).unwrap();
    let shape = Shape::new(7, 9, 64);
    // The layer's input is itself a ReLU's output, with that one's mask.
    let before = random.map(shape);
    let mask = bench
        .memory
        .upload("mask", &mask_of(shape, &before))
        .unwrap();
    let gradient = random.map(shape);
    for kernel in Convolver::both(&bench) {
        let found = kernel.gradient_to_input(&mut bench, &buffers, shape, &gradient, Some(&mask));
        assert_gradient(
            &kernel.name("backward"),
            shape,
            |before| {
                let output = reference::convolve(&filter, shape, &reference::relu(before));
                inner(&output, &gradient)
            },
            &widen(&before),
            &found,
        );
    }
}

/// The mask of a map, as conv3x3 writes it.
fn mask_of(shape: Shape, values: &[f32]) -> Vec<u32> {
    let mut words = vec![0; shape.mask_words()];
    for (place, &value) in values.iter().enumerate() {
        let (positions, width) = (shape.positions() as usize, shape.width as usize);
        let (channel, y, x) = (place / positions, place % positions / width, place % width);
        let word = (channel / 4 * shape.strips() as usize + y / 8) * width + x;
        words[word] |= u32::from(value > 0.0) << (y % 8 * 4 + channel % 4);
    }
    words
}

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

/// Without offset and weights.
fn plain(difference: &MatrixBuffer) -> StyleGradient<'_> {
    StyleGradient {
        difference,
        offset: None,
        weights: None,
    }
}

struct Style {
    gram: Vec<f32>,
    loss: f64,
    gradient: Vec<f32>,
}

/// Runs the three kernels of a style loss: `scale * sum((gram(features) - target)^2)` for the symmetric `target`.
fn style_loss(
    bench: &mut Bench,
    shape: Shape,
    features: &[f32],
    target_of: &[f32],
    scale: f32,
) -> Style {
    let (gram, sum, loss, multiply) = (
        Gram::new(&bench.gpu, Precision::Full),
        GramSum::new(&bench.gpu),
        GramLoss::new(&bench.gpu),
        GramGradient::new(&bench.gpu, Precision::Full),
    );
    let slicing = Slicing::new(shape, shape.region());
    let partials = bench
        .memory
        .storage::<f32>("partials", slicing.partials())
        .unwrap();
    let totals = bench
        .memory
        .storage::<f32>("totals", triangle(shape))
        .unwrap();
    let target = MatrixBuffer::new(&mut bench.memory, "target", shape).unwrap();
    let difference = MatrixBuffer::new(&mut bench.memory, "difference", shape).unwrap();
    // Not at the start of the buffer, as in a painting.
    let range = SumRange {
        first: 3,
        count: gram_sums(shape),
    };
    let sums = bench
        .memory
        .storage::<f32>("sums", 3 + range.count as usize)
        .unwrap();
    let map = bench.upload_map(shape, features);
    let target_map = bench.upload_map(shape, target_of);
    let gradient = bench.upload_map(shape, &vec![0.0; features.len()]);
    let inverse = 1.0 / shape.positions() as f32;
    let mask = bench
        .memory
        .upload("mask", &mask_of(shape, features))
        .unwrap();
    bench.run(&[
        gram.accumulate(&bench.gpu, slicing, &target_map, None, &partials),
        sum.add_up(&bench.gpu, slicing, &partials, &totals, false),
        loss.store_target(&bench.gpu, shape, &totals, inverse, &target),
        gram.accumulate(&bench.gpu, slicing, &map, None, &partials),
        sum.add_up(&bench.gpu, slicing, &partials, &totals, false),
        loss.compare(
            &bench.gpu,
            shape,
            &totals,
            (&target, None),
            &difference,
            LossScales {
                moment: inverse,
                loss: 1.0,
                gradient: scale,
            },
            (&sums, range),
        ),
        multiply.multiply(
            &bench.gpu,
            shape,
            shape.region(),
            &map,
            plain(&difference),
            &gradient,
            &mask,
            true,
        ),
    ]);
    let gram = pollster::block_on(target.read(&bench.gpu, shape)).unwrap();
    Style {
        gram,
        loss: bench.read(&sums)[3..]
            .iter()
            .map(|&sum| f64::from(sum))
            .sum(),
        gradient: bench.read_map(shape, &gradient),
    }
}

#[test]
fn gram_matrix_style_loss_and_gradient_are_the_references() {
    let mut bench = Bench::open();
    let mut random = Random(6);
    // The last has more than one slice a block.
    for (width, height, channels) in [
        (1, 1, 64),
        (5, 3, 128),
        (17, 16, 64),
        (9, 7, 256),
        (6, 5, 512),
        (83, 61, 64),
    ] {
        let shape = Shape::new(width, height, channels);
        let matrix_shape = Shape::new(channels, channels, 1);
        let (features, other) = (random.rectified(shape), random.rectified(shape));
        let found = style_loss(&mut bench, shape, &features, &other, 0.5);
        let target = reference::gram(shape, &widen(&other));
        assert_map_near(
            "gram, gram_loss store_target",
            matrix_shape,
            &target,
            &found.gram,
            SUM_TOLERANCE,
        );

        let matrix = reference::gram(shape, &widen(&features));
        let expected = reference::mean_square(&matrix, &target) * matrix.len() as f64;
        // Each difference carries the rounding of two sums, which its square doubles.
        assert_near("gram_loss compare", expected, found.loss, 1e-4);

        let difference: Vec<f64> = matrix
            .iter()
            .zip(&target)
            .map(|(a, b)| 0.5 * (a - b))
            .collect();
        let mut expected = reference::symmetric_product(shape, &difference, &widen(&features));
        for (value, &feature) in expected.iter_mut().zip(&features) {
            *value *= f64::from(feature > 0.0);
        }
        // Differences of two sums: their rounding weighs more, the nearer the matrices are.
        assert_map_near(
            "gram_gradient multiply",
            shape,
            &expected,
            &found.gradient,
            1e-4,
        );
    }
}

#[test]
fn style_gradient_is_the_slope_of_the_loss() {
    let mut bench = Bench::open();
    let mut random = Random(7);
    let shape = Shape::new(5, 6, 64);
    let (before, other) = (random.map(shape), random.rectified(shape));
    let features: Vec<f32> = before.iter().map(|value| value.max(0.0)).collect();
    // As losses.rs has it for a weight of one in all.
    let scale = 4.0 / (64.0 * 64.0 * shape.positions() as f32);
    let found = style_loss(&mut bench, shape, &features, &other, scale);
    let target = reference::gram(shape, &widen(&other));
    assert_gradient(
        "style loss",
        shape,
        |before| reference::mean_square(&reference::gram(shape, &reference::relu(before)), &target),
        &widen(&before),
        &found.gradient,
    );
}

#[test]
fn gram_gradient_joins_or_replaces_what_is_there() {
    let mut bench = Bench::open();
    let kernel = GramGradient::new(&bench.gpu, Precision::Full);
    let mut random = Random(8);
    let shape = Shape::new(13, 11, 64);
    let features = random.rectified(shape);
    let map = bench.upload_map(shape, &features);
    let mask = bench
        .memory
        .upload("mask", &mask_of(shape, &features))
        .unwrap();
    // A zero matrix: what is left is what was there, masked, or nothing.
    let matrix = MatrixBuffer::new(&mut bench.memory, "zeros", shape).unwrap();
    for accumulate in [true, false] {
        let there = random.map(shape);
        let gradient = bench.upload_map(shape, &there);
        bench.run(&[kernel.multiply(
            &bench.gpu,
            shape,
            shape.region(),
            &map,
            plain(&matrix),
            &gradient,
            &mask,
            accumulate,
        )]);
        let expected: Vec<f64> = there
            .iter()
            .zip(&features)
            .map(|(&there, &feature)| f64::from(there) * f64::from(accumulate && feature > 0.0))
            .collect();
        assert_map_near(
            "gram_gradient multiply",
            shape,
            &expected,
            &bench.read_map(shape, &gradient),
            0.0,
        );
    }
}

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

#[test]
fn adam_is_keras_over_many_steps() {
    // The tutorial's decays, those of `fine`, and none, of which there is no logarithm.
    for (beta1, beta2) in [(0.99, 0.999), (0.9, 0.99), (0.0, 0.0)] {
        adam_is_keras(beta1, beta2);
    }
}

fn adam_is_keras(beta1: f32, beta2: f32) {
    let mut bench = Bench::open();
    let (kernel, record) = (Adam::new(&bench.gpu), Record::new(&bench.gpu));
    let mut random = Random(11);
    let shape = Shape::new(7, 5, 3);
    let mut expected: Vec<f64> = widen(&random.map(shape))
        .iter()
        .map(|value| value.abs())
        .collect();
    let start: Vec<f32> = expected.iter().map(|&value| value as f32).collect();
    let slope = random.map(shape);
    let picture = bench.upload_map(shape, &start);
    let gradient = bench.upload_map(shape, &slope);
    let moments = bench
        .memory
        .storage::<[f32; 4]>("moments", 2 * shape.vectors())
        .unwrap();
    let sums = bench.memory.storage::<f32>("sums", 1).unwrap();
    let range = SumRange { first: 0, count: 1 };
    let quantities = [Quantity::new(range, 0.5)];
    let records = RecordBuffers::new(&mut bench.memory, &quantities).unwrap();
    let buffers = AdamBuffers {
        progress: &records.progress,
        gradient: &gradient,
        picture: &picture,
        moments: &moments,
    };
    let pace = Pace {
        learning_rate: 0.02,
        beta1,
        beta2,
    };
    let step = [
        kernel.update(&bench.gpu, shape, buffers, pace, 0, (&sums, range)),
        record.close_step(&bench.gpu, &sums, &records),
    ];
    let mut optimisers: Vec<_> = expected
        .iter()
        .map(|_| reference::Adam::new(0.02, beta1.into(), beta2.into()))
        .collect();
    // Past the ring's end, and past the place where the bias correction changes its formula.
    let steps = CAPACITY + 70;
    for time in 1..=steps {
        bench.run(&step);
        for ((value, optimiser), &slope) in expected.iter_mut().zip(&mut optimisers).zip(&slope) {
            *value = optimiser.step(*value, slope.into());
        }
        if [1, 2, 10, 11, 100, steps].contains(&time) {
            // Moves of 0.02 a step, rounded to 2^-24 of 1 each time.
            assert_map_near(
                "adam",
                shape,
                &expected,
                &bench.read_map(shape, &picture),
                2e-5,
            );
        }
    }
    let ring = bench.read(&records.ring);
    let square: f64 = slope.iter().map(|&slope| f64::from(slope).powi(2)).sum();
    for step in steps - CAPACITY + 1..=steps {
        let [found] = records.find(&ring, step).unwrap() else {
            panic!("step {step} has another number of quantities");
        };
        assert_near(
            "record of the squared gradient",
            0.5 * square,
            f64::from(*found),
            1e-6,
        );
    }
    assert!(
        records.find(&ring, steps - CAPACITY).is_none(),
        "a step that was overwritten is found"
    );
}

/// Both convolutions in half precision: what they read is what was stored, and what they write is rounded as it is
/// stored, to 11 bits of features and 8 of gradients; the largest value may be some five times the root mean square.
#[test]
fn convolutions_in_half_precision_round_what_they_store() {
    let mut bench = Bench::open();
    let mut random = Random(23);
    let filter = random_filter(&mut random, 64, 64);
    let buffers = FilterBuffers::upload(&mut bench.memory, &filter, Precision::Half).unwrap();
    let stored = Filter {
        weights: rounded(Format::Half, &filter.weights),
        ..filter
    };
    let shape = Shape::new(21, 19, 64);
    let kernels = Convolver::both_of(&bench, Precision::Half, Tiles::default());
    let features = rounded(Format::Half, &random.rectified(shape));
    let gradient = rounded(Format::Upper, &random.map(shape));
    let forward = reference::relu(&reference::convolve(&stored, shape, &widen(&features)));
    let backward = reference::convolve_backward(&stored, shape, &widen(&gradient));
    for kernel in kernels {
        let source = upload(&mut bench, Format::Half, shape, &features);
        let output = bench.stale_words(shape.vectors() * 2);
        let mask = bench.stale_words(shape.mask_words());
        let dispatches = kernel.forward(&mut bench, &buffers, shape, &source, &output, &mask);
        bench.run(&dispatches);
        let found = download(&bench, Format::Half, shape, &output);
        let name = kernel.name("forward in half precision");
        assert_map_near(&name, shape, &forward, &found, 5.0 / 2048.0);

        let source = upload(&mut bench, Format::Upper, shape, &gradient);
        let output = bench.stale_words(shape.vectors() * 2);
        let dispatches = kernel.backward(&mut bench, &buffers, shape, &source, &output, None);
        bench.run(&dispatches);
        let found = download(&bench, Format::Upper, shape, &output);
        let name = kernel.name("backward in half precision");
        assert_map_near(&name, shape, &backward, &found, 5.0 / 256.0);
    }
}

/// The order of the sums is the same in every tile, so no bit may differ: a picture must not depend on how fast a GPU was
/// when it was measured. The sizes are those to which the candidates apply, and no tile divides them: positions for wide
/// maps, 256 windows at once, and more quads than the largest tile has.
#[test]
fn every_tile_gives_the_references_result_and_the_same_bits() {
    let mut bench = Bench::open();
    let mut random = Random(43);
    let filter = random_filter(&mut random, 144, 144);
    let shape = Shape::new(67, 65, 144);
    for precision in [Precision::Full, Precision::Half] {
        let (features, gradients) = (Format::features(precision), Format::gradients(precision));
        let buffers = FilterBuffers::upload(&mut bench.memory, &filter, precision).unwrap();
        let stored = Filter {
            weights: rounded(features, &filter.weights),
            ..filter.clone()
        };
        let input = rounded(features, &random.rectified(shape));
        let gradient = rounded(gradients, &random.map(shape));
        let forward = reference::relu(&reference::convolve(&stored, shape, &widen(&input)));
        let backward = reference::convolve_backward(&stored, shape, &widen(&gradient));
        let mut first: [Option<[Vec<f32>; 2]>; 2] = [None, None];
        for (wide, product) in WIDE.into_iter().zip(PRODUCT) {
            let tiles = Tiles { wide, product };
            let kernels = Convolver::both_of(&bench, precision, tiles);
            for (kernel, first) in kernels.iter().zip(&mut first) {
                let found = both_ways(
                    &mut bench,
                    kernel,
                    &buffers,
                    precision,
                    shape,
                    [&input, &gradient],
                );
                // What is stored in half precision is rounded to 11 and 8 bits of each value, of which the largest of 600,000
                // may be eight times the root mean square.
                let tolerances = match precision {
                    Precision::Full => [kernel.tolerance(); 2],
                    Precision::Half => [8.0 / 2048.0, 8.0 / 256.0],
                };
                let [output, back] = &found;
                let name = |way| format!("{} with {tiles:?}", kernel.name(way));
                assert_map_near(&name("forward"), shape, &forward, output, tolerances[0]);
                assert_map_near(&name("backward"), shape, &backward, back, tolerances[1]);
                let first = first.get_or_insert_with(|| found.clone());
                for (found, first) in found.iter().zip(first) {
                    let same = bytemuck::cast_slice::<_, u32>(found)
                        == bytemuck::cast_slice::<_, u32>(first);
                    assert!(same, "{}: other bits, {precision:?}", name("either way"));
                }
            }
        }
    }
}

/// What a convolution makes of an input, and of a gradient.
fn both_ways(
    bench: &mut Bench,
    kernel: &Convolver,
    filter: &FilterBuffers,
    precision: Precision,
    shape: Shape,
    [input, gradient]: [&[f32]; 2],
) -> [Vec<f32>; 2] {
    let words = shape.bytes(precision) as usize / size_of::<u32>();
    let (features, gradients) = (Format::features(precision), Format::gradients(precision));
    let source = upload(bench, features, shape, input);
    let output = bench.stale_words(words);
    let mask = bench.stale_words(shape.mask_words());
    let dispatches = kernel.forward(bench, filter, shape, &source, &output, &mask);
    bench.run(&dispatches);
    let source = upload(bench, gradients, shape, gradient);
    let back = bench.stale_words(words);
    let dispatches = kernel.backward(bench, filter, shape, &source, &back, None);
    bench.run(&dispatches);
    [
        download(bench, features, shape, &output),
        download(bench, gradients, shape, &back),
    ]
}

fn rounded(format: Format, values: &[f32]) -> Vec<f32> {
    let vectors = values.as_chunks().0;
    assert_eq!(vectors.len() * 4, values.len());
    let decoded = format.decode(&format.encode(vectors));
    decoded.as_flattened().to_vec()
}

fn upload(bench: &mut Bench, format: Format, shape: Shape, values: &[f32]) -> wgpu::Buffer {
    let bytes = format.encode(&shape.pack(values));
    bench.memory.upload("map", &bytes).unwrap()
}

fn download(bench: &Bench, format: Format, shape: Shape, buffer: &wgpu::Buffer) -> Vec<f32> {
    let bytes = pollster::block_on(bench.gpu.read::<u8>(buffer)).unwrap();
    shape.unpack(&format.decode(&bytes))
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

#[test]
fn scaled_add_is_a_weighted_sum_of_any_length() {
    let mut bench = Bench::open();
    let mut random = Random(41);
    let kernel = ScaledAdd::new(&bench.gpu);
    // The last one needs more than one row of workgroups.
    for length in [1_u32, 64, 1000, 65_536 * 64] {
        let values: Vec<_> = (0..length.min(1000))
            .map(|_| [0; 4].map(|_| random.signed()))
            .collect();
        let of = |place: u32| values[place as usize % values.len()];
        let x: Vec<_> = (0..length).map(of).collect();
        let y: Vec<_> = (0..length).map(|place| of(place + 1)).collect();
        let (from, to) = (
            bench.memory.upload("x", &x).unwrap(),
            bench.memory.upload("y", &y).unwrap(),
        );
        bench.run(&[kernel.add(&bench.gpu, length, (2.0, &from), (-0.5, &to))]);
        let found = bench.read(&to);
        let expected = x.as_flattened().iter().zip(y.as_flattened());
        for ((x, y), found) in expected.zip(&found) {
            assert!((2.0 * x - 0.5 * y - found).abs() <= 1e-6);
        }
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
    let source = bench.memory.upload("source", &packed).unwrap();
    let target = bench.memory.storage::<[f32; 4]>("target", 14).unwrap();
    bench.run(&kernel.moments(&bench.gpu, (from, &source), (to, &target)));
    let found = pollster::block_on(bench.gpu.read::<[f32; 4]>(&target)).unwrap();
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

/// L-BFGS in f64, from the paper's two loops, with the first step and the fixed length of torch.optim.LBFGS; while no pair
/// is kept, steps double.
struct PlainLbfgs {
    pairs: Vec<(Vec<f64>, Vec<f64>)>,
    before: Option<(Vec<f64>, Vec<f64>)>,
    first: f64,
    history: usize,
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

impl PlainLbfgs {
    fn step(&mut self, gradient: &[f64]) -> Vec<f64> {
        if let Some((step, old)) = self.before.take() {
            let change: Vec<_> = gradient.iter().zip(&old).map(|(g, o)| g - o).collect();
            if dot(&step, &change) > 1e-10 {
                self.pairs.push((step, change));
            }
            if self.pairs.len() > self.history {
                self.pairs.remove(0);
            }
        }
        let mut rate = 1.0;
        if self.pairs.is_empty() {
            let absolute: f64 = gradient.iter().map(|g| g.abs()).sum();
            rate = f64::min(1.0, self.first / absolute);
            self.first *= 2.0;
        }
        let mut q: Vec<_> = gradient.iter().map(|g| -g).collect();
        let mut alphas = Vec::new();
        for (s, y) in self.pairs.iter().rev() {
            let alpha = dot(s, &q) / dot(s, y);
            q.iter_mut().zip(y).for_each(|(q, y)| *q -= alpha * y);
            alphas.push(alpha);
        }
        if let Some((s, y)) = self.pairs.last() {
            let gamma = dot(s, y) / dot(y, y);
            q.iter_mut().for_each(|q| *q *= gamma);
        }
        for ((s, y), alpha) in self.pairs.iter().zip(alphas.iter().rev()) {
            let beta = dot(y, &q) / dot(s, y);
            q.iter_mut()
                .zip(s)
                .for_each(|(q, s)| *q += (alpha - beta) * s);
        }
        let step: Vec<_> = q.iter().map(|q| rate * q).collect();
        self.before = Some((step.clone(), gradient.to_vec()));
        step
    }
}

#[test]
fn lbfgs_takes_the_steps_of_the_paper() {
    assert!(last_lbfgs_slope(RING_BYTES, 1.5, 9) < 1e-2);
}

/// Two bands of unlike lengths, whose edge is not that of the workgroups.
#[test]
fn lbfgs_takes_the_same_steps_where_its_rings_are_cut() {
    assert!(last_lbfgs_slope(16 * 4 * 250, 1.5, 9) < 1e-2);
}

/// The loss curves downwards from the goal on, so that no pair is kept before the picture is far from it.
#[test]
fn lbfgs_comes_out_of_where_the_loss_curves_downwards() {
    // It begins at 3e4, and a first step as long as the gradient would make it 1e8 and more.
    assert!(last_lbfgs_slope(RING_BYTES, -7.0, 16) < 1e5);
}

/// Sees that steps are the reference's, of a loss with that curvature near its goal and an upward one far away; gives the
/// square of the gradient where they end.
fn last_lbfgs_slope(ring_bytes: u64, near: f64, steps: usize) -> f64 {
    let mut bench = Bench::open();
    let mut random = Random(43);
    let kernel = Lbfgs::new(&bench.gpu);
    // More pixels than one workgroup has invocations, and fewer pairs than steps, so that the ring turns.
    let shape = Shape::new(29, 17, 3);
    let history = 4;
    let (curvature, goal) = (random.map(shape), random.map(shape));
    let gradient_at = |x: &[f64]| -> Vec<f64> {
        let terms = x.iter().zip(&curvature).zip(&goal);
        let slope = |((x, c), g): ((&f64, &f32), &f32)| {
            let far = x - f64::from(*g);
            (near + f64::from(*c)) * far + far.powi(3)
        };
        terms.map(slope).collect()
    };
    let mut x = vec![0.5_f64; goal.len()];
    let picture = bench.upload_map(shape, &vec![0.5; goal.len()]);
    let buffers = LbfgsBuffers::new(&mut bench.memory, shape, history, ring_bytes).unwrap();
    let range = SumRange {
        first: 3,
        count: striding_sums(shape.positions()),
    };
    let sums = bench.stale_map(Shape::new(3 + range.count, 1, 4));
    let mut plain = PlainLbfgs {
        pairs: Vec::new(),
        before: None,
        first: 1.0,
        history: history as usize,
    };
    for step in 0..steps {
        let gradient = gradient_at(&x);
        let uploaded: Vec<_> = gradient.iter().map(|&g| g as f32).collect();
        let slope = bench.upload_map(shape, &uploaded);
        let gpu = bench.gpu.clone();
        bench.run(&kernel.update(&gpu, &buffers, &slope, &picture, 1.0, (&sums, range)));
        let moved = plain.step(&gradient);
        x.iter_mut().zip(moved).for_each(|(x, step)| *x += step);
        let found = bench.read_map(shape, &picture);
        // Differences of gradients that grow alike lose digits, the more the nearer the goal is.
        assert_map_near(&format!("lbfgs step {step}"), shape, &x, &found, 1e-4);
        let squares: f32 = bench.read(&sums)[3..][..range.count as usize].iter().sum();
        assert_near(
            "gradient's square",
            dot(&gradient, &gradient),
            squares.into(),
            1e-4,
        );
    }
    let last = gradient_at(&x);
    dot(&last, &last)
}
