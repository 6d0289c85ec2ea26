//! Adam and L-BFGS over many steps, and the record of a step.

use impasto::kernels::adam::{Adam, AdamBuffers, Pace};
use impasto::kernels::lbfgs::{Lbfgs, LbfgsBuffers, RING_BYTES};
use impasto::kernels::record::{CAPACITY, Quantity, Record, RecordBuffers};
use impasto::kernels::scaled_add::ScaledAdd;
use impasto::kernels::sums::{SumRange, striding_sums};
use impasto::maps::Shape;

use crate::common::{Bench, Random, assert_map_near, assert_near, widen};
use crate::cpu_reference as reference;
use crate::cpu_reference::dot;

#[test]
fn adam_is_keras_over_many_steps() {
    // The tutorial's decays, those of `fine`, and none, of which there is no logarithm; steps that fall for a while.
    for (beta1, beta2, falling_steps) in [(0.99, 0.999, 0), (0.9, 0.99, 40), (0.0, 0.0, 0)] {
        adam_is_keras(beta1, beta2, falling_steps);
    }
}

fn adam_is_keras(beta1: f32, beta2: f32, falling_steps: u32) {
    let mut bench = Bench::open();
    let (kernel, record) = (Adam::new(&bench.gpu), Record::new(&bench.gpu));
    let mut random = Random(11);
    let shape = Shape::new(7, 5, 3);
    let mut expected: Vec<f64> = widen(&random.map(shape))
        .iter()
        .map(|value| value.abs())
        .collect();
    let start: Vec<f32> = expected.iter().map(|&value| value as f32).collect();
    let slope = random.map(shape);
    let picture = bench.upload_map(shape, &start);
    let gradient = bench.upload_map(shape, &slope);
    let moments = bench
        .memory
        .storage::<[f32; 4]>("moments", 2 * shape.vectors())
        .unwrap();
    let sums = bench.memory.storage::<f32>("sums", 1).unwrap();
    let range = SumRange { first: 0, count: 1 };
    let quantities = [Quantity::new(range, 0.5)];
    let progress = bench.memory.storage::<u32>("progress", 1).unwrap();
    let records = RecordBuffers::new(&mut bench.memory, &quantities, progress).unwrap();
    let buffers = AdamBuffers {
        progress: &records.progress,
        gradient: &gradient,
        picture: &picture,
        moments: &moments,
    };
    let pace = Pace {
        learning_rate: 0.02,
        beta1,
        beta2,
        epsilon: 0.1,
        falling_steps,
    };
    let step = [
        kernel.update(&bench.gpu, shape, buffers, pace, 0, (&sums, range)),
        record.close_step(&bench.gpu, &sums, &records),
    ];
    let mut optimisers: Vec<_> = expected
        .iter()
        .map(|_| reference::Adam {
            falling_steps: falling_steps as i32,
            ..reference::Adam::new(0.02, beta1.into(), beta2.into())
        })
        .collect();
    // Past the ring's end, and past the place where the bias correction changes its formula.
    let steps = CAPACITY + 70;
    for time in 1..=steps {
        bench.run(&step);
        for ((value, optimiser), &slope) in expected.iter_mut().zip(&mut optimisers).zip(&slope) {
            *value = optimiser.step(*value, slope.into());
        }
        if [1, 2, 10, 11, 100, steps].contains(&time) {
            // Moves of 0.02 a step, rounded to 2^-24 of 1 each time.
            assert_map_near(
                "adam",
                shape,
                &expected,
                &bench.read_map(shape, &picture),
                2e-5,
            );
        }
    }
    let ring = bench.read(&records.ring);
    let square: f64 = slope.iter().map(|&slope| f64::from(slope).powi(2)).sum();
    for step in steps - CAPACITY + 1..=steps {
        let [found] = records.find(&ring, step).unwrap() else {
            panic!("step {step} has another number of quantities");
        };
        assert_near(
            "record of the squared gradient",
            0.5 * square,
            f64::from(*found),
            1e-6,
        );
    }
    assert!(
        records.find(&ring, steps - CAPACITY).is_none(),
        "a step that was overwritten is found"
    );
}

#[test]
fn scaled_add_is_a_weighted_sum_of_any_length() {
    let mut bench = Bench::open();
    let mut random = Random(41);
    let kernel = ScaledAdd::new(&bench.gpu);
    // The last one needs more than one row of workgroups.
    for length in [1_u32, 64, 1000, 65_536 * 64] {
        let values: Vec<_> = (0..length.min(1000))
            .map(|_| [0; 4].map(|_| random.signed()))
            .collect();
        let of = |place: u32| values[place as usize % values.len()];
        let x: Vec<_> = (0..length).map(of).collect();
        let y: Vec<_> = (0..length).map(|place| of(place + 1)).collect();
        let (from, to) = (
            bench.memory.upload("x", &x).unwrap(),
            bench.memory.upload("y", &y).unwrap(),
        );
        bench.run(&[kernel.add(&bench.gpu, length, (2.0, &from), (-0.5, &to))]);
        let found = bench.read(&to);
        let expected = x.as_flattened().iter().zip(y.as_flattened());
        for ((x, y), found) in expected.zip(&found) {
            assert!((2.0 * x - 0.5 * y - found).abs() <= 1e-6);
        }
    }
}

#[test]
fn lbfgs_takes_the_steps_of_the_paper() {
    assert!(last_lbfgs_slope(RING_BYTES, 1.5, 9) < 1e-2);
}

/// Two bands of unlike lengths, whose edge is not that of the workgroups.
#[test]
fn lbfgs_takes_the_same_steps_where_its_rings_are_cut() {
    assert!(last_lbfgs_slope(16 * 4 * 250, 1.5, 9) < 1e-2);
}

/// The loss curves downwards from the goal on, so that no pair is kept before the picture is far from it.
#[test]
fn lbfgs_comes_out_of_where_the_loss_curves_downwards() {
    // It begins at 3e4, and a first step as long as the gradient would make it 1e8 and more.
    assert!(last_lbfgs_slope(RING_BYTES, -7.0, 16) < 1e5);
}

/// Sees that steps are the reference's, of a loss with that curvature near its goal and an upward one far away; gives the
/// square of the gradient where they end.
fn last_lbfgs_slope(ring_bytes: u64, near: f64, steps: usize) -> f64 {
    let mut bench = Bench::open();
    let mut random = Random(43);
    let kernel = Lbfgs::new(&bench.gpu);
    // More pixels than one workgroup has invocations, and fewer pairs than steps, so that the ring turns.
    let shape = Shape::new(29, 17, 3);
    let history = 4;
    let (curvature, goal) = (random.map(shape), random.map(shape));
    let gradient_at = |x: &[f64]| -> Vec<f64> {
        let terms = x.iter().zip(&curvature).zip(&goal);
        let slope = |((x, c), g): ((&f64, &f32), &f32)| {
            let far = x - f64::from(*g);
            (near + f64::from(*c)) * far + far.powi(3)
        };
        terms.map(slope).collect()
    };
    let mut x = vec![0.5_f64; goal.len()];
    let picture = bench.upload_map(shape, &vec![0.5; goal.len()]);
    let buffers = LbfgsBuffers::new(&mut bench.memory, shape, history, ring_bytes).unwrap();
    let range = SumRange {
        first: 3,
        count: striding_sums(shape.positions()),
    };
    let sums = bench.stale_map(Shape::new(3 + range.count, 1, 4));
    let mut plain = reference::PlainLbfgs {
        pairs: Vec::new(),
        before: None,
        first: 1.0,
        history: history as usize,
    };
    for step in 0..steps {
        let gradient = gradient_at(&x);
        let uploaded: Vec<_> = gradient.iter().map(|&g| g as f32).collect();
        let slope = bench.upload_map(shape, &uploaded);
        let gpu = bench.gpu.clone();
        bench.run(&kernel.update(&gpu, &buffers, &slope, &picture, 1.0, (&sums, range)));
        let moved = plain.step(&gradient);
        x.iter_mut().zip(moved).for_each(|(x, step)| *x += step);
        let found = bench.read_map(shape, &picture);
        // Differences of gradients that grow alike lose digits, the more the nearer the goal is.
        assert_map_near(&format!("lbfgs step {step}"), shape, &x, &found, 1e-4);
        let squares: f32 = bench.read(&sums)[3..][..range.count as usize].iter().sum();
        assert_near(
            "gradient's square",
            dot(&gradient, &gradient),
            squares.into(),
            1e-4,
        );
    }
    let last = gradient_at(&x);
    dot(&last, &last)
}
