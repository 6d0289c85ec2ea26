//! Colours that the style has nowhere, and their gradient.

use impasto::kernels::palette::{MARGIN, PaletteBuffer, PaletteLoss};
use impasto::kernels::sums::{SumRange, striding_sums};
use impasto::maps::{Region, Shape};
use impasto::pictures::palette::CELLS;
use impasto::pictures::{Palette, Picture};

use crate::checks::assert_gradient;
use crate::common::{Bench, Random, assert_near, widen};
use crate::cpu_reference as reference;

const WEIGHT: f32 = 8.0;

/// Values in [0, 1].
fn colours(random: &mut Random, shape: Shape) -> Vec<f32> {
    let values = random.map(shape).into_iter();
    values
        .map(|value| (0.5 + 0.5 * value).clamp(0.0, 1.0))
        .collect()
}

/// Of a few reds and one blue, from which most colours are far.
fn palette() -> Palette {
    let vectors: Vec<_> = (0..9)
        .map(|n| [0.5 + n as f32 / 20.0, 0.1, 0.02 * n as f32, 0.0])
        .chain([[0.1, 0.2, 0.9, 0.0]])
        .collect();
    let style = Picture::from_vectors(Shape::new(10, 1, 3), &vectors);
    Palette::of([(&style, None)].into_iter())
}

fn loss(shape: Shape, picture: &[f64], palette: &Palette) -> f64 {
    let cells = (palette.colours(), CELLS as usize);
    reference::beyond_palette(shape, picture, cells, f64::from(MARGIN))
}

/// What the kernel adds to `there`, and its sum, over the core of a window.
fn run(
    bench: &mut Bench,
    (shape, core): (Shape, Region),
    palette: &Palette,
    picture: &[f32],
    there: &[f32],
) -> (Vec<f32>, f64) {
    let kernel = PaletteLoss::new(&bench.gpu);
    let range = SumRange {
        first: 1,
        count: striding_sums(shape.positions()),
    };
    let length = 1 + range.count as usize;
    let sums = bench.memory.storage::<f32>("sums", length).unwrap();
    let buffer = PaletteBuffer::new(&mut bench.memory, palette).unwrap();
    let (map, gradient) = (
        bench.upload_map(shape, picture),
        bench.upload_map(shape, there),
    );
    bench.run(&[kernel.add_gradient(
        &bench.gpu,
        (shape, core),
        &map,
        &buffer,
        &gradient,
        WEIGHT,
        (&sums, range),
    )]);
    let added = bench.read_map(shape, &gradient);
    let added = added.iter().zip(there).map(|(found, there)| found - there);
    let sum = bench.read(&sums)[1..]
        .iter()
        .map(|&sum| f64::from(sum))
        .sum();
    (added.collect(), sum)
}

#[test]
fn beyond_the_palette_loss_and_gradient_are_the_references() {
    let mut bench = Bench::open();
    let (mut random, palette) = (Random(21), palette());
    for (width, height) in [(1, 1), (23, 17), (401, 350)] {
        let shape = Shape::new(width, height, 3);
        let (picture, there) = (colours(&mut random, shape), random.map(shape));
        let (gradient, sum) = run(
            &mut bench,
            (shape, shape.region()),
            &palette,
            &picture,
            &there,
        );
        // f32 sums of hundreds of numbers an invocation.
        assert_near(
            "palette",
            loss(shape, &widen(&picture), &palette),
            sum,
            1e-5,
        );
        assert!(sum > 0.0);
        if width < 100 {
            let weighted = |picture: &[f64]| f64::from(WEIGHT) * loss(shape, picture, &palette);
            assert_gradient(
                "palette gradient",
                shape,
                weighted,
                &widen(&picture),
                &gradient,
            );
        }
    }
}

#[test]
fn the_styles_own_colours_cost_next_to_nothing() {
    let mut bench = Bench::open();
    let mut random = Random(22);
    let shape = Shape::new(40, 30, 3);
    // In whole 255ths, as a picture has them.
    let values = colours(&mut random, shape).into_iter();
    let values: Vec<_> = values
        .map(|value| (value * 255.0).round() / 255.0)
        .collect();
    let style = Picture::from_vectors(shape, &shape.pack(&values));
    let palette = Palette::of([(&style, None)].into_iter());
    let there = vec![0.0; values.len()];
    let (_, sum) = run(
        &mut bench,
        (shape, shape.region()),
        &palette,
        &values,
        &there,
    );
    // A cell's colours may be up to its diagonal apart, 0.026 more than the margin; few are.
    let mean = sum / f64::from(shape.positions());
    assert!(mean < 1e-6, "{mean}");
}

#[test]
fn of_a_window_the_core_counts() {
    let mut bench = Bench::open();
    let (mut random, palette) = (Random(23), palette());
    let shape = Shape::new(19, 8, 3);
    let (picture, there) = (colours(&mut random, shape), vec![0.0; 19 * 8 * 3]);
    let left = Region {
        width: 7,
        ..shape.region()
    };
    let right = Region {
        x: 7,
        width: 12,
        ..shape.region()
    };
    let mut of = |core| run(&mut bench, (shape, core), &palette, &picture, &there);
    let ((whole, sum), left, right) = (of(shape.region()), of(left), of(right));
    let added: Vec<_> = left
        .0
        .iter()
        .zip(&right.0)
        .map(|(left, right)| left + right)
        .collect();
    // One of the two is zero everywhere.
    assert!(added == whole);
    // A sum in two parts.
    assert_near("sum", sum, left.1 + right.1, 1e-6);
}
