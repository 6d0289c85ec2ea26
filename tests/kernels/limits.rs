//! Values at the limits of colour, and the last picture without too many of them.

use impasto::kernels::limits::Limits;
use impasto::kernels::sums::{SumRange, striding_sums};
use impasto::maps::Shape;

use crate::common::{Bench, Random};

/// Some at the limits, most within.
fn picture(random: &mut Random, shape: Shape) -> Vec<f32> {
    let values = random.map(shape).into_iter();
    values.map(|value| (0.5 + value).clamp(0.0, 1.0)).collect()
}

#[test]
fn values_at_the_limits_are_counted() {
    let mut bench = Bench::open();
    let kernel = Limits::new(&bench.gpu);
    let mut random = Random(31);
    // The last has more pixels than there are invocations.
    for (width, height) in [(1, 1), (23, 17), (401, 350)] {
        let shape = Shape::new(width, height, 3);
        let values = picture(&mut random, shape);
        let range = SumRange {
            first: 2,
            count: striding_sums(shape.positions()),
        };
        let length = 2 + range.count as usize;
        let sums = bench.memory.storage::<f32>("sums", length).unwrap();
        let map = bench.upload_map(shape, &values);
        bench.run(&[kernel.count(&bench.gpu, shape, &map, (&sums, range))]);
        let found: f32 = bench.read(&sums)[2..].iter().sum();
        let expected = values.iter().filter(|&&value| value == 0.0 || value == 1.0);
        assert_eq!(found, expected.count() as f32);
    }
}

#[test]
fn a_picture_is_put_by_unless_too_many_values_are_at_the_limits() {
    let mut bench = Bench::open();
    let kernel = Limits::new(&bench.gpu);
    let mut random = Random(32);
    // The second has more pixels than there are invocations.
    for (width, height) in [(23, 17), (401, 350)] {
        let shape = Shape::new(width, height, 3);
        let pixels = shape.positions() as usize;
        let (good, ruined) = (picture(&mut random, shape), picture(&mut random, shape));
        let kept = bench.memory.storage::<u32>("kept", pixels + 1).unwrap();
        let all = SumRange { first: 1, count: 3 };
        // The first is none of them.
        let sums = bench
            .memory
            .upload("sums", &[1e9_f32, 10.0, 0.0, 5.0])
            .unwrap();
        let mut keep = |values: &[f32], most| {
            let map = bench.upload_map(shape, values);
            bench.run(&[
                kernel.keep(&bench.gpu, shape, (&map, &kept), (&sums, all), most),
                kernel.restore(&bench.gpu, shape, (&kept, &map)),
            ]);
            bench.read_map(shape, &map)
        };
        // Once there were too many, no other is put by.
        for (values, most) in [(&good, 15.0), (&ruined, 14.9), (&ruined, 15.0)] {
            let found = keep(values, most);
            // In 8 bits.
            let off = found
                .iter()
                .zip(&good)
                .map(|(found, good)| (found - good).abs());
            let off = off.fold(0.0, f32::max);
            assert!(off <= 0.5001 / 255.0, "{off}");
        }
    }
}
