//! What passes between the levels of a pyramid, both ways.

use impasto::gpu::Banded;
use impasto::kernels::pyramid::Pyramid;
use impasto::maps::Shape;

use crate::checks::{assert_gradient, for_cases, inner};
use crate::common::{Bench, Random, assert_map_near, widen};
use crate::cpu_reference as reference;

/// A place on a side of 200 is known to 2e-5 in f32, and so is each of the weights.
const TOLERANCE: f64 = 1e-4;

#[test]
fn levels_pass_to_each_other_as_the_references() {
    let gpu = Bench::open().gpu;
    let kernel = Pyramid::new(&gpu);
    // From the shortest side that has a half, past a workgroup's width.
    let shapes = (2..200_u32, 2..90_u32, 0..u64::MAX);
    for_cases(&gpu, 40, shapes, |bench, (width, height, seed)| {
        let mut random = Random(seed);
        let fine = Shape::new(width, height, 3);
        let coarse = fine.pooled();
        let (level, there) = (random.map(coarse), random.map(fine));
        let source = Banded::single(coarse, bench.upload_map(coarse, &level));
        let picture = bench.upload_map(fine, &there);
        bench.run(&kernel.expand(&gpu, &Banded::single(fine, picture.clone()), &source));
        let brought = reference::expand(fine, coarse, &widen(&level));
        let expected: Vec<_> = brought
            .iter()
            .zip(widen(&there))
            .map(|(a, b)| a + b)
            .collect();
        let found = bench.read_map(fine, &picture);
        assert_map_near("pyramid expand", fine, &expected, &found, TOLERANCE);

        let gradient = random.map(fine);
        let source = Banded::single(fine, bench.upload_map(fine, &gradient));
        let reduced = bench.stale_map(coarse);
        bench.run(&kernel.reduce(&gpu, &source, &Banded::single(coarse, reduced.clone())));
        let found = bench.read_map(coarse, &reduced);
        let expected = reference::reduce(fine, coarse, &widen(&gradient));
        assert_map_near("pyramid reduce", coarse, &expected, &found, TOLERANCE);
        assert_gradient(
            "pyramid reduce",
            coarse,
            |level| inner(&reference::expand(fine, coarse, level), &gradient),
            &widen(&level),
            &found,
        );
    });
}

/// What every level above the last brings is one picture: a flat one stays flat, to the edges.
#[test]
fn a_flat_level_brings_a_flat_picture() {
    let mut bench = Bench::open();
    let gpu = bench.gpu.clone();
    let kernel = Pyramid::new(&gpu);
    for (width, height) in [(2, 3), (9, 8), (127, 31)] {
        let fine = Shape::new(width, height, 3);
        let coarse = fine.pooled();
        let level = bench.upload_map(coarse, &vec![0.25; 3 * coarse.positions() as usize]);
        let level = Banded::single(coarse, level);
        let picture = bench.upload_map(fine, &vec![0.5; 3 * fine.positions() as usize]);
        bench.run(&kernel.expand(&gpu, &Banded::single(fine, picture.clone()), &level));
        // Weights that add up to one, but for their rounding.
        for found in bench.read_map(fine, &picture) {
            assert!((found - 0.75).abs() <= 1e-6, "{fine:?}: {found}");
        }
    }
}
