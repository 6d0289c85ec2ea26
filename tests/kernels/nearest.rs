//! The nearest of a style's samples.

use impasto::kernels::nearest::{
    ListedAnswer, Nearest, PictureSpan, StyleSpan, WindowAnswer, candidates,
};
use impasto::kernels::samples::{GridWindow, NONE, Rows};
use impasto::maps::Precision;

use crate::checks::for_cases;
use crate::common::{Bench, Random, widen};
use crate::cpu_reference as reference;
use crate::samples::{PRECISIONS, Plain, grid_places, read_words, some_rows, window_with_core};

/// The picture's samples and the styles', and what was asked of the kernel.
struct Search {
    rows: Rows,
    picture: Plain,
    style: Plain,
    /// The style's samples.
    first: u32,
    end: u32,
    /// By quad of the rows.
    mean: Vec<f32>,
}

const FIRST_MEAN: u32 = 2;
const FIRST_LENGTH: u32 = 3;

impl Search {
    fn new(
        random: &mut Random,
        precision: Precision,
        quads: u32,
        count: u32,
        (first, end): (u32, u32),
    ) -> Self {
        let (rows, all_quads) = some_rows(random, quads);
        let (pitch, style_pitch) = (count + random.below(3), end + random.below(70));
        Self {
            rows,
            picture: Plain::new(random, precision, (all_quads, pitch)),
            style: Plain::new(random, precision, (all_quads, style_pitch)),
            first,
            end,
            mean: random.values(4 * quads as usize),
        }
    }

    /// Of the style's samples.
    fn directions(&self) -> Vec<Vec<f64>> {
        let numbers = self.first..self.end;
        numbers.map(|n| self.style.sample(self.rows, n)).collect()
    }

    fn centred(&self, number: u32) -> Vec<f64> {
        let sample = self.picture.sample(self.rows, number);
        reference::centred(&sample, &widen(&self.mean))
    }

    /// What `find` needs, for a window of the picture's grid or a list of samples.
    fn run(
        &self,
        bench: &mut Bench,
        kernel: &Nearest,
        number: u32,
        count: u32,
        answer: Answer<'_>,
    ) -> (Vec<u32>, Vec<f32>) {
        let gpu = bench.gpu.clone();
        let (picture, style) = (self.picture.upload(bench), self.style.upload(bench));
        let mean = [vec![1e30; 4 * FIRST_MEAN as usize], self.mean.clone()].concat();
        let mean = bench.memory.upload("mean", &mean).unwrap();
        // Numbers that would win lie before and behind the style's own.
        let mut lengths = vec![1e6; (FIRST_LENGTH + self.style.shape.width) as usize];
        for (number, direction) in (self.first..).zip(self.directions()) {
            lengths[(FIRST_LENGTH + number) as usize] =
                reference::inverse_length(&direction) as f32;
        }
        let lengths = bench.memory.upload("lengths", &lengths).unwrap();
        let best = bench.stale_words(candidates(count) as usize);
        let picture = PictureSpan {
            samples: &picture,
            rows: self.rows,
            count,
            mean: (FIRST_MEAN, &mean),
        };
        let style = StyleSpan {
            samples: &style,
            first: self.first,
            end: self.end,
            number,
            inverse_lengths: (FIRST_LENGTH, &lengths),
        };
        match answer {
            Answer::Window { window, styles } => {
                let own = (0..count).map(|n| reference::inverse_length(&self.centred(n)) as f32);
                let own: Vec<_> = own.collect();
                let own = bench.memory.upload("own lengths", &own).unwrap();
                let places = (styles * window.grid.positions()) as usize;
                let nearest = bench
                    .memory
                    .upload("nearest", &vec![STALE; places])
                    .unwrap();
                let scores = bench
                    .memory
                    .upload("scores", &vec![-7.0_f32; places])
                    .unwrap();
                let answer = WindowAnswer {
                    window,
                    inverse_lengths: &own,
                    nearest: &nearest,
                    scores: &scores,
                };
                bench.run(&kernel.in_window(&gpu, picture, style, &best, answer));
                (read_words(bench, &nearest), bench.read(&scores))
            }
            Answer::Listed { owners } => {
                let nearest = vec![STALE; owners.len()];
                let nearest = bench.memory.upload("nearest", &nearest).unwrap();
                let owners = bench.memory.upload("owners", owners).unwrap();
                let answer = ListedAnswer {
                    owners: &owners,
                    nearest: &nearest,
                };
                bench.run(&kernel.of_listed(&gpu, picture, style, &best, answer));
                (read_words(bench, &nearest), Vec::new())
            }
        }
    }

    /// The cosine with what was found is the largest, but for the rounding of sums of up to 80 products, by which another
    /// one may have won.
    fn assert_nearest(&self, number: u32, directions: &[Vec<f64>], found: u32) -> f64 {
        let (first, end) = (self.first, self.end);
        assert!((first..end).contains(&found), "{found} of {first} to {end}");
        let own = self.centred(number);
        let cosine = reference::cosine(&own, &directions[(found - first) as usize]);
        let largest = reference::largest_cosine(&own, directions);
        assert!(
            cosine >= largest - COSINE_TOLERANCE,
            "sample {number} has a cosine of {cosine} with {found}, and of {largest} with another"
        );
        cosine
    }
}

const STALE: u32 = 777_777;
const COSINE_TOLERANCE: f64 = 1e-5;

enum Answer<'a> {
    Window { window: GridWindow, styles: u32 },
    Listed { owners: &'a [u32] },
}

#[test]
fn nearest_samples_of_windows_are_the_references() {
    for precision in PRECISIONS {
        let gpu = Bench::open().gpu;
        let kernel = Nearest::new(&gpu, precision);
        // From one of each past several tiles of both, and quads that are no whole stage.
        let cases = (
            1..20_u32,
            (1..20_u32, 1..10_u32),
            0..130_u32,
            1..300_u32,
            0..u64::MAX,
        );
        for_cases(
            &gpu,
            30,
            cases,
            |bench, (quads, sides, first, length, seed)| {
                let mut random = Random(seed);
                let count = sides.0 * sides.1;
                let range = (first, first + length);
                let search = Search::new(&mut random, precision, quads, count, range);
                let window = window_with_core(&mut random, sides);
                let number = random.below(2);
                let answer = Answer::Window { window, styles: 2 };
                let (nearest, scores) = search.run(bench, &kernel, number, count, answer);
                let places = grid_places(window);
                let plane = (number * window.grid.positions()) as usize;
                let directions = search.directions();
                for (sample, place) in (0..).zip(&places) {
                    let found = nearest[plane + place];
                    let cosine = search.assert_nearest(sample, &directions, found);
                    let off = (cosine - f64::from(scores[plane + place])).abs();
                    assert!(
                        off <= COSINE_TOLERANCE,
                        "score {cosine}, found {off} beside it"
                    );
                }
                let written = nearest.iter().filter(|&&found| found != STALE).count();
                assert_eq!(written, places.len());
                assert_eq!(
                    scores.iter().filter(|&&found| found != -7.0).count(),
                    places.len()
                );
            },
        );
    }
}

#[test]
fn nearest_samples_of_lists_are_the_references() {
    for precision in PRECISIONS {
        let gpu = Bench::open().gpu;
        let kernel = Nearest::new(&gpu, precision);
        let cases = (1..20_u32, 1..200_u32, 0..130_u32, 1..300_u32, 0..u64::MAX);
        for_cases(
            &gpu,
            30,
            cases,
            |bench, (quads, count, first, length, seed)| {
                let mut random = Random(seed);
                let range = (first, first + length);
                let search = Search::new(&mut random, precision, quads, count, range);
                let mut style = || [0, 1, NONE][random.below(3) as usize];
                let owners: Vec<_> = (0..count).map(|_| style()).collect();
                let answer = Answer::Listed { owners: &owners };
                let (nearest, _) = search.run(bench, &kernel, 1, count, answer);
                let directions = search.directions();
                for (sample, (&owner, &found)) in (0..).zip(owners.iter().zip(&nearest)) {
                    if owner == 1 {
                        search.assert_nearest(sample, &directions, found);
                    } else {
                        assert_eq!(found, STALE);
                    }
                }
            },
        );
    }
}

/// So many samples of the picture that the style's are in slices of several tiles, the last of fewer.
#[test]
fn slices_of_several_tiles_find_the_nearest() {
    let mut bench = Bench::open();
    let kernel = Nearest::new(&bench.gpu, Precision::Full);
    let mut random = Random(83);
    let search = Search::new(&mut random, Precision::Full, 2, 4100, (5, 1305));
    let owners = vec![0; 4100];
    let answer = Answer::Listed { owners: &owners };
    let (nearest, _) = search.run(&mut bench, &kernel, 0, 4100, answer);
    let directions = search.directions();
    for (sample, &found) in (0..).zip(&nearest).step_by(7) {
        search.assert_nearest(sample, &directions, found);
    }
}

/// In one invocation, in several of a tile, in several tiles and in several slices.
#[test]
fn the_first_of_equally_near_samples_is_taken() {
    let mut bench = Bench::open();
    let kernel = Nearest::new(&bench.gpu, Precision::Full);
    let mut random = Random(89);
    for (period, count) in [(1, 5), (2, 70), (3, 70), (64, 130), (100, 4100)] {
        let length = 1100;
        let mut search = Search::new(&mut random, Precision::Full, 3, count, (7, 7 + length));
        for number in period..length {
            let same = search.style.sample(search.rows, 7 + number % period);
            let same: Vec<_> = same.iter().map(|&value| value as f32).collect();
            search.style.set(search.rows, 7 + number, &same);
        }
        let owners = vec![0; count as usize];
        let answer = Answer::Listed { owners: &owners };
        let (nearest, _) = search.run(&mut bench, &kernel, 0, count, answer);
        assert!(
            nearest.iter().all(|found| (7..7 + period).contains(found)),
            "a later one of those that are repeated after {period}"
        );
    }
}
