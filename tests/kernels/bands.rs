//! Pictures in bands of rows: what kernels make of them is what they make of pictures in one piece.

use impasto::gpu::{Banded, Dispatch};
use impasto::kernels::pyramid::Pyramid;
use impasto::kernels::resample::Resample;
use impasto::maps::{Bands, Shape};

use crate::common::{Bench, Random};

/// The picture in one piece, in three bands of which the last is smaller, and row by row.
pub fn all_bands(shape: Shape) -> [Bands; 3] {
    let row = 32 * u64::from(shape.width);
    let bands = [u64::MAX, 5 * row, row].map(|buffer| Bands::new(shape, buffer));
    assert_eq!(bands.map(|bands| bands.iter().count()), [1, 3, 13]);
    bands
}

/// The picture, of one or more vec4 a pixel.
pub fn banded(bench: &mut Bench, bands: Bands, vectors: &[[f32; 4]]) -> Banded {
    let each = vectors.len() / bands.picture().positions() as usize;
    let picture = Banded::new(&mut bench.memory, "picture", bands, each).unwrap();
    picture.write(&bench.gpu, vectors);
    picture
}

/// `[channels][height][width]` of it.
pub fn read(bench: &Bench, picture: &Banded) -> Vec<f32> {
    let vectors = pollster::block_on(picture.read(&bench.gpu)).unwrap();
    picture.shape().unpack(&vectors)
}

/// In bands the same products are added in another order, to values of up to one.
const BANDS_TOLERANCE: f32 = 1e-6;

/// Runs `commands` from a picture of one shape to another of another, whatever their bands, and sees that the result is that
/// of pictures in one piece.
fn assert_alike_in_bands(
    bench: &mut Bench,
    (from, to): (Shape, Shape),
    each: usize,
    commands: impl Fn(&Bench, &Banded, &Banded) -> Vec<Dispatch>,
) {
    let mut random = Random(89);
    let mut vectors = |shape: Shape| -> Vec<_> {
        let vectors = 0..each * shape.positions() as usize;
        vectors.map(|_| [0; 4].map(|_| random.signed())).collect()
    };
    let (source, there) = (vectors(from), vectors(to));
    let run = |bench: &mut Bench, of_source, of_target| {
        let source = banded(bench, of_source, &source);
        let target = banded(bench, of_target, &there);
        bench.run(&commands(bench, &source, &target));
        pollster::block_on(target.read(&bench.gpu)).unwrap()
    };
    let expected = run(bench, Bands::whole(from), Bands::whole(to));
    assert_ne!(expected, there);
    let rows = |shape: Shape, rows: u64| Bands::new(shape, rows * 32 * u64::from(shape.width));
    for (of_source, of_target) in [(3, 1000), (1000, 4), (3, 4), (1, 1)] {
        let found = run(bench, rows(from, of_source), rows(to, of_target));
        let both = expected.as_flattened().iter().zip(found.as_flattened());
        for (place, (expected, found)) in both.enumerate() {
            assert!(
                (expected - found).abs() <= BANDS_TOLERANCE,
                "bands of {of_source} and {of_target} rows, value {place}: {expected}, {found}"
            );
        }
    }
}

#[test]
fn pictures_in_bands_grow_as_those_in_one_piece() {
    let mut bench = Bench::open();
    let kernel = Resample::new(&bench.gpu);
    let shapes = (Shape::new(9, 11, 3), Shape::new(13, 17, 3));
    assert_alike_in_bands(&mut bench, shapes, 1, |bench, source, target| {
        kernel.picture(&bench.gpu, source, target)
    });
    assert_alike_in_bands(&mut bench, shapes, 2, |bench, source, target| {
        kernel.moments(&bench.gpu, source, target)
    });
}

#[test]
fn pyramids_in_bands_are_those_in_one_piece() {
    let mut bench = Bench::open();
    let kernel = Pyramid::new(&bench.gpu);
    let (fine, coarse) = (Shape::new(19, 23, 3), Shape::new(9, 11, 3));
    assert_alike_in_bands(&mut bench, (fine, coarse), 1, |bench, fine, coarse| {
        kernel.reduce(&bench.gpu, fine, coarse)
    });
    assert_alike_in_bands(&mut bench, (coarse, fine), 1, |bench, coarse, fine| {
        kernel.expand(&bench.gpu, fine, coarse)
    });
}
