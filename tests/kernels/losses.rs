//! The content loss, total variation and the Wasserstein-2 loss with their gradients, and the lengths of gradients.

use impasto::kernels::content_loss::{ContentLoss, Place, content_sums};
use impasto::kernels::format::Format;
use impasto::kernels::matrix::{Factors, Matrix};
use impasto::kernels::matrix_buffer::MatrixBuffer;
use impasto::kernels::normalise::{Normalise, Offset};
use impasto::kernels::sums::{SumRange, striding_sums};
use impasto::kernels::target_part::{TargetPart, parts};
use impasto::kernels::total_variation::TotalVariation;
use impasto::kernels::wasserstein::{EPSILON, Moments, Wasserstein};
use impasto::maps::{Precision, Region, Shape};

use crate::checks::{
    SUM_TOLERANCE, assert_gradient, assert_stored_near, blocks, download, rounded, some_region,
    upload,
};
use crate::common::{Bench, Random, assert_map_near, assert_near, widen};
use crate::cpu_reference as reference;

/// The parts of a target for a buffer of so many bytes.
fn target_parts(
    bench: &mut Bench,
    shape: Shape,
    values: &[f32],
    precision: Precision,
    buffer: u64,
) -> Vec<TargetPart> {
    let parts = parts(shape, precision, buffer).into_iter();
    let positions = shape.positions() as usize;
    let made = parts.map(|(first_quad, quads)| {
        let part = shape.with_channels(4 * quads);
        let first = 4 * first_quad as usize * positions;
        let own = &values[first..][..part.vectors() * 4];
        TargetPart {
            first_quad,
            quads,
            halves: precision == Precision::Half,
            features: upload(bench, Format::features(precision), part, own),
        }
    });
    made.collect()
}

#[test]
fn content_loss_and_gradient_are_the_references() {
    let mut bench = Bench::open();
    let kernel = ContentLoss::new(&bench.gpu, Precision::Full);
    let mut random = Random(9);
    // The third has more elements than invocations, which then stride; the last two lie in three parts, the last of which is
    // smaller, and one of them in half floats.
    for (width, height, accumulate, precision, buffer) in [
        (1, 1, false, Precision::Full, u64::MAX),
        (7, 5, true, Precision::Full, u64::MAX),
        (49, 43, false, Precision::Full, u64::MAX),
        (7, 5, true, Precision::Full, 50 * 35 * 16),
        (7, 5, false, Precision::Half, 50 * 35 * 8),
    ] {
        let shape = Shape::new(width, height, 512);
        let before = random.map(shape);
        let features: Vec<f32> = before.iter().map(|value| value.max(0.0)).collect();
        let (other, there) = (random.rectified(shape), random.map(shape));
        let other = rounded(Format::features(precision), &other);
        let vectors = shape.vectors() as u32;
        let target = target_parts(&mut bench, shape, &other, precision, buffer);
        let mut end = 2;
        let ranges: Vec<_> = target
            .iter()
            .map(|part| {
                let (first, count) = (end, content_sums(shape, part.quads));
                end += count;
                SumRange { first, count }
            })
            .collect();
        let sums = bench.memory.storage::<f32>("sums", end as usize).unwrap();
        let map = bench.upload_map(shape, &features);
        let gradient = bench.upload_map(shape, &there);
        let scale = 2.0 / (4 * vectors) as f32;
        let factors = Factors::new(&mut bench.memory, scale).unwrap();
        let place = Place {
            map: shape,
            core: shape.region(),
            target: shape,
            x: 0,
            y: 0,
        };
        for (part, &range) in target.iter().zip(&ranges) {
            let sums = (&sums, range);
            bench.run(&[kernel.compare(
                &bench.gpu, place, &map, part, &gradient, &factors, accumulate, sums,
            )]);
        }

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
fn content_losses_unit_is_the_sum_of_the_targets_squares() {
    let mut bench = Bench::open();
    let gpu = bench.gpu.clone();
    let mut random = Random(131);
    for precision in [Precision::Full, Precision::Half] {
        let kernel = ContentLoss::new(&gpu, precision);
        let format = Format::features(precision);
        // The last has more elements than invocations, which then stride.
        for (width, height, channels) in [(1, 1, 4), (7, 5, 512), (13, 3, 64), (49, 43, 512)] {
            let shape = Shape::new(width, height, channels);
            let target = rounded(format, &random.rectified(shape));
            let part = target_parts(&mut bench, shape, &target, precision, u64::MAX).remove(0);
            let count = content_sums(shape, part.quads) as usize;
            let sums = vec![-7.0_f32; count + 1];
            let sums = bench.memory.upload("sums", &sums).unwrap();
            bench.run(&[kernel.square(&gpu, shape, &part, &sums)]);
            let sums = bench.read(&sums);
            assert_eq!(sums[count], -7.0);
            let found = sums[..count].iter().map(|&sum| f64::from(sum)).sum();
            // Squares, none below zero, in some tens of roundings of 6e-8.
            assert_near(
                "content_loss square",
                reference::square(&widen(&target)),
                found,
                1e-6,
            );
        }
    }
}

/// A map is a window of the target: only its core is compared, with what lies there in the target.
#[test]
fn content_loss_of_a_window_is_that_of_its_core() {
    let mut bench = Bench::open();
    let gpu = bench.gpu.clone();
    let mut random = Random(137);
    for precision in [Precision::Full, Precision::Half] {
        let kernel = ContentLoss::new(&gpu, precision);
        let format = Format::features(precision);
        let gradients = Format::gradients(precision);
        for (width, height) in [(1, 1), (9, 7), (33, 21)] {
            let map = Shape::new(width, height, 8);
            let (x, y) = (random.below(5), random.below(5));
            let target = Shape::new(x + width + random.below(5), y + height + random.below(5), 8);
            let core = some_region(&mut random, map);
            let features = rounded(format, &random.rectified(map));
            let wanted = rounded(format, &random.rectified(target));
            let place = Place {
                map,
                core,
                target,
                x,
                y,
            };
            let count = striding_sums(map.vectors() as u32);
            let [measured, compared] = [0, count].map(|first| SumRange { first, count });
            let sums = bench
                .memory
                .storage::<f32>("sums", 2 * count as usize)
                .unwrap();
            let feature_map = upload(&mut bench, format, map, &features);
            let part = target_parts(&mut bench, target, &wanted, precision, u64::MAX).remove(0);
            let gradient = upload(&mut bench, gradients, map, &random.map(map));
            let scale = 0.75;
            let factors = Factors::new(&mut bench.memory, scale).unwrap();
            bench.run(&[
                kernel.measure(&gpu, place, &feature_map, &part, (&sums, measured)),
                kernel.compare(
                    &gpu,
                    place,
                    &feature_map,
                    &part,
                    &gradient,
                    &factors,
                    false,
                    (&sums, compared),
                ),
            ]);
            let mut changes = vec![0.0; features.len()];
            for (n, change) in changes.iter_mut().enumerate() {
                let (channel, n) = (n as u32 / map.positions(), n as u32 % map.positions());
                let (column, row) = (n % width, n / width);
                let inside = (core.x..core.x + core.width).contains(&column)
                    && (core.y..core.y + core.height).contains(&row);
                if inside {
                    let there = (channel * target.height + y + row) * target.width + x + column;
                    let own = channel * map.positions() + n;
                    *change = f64::from(features[own as usize] - wanted[there as usize]);
                }
            }
            let loss = reference::square(&changes);
            let sums = bench.read(&sums);
            for found in sums.chunks(count as usize) {
                let found = found.iter().map(|&sum| f64::from(sum)).sum();
                assert_near("content_loss of a window", loss, found, 1e-6);
            }
            let masked = |(change, &feature): (&f64, &f32)| match feature > 0.0 {
                true => f64::from(scale) * change,
                false => 0.0,
            };
            let expected: Vec<_> = changes.iter().zip(&features).map(masked).collect();
            let found = download(&bench, gradients, map, &gradient);
            let name = "content_loss of a window";
            // A difference and a product.
            assert_stored_near(name, gradients, map, &expected, &found, 1e-6);
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
            (shape, shape.region()),
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
    let whole = (shape, shape.region());
    bench.run(&[kernel.add_gradient(&bench.gpu, whole, &picture, &gradient, 1.0, (&sums, range))]);
    assert_eq!(bench.read_map(shape, &gradient), [0.0; 75]);
    assert_eq!(bench.read(&sums), [0.0]);
}

/// Of a picture in which every row is a window's core once, with its neighbours around it: the pixels beside the core are left
/// alone, and what the cores have is the whole's.
#[test]
fn total_variation_of_the_windows_cores_is_that_of_the_picture() {
    let mut bench = Bench::open();
    let kernel = TotalVariation::new(&bench.gpu);
    let mut random = Random(12);
    let shape = Shape::new(19, 8, 3);
    let values = random.map(shape);
    let picture = bench.upload_map(shape, &values);
    let range = SumRange { first: 0, count: 1 };
    let run = |bench: &mut Bench, core| {
        let gradient = bench.upload_map(shape, &vec![0.0; values.len()]);
        let sums = bench.memory.storage::<f32>("sums", 1).unwrap();
        let cut = (shape, core);
        bench.run(&[kernel.add_gradient(
            &bench.gpu,
            cut,
            &picture,
            &gradient,
            3.0,
            (&sums, range),
        )]);
        (bench.read_map(shape, &gradient), bench.read(&sums)[0])
    };
    let (whole, sum) = run(&mut bench, shape.region());
    let (mut added, mut total) = (vec![0.0; values.len()], 0.0);
    for y in 0..shape.height {
        let core = Region {
            y,
            height: 1,
            ..shape.region()
        };
        let (own, own_sum) = run(&mut bench, core);
        added.iter_mut().zip(own).for_each(|(sum, own)| *sum += own);
        total += own_sum;
    }
    // Each pixel's slope comes once.
    assert_eq!(added, whole);
    // Rounding of some hundred terms.
    assert_near("total variation by windows", sum.into(), total.into(), 1e-5);
}

/// A matrix of channels x channels on the GPU, with those values.
fn matrix(bench: &mut Bench, channels: usize, values: &[f32]) -> MatrixBuffer {
    let shape = Shape::new(1, 1, channels as u32);
    let matrix = MatrixBuffer::new(&mut bench.memory, "matrix", shape).unwrap();
    matrix.write(&bench.gpu, &blocks(channels, values));
    matrix
}

/// The moments of a layer, as numbers and on the GPU.
struct PlainMoments {
    second: Vec<f32>,
    mean: Vec<f32>,
}

impl PlainMoments {
    /// Variances are above one, so that sums of them do not cancel.
    fn new(random: &mut Random, channels: usize) -> Self {
        let mut second = random.values(channels * channels);
        for variance in second.iter_mut().step_by(channels + 1) {
            *variance += 3.0;
        }
        let mean = random.values(channels);
        Self { second, mean }
    }

    fn upload(&self, bench: &mut Bench) -> Moments {
        Moments {
            second: matrix(bench, self.mean.len(), &self.second),
            mean: bench.memory.upload("mean", &self.mean).unwrap(),
        }
    }

    fn covariance(&self) -> Vec<f64> {
        reference::covariance(&widen(&self.second), &widen(&self.mean), EPSILON.into())
    }
}

/// Channels for matrices: one workgroup, the places of several and an odd number of them, and more quads than a workgroup
/// of the offset has.
const CHANNELS: [usize; 3] = [32, 96, 288];

/// In a picture of one colour the second moment is the mean's square, and their difference is rounding, of either sign.
#[test]
fn a_channel_that_does_not_vary_has_a_variance_above_zero() {
    let mut bench = Bench::open();
    let gpu = bench.gpu.clone();
    let kernel = Wasserstein::new(&gpu);
    let channels = 32;
    let value = 1000.0_f32;
    // The next number below.
    let square = f32::from_bits((value * value).to_bits() - 1);
    let plain = PlainMoments {
        second: vec![square; channels * channels],
        mean: vec![value; channels],
    };
    let moments = plain.upload(&mut bench);
    let covariance = matrix(&mut bench, channels, &vec![1e30; channels * channels]);
    bench.run(&[kernel.covariance(&gpu, channels as u32 / 4, &moments, &covariance)]);
    let shape = Shape::new(1, 1, channels as u32);
    let found = pollster::block_on(covariance.read(&gpu, shape)).unwrap();
    let (below, ridge) = (square - value * value, 4e-6 * square);
    assert!(below < 0.0 && ridge > EPSILON);
    // Rounding of numbers as large as the square.
    assert_near(
        "variance",
        f64::from(ridge + below),
        f64::from(found[0]),
        0.05,
    );
    assert_near("covariance", f64::from(below), f64::from(found[1]), 0.05);
}

#[test]
fn wasserstein_covariance_and_distance_are_the_references() {
    let mut bench = Bench::open();
    let gpu = bench.gpu.clone();
    let (kernel, arithmetic) = (Wasserstein::new(&gpu), Matrix::new(&gpu));
    let mut random = Random(59);
    for channels in CHANNELS {
        let quads = channels as u32 / 4;
        let (own, target) = (
            PlainMoments::new(&mut random, channels),
            PlainMoments::new(&mut random, channels),
        );
        let (moments, target_moments) = (own.upload(&mut bench), target.upload(&mut bench));
        let covariance = matrix(&mut bench, channels, &vec![1e30; channels * channels]);
        // The root is kept as a matrix and the root of another's length.
        let (root, other) = (
            random.values(channels * channels),
            random.values(channels * channels),
        );
        let (normalised, measured) = (
            matrix(&mut bench, channels, &root),
            matrix(&mut bench, channels, &other),
        );
        let factors = Factors::new(&mut bench.memory, 1.0).unwrap();
        let sums = bench.memory.storage::<f32>("sums", 3).unwrap();
        let range = SumRange { first: 2, count: 1 };
        let loss_scale = 0.5;
        bench.run(&[
            arithmetic.norm(&gpu, quads, &measured, &factors),
            kernel.covariance(&gpu, quads, &moments, &covariance),
            kernel.measure(
                &gpu,
                quads,
                (&covariance, &moments),
                &target_moments,
                (&normalised, &factors),
                loss_scale,
                (&sums, range),
            ),
        ]);

        let square = Shape::new(channels as u32, channels as u32, 1);
        let shape = Shape::new(1, 1, channels as u32);
        let found = pollster::block_on(covariance.read(&gpu, shape)).unwrap();
        let expected = own.covariance();
        // Three roundings of 6e-8 of numbers up to six times the root mean square.
        assert_map_near("wasserstein covariance", square, &expected, &found, 1e-6);

        let other = widen(&other);
        let factor = reference::dot(&other, &other).powf(0.25);
        let root: Vec<_> = root
            .iter()
            .map(|&value| factor * f64::from(value))
            .collect();
        let (mean, target_mean) = (widen(&own.mean), widen(&target.mean));
        let distance = reference::wasserstein(
            (&mean, &expected),
            (&target_mean, &target.covariance()),
            &root,
        );
        let expected = f64::from(loss_scale) * distance;
        // The root's part may be several times the distance, and is right but for a sum of squares and some sixteen
        // further roundings.
        let found = bench.read(&sums)[2];
        assert_near("wasserstein measure", expected, found.into(), 1e-5);
    }
}

#[test]
fn wasserstein_offset_is_the_references() {
    let mut bench = Bench::open();
    let gpu = bench.gpu.clone();
    let kernel = Wasserstein::new(&gpu);
    let mut random = Random(61);
    for channels in CHANNELS {
        let (own, target) = (
            PlainMoments::new(&mut random, channels),
            PlainMoments::new(&mut random, channels),
        );
        let (moments, target_moments) = (own.upload(&mut bench), target.upload(&mut bench));
        let difference = random.values(channels * channels);
        let (scale, factor) = (40.0, 1.5);
        let factors = Factors::new(&mut bench.memory, factor).unwrap();
        let scaled: Vec<_> = difference
            .iter()
            .map(|value| scale * factor * value)
            .collect();
        let scaled = matrix(&mut bench, channels, &scaled);
        let offsets = bench.stale_map(Shape::new(1, 1, channels as u32));
        bench.run(&[kernel.offset(
            &gpu,
            channels as u32 / 4,
            &moments.mean,
            &target_moments,
            &scaled,
            (scale, &factors),
            &offsets,
        )]);
        let (mean, target_mean) = (widen(&own.mean), widen(&target.mean));
        let offset = reference::wasserstein_offset(&mean, &target_mean, &widen(&difference));
        let scale = f64::from(scale * factor);
        let expected: Vec<_> = offset.iter().map(|value| scale * value).collect();
        let column = Shape::new(1, channels as u32, 1);
        let found = bench.read(&offsets);
        assert_map_near(
            "wasserstein offset",
            column,
            &expected,
            &found,
            SUM_TOLERANCE,
        );
    }
}

/// The kernel finds the length without a look at the features: here it is that of the gradient written out.
#[test]
fn a_style_gradients_length_is_that_of_the_gradient() {
    let mut bench = Bench::open();
    let gpu = bench.gpu.clone();
    let kernel = Normalise::new(&gpu);
    let mut random = Random(67);
    for channels in [32, 96, 160] {
        let shape = Shape::new(7, 3, channels as u32);
        let positions = shape.positions() as usize;
        let (features, difference) = (random.map(shape), random.values(channels * channels));
        let offset = random.values(channels);
        let (wide, widened) = (widen(&features), widen(&difference));
        let second = reference::gram(shape, &wide);
        // E G is the product with the columns of G as positions.
        let columns = Shape::new(channels as u32, 1, channels as u32);
        let product = reference::symmetric_product(columns, &widened, &second);
        let product: Vec<_> = product.iter().map(|&value| value as f32).collect();
        let means = wide.chunks(positions);
        let mean: Vec<_> = means
            .map(|plane| (plane.iter().sum::<f64>() / positions as f64) as f32)
            .collect();
        let (matrix_buffer, product) = (
            matrix(&mut bench, channels, &difference),
            matrix(&mut bench, channels, &product),
        );
        let offsets = bench.memory.upload("offsets", &offset).unwrap();
        let mean = bench.memory.upload("mean", &mean).unwrap();
        let sums = bench.memory.storage::<f32>("sums", 3).unwrap();
        let with = Offset {
            offsets: &offsets,
            mean: &mean,
        };
        let measure = |first, offset| {
            let range = SumRange { first, count: 1 };
            let quads = shape.quads();
            let weight = positions as f32;
            kernel.measure(
                &gpu,
                quads,
                &matrix_buffer,
                &product,
                offset,
                weight,
                (&sums, range),
            )
        };
        bench.run(&[measure(1, None), measure(2, Some(with))]);
        let found = bench.read(&sums);
        let none = vec![0.0; channels];
        let alone = reference::squared_length(shape, &widened, &none, &wide);
        assert_near("normalise measure", alone, found[1].into(), SUM_TOLERANCE);
        let both = reference::squared_length(shape, &widened, &widen(&offset), &wide);
        // The offset counts for more than the tolerance.
        assert!((both - alone).abs() > 1e-3 * alone);
        let name = "normalise measure with an offset";
        assert_near(name, both, found[2].into(), SUM_TOLERANCE);
    }
}

#[test]
fn the_factor_gives_a_gradient_its_length() {
    let mut bench = Bench::open();
    let gpu = bench.gpu.clone();
    let kernel = Normalise::new(&gpu);
    let mut random = Random(71);
    // One sum, some, and more than invocations; none at all, and what rounding may make of nothing.
    let squares = |values: Vec<f32>| values.iter().map(|value| value * value).collect();
    let cases: [Vec<f32>; 5] = [
        squares(random.values(1)),
        squares(random.values(7)),
        squares(random.values(300)),
        vec![0.0; 5],
        vec![-1e-3],
    ];
    for case in cases {
        // What lies before and behind the range does not count.
        let all = [&[5.0, 5.0], case.as_slice(), &[5.0]].concat();
        let sums = bench.memory.upload("sums", &all).unwrap();
        let range = SumRange {
            first: 2,
            count: case.len() as u32,
        };
        let factors = Factors::new(&mut bench.memory, 1.0).unwrap();
        let (scale, strength) = (0.25, 3.0);
        bench.run(&[kernel.factor(&gpu, (&sums, range), scale, strength, &factors)]);
        let found = pollster::block_on(factors.read(&gpu)).unwrap();
        let expected = reference::length_factor(&widen(&case), scale.into(), strength.into());
        // A sum of numbers above zero in some ten roundings of 6e-8, of which the root leaves half.
        assert_near("normalise factor", expected, found[0].into(), 1e-6);
        assert_eq!(found[1..], [1.0; 3]);
    }
}
