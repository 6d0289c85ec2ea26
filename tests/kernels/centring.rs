//! Means of samples and their lengths, and what all kernels make of samples of one colour.

use impasto::kernels::centre::{Centre, Span};
use impasto::kernels::cosine_loss::{Compared, CosineLoss, Directions, cosine_sums};
use impasto::kernels::format::Format;
use impasto::kernels::nearest::{Nearest, PictureSpan, StyleSpan, WindowAnswer, candidates};
use impasto::kernels::samples::{GridWindow, Rows, Samples};
use impasto::kernels::sums::SumRange;
use impasto::maps::{Precision, Shape};

use crate::checks::{SUM_TOLERANCE, assert_stored_near, download, for_cases, rounded};
use crate::common::{Bench, Random, assert_map_near, assert_near, widen};
use crate::cpu_reference as reference;
use crate::samples::{PRECISIONS, Plain, channels, read_words, some_rows};

#[test]
fn means_and_lengths_are_the_references() {
    for precision in PRECISIONS {
        let gpu = Bench::open().gpu;
        let kernel = Centre::new(&gpu, precision);
        // Past what is measured at once, and past the workgroup that adds up.
        let cases = (1..20_u32, 1..300_u32, 0..300_u32, 0..u64::MAX);
        for_cases(&gpu, 30, cases, |bench, (quads, count, more, seed)| {
            means_and_lengths(bench, &kernel, precision, (quads, count, more, seed));
        });
    }
}

fn means_and_lengths(
    bench: &mut Bench,
    kernel: &Centre,
    precision: Precision,
    (quads, count, more, seed): (u32, u32, u32, u64),
) {
    let gpu = bench.gpu.clone();
    let mut random = Random(seed);
    let (rows, all_quads) = some_rows(&mut random, quads);
    let (first, behind) = (random.below(70), random.below(3));
    let pitch = first + count + more + behind;
    let before = Plain::new(&mut random, precision, (all_quads, pitch));
    let samples = before.upload(bench);
    let span = |first, count| Span {
        samples: &samples,
        rows,
        first,
        count,
    };
    let whole = span(first, count + more);
    let (first_mean, first_length) = (3, 5);
    let sums = bench.stale_map(Shape::new(1, 1, 4 * quads));
    let means = bench.stale_map(Shape::new(1, 1, 4 * (first_mean + quads)));
    let lengths_room = (first_length + whole.count + 1) as usize;
    let [lengths, centred_lengths] = [0; 2].map(|_| {
        let stale = vec![-7.0_f32; lengths_room];
        bench.memory.upload("lengths", &stale).unwrap()
    });
    let mean = (first_mean, &means);
    let measure =
        |centred, lengths| kernel.measure(&gpu, whole, mean, centred, (first_length, lengths));
    // In two parts, as of two windows.
    let mut commands = vec![kernel.add_up(&gpu, span(first, count), &sums, false)];
    if more > 0 {
        commands.push(kernel.add_up(&gpu, span(first + count, more), &sums, true));
    }
    let scale = 1.0 / whole.count as f32;
    commands.extend([
        kernel.mean(&gpu, quads, (scale, &sums), mean),
        measure(false, &lengths),
        kernel.centre(&gpu, whole, mean),
        measure(true, &centred_lengths),
    ]);
    bench.run(&commands);

    let numbers = first..first + whole.count;
    let vectors: Vec<_> = numbers.clone().map(|n| before.sample(rows, n)).collect();
    let expected_mean = reference::mean(&vectors);
    let found = bench.read(&means);
    let column = Shape::new(1, 4 * quads, 1);
    let found = &found[4 * first_mean as usize..];
    // A mean of hundreds is a twentieth of what is added up.
    assert_map_near("centre mean", column, &expected_mean, found, SUM_TOLERANCE);

    let after = before.read(bench, &samples);
    let mut expected = widen(&before.values);
    for (number, vector) in numbers.clone().zip(&vectors) {
        let centred = reference::centred(vector, &expected_mean);
        for (channel, value) in channels(rows).zip(centred) {
            expected[before.place(channel, number)] = value;
        }
    }
    // Some roundings of numbers up to three times the root mean square.
    assert_stored_near(
        "centre",
        before.format,
        before.shape,
        &expected,
        &after.values,
        1e-6,
    );

    let from_mean = vectors
        .iter()
        .map(|v| reference::centred(v, &expected_mean));
    let centred = numbers.map(|n| after.sample(rows, n));
    let (of_all, of_centred) = (bench.read(&lengths), bench.read(&centred_lengths));
    let cases: [(Vec<_>, _); 2] = [
        (from_mean.collect(), of_all),
        (centred.collect(), of_centred),
    ];
    for (vectors, found) in cases {
        let (others, found) = found.split_at(first_length as usize);
        assert_eq!(others, [-7.0; 5]);
        assert_eq!(found[vectors.len()], -7.0);
        for (vector, &found) in vectors.iter().zip(found) {
            // A single sample is its own mean.
            let expected = reference::inverse_length(vector);
            assert_near("centre measure", expected, found.into(), SUM_TOLERANCE);
        }
    }
}

/// On both sides of the least length that is a direction.
#[test]
fn what_is_next_to_nothing_has_no_length() {
    let mut bench = Bench::open();
    let gpu = bench.gpu.clone();
    let kernel = Centre::new(&gpu, Precision::Full);
    let shape = Shape::new(3, 1, 4);
    let first_channel = [0.0, 9e-7, 1.1e-6];
    let samples = Samples {
        buffer: bench.upload_map(shape, &[&first_channel[..], &[0.0; 9]].concat()),
        pitch: 3,
    };
    let span = Span {
        samples: &samples,
        rows: Rows { first: 0, count: 1 },
        first: 0,
        count: 3,
    };
    let means = bench.memory.storage::<[f32; 4]>("means", 1).unwrap();
    for centred in [false, true] {
        let lengths = bench.memory.upload("lengths", &[-7.0_f32; 3]).unwrap();
        bench.run(&[kernel.measure(&gpu, span, (0, &means), centred, (0, &lengths))]);
        let found = bench.read(&lengths);
        assert_eq!(found[..2], [0.0; 2]);
        assert_near("centre measure", 1.0 / 1.1e-6, found[2].into(), 1e-6);
    }
}

/// A style and a content of one colour each, through all kernels. Their means are exact where the colour has few digits, and
/// the lengths are zero; else they are what rounding leaves.
#[test]
fn one_colour_gives_defined_numbers() {
    for precision in PRECISIONS {
        let mut bench = Bench::open();
        let mut random = Random(107);
        for (colour, count, exact) in [(0.0, 256, true), (12.5, 256, true), (13.7, 300, false)] {
            // The style alone, the content alone, both.
            for flat in [(true, false), (false, true), (true, true)] {
                one_colour(
                    &mut bench,
                    &mut random,
                    precision,
                    (colour, count, exact),
                    flat,
                );
            }
        }
    }
}

fn one_colour(
    bench: &mut Bench,
    random: &mut Random,
    precision: Precision,
    (colour, count, exact): (f32, u32, bool),
    (flat_style, flat_picture): (bool, bool),
) {
    let gpu = bench.gpu.clone();
    let (centre, search, cosine) = (
        Centre::new(&gpu, precision),
        Nearest::new(&gpu, precision),
        CosineLoss::new(&gpu, precision),
    );
    let quads = 9;
    let rows = Rows {
        first: 0,
        count: quads,
    };
    let mut map = |flat: bool| {
        let mut map = Plain::new(random, precision, (quads, count));
        if flat {
            // Another value in each channel, and all of them have as few digits.
            let sample: Vec<_> = (1..=4 * quads).map(|n| colour * n as f32).collect();
            for number in 0..count {
                map.set(rows, number, &rounded(map.format, &sample));
            }
        }
        map
    };
    let (style, picture) = (map(flat_style), map(flat_picture));
    let (style, samples) = (style.upload(bench), picture.upload(bench));
    let column = Shape::new(1, 1, 4 * quads);
    let [sums, style_mean, own_mean] = [0; 3].map(|_| bench.stale_map(column));
    let [style_lengths, own_lengths] = [0; 2].map(|_| {
        let stale = vec![-7.0_f32; count as usize];
        bench.memory.upload("lengths", &stale).unwrap()
    });
    let best = bench.stale_words(candidates(count) as usize);
    let [nearest, scores] = [0; 2].map(|_| bench.stale_words(count as usize));
    let owners = bench
        .memory
        .storage::<u32>("owners", count as usize)
        .unwrap();
    let span = |samples| Span {
        samples,
        rows,
        first: 0,
        count,
    };
    let window = GridWindow {
        grid: Shape::new(count, 1, 1),
        x: 0,
        y: 0,
        core: Shape::new(count, 1, 1).region(),
    };
    let range = SumRange {
        first: 0,
        count: cosine_sums(count),
    };
    let losses = bench
        .memory
        .storage::<f32>("losses", range.count as usize)
        .unwrap();
    let scale = 1.0 / count as f32;
    let mut commands = vec![
        centre.add_up(&gpu, span(&style), &sums, false),
        centre.mean(&gpu, quads, (scale, &sums), (0, &style_mean)),
        centre.centre(&gpu, span(&style), (0, &style_mean)),
        centre.measure(
            &gpu,
            span(&style),
            (0, &style_mean),
            true,
            (0, &style_lengths),
        ),
        centre.add_up(&gpu, span(&samples), &sums, false),
        centre.mean(&gpu, quads, (scale, &sums), (0, &own_mean)),
        centre.measure(
            &gpu,
            span(&samples),
            (0, &own_mean),
            false,
            (0, &own_lengths),
        ),
    ];
    commands.extend(search.in_window(
        &gpu,
        PictureSpan {
            samples: &samples,
            rows,
            count,
            mean: (0, &own_mean),
        },
        StyleSpan {
            samples: &style,
            first: 0,
            end: count,
            number: 0,
            inverse_lengths: (0, &style_lengths),
        },
        &best,
        WindowAnswer {
            window,
            inverse_lengths: &own_lengths,
            nearest: &nearest,
            scores: &scores,
        },
    ));
    commands.push(cosine.compare(
        &gpu,
        Compared {
            samples: &samples,
            count,
            rows,
            all_quads: quads,
            nearest: &nearest,
            window: Some(window),
        },
        Directions {
            samples: &style,
            inverse_lengths: (0, &style_lengths),
            owners: &owners,
            means: &style_mean,
        },
        1.0,
        (&losses, range),
    ));
    bench.run(&commands);

    let inverse_lengths = [bench.read(&style_lengths), bench.read(&own_lengths)];
    for (flat, lengths) in [flat_style, flat_picture].into_iter().zip(inverse_lengths) {
        assert!(lengths.iter().all(|length| length.is_finite()));
        if flat && exact {
            assert_eq!(lengths, vec![0.0; count as usize]);
        }
    }
    let found = read_words(bench, &nearest);
    assert!(found.iter().all(|&found| found < count));
    if flat_style && exact {
        // All are as near.
        assert_eq!(found, vec![0; count as usize]);
    }
    let within = |score: f32| score.abs() <= 1.0 + 1e-5;
    assert!(bench.read(&scores).into_iter().all(within));
    let loss: f64 = bench.read(&losses).iter().map(|&sum| f64::from(sum)).sum();
    assert!(
        (-1e-3..=2.0 * f64::from(count) + 1e-3).contains(&loss),
        "loss {loss}"
    );
    let slopes = download(
        bench,
        Format::gradients(precision),
        picture.shape,
        &samples.buffer,
    );
    assert!(slopes.iter().all(|slope| slope.is_finite()));
    if flat_style && exact {
        assert_eq!(loss, f64::from(count));
        assert_eq!(slopes, vec![0.0; slopes.len()]);
    }
}
