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
    let pace = Pace {
        learning_rate: 0.02,
        beta1: 0.99,
        beta2: 0.999,
        epsilon: 0.1,
        falling_steps: 0,
    };
    // The tutorial's decays, those of `fine`, and none, of which there is no logarithm; steps that fall for a while; the
    // epsilon of `brush`, with which a step is as long whatever the gradient's length.
    adam_is_keras(pace);
    adam_is_keras(Pace {
        beta1: 0.9,
        beta2: 0.99,
        falling_steps: 40,
        ..pace
    });
    adam_is_keras(Pace {
        beta1: 0.0,
        beta2: 0.0,
        ..pace
    });
    adam_is_keras(Pace {
        epsilon: 1e-10,
        learning_rate: 0.002,
        ..pace
    });
}

/// The reference for each value of a picture.
fn references(pace: Pace, values: usize) -> Vec<reference::Adam> {
    let Pace {
        learning_rate,
        beta1,
        beta2,
        epsilon,
        falling_steps,
    } = pace;
    let one = || reference::Adam {
        falling_steps: falling_steps as i32,
        epsilon: epsilon.into(),
        ..reference::Adam::new(learning_rate.into(), beta1.into(), beta2.into())
    };
    (0..values).map(|_| one()).collect()
}

fn adam_is_keras(pace: Pace) {
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
    let step = [
        kernel.update(&bench.gpu, shape, buffers, pace, 0, (&sums, range)),
        record.close_step(&bench.gpu, &sums, &records),
    ];
    let mut optimisers = references(pace, expected.len());
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

/// A pace as that of `brush`, and one that falls and has an epsilon that counts.
const PACES: [Pace; 2] = [
    Pace {
        learning_rate: 0.002,
        beta1: 0.9,
        beta2: 0.999,
        epsilon: 1e-10,
        falling_steps: 0,
    },
    Pace {
        learning_rate: 0.02,
        beta1: 0.9,
        beta2: 0.99,
        epsilon: 0.1,
        falling_steps: 6,
    },
];

#[test]
fn adam_turns_a_gradient_into_its_step() {
    let mut bench = Bench::open();
    let gpu = bench.gpu.clone();
    let kernel = Adam::new(&gpu);
    let mut random = Random(109);
    // One pixel, an odd edge, and more pixels than invocations, which then stride.
    for ((width, height), pace) in [(1, 1), (29, 17), (401, 350)]
        .into_iter()
        .flat_map(|sides| PACES.map(|pace| (sides, pace)))
    {
        let shape = Shape::new(width, height, 3);
        let moments = bench
            .memory
            .storage::<[f32; 4]>("moments", 2 * shape.vectors())
            .unwrap();
        let mut optimisers = references(pace, 3 * shape.positions() as usize);
        for step in 0..9_u32 {
            let mut slope = random.map(shape);
            // No slope at all: no step, however small epsilon is.
            slope[0] = 0.0;
            let progress = bench.memory.upload("progress", &[step]).unwrap();
            let gradient = bench.upload_map(shape, &slope);
            bench.run(&[kernel.turn(&gpu, shape, (&gradient, &moments), &progress, pace)]);
            let steps = optimisers.iter_mut().zip(&slope);
            let expected: Vec<_> = steps
                .map(|(optimiser, &slope)| optimiser.turn(slope.into()))
                .collect();
            let found = bench.read_map(shape, &gradient);
            // WebGPU lets a cosine be off by 2^-11, of which the fall takes 0.45; an H100's was off by 3e-5.
            assert_map_near("adam turn", shape, &expected, &found, 3e-4);
            assert_eq!(found[0], 0.0);
            // The unused fourth number.
            let vectors = bench.read(&gradient);
            assert!(vectors.iter().skip(3).step_by(4).all(|&step| step == 0.0));
        }
    }
}

/// Gradients that are no numbers, or whose squares are none.
const NO_NUMBERS: [f32; 4] = [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, 3e38];

#[test]
fn adam_leaves_pixels_whose_step_is_no_number() {
    let mut bench = Bench::open();
    let gpu = bench.gpu.clone();
    let kernel = Adam::new(&gpu);
    let mut random = Random(113);
    let shape = Shape::new(23, 19, 3);
    let positions = shape.positions() as usize;
    let range = SumRange {
        first: 0,
        count: striding_sums(shape.positions()),
    };
    let sums = bench.stale_map(Shape::new(range.count, 1, 4));
    for pace in PACES {
        let [own, turned] = [0; 2].map(|_| {
            let length = 2 * shape.vectors();
            bench.memory.storage::<[f32; 4]>("moments", length).unwrap()
        });
        let mut expected: Vec<_> = widen(&random.map(shape))
            .iter()
            .map(|value| value.abs())
            .collect();
        let start: Vec<_> = expected.iter().map(|&value| value as f32).collect();
        let picture = bench.upload_map(shape, &start);
        let mut optimisers = references(pace, expected.len());
        // What comes after what went wrong is a step again.
        for step in 0..6_u32 {
            let mut slope = random.map(shape);
            let spoils = [1, 3].contains(&step);
            let mut spoilt = vec![false; positions];
            if spoils {
                for number in NO_NUMBERS {
                    let place = random.below(3 * positions as u32) as usize;
                    slope[place] = number;
                    spoilt[place % positions] = true;
                }
            }
            let progress = bench.memory.upload("progress", &[step]).unwrap();
            let [gradient, coarse] = [0; 2].map(|_| bench.upload_map(shape, &slope));
            let (before, moments_before) = (bench.read(&picture), bench.read(&own));
            let buffers = AdamBuffers {
                progress: &progress,
                gradient: &gradient,
                picture: &picture,
                moments: &own,
            };
            bench.run(&[
                kernel.update(&gpu, shape, buffers, pace, 0, (&sums, range)),
                kernel.turn(&gpu, shape, (&coarse, &turned), &progress, pace),
            ]);
            let mut turns = vec![0.0; expected.len()];
            for (place, optimiser) in optimisers.iter_mut().enumerate() {
                if spoilt[place % positions] {
                    // The step counts all the same: it did for the other pixels.
                    optimiser.time += 1;
                } else {
                    turns[place] = optimiser.turn(slope[place].into());
                    expected[place] = (expected[place] + turns[place]).clamp(0.0, 1.0);
                }
            }
            let found = bench.read_map(shape, &coarse);
            assert_map_near("adam turn", shape, &turns, &found, 3e-4);
            let found = bench.read_map(shape, &picture);
            assert_map_near("adam update", shape, &expected, &found, 1e-6);
            let (after, moments_after) = (bench.read(&picture), bench.read(&own));
            for place in (0..positions).filter(|&place| spoilt[place]) {
                assert_eq!(after[4 * place..][..4], before[4 * place..][..4]);
                assert_eq!(
                    moments_after[8 * place..][..8],
                    moments_before[8 * place..][..8]
                );
            }
            assert!(moments_after.iter().all(|moment| moment.is_finite()));
            // That the loss is none must not be lost.
            let squares: f32 = bench.read(&sums)[..range.count as usize].iter().sum();
            assert_eq!(squares.is_finite(), !spoils);
        }
    }
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

/// At the first step, and after some of which pairs are kept.
#[test]
fn lbfgs_leaves_a_picture_whose_step_is_no_number() {
    let mut bench = Bench::open();
    let gpu = bench.gpu.clone();
    let kernel = Lbfgs::new(&gpu);
    let mut random = Random(127);
    let shape = Shape::new(29, 17, 3);
    let goal = random.map(shape);
    let range = SumRange {
        first: 0,
        count: striding_sums(shape.positions()),
    };
    let sums = bench.stale_map(Shape::new(range.count, 1, 4));
    for number in NO_NUMBERS {
        for good_steps in [0, 3] {
            let picture = bench.upload_map(shape, &vec![0.5; goal.len()]);
            let buffers = LbfgsBuffers::new(&mut bench.memory, shape, 4, RING_BYTES).unwrap();
            for step in 0..=good_steps {
                let before = bench.read_map(shape, &picture);
                let terms = before.iter().zip(&goal).zip(1..);
                let mut slope: Vec<_> = terms
                    .map(|((x, goal), n)| (x - goal) * (1.0 + (n % 5) as f32))
                    .collect();
                if step == good_steps {
                    slope[200] = number;
                }
                let gradient = bench.upload_map(shape, &slope);
                let sums = (&sums, range);
                bench.run(&kernel.update(&gpu, &buffers, &gradient, &picture, 1.0, sums));
                let after = bench.read_map(shape, &picture);
                if step < good_steps {
                    assert!(after != before);
                } else {
                    // One pixel's number is in every pixel's step, by way of the sums.
                    assert!(after == before, "{number} after {good_steps} steps");
                }
            }
        }
    }
}
