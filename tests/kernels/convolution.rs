//! The three convolutions, forward and backward, and what a repeated edge adds to the gradient.

use impasto::gpu::Dispatch;
use impasto::kernels::conv3x3::{Conv3x3, SLICE_VECTORS};
use impasto::kernels::edge_gradient::EdgeGradient;
use impasto::kernels::filter::FilterBuffers;
use impasto::kernels::format::Format;
use impasto::kernels::tiles::{PRODUCT, Tiles, WIDE};
use impasto::kernels::winograd::{
    Area, Conv3x3Winograd, Fused, Scratch, fused_filter_bytes, kept_filter_bytes, scratch_bytes,
};
use impasto::maps::{Precision, Shape};
use impasto::settings::Padding;
use impasto::vgg19::{CONVOLUTIONS, Filter};

use crate::checks::{SUM_TOLERANCE, assert_gradient, download, inner, mask_of, rounded, upload};
use crate::common::{Bench, Random, assert_map_near, widen};
use crate::cpu_reference as reference;

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

/// Along the columns alone the transforms enlarge less: in a window's last row, where the coefficient of 8 is, 1.6e-5 was seen
/// at 64 channels and 2.4e-5 at 256; twice as much for the tail over many elements.
const FUSED_TOLERANCE: f64 = 5e-5;

/// Room for the sums of slices, in which numbers stand already.
fn partials(bench: &mut Bench) -> wgpu::Buffer {
    let stale = vec![[1e30_f32; 4]; SLICE_VECTORS];
    bench.memory.upload("sums of slices", &stale).unwrap()
}

/// The ways to convolve.
enum Convolver {
    /// With room for the sums of slices.
    Direct(Conv3x3, wgpu::Buffer),
    Winograd(Conv3x3Winograd),
    Fused(Fused),
}

impl Convolver {
    fn all(bench: &mut Bench, precision: Precision) -> [Self; 3] {
        let [direct, winograd] = Self::both_of(bench, precision, Tiles::default());
        [
            direct,
            winograd,
            Self::Fused(Fused::new(&bench.gpu, precision)),
        ]
    }

    /// Those that have tiles.
    fn both_of(bench: &mut Bench, precision: Precision, tiles: Tiles) -> [Self; 2] {
        let partials = partials(bench);
        [
            Self::Direct(Conv3x3::new(&bench.gpu, precision, tiles.wide), partials),
            Self::Winograd(Conv3x3Winograd::new(&bench.gpu, precision, tiles.product)),
        ]
    }

    fn name(&self, direction: &str) -> String {
        match self {
            Self::Direct(..) => format!("conv3x3 {direction}"),
            Self::Winograd(_) => format!("conv3x3_winograd {direction}"),
            Self::Fused(_) => format!("fused {direction}"),
        }
    }

    fn tolerance(&self) -> f64 {
        match self {
            Self::Direct(..) => SUM_TOLERANCE,
            Self::Winograd(_) => WINOGRAD_TOLERANCE,
            Self::Fused(_) => FUSED_TOLERANCE,
        }
    }

    fn takes(&self, inputs: usize) -> bool {
        matches!(self, Self::Direct(..)) || inputs >= 64
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
            Self::Direct(kernel, partials) => {
                let gpu = &bench.gpu;
                let outside = ([0.0; 3], Padding::Zero);
                kernel.forward(
                    gpu,
                    filter,
                    shape,
                    outside,
                    source,
                    output,
                    mask,
                    Some(partials),
                )
            }
            Self::Winograd(kernel) => {
                let from = shape.with_channels(filter.inputs());
                let scratch = scratch(bench, from, shape.with_channels(filter.outputs()));
                kernel.forward(
                    &bench.gpu, filter, shape, source, output, mask, &scratch, None,
                )
            }
            Self::Fused(kernel) => {
                let transformed = transformed(bench, filter);
                let gpu = &bench.gpu;
                vec![
                    kernel.keep_filter(gpu, filter, false, &transformed),
                    kernel.forward(gpu, filter, shape, source, output, mask, &transformed),
                ]
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
            Self::Direct(kernel, partials) => kernel.backward(
                &gpu,
                filter,
                shape,
                source,
                destination,
                mask,
                Some(partials),
            ),
            Self::Winograd(kernel) => {
                let from = shape.with_channels(filter.outputs());
                let scratch = scratch(bench, from, shape.with_channels(filter.inputs()));
                kernel.backward(
                    &gpu,
                    filter,
                    shape,
                    source,
                    destination,
                    mask,
                    &scratch,
                    None,
                )
            }
            Self::Fused(kernel) => {
                let transformed = transformed(bench, filter);
                vec![
                    kernel.keep_filter(&gpu, filter, true, &transformed),
                    kernel.backward(&gpu, filter, shape, source, destination, mask, &transformed),
                ]
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

/// Room for a filter that is transformed for the convolution in one kernel.
fn transformed(bench: &mut Bench, filter: &FilterBuffers) -> wgpu::Buffer {
    let [from, to] = [filter.inputs(), filter.outputs()].map(|channels| Shape::new(1, 1, channels));
    let numbers = fused_filter_bytes(from, to) as usize / size_of::<f32>();
    bench
        .memory
        .upload("transformed filter", &vec![1e30_f32; numbers])
        .unwrap()
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
    let kernels = Convolver::all(&mut bench, Precision::Full);
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
    let kernels = Convolver::all(&mut bench, Precision::Full);
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
    bench.run(&kernel.forward(
        gpu,
        &buffers,
        shape,
        (mean, Padding::Zero),
        &source,
        &map,
        &mask,
        None,
    ));
    let output = bench.read_map(to, &map);
    let centred: Vec<f64> = input
        .iter()
        .enumerate()
        .map(|(place, &value)| f64::from(value - mean[place / shape.positions() as usize]))
        .collect();
    let expected = reference::relu(&reference::convolve(&filter, shape, &centred));
    assert_map_near("conv3x3 forward", to, &expected, &output, SUM_TOLERANCE);
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
    for kernel in Convolver::all(&mut bench, Precision::Full) {
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

/// The convolutions in half precision: what they read is what was stored, and what they write is rounded as it is
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
    let kernels = Convolver::all(&mut bench, Precision::Half);
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
            let tiles = Tiles {
                wide,
                product,
                ..Tiles::default()
            };
            let kernels = Convolver::both_of(&mut bench, precision, tiles);
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
fn unframed(shape: Shape) -> impl Iterator<Item = usize> {
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
    let partials = partials(&mut bench);
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
        let outside = ([0.0; 3], Padding::Replicate);
        let forward = convolution.forward(
            &gpu,
            &buffers,
            shape,
            outside,
            &source,
            &output,
            &mask,
            Some(&partials),
        );
        let backward = convolution.backward(
            &gpu,
            &buffers,
            shape,
            &arriving,
            &destination,
            None,
            Some(&partials),
        );
        let edges = edge.add(&gpu, &buffers, to, &arriving, &destination);
        bench.run(&[forward, backward, vec![edges]].concat());

        let large: Vec<f64> = repeated(shape).map(|place| input[place].into()).collect();
        let large = reference::convolve(&filter, framed(shape), &large);
        let expected: Vec<f64> = unframed(to).map(|place| large[place].max(0.0)).collect();
        let found = bench.read_map(to, &output);
        assert_map_near("conv3x3 repeated", to, &expected, &found, SUM_TOLERANCE);

        let mut large = vec![0.0; framed(to).channels as usize * framed(to).positions() as usize];
        for (place, &value) in unframed(to).zip(&gradient) {
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

/// To the bit, in both directions, in scratch memory that makes several bands.
#[test]
fn a_filter_that_is_kept_gives_what_one_that_is_not_gives() {
    let mut bench = Bench::open();
    let kernel = Conv3x3Winograd::new(&bench.gpu, Precision::Full, Tiles::default().product);
    let mut random = Random(43);
    let shape = Shape::new(70, 90, 64);
    let filter = random_filter(&mut random, 64, 128);
    let buffers = FilterBuffers::upload(&mut bench.memory, &filter, Precision::Full).unwrap();
    let to = shape.with_channels(128);
    let (input, gradient) = (random.map(shape), random.map(to));
    let (source, arriving) = (
        bench.upload_map(shape, &input),
        bench.upload_map(to, &gradient),
    );
    let mask = bench.stale_words(to.mask_words());
    let mut results = Vec::new();
    for keeps in [false, true] {
        let kept = |bench: &mut Bench, from: Shape, to: Shape, backward| {
            let bytes = kept_filter_bytes(from, to, scratch_bytes(from, to)).unwrap();
            let stale = vec![1e30_f32; bytes as usize / size_of::<f32>()];
            let buffer = bench.memory.upload("transformed filter", &stale).unwrap();
            let transform = kernel.keep_filter(&bench.gpu, &buffers, backward, &buffer);
            bench.run(&[transform]);
            keeps.then_some(buffer)
        };
        let forth = kept(&mut bench, shape, to, false);
        let back = kept(&mut bench, to, shape, true);
        let (output, below) = (bench.stale_map(to), bench.stale_map(shape));
        let room = scratch(&mut bench, shape, to);
        let gpu = bench.gpu.clone();
        bench.run(&kernel.forward(
            &gpu,
            &buffers,
            shape,
            &source,
            &output,
            &mask,
            &room,
            forth.as_ref(),
        ));
        let room = scratch(&mut bench, to, shape);
        bench.run(&kernel.backward(
            &gpu,
            &buffers,
            shape,
            &arriving,
            &below,
            None,
            &room,
            back.as_ref(),
        ));
        results.push((bench.read_map(to, &output), bench.read_map(shape, &below)));
    }
    assert!(results[0] == results[1]);
}
