//! What the tests of several kernels need: the tolerance of sums, finite differences, masks, maps in any format, cases.

use std::rc::Rc;

use impasto::gpu::{Gpu, Memory};
use impasto::kernels::format::Format;
use impasto::maps::{Region, Shape};
use proptest::strategy::Strategy;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::common::{Bench, Random, assert_map_near};

/// Sums of up to 9 x 512 products in f32, each rounded to 2^-24 of the sum: a random walk of 4608 such steps is 68 units
/// of 6e-8; four times that for the tail over many elements.
pub const SUM_TOLERANCE: f64 = 2e-5;

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
pub fn assert_gradient(
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

pub fn inner(a: &[f64], b: &[f32]) -> f64 {
    a.iter().zip(b).map(|(a, &b)| a * f64::from(b)).sum()
}

/// The mask of a map, as conv3x3 writes it.
pub fn mask_of(shape: Shape, values: &[f32]) -> Vec<u32> {
    let mut words = vec![0; shape.mask_words()];
    for (place, &value) in values.iter().enumerate() {
        let (positions, width) = (shape.positions() as usize, shape.width as usize);
        let (channel, y, x) = (place / positions, place % positions / width, place % width);
        let word = (channel / 4 * shape.strips() as usize + y / 8) * width + x;
        words[word] |= u32::from(value > 0.0) << (y % 8 * 4 + channel % 4);
    }
    words
}

pub fn rounded(format: Format, values: &[f32]) -> Vec<f32> {
    let vectors = values.as_chunks().0;
    assert_eq!(vectors.len() * 4, values.len());
    let decoded = format.decode(&format.encode(vectors));
    decoded.as_flattened().to_vec()
}

pub fn upload(bench: &mut Bench, format: Format, shape: Shape, values: &[f32]) -> wgpu::Buffer {
    let bytes = format.encode(&shape.pack(values));
    bench.memory.upload("map", &bytes).unwrap()
}

pub fn download(bench: &Bench, format: Format, shape: Shape, buffer: &wgpu::Buffer) -> Vec<f32> {
    let bytes = pollster::block_on(bench.gpu.read::<u8>(buffer)).unwrap();
    shape.unpack(&format.decode(&bytes))
}

/// As [`assert_map_near`], where each value may also be off by half a unit of its last digit in the format it is stored in.
pub fn assert_stored_near(
    kernel: &str,
    format: Format,
    shape: Shape,
    expected: &[f64],
    found: &[f32],
    tolerance: f64,
) {
    let rounding = match format {
        Format::Single => 0.0,
        Format::Half => 2.0_f64.powi(-11),
        Format::Upper => 2.0_f64.powi(-8),
    };
    let unrounded = expected.iter().zip(found).map(|(expected, &found)| {
        let most = rounding * f64::from(found).abs();
        (f64::from(found) + (expected - f64::from(found)).clamp(-most, most)) as f32
    });
    let unrounded: Vec<_> = unrounded.collect();
    assert_map_near(kernel, shape, expected, &unrounded, tolerance);
}

/// A matrix in the GPU's layout: blocks of 4 x 4, column by column.
pub fn blocks(channels: usize, values: &[f32]) -> Vec<[f32; 16]> {
    let quads = channels / 4;
    let block = |row: usize, column: usize| {
        std::array::from_fn(|n| values[(4 * row + n % 4) * channels + 4 * column + n / 4])
    };
    (0..quads * quads)
        .map(|n| block(n / quads, n % quads))
        .collect()
}

/// Runs a check over so many cases, the same ones always, each with memory of its own; one that fails is made as small as
/// it may be.
pub fn for_cases<S: Strategy>(
    gpu: &Rc<Gpu>,
    cases: u32,
    strategy: S,
    check: impl Fn(&mut Bench, S::Value),
) {
    let config = Config {
        failure_persistence: None,
        ..Config::with_cases(cases)
    };
    let random = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let ran = TestRunner::new_with_rng(config, random).run(&strategy, |case| {
        let mut bench = Bench {
            gpu: gpu.clone(),
            memory: Memory::new(gpu.clone()),
        };
        check(&mut bench, case);
        Ok(())
    });
    if let Err(error) = ran {
        panic!("{error}");
    }
}

/// Any rectangle of a map; every other begins or ends where the map does.
pub fn some_region(random: &mut Random, map: Shape) -> Region {
    let mut some = |length: u32| {
        let first = random.below(2) * random.below(length);
        let rest = length - first;
        (
            first,
            [1 + random.below(rest), rest][random.below(2) as usize],
        )
    };
    let ((x, width), (y, height)) = (some(map.width), some(map.height));
    Region {
        x,
        y,
        width,
        height,
    }
}
