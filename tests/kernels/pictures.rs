//! What is made of whole pictures: their mean, and another size.

use impasto::feature_map::Shape;
use impasto::kernels::average::Average;
use impasto::kernels::resample::Resample;

use crate::common::{Bench, Random, assert_map_near};

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
