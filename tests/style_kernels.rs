//! The kernels of masks, of the Wasserstein-2 loss and of repeated edges, against plain f64.

#![allow(clippy::unwrap_used, reason = "a test fails by it")]

mod common;
mod cpu_reference;

use common::{Bench, Random, assert_map_near, assert_near, widen};
use cpu_reference as reference;
use impasto::kernels::channel_sum::ChannelSum;
use impasto::kernels::conv3x3::Conv3x3;
use impasto::kernels::edge_gradient::EdgeGradient;
use impasto::kernels::filter::FilterBuffers;
use impasto::kernels::gram::{Gram, Slicing, triangle};
use impasto::kernels::gram_gradient::{GramGradient, StyleGradient};
use impasto::kernels::gram_loss::GramLoss;
use impasto::kernels::gram_sum::GramSum;
use impasto::kernels::matrix::{Factor, Factors, Matrix, Scaling};
use impasto::kernels::matrix_buffer::MatrixBuffer;
use impasto::kernels::place::{Place, PositionWeights};
use impasto::kernels::tiles::Tiles;
use impasto::maps::{Precision, Region, Shape};
use impasto::settings::Padding;
use impasto::vgg19::Filter;

/// Sums of up to some thousand products in f32, each rounded to 2^-24 of the sum, as in kernels.rs.
const SUM_TOLERANCE: f64 = 2e-5;

/// A plane with one more row and column on each side.
fn framed(shape: Shape) -> Shape {
    Shape::new(shape.width + 2, shape.height + 2, shape.channels)
}

/// For each place of the framed map, that of the map that it repeats.
fn repeated(shape: Shape) -> impl Iterator<Item = usize> {
    let (width, height) = (shape.width as usize, shape.height as usize);
    let inside = |place: usize, length: usize| place.saturating_sub(1).min(length - 1);
    (0..shape.channels as usize).flat_map(move |channel| {
        (0..height + 2).flat_map(move |y| {
            (0..width + 2)
                .map(move |x| (channel * height + inside(y, height)) * width + inside(x, width))
        })
    })
}

/// The places of the map in the framed one.
fn inner(shape: Shape) -> impl Iterator<Item = usize> {
    let (width, height) = (shape.width as usize, shape.height as usize);
    (0..shape.channels as usize).flat_map(move |channel| {
        (0..height).flat_map(move |y| {
            (0..width).map(move |x| (channel * (height + 2) + y + 1) * (width + 2) + x + 1)
        })
    })
}

#[test]
fn repeated_edges_are_those_of_a_larger_picture() {
    let mut bench = Bench::open();
    let convolution = Conv3x3::new(&bench.gpu, Precision::Full, Tiles::default().wide);
    let edge = EdgeGradient::new(&bench.gpu, Precision::Full);
    let mut random = Random(41);
    let filter = Filter {
        outputs: 64,
        inputs: 3,
        weights: random.values(64 * 3 * 9),
        bias: random.values(64),
    };
    let buffers = FilterBuffers::upload(&mut bench.memory, &filter, Precision::Full).unwrap();
    for (width, height) in [(16, 16), (19, 17), (3, 5)] {
        let shape = Shape::new(width, height, 3);
        let to = shape.with_channels(64);
        let (input, gradient) = (random.map(shape), random.map(to));
        let source = bench.upload_map(shape, &input);
        let (output, mask) = (bench.stale_map(to), bench.stale_words(to.mask_words()));
        let arriving = bench.upload_map(to, &gradient);
        let destination = bench.stale_map(shape);
        let gpu = bench.gpu.clone();
        let (mean, padding) = ([0.0; 3], Padding::Replicate);
        bench.run(&[
            convolution.forward(
                &gpu, &buffers, shape, mean, padding, &source, &output, &mask,
            ),
            convolution.backward(&gpu, &buffers, shape, &arriving, &destination, None),
            edge.add(&gpu, &buffers, to, &arriving, &destination),
        ]);

        let large: Vec<f64> = repeated(shape).map(|place| input[place].into()).collect();
        let large = reference::convolve(&filter, framed(shape), &large);
        let expected: Vec<f64> = inner(to).map(|place| large[place].max(0.0)).collect();
        let found = bench.read_map(to, &output);
        assert_map_near("conv3x3 repeated", to, &expected, &found, SUM_TOLERANCE);

        let mut large = vec![0.0; framed(to).channels as usize * framed(to).positions() as usize];
        for (place, &value) in inner(to).zip(&gradient) {
            large[place] = value.into();
        }
        let back = reference::convolve_backward(&filter, framed(shape), &large);
        let mut expected = vec![0.0; input.len()];
        for (place, value) in repeated(shape).zip(back) {
            expected[place] += value;
        }
        let found = bench.read_map(shape, &destination);
        assert_map_near("edge_gradient", shape, &expected, &found, SUM_TOLERANCE);
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

/// A matrix in the GPU's layout: blocks of 4 x 4, column by column.
fn blocks(channels: usize, values: &[f32]) -> Vec<[f32; 16]> {
    let quads = channels / 4;
    let block = |row: usize, column: usize| {
        std::array::from_fn(|n| values[(4 * row + n % 4) * channels + 4 * column + n / 4])
    };
    (0..quads * quads)
        .map(|n| block(n / quads, n % quads))
        .collect()
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
