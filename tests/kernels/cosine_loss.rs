//! The loss of samples by their cosines, and its gradient.

use impasto::kernels::cosine_loss::{Compared, CosineLoss, Directions, cosine_sums};
use impasto::kernels::format::Format;
use impasto::kernels::samples::{GridWindow, NONE, Rows};
use impasto::kernels::sums::SumRange;
use impasto::maps::Precision;

use crate::checks::{
    SUM_TOLERANCE, assert_gradient, assert_stored_near, download, for_cases, rounded,
};
use crate::common::{Bench, Random, widen};
use crate::cpu_reference as reference;
use crate::samples::{PRECISIONS, Plain, channels, grid_places, some_rows, window_with_core};

/// A comparison with samples of two styles.
struct Comparison {
    rows: Rows,
    all_quads: u32,
    samples: Plain,
    style: Plain,
    owners: Vec<u32>,
    inverse_lengths: Vec<f32>,
    /// By style and channel.
    means: Vec<f32>,
    count: u32,
    /// The nearest of each.
    nearest: Vec<u32>,
}

const WEIGHT: f32 = 3.0;

impl Comparison {
    /// Some samples have nobody near.
    fn new(random: &mut Random, precision: Precision, quads: u32, count: u32) -> Self {
        let (rows, all_quads) = some_rows(random, quads);
        let (pitch, style_pitch) = (count + random.below(3), 1 + random.below(90));
        let samples = Plain::new(random, precision, (all_quads, pitch));
        let style = Plain::new(random, precision, (all_quads, style_pitch));
        let directions = (0..style_pitch).map(|n| style.sample(rows, n));
        let inverse_lengths = directions.map(|t| reference::inverse_length(&t) as f32);
        let mut near = || match random.below(5) {
            0 => NONE,
            _ => random.below(style_pitch),
        };
        let nearest = (0..count).map(|_| near()).collect();
        Self {
            rows,
            all_quads,
            count,
            nearest,
            inverse_lengths: inverse_lengths.collect(),
            owners: (0..style_pitch).map(|_| random.below(2)).collect(),
            means: rounded(
                Format::features(precision),
                &random.values(8 * all_quads as usize),
            ),
            samples,
            style,
        }
    }

    fn mean(&self, owner: u32) -> &[f32] {
        let style = &self.means[(owner * 4 * self.all_quads) as usize..];
        let channels = channels(self.rows);
        &style[channels.start as usize..channels.end as usize]
    }

    /// The mean and the wanted direction of a sample, if there is one.
    fn wanted(&self, number: u32) -> Option<(Vec<f64>, Vec<f64>)> {
        let near = self.nearest[number as usize];
        (near != NONE).then(|| {
            let mean = widen(self.mean(self.owners[near as usize]));
            (mean, self.style.sample(self.rows, near))
        })
    }

    fn loss(&self, samples: &Plain) -> f64 {
        let losses = (0..self.count).filter_map(|number| {
            let (mean, wanted) = self.wanted(number)?;
            let sample = samples.sample(self.rows, number);
            Some(reference::cosine_loss(&sample, &mean, &wanted))
        });
        losses.sum()
    }

    /// The gradient of so many times the loss, in the samples' places.
    fn slopes(&self) -> Vec<f64> {
        let mut slopes = vec![0.0; self.samples.values.len()];
        for number in 0..self.count {
            let Some((mean, wanted)) = self.wanted(number) else {
                continue;
            };
            let sample = self.samples.sample(self.rows, number);
            let slope = reference::cosine_loss_backward(&sample, &mean, &wanted);
            for (channel, value) in channels(self.rows).zip(slope) {
                slopes[self.samples.place(channel, number)] = f64::from(WEIGHT) * value;
            }
        }
        slopes
    }

    /// Runs the kernel on the core of a window, or on a list. Sees that nothing else of the samples has changed; gives
    /// the loss and the slopes, which are zero there.
    fn run(
        &self,
        bench: &mut Bench,
        kernel: &CosineLoss,
        precision: Precision,
        window: Option<GridWindow>,
    ) -> (f64, Vec<f32>) {
        let gpu = bench.gpu.clone();
        let (samples, style) = (self.samples.upload(bench), self.style.upload(bench));
        let first = 4;
        let before = vec![1e30; first as usize];
        let lengths = [before, self.inverse_lengths.clone()].concat();
        let lengths = bench.memory.upload("lengths", &lengths).unwrap();
        let owners = [&vec![1; first as usize], &self.owners[..]].concat();
        let owners = bench.memory.upload("owners", &owners).unwrap();
        let means = bench.memory.upload("means", &self.means).unwrap();
        let nearest = match window {
            None => self.nearest.clone(),
            Some(window) => {
                // Others of the grid count elsewhere.
                let mut whole = vec![0; window.grid.positions() as usize];
                for (place, &near) in grid_places(window).into_iter().zip(&self.nearest) {
                    whole[place] = near;
                }
                whole
            }
        };
        let nearest = bench.memory.upload("nearest", &nearest).unwrap();
        let range = SumRange {
            first: 3,
            count: cosine_sums(self.count),
        };
        let sums = vec![-7.0_f32; (range.first + range.count + 1) as usize];
        let sums = bench.memory.upload("sums", &sums).unwrap();
        bench.run(&[kernel.compare(
            &gpu,
            Compared {
                samples: &samples,
                count: self.count,
                rows: self.rows,
                all_quads: self.all_quads,
                nearest: &nearest,
                window,
            },
            Directions {
                samples: &style,
                inverse_lengths: (first, &lengths),
                owners: &owners,
                means: &means,
            },
            WEIGHT,
            (&sums, range),
        )]);
        let sums = bench.read(&sums);
        let (others, own) = sums.split_at(range.first as usize);
        assert_eq!(others, [-7.0; 3]);
        assert_eq!(own[range.count as usize], -7.0);
        let own = &own[..range.count as usize];
        let loss = own.iter().map(|&sum| f64::from(sum)).sum();

        let left = self.samples.read(bench, &samples);
        let gradients = Format::gradients(precision);
        let mut slopes = download(bench, gradients, self.samples.shape, &samples.buffer);
        for (place, slope) in slopes.iter_mut().enumerate() {
            let pitch = self.samples.shape.width;
            let (channel, number) = (place as u32 / pitch, place as u32 % pitch);
            if number >= self.count || !channels(self.rows).contains(&channel) {
                assert_eq!(left.values[place], self.samples.values[place]);
                *slope = 0.0;
            }
        }
        (loss, slopes)
    }

    fn check(
        &self,
        bench: &mut Bench,
        kernel: &CosineLoss,
        precision: Precision,
        window: Option<GridWindow>,
    ) -> Vec<f32> {
        let (loss, slopes) = self.run(bench, kernel, precision, window);
        // Cosines of up to 80 products each are right to 1e-6, which may be as much of a loss near to nothing.
        let expected = self.loss(&self.samples);
        let off = (expected - loss).abs();
        assert!(
            off <= 1e-6 * f64::from(self.count),
            "loss: expected {expected}, found {loss}"
        );
        assert_stored_near(
            "cosine_loss gradient",
            Format::gradients(precision),
            self.samples.shape,
            &self.slopes(),
            &slopes,
            SUM_TOLERANCE,
        );
        slopes
    }
}

#[test]
fn cosine_losses_and_gradients_are_the_references() {
    for precision in PRECISIONS {
        let gpu = Bench::open().gpu;
        let kernel = CosineLoss::new(&gpu, precision);
        // From one sample past several blocks, and quads that the parts do not share evenly.
        let cases = (1..20_u32, (1..20_u32, 1..10_u32), 0..u64::MAX);
        for_cases(&gpu, 30, cases, |bench, (quads, sides, seed)| {
            let mut random = Random(seed);
            let comparison = Comparison::new(&mut random, precision, quads, sides.0 * sides.1);
            let window = window_with_core(&mut random, sides);
            let whole = comparison.check(bench, &kernel, precision, Some(window));
            let listed = comparison.check(bench, &kernel, precision, None);
            assert_eq!(whole, listed);
        });
    }
}

/// Workgroups stride where there are more samples than they have places.
#[test]
fn cosine_losses_of_many_samples_are_the_references() {
    let mut bench = Bench::open();
    let kernel = CosineLoss::new(&bench.gpu, Precision::Full);
    let mut random = Random(97);
    let sides = (211, 97);
    let comparison = Comparison::new(&mut random, Precision::Full, 2, sides.0 * sides.1);
    let window = window_with_core(&mut random, sides);
    comparison.check(&mut bench, &kernel, Precision::Full, Some(window));
}

#[test]
fn cosine_gradient_is_the_slope_of_the_loss() {
    let mut bench = Bench::open();
    let kernel = CosineLoss::new(&bench.gpu, Precision::Full);
    let mut random = Random(101);
    for quads in [1, 3, 17] {
        let comparison = Comparison::new(&mut random, Precision::Full, quads, 40);
        let (_, found) = comparison.run(&mut bench, &kernel, Precision::Full, None);
        // In f64 throughout: a Plain's numbers are too coarse for a small step.
        let samples = &comparison.samples;
        let loss = |values: &[f64]| {
            let losses = (0..comparison.count).filter_map(|number| {
                let (mean, wanted) = comparison.wanted(number)?;
                let value = |channel| values[samples.place(channel, number)];
                let sample: Vec<_> = channels(comparison.rows).map(value).collect();
                Some(reference::cosine_loss(&sample, &mean, &wanted))
            });
            f64::from(WEIGHT) * losses.sum::<f64>()
        };
        let point = widen(&samples.values);
        assert_gradient("cosine_loss gradient", samples.shape, loss, &point, &found);
    }
}

/// A sample that is its style's mean or next to it, and a style's that is its own: a right angle, and nowhere to turn.
#[test]
fn what_has_no_direction_has_a_right_angle_and_no_gradient() {
    for precision in PRECISIONS {
        let mut bench = Bench::open();
        let kernel = CosineLoss::new(&bench.gpu, precision);
        let mut random = Random(103);
        let mut comparison = Comparison::new(&mut random, precision, 5, 50);
        comparison.nearest = (0..50).map(|n| n % comparison.style.shape.width).collect();
        let rows = comparison.rows;
        // Where the first number compared is none, there is one next to it that can be told from it.
        for mean in comparison
            .means
            .chunks_mut(4 * comparison.all_quads as usize)
        {
            mean[4 * rows.first as usize] = 0.0;
        }
        let mut sample = |number: usize, first: f32| {
            let near = comparison.nearest[number] as usize;
            let mut mean = comparison.mean(comparison.owners[near]).to_vec();
            mean[0] = first;
            comparison.samples.set(rows, number as u32, &mean);
        };
        sample(0, 0.0);
        sample(1, 9e-7);
        comparison.samples.values = rounded(comparison.samples.format, &comparison.samples.values);
        comparison.style.set(rows, 2, &[0.0; 20]);
        comparison.inverse_lengths[2] = 0.0;
        let slopes = comparison.check(&mut bench, &kernel, precision, None);
        for (place, &slope) in slopes.iter().enumerate() {
            if place as u32 % comparison.samples.shape.width < 3 {
                assert_eq!(slope, 0.0);
            }
        }
    }
}
