//! Samples of feature maps, and the places where they are drawn.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use impasto::kernels::format::Format;
use impasto::kernels::places::{Cells, DrawBuffers, DrawPlaces};
use impasto::kernels::sample::{LayerSamples, Places, Sample};
use impasto::kernels::samples::{GridWindow, NONE, Samples};
use impasto::maps::{Precision, Shape};

use crate::checks::{
    SUM_TOLERANCE, assert_gradient, assert_stored_near, download, for_cases, inner, mask_of,
    rounded, some_region, upload,
};
use crate::common::{Bench, Random, widen};
use crate::cpu_reference as reference;
use crate::samples::PRECISIONS;

/// Of maps beside the grid, with more on either side than VGG19 has.
const LEVELS: RangeInclusive<i32> = -2..=2;

const SCALE: f32 = 0.7;

/// A map with a window of a grid above it.
struct Case {
    precision: Precision,
    map: Shape,
    level: i32,
    /// The grid's positions in the window.
    own: Shape,
    window: GridWindow,
}

impl Case {
    /// A window of at least so many grid positions, with a map that may have an odd edge, anywhere in a larger grid.
    fn new(
        random: &mut Random,
        precision: Precision,
        level: i32,
        (width, height): (u32, u32),
    ) -> Self {
        let factor = 1 << level.unsigned_abs();
        let mut sides = |length: u32| {
            if level < 0 {
                let length = length.max(factor);
                (length, length / factor)
            } else {
                (length, length * factor + random.below(factor))
            }
        };
        let ((width, map_width), (height, map_height)) = (sides(width), sides(height));
        let own = Shape::new(width, height, 1);
        // Every other window lies at an edge.
        let mut margin = || random.below(2) * random.below(9);
        let (x, y) = (margin(), margin());
        let grid = Shape::new(x + width + margin(), y + height + margin(), 1);
        Self {
            precision,
            map: Shape::new(map_width, map_height, 4 + 4 * random.below(3)),
            level,
            own,
            window: GridWindow {
                grid,
                x,
                y,
                core: some_region(random, own),
            },
        }
    }

    /// The column and row in the window of each sample of the core.
    fn core(&self) -> Vec<(u32, u32)> {
        let core = self.window.core;
        let rows = core.y..core.y + core.height;
        rows.flat_map(|y| (core.x..core.x + core.width).map(move |x| (x, y)))
            .collect()
    }

    /// The window's position at a place of the whole grid, if it is one of the core's.
    fn in_core(&self, (x, y): (u32, u32)) -> Option<(u32, u32)> {
        let (x, y) = (x.checked_sub(self.window.x)?, y.checked_sub(self.window.y)?);
        let core = self.window.core;
        let inside = (core.x..core.x + core.width).contains(&x)
            && (core.y..core.y + core.height).contains(&y);
        inside.then_some((x, y))
    }

    fn own_place(&self, channel: usize, (x, y): (u32, u32)) -> usize {
        channel * self.own.positions() as usize + (y * self.own.width + x) as usize
    }

    fn layer<'a>(&self, samples: &'a Samples, first_quad: u32, first: u32) -> LayerSamples<'a> {
        LayerSamples {
            samples,
            first_quad,
            first,
            scale: SCALE,
            level: self.level,
            window: self.window,
        }
    }

    /// Takes samples, all of the core or some in any order, and sees that they are the reference's, and that no other
    /// number of the buffer has changed. `positions` has each sample's, where it is one of the window's.
    fn take(
        &self,
        bench: &mut Bench,
        kernel: &Sample,
        random: &mut Random,
        places: Option<&[u32]>,
        positions: &[Option<(u32, u32)>],
    ) {
        let gpu = bench.gpu.clone();
        let format = Format::features(self.precision);
        let (first_quad, first) = (random.below(3), random.below(70));
        let pitch = first + positions.len() as u32 + random.below(3);
        let quads = first_quad + self.map.quads() + 1;
        let all = Shape::new(pitch, 1, 4 * quads);
        let features = rounded(format, &random.rectified(self.map));
        let before = rounded(format, &random.map(all));
        let map = upload(bench, format, self.map, &features);
        let samples = Samples {
            buffer: upload(bench, format, all, &before),
            pitch,
        };
        let list = places.map(|places| bench.memory.upload("places", places).unwrap());
        let listed = list.as_ref().map(|buffer| Places {
            buffer,
            count: positions.len() as u32,
        });
        let layer = self.layer(&samples, first_quad, first);
        bench.run(&[kernel.take(&gpu, self.map, &map, layer, listed)]);
        let found = download(bench, format, all, &samples.buffer);

        let sampled = reference::sample(self.map, &widen(&features), self.own, self.level);
        let mut expected = widen(&before);
        for (number, position) in positions.iter().enumerate() {
            let Some(position) = *position else { continue };
            for channel in 0..self.map.channels as usize {
                let row = 4 * first_quad as usize + channel;
                expected[row * pitch as usize + first as usize + number] =
                    f64::from(SCALE) * sampled[self.own_place(channel, position)];
            }
        }
        // Some roundings of numbers up to twice the root mean square.
        assert_stored_near("sample take", format, all, &expected, &found, 1e-6);
    }

    /// Gives the gradient of samples at those positions of the window back, and sees that it is the reference's.
    fn give(
        &self,
        bench: &mut Bench,
        kernel: &Sample,
        random: &mut Random,
        places: Option<(&[u32], Cells)>,
        positions: &[Option<(u32, u32)>],
    ) {
        let gpu = bench.gpu.clone();
        let format = Format::gradients(self.precision);
        let first_quad = random.below(3);
        let pitch = positions.len() as u32 + random.below(3);
        let all = Shape::new(pitch, 1, 4 * (first_quad + self.map.quads() + 1));
        let slopes = rounded(format, &random.map(all));
        let there = rounded(format, &random.map(self.map));
        let before = random.map(self.map);
        let mask = mask_of(self.map, &before);
        let samples = Samples {
            buffer: upload(bench, format, all, &slopes),
            pitch,
        };
        let mask = bench.memory.upload("mask", &mask).unwrap();
        let list = places.map(|(places, _)| bench.memory.upload("places", places).unwrap());
        let listed = list.as_ref().zip(places.map(|(_, cells)| cells));
        let layer = self.layer(&samples, first_quad, 0);

        // The samples' gradient on the window's grid.
        let mut slope = vec![0.0_f32; (self.map.channels * self.own.positions()) as usize];
        for (number, position) in positions.iter().enumerate() {
            let Some(position) = *position else { continue };
            for channel in 0..self.map.channels as usize {
                let row = 4 * first_quad as usize + channel;
                slope[self.own_place(channel, position)] =
                    SCALE * slopes[row * pitch as usize + number];
            }
        }
        let own = reference::sample_backward(self.map, &widen(&slope), self.own, self.level);
        for accumulate in [false, true] {
            let gradient = upload(bench, format, self.map, &there);
            bench.run(&[kernel.give(&gpu, self.map, layer, listed, &gradient, &mask, accumulate)]);
            let found = download(bench, format, self.map, &gradient);
            // The mask is of the sum: what was there is a gradient after the ReLU too.
            let expected: Vec<_> = own
                .iter()
                .zip(&there)
                .zip(&before)
                .map(
                    |((own, &there), &before)| match (before > 0.0, accumulate) {
                        (false, _) => 0.0,
                        (true, false) => *own,
                        (true, true) => own + f64::from(there),
                    },
                )
                .collect();
            let name = format!("sample give, level {}, {accumulate}", self.level);
            assert_stored_near(&name, format, self.map, &expected, &found, SUM_TOLERANCE);
            if self.precision == Precision::Full && !accumulate {
                let value = |before: &[f64]| {
                    let features = reference::relu(before);
                    let sampled = reference::sample(self.map, &features, self.own, self.level);
                    inner(&sampled, &slope)
                };
                assert_gradient(&name, self.map, value, &widen(&before), &found);
            }
        }
    }
}

#[test]
fn samples_of_windows_are_the_references_both_ways() {
    for precision in PRECISIONS {
        let gpu = Bench::open().gpu;
        let kernel = Sample::new(&gpu, precision);
        // From one position to maps that are wider than a workgroup.
        let cases = (LEVELS, 1..40_u32, 1..12_u32, 0..u64::MAX);
        for_cases(&gpu, 40, cases, |bench, (level, width, height, seed)| {
            let mut random = Random(seed);
            let case = Case::new(&mut random, precision, level, (width, height));
            let positions: Vec<_> = case.core().into_iter().map(Some).collect();
            case.take(bench, &kernel, &mut random, None, &positions);
            case.give(bench, &kernel, &mut random, None, &positions);
        });
    }
}

#[test]
fn listed_samples_are_the_references_both_ways() {
    for precision in PRECISIONS {
        let gpu = Bench::open().gpu;
        let kernel = Sample::new(&gpu, precision);
        let cases = (LEVELS, 1..90_u32, 1..12_u32, 1..200_u32, 0..u64::MAX);
        for_cases(
            &gpu,
            40,
            cases,
            |bench, (level, width, height, count, seed)| {
                let mut random = Random(seed);
                let case = Case::new(&mut random, precision, level, (width, height));
                let grid = case.window.grid;
                let places: Vec<_> = (0..count).map(|_| random.below(grid.positions())).collect();
                let position = |place: &u32| case.in_core((place % grid.width, place / grid.width));
                let positions: Vec<_> = places.iter().map(position).collect();
                case.take(bench, &kernel, &mut random, Some(&places), &positions);

                // Back they go from a layer on the grid itself, one in each cell.
                let case = Case::new(&mut random, precision, 0, (width, height));
                let grid = case.window.grid;
                let cells = Cells::of(grid, count);
                let drawn = reference::draw_places(
                    (grid.width, grid.height),
                    (cells.across, cells.down),
                    [0, seed as u32, 0],
                );
                let places: Vec<_> = drawn.iter().map(|(x, y)| y * grid.width + x).collect();
                let positions: Vec<_> = drawn.iter().map(|&place| case.in_core(place)).collect();
                let listed = (&places[..], cells);
                case.give(bench, &kernel, &mut random, Some(listed), &positions);
            },
        );
    }
}

#[test]
fn places_are_drawn_as_the_reference_does() {
    let gpu = Bench::open().gpu;
    let kernel = DrawPlaces::new(&gpu);
    let cases = (
        LEVELS,
        (1..150_u32, 1..90_u32),
        1..700_u32,
        (0..=u32::MAX, 0..=u64::MAX, 0..13_usize),
    );
    for_cases(
        &gpu,
        60,
        cases,
        |bench, (level, sides, most, (step, seed, layer))| {
            let mut random = Random(seed);
            let case = Case::new(&mut random, Precision::Full, 0, sides);
            let grid = case.window.grid;
            let cells = Cells::of(grid, most);
            assert!((1..=most).contains(&cells.count()));
            assert!(cells.across <= grid.width && cells.down <= grid.height);

            let shifted = |length: u32| match level {
                0.. => length >> level,
                _ => length << -level,
            };
            let labels = Shape::new(shifted(grid.width).max(1), shifted(grid.height).max(1), 1);
            let mut style = || [0, 1, 2, NONE][random.below(4) as usize];
            let styles: Vec<_> = (0..labels.positions()).map(|_| style()).collect();
            let count = cells.count() as usize;
            // What lies behind the cells is others'.
            let [places, owners, nearest] = [0; 3].map(|_| bench.stale_words(count + 1));
            let progress = bench.memory.upload("progress", &[step]).unwrap();
            let style_buffer = bench.memory.upload("styles", &styles).unwrap();
            let buffers = DrawBuffers {
                progress: &progress,
                styles: (labels, &style_buffer),
                places: &places,
                owners: &owners,
                nearest: &nearest,
            };
            bench.run(&[kernel.draw(&gpu, case.window, cells, (layer, level), seed, buffers)]);
            let read = |buffer| pollster::block_on(gpu.read::<u32>(buffer)).unwrap();

            let drawn = reference::draw_places(
                (grid.width, grid.height),
                (cells.across, cells.down),
                [step, seed as u32, layer as u32],
            );
            let style_of = |&(x, y): &(u32, u32)| {
                let column = reference::label_place(x, level, labels.width);
                let row = reference::label_place(y, level, labels.height);
                let inside = case.in_core((x, y)).is_some();
                if inside {
                    styles[(row * labels.width + column) as usize]
                } else {
                    NONE
                }
            };
            let expected: Vec<_> = drawn.iter().map(|(x, y)| y * grid.width + x).collect();
            assert_eq!(
                read(&places)[..count],
                expected,
                "places of {grid:?} in {cells:?}"
            );
            let expected: Vec<_> = drawn.iter().map(style_of).collect();
            assert_eq!(
                read(&owners)[..count],
                expected,
                "styles of {grid:?} in {cells:?}"
            );
            assert_eq!(read(&nearest)[..count], vec![NONE; count]);
            for buffer in [&places, &owners, &nearest] {
                assert_eq!(read(buffer)[count], 0x5a5a_5a5a);
            }
        },
    );
}

/// Over many steps every position has its turn, and about as often as the others: seen of the reference, which the kernel is
/// number by number.
#[test]
fn every_position_is_drawn_in_its_turn() {
    let (sides, cells) = ((7, 5), (2, 2));
    let mut times = [0; 35];
    let steps = 4000;
    for step in 0..steps {
        let drawn = reference::draw_places(sides, cells, [step, 5, 3]);
        assert_eq!(drawn.iter().collect::<BTreeSet<_>>().len(), 4);
        for (number, &(x, y)) in (0..).zip(&drawn) {
            assert!(reference::cell_range(7, 2, number % 2).contains(&x));
            assert!(reference::cell_range(5, 2, number / 2).contains(&y));
            times[(7 * y + x) as usize] += 1;
        }
    }
    for (place, &found) in times.iter().enumerate() {
        let (x, y) = (place as u32 % 7, place as u32 / 7);
        let sides = |length: u32, at: u32| {
            if at < length / 2 {
                length / 2
            } else {
                length.div_ceil(2)
            }
        };
        let expected = f64::from(steps) / f64::from(sides(7, x) * sides(5, y));
        // Five standard deviations of a count of some hundreds.
        let off = (f64::from(found) - expected).abs();
        assert!(
            off <= 5.0 * expected.sqrt(),
            "({x}, {y}): {found} times, expected {expected}"
        );
    }
}
