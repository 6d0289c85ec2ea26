//! Gram matrices with and without weights, their loss, its gradient, and the arithmetic of matrices.

use impasto::kernels::channel_sum::ChannelSum;
use impasto::kernels::gram::{Gram, Slicing, triangle};
use impasto::kernels::gram_gradient::{GramGradient, StyleGradient};
use impasto::kernels::gram_loss::{GramLoss, LossScales};
use impasto::kernels::gram_sum::GramSum;
use impasto::kernels::matrix::{Factor, Factors, Matrix, Scaling};
use impasto::kernels::matrix_buffer::MatrixBuffer;
use impasto::kernels::place::{Place, PositionWeights};
use impasto::kernels::sums::{SumRange, gram_sums};
use impasto::maps::{Precision, Region, Shape};

use crate::checks::{SUM_TOLERANCE, assert_gradient, blocks, mask_of};
use crate::common::{Bench, Random, assert_map_near, assert_near, widen};
use crate::cpu_reference as reference;

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

/// A map with weights that lie in a larger plane.
struct Weighted {
    shape: Shape,
    core: Region,
    features: Vec<f32>,
    place: Place,
    plane: Vec<f32>,
}

impl Weighted {
    fn new(random: &mut Random, channels: u32) -> Self {
        let shape = Shape::new(23, 17, channels);
        let (columns, rows) = (40, 30);
        Self {
            shape,
            core: Region {
                x: 2,
                y: 3,
                width: 20,
                height: 13,
            },
            features: random.rectified(shape),
            place: Place::new(columns, 9, 6),
            plane: random
                .values((columns * rows) as usize)
                .iter()
                .map(|value| value.abs())
                .collect(),
        }
    }

    fn weight(&self, x: u32, y: u32) -> f64 {
        self.plane[((self.place.y + y) * self.place.pitch + self.place.x + x) as usize].into()
    }

    /// The positions of the core with their weights.
    fn positions(&self) -> Vec<(usize, f64)> {
        let Region {
            x,
            y,
            width,
            height,
        } = self.core;
        let rows = y..y + height;
        let places = rows.flat_map(|row| (x..x + width).map(move |column| (column, row)));
        places
            .map(|(x, y)| ((y * self.shape.width + x) as usize, self.weight(x, y)))
            .collect()
    }

    fn feature(&self, channel: usize, position: usize) -> f64 {
        self.features[channel * self.shape.positions() as usize + position].into()
    }
}

#[test]
fn weighted_sums_are_the_references() {
    let mut bench = Bench::open();
    let gpu = bench.gpu.clone();
    let gram = Gram::new(&gpu, Precision::Full);
    let channel_sum = ChannelSum::new(&gpu, Precision::Full);
    let (sum, loss) = (GramSum::new(&gpu), GramLoss::new(&gpu));
    let mut random = Random(43);
    for channels in [64, 128] {
        let case = Weighted::new(&mut random, channels);
        let shape = case.shape;
        let slicing = Slicing::new(shape, case.core);
        let map = bench.upload_map(shape, &case.features);
        let plane = bench.memory.upload("weights", &case.plane).unwrap();
        let weights = PositionWeights {
            buffer: &plane,
            place: case.place,
        };
        let mut storage = |length| bench.memory.storage::<f32>("numbers", length).unwrap();
        let (partials, totals) = (storage(slicing.partials()), storage(triangle(shape)));
        let (some, sums) = (storage(slicing.partials()), storage(channels as usize));
        let matrix = MatrixBuffer::new(&mut bench.memory, "matrix", shape).unwrap();
        bench.run(&[
            gram.accumulate(&gpu, slicing, &map, Some(weights), &partials),
            sum.add_up(&gpu, slicing, &partials, &totals, false),
            loss.store_target(&gpu, shape, &totals, 0.5, &matrix),
            channel_sum.add(&gpu, slicing, &map, Some(weights), &some),
            sum.add_up_channels(&gpu, slicing, &some, &sums, false),
        ]);

        let positions = case.positions();
        let channels = channels as usize;
        let product = |c, d| {
            let terms = positions.iter();
            let terms =
                terms.map(|&(place, t)| t * case.feature(c, place) * case.feature(d, place));
            0.5 * terms.sum::<f64>()
        };
        let pairs = (0..channels * channels).map(|n| product(n / channels, n % channels));
        let found = pollster::block_on(matrix.read(&gpu, shape)).unwrap();
        let square = Shape::new(channels as u32, channels as u32, 1);
        let expected: Vec<_> = pairs.collect();
        assert_map_near("gram weighted", square, &expected, &found, SUM_TOLERANCE);

        let total = |c| {
            positions
                .iter()
                .map(|&(place, t)| t * case.feature(c, place))
                .sum()
        };
        let expected: Vec<f64> = (0..channels).map(total).collect();
        let column = Shape::new(1, channels as u32, 1);
        let found = bench.read(&sums);
        assert_map_near("channel_sum", column, &expected, &found, SUM_TOLERANCE);
    }
}

#[test]
fn a_gradient_has_its_offset_and_weights_inside_the_core_only() {
    let mut bench = Bench::open();
    let gpu = bench.gpu.clone();
    let kernel = GramGradient::new(&gpu, Precision::Full);
    let mut random = Random(47);
    let case = Weighted::new(&mut random, 64);
    let shape = case.shape;
    let map = bench.upload_map(shape, &case.features);
    let all = vec![u32::MAX; shape.mask_words()];
    let mask = bench.memory.upload("mask", &all).unwrap();
    let plane = bench.memory.upload("weights", &case.plane).unwrap();
    let offsets = random.values(64);
    let offset = bench.memory.upload("offset", &offsets).unwrap();
    // A zero matrix: the product has its own tests.
    let difference = MatrixBuffer::new(&mut bench.memory, "zeros", shape).unwrap();
    let gradient = bench.stale_map(shape);
    let style = StyleGradient {
        difference: &difference,
        offset: Some(&offset),
        weights: Some(PositionWeights {
            buffer: &plane,
            place: case.place,
        }),
    };
    bench.run(&[kernel.multiply(&gpu, shape, case.core, &map, style, &gradient, &mask, false)]);
    let mut expected = vec![0.0; case.features.len()];
    for (place, weight) in case.positions() {
        for (channel, &offset) in offsets.iter().enumerate() {
            expected[channel * shape.positions() as usize + place] = weight * f64::from(offset);
        }
    }
    let found = bench.read_map(shape, &gradient);
    // One product.
    assert_map_near("gram_gradient", shape, &expected, &found, 1e-6);
}

#[test]
fn matrices_are_multiplied_scaled_and_measured() {
    let mut bench = Bench::open();
    let gpu = bench.gpu.clone();
    let kernel = Matrix::new(&gpu);
    let mut random = Random(53);
    for channels in [64_usize, 128] {
        let shape = Shape::new(1, 1, channels as u32);
        let square = Shape::new(channels as u32, channels as u32, 1);
        let mut matrix = || MatrixBuffer::new(&mut bench.memory, "matrix", shape).unwrap();
        let (a, b, product, scaled) = (matrix(), matrix(), matrix(), matrix());
        let values = [
            random.values(channels * channels),
            random.values(channels * channels),
        ];
        let factors = Factors::new(&mut bench.memory, 1.0).unwrap();
        a.write(&gpu, &blocks(channels, &values[0]));
        b.write(&gpu, &blocks(channels, &values[1]));
        let scaling = |factor, alpha, beta| Scaling {
            factor: (&factors, factor),
            alpha,
            beta,
        };
        let quads = shape.quads();
        bench.run(&[
            kernel.norm(&gpu, quads, &a, &factors),
            kernel.multiply(
                &gpu,
                quads,
                &a,
                &b,
                scaling(Factor::First, -0.5, 1.5),
                &product,
            ),
            kernel.scale(
                &gpu,
                quads,
                &a,
                scaling(Factor::InverseNorm, 2.0, 0.25),
                &scaled,
            ),
        ]);
        let [a, b] = values.map(|values| widen(&values));
        let identity = |n: usize| f64::from(n / channels == n % channels);
        let element = |n: usize| {
            let terms = (0..channels)
                .map(|k| a[n / channels * channels + k] * b[k * channels + n % channels]);
            -0.5 * terms.sum::<f64>() + 1.5 * identity(n)
        };
        let expected: Vec<_> = (0..channels * channels).map(element).collect();
        let found = pollster::block_on(product.read(&gpu, shape)).unwrap();
        assert_map_near("matrix multiply", square, &expected, &found, SUM_TOLERANCE);

        let norm = a.iter().map(|value| value * value).sum::<f64>().sqrt();
        let element = |(n, value): (usize, &f64)| 2.0 * value / norm + 0.25 * identity(n);
        let expected: Vec<_> = a.iter().enumerate().map(element).collect();
        let found = pollster::block_on(scaled.read(&gpu, shape)).unwrap();
        assert_map_near("matrix scale", square, &expected, &found, SUM_TOLERANCE);
        let found = pollster::block_on(factors.read(&gpu)).unwrap();
        let expected = [1.0, 1.0 / norm, norm.sqrt(), 1.0 / norm.sqrt()];
        for (expected, found) in expected.into_iter().zip(found) {
            assert_near("matrix norm", expected, found.into(), SUM_TOLERANCE);
        }
    }
}
