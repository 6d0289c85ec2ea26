//! Stained glass: facets and great arcs of glowing colour between dark strips of lead.

use crate::canvas::Canvas;
use crate::noise::{Random, cell, clouds, noise};
use crate::vector::{Vec3, ramp, rgb, vec3};

const WIDTH: usize = 768;
const HEIGHT: usize = 576;

/// Half the breadth of a strip of lead.
const LEAD: f32 = 2.3;

/// Colours for the glass: the first row inside an even number of arcs, the second inside an odd.
const GLASS: [[Vec3; 8]; 2] = [
    [
        rgb(0x8c1030),
        rgb(0xd8232f),
        rgb(0xf2641c),
        rgb(0xf9a51a),
        rgb(0x6d1b6b),
        rgb(0xffd23f),
        rgb(0xb3123c),
        rgb(0xe8467c),
    ],
    [
        rgb(0x0b3c8c),
        rgb(0x1273c4),
        rgb(0x12a5a0),
        rgb(0x0d7a4e),
        rgb(0x3a2a96),
        rgb(0x4cc3e0),
        rgb(0x0a4f63),
        rgb(0x7fd18a),
    ],
];

/// Centre and radius of each great arc.
const ARCS: [(f32, f32, f32); 9] = [
    (300.0, 260.0, 95.0),
    (300.0, 260.0, 190.0),
    (300.0, 260.0, 300.0),
    (640.0, 470.0, 80.0),
    (640.0, 470.0, 170.0),
    (660.0, 90.0, 110.0),
    (60.0, 540.0, 130.0),
    (480.0, 620.0, 240.0),
    (-40.0, 60.0, 170.0),
];

/// A point of the window: its pane and how far it is from the lead.
struct Pane {
    id: i32,
    arcs: i32,
    edge: f32,
    centre: (f32, f32),
}

/// Draws the picture.
pub fn draw() -> Canvas {
    let seeds = seeds();
    let mut window = Canvas::sampled(WIDTH, HEIGHT, 2, |x, y| colour_at(&seeds, x, y));
    glow(&mut window);
    window
}

/// The middles of the facets: small ones near the middle of the rose, larger ones outside.
fn seeds() -> Vec<(f32, f32)> {
    let mut random = Random::new(21);
    let mut seeds: Vec<(f32, f32)> = Vec::new();
    for _ in 0..6000 {
        let x = random.between(-40.0, WIDTH as f32 + 40.0);
        let y = random.between(-40.0, HEIGHT as f32 + 40.0);
        let apart = 20.0 + 46.0 * noise(x * 0.011, y * 0.011, 5);
        let clear = |&(a, b): &(f32, f32)| (a - x).hypot(b - y) > apart;
        if seeds.iter().all(clear) {
            seeds.push((x, y));
        }
    }
    seeds
}

fn pane_at(seeds: &[(f32, f32)], x: f32, y: f32) -> Pane {
    let distance = |&(a, b): &(f32, f32)| (a - x) * (a - x) + (b - y) * (b - y);
    let (mut best, mut nearest) = (0, f32::MAX);
    for (index, seed) in seeds.iter().enumerate() {
        let squared = distance(seed);
        if squared < nearest {
            (best, nearest) = (index, squared);
        }
    }
    let centre = seeds[best];
    let mut edge = f32::MAX;
    for (index, seed) in seeds.iter().enumerate() {
        if index != best {
            // The distance to the line half-way between the two middles.
            let apart = (seed.0 - centre.0).hypot(seed.1 - centre.1);
            edge = edge.min((distance(seed) - nearest) / (2.0 * apart));
        }
    }
    let pane = cut_by_arcs(x, y, best as i32, edge, centre);
    cut_across(x, y, pane)
}

fn cut_by_arcs(x: f32, y: f32, facet: i32, edge: f32, centre: (f32, f32)) -> Pane {
    let mut pane = Pane {
        id: facet,
        arcs: 0,
        edge,
        centre,
    };
    for (index, &(a, b, radius)) in ARCS.iter().enumerate() {
        let distance = (a - x).hypot(b - y) - radius;
        // The arcs' lead is a little broader than the facets'.
        pane.edge = pane.edge.min(distance.abs() - 1.0);
        if distance < 0.0 {
            pane.arcs += 1;
            pane.id += 1000 << index;
        }
    }
    pane
}

/// Cuts every other facet in two, so that sharp shards stand beside round panes.
fn cut_across(x: f32, y: f32, mut pane: Pane) -> Pane {
    let facet = pane.id % 1000;
    if cell(facet, 6, 6) < 0.45 {
        return pane;
    }
    let (sine, cosine) = (cell(facet, 7, 7) * 6.3).sin_cos();
    let side = (x - pane.centre.0) * cosine + (y - pane.centre.1) * sine;
    pane.edge = pane.edge.min(side.abs() + 0.5);
    pane.id += if side > 0.0 { 500 } else { 0 };
    pane
}

fn colour_at(seeds: &[(f32, f32)], x: f32, y: f32) -> Vec3 {
    let pane = pane_at(seeds, x, y);
    if pane.edge < LEAD {
        return lead_at(x, y, pane.edge);
    }
    // Neighbouring panes share a family of colours, which makes larger shapes.
    let family = clouds(pane.centre.0 * 0.006, pane.centre.1 * 0.006, 2, 9) * 5.0;
    let choice = (family + cell(pane.id, 1, 1) * 4.5) as usize % 8;
    let row = (pane.arcs % 2) as usize;
    let colour = GLASS[row][choice] * (0.88 + 0.5 * cell(pane.id, 2, 2));
    let glass = colour * texture(&pane, x, y);
    // Light fades towards the lead, as it does in thick glass.
    let light = 0.5 + 0.62 * ramp(LEAD, 20.0, pane.edge);
    let hot = ramp(6.0, 26.0, pane.edge) * 0.16 * cell(pane.id, 3, 3);
    let rim = ramp(LEAD + 2.2, LEAD, pane.edge) * 0.4;
    (glass * light + vec3(hot, hot * 0.9, hot * 0.7)) * (1.0 - rim)
}

/// Streaks drawn through the glass, each pane's in its own direction, with ripples and bubbles.
fn texture(pane: &Pane, x: f32, y: f32) -> f32 {
    let (sine, cosine) = (cell(pane.id, 4, 4) * 6.3).sin_cos();
    let (along, across) = (x * cosine + y * sine, y * cosine - x * sine);
    let streak = clouds(along * 0.02, across * 0.22, 3, pane.id & 1023);
    let ripple = clouds(x * 0.11, y * 0.11, 2, 77);
    let (column, row) = ((x / 9.0) as i32, (y / 9.0) as i32);
    let middle = (
        (column as f32 + 0.3 + 0.4 * cell(column, row, 5)) * 9.0,
        (row as f32 + 0.3 + 0.4 * cell(column, row, 6)) * 9.0,
    );
    let from = (x - middle.0).hypot(y - middle.1);
    let size = 2.6 * ramp(0.72, 1.0, cell(column, row, 7));
    let bubble = 0.3 * ramp(size, size - 1.0, from);
    0.5 + 0.72 * streak + 0.3 * ripple + bubble
}

/// A rounded strip of lead with a dull shine along one side.
fn lead_at(x: f32, y: f32, edge: f32) -> Vec3 {
    let round = ramp(LEAD, -0.5, edge.max(0.0));
    let grain = noise(x * 0.6, y * 0.6, 8);
    rgb(0x0c0c12).mix(rgb(0x4a4a54), round * (0.35 + 0.5 * grain) * 0.7)
}

/// Lets the brightest glass spill a little light over its surroundings.
fn glow(window: &mut Canvas) {
    let mut light: Vec<Vec3> = window.pixels.iter().map(|&p| p * p).collect();
    for _ in 0..3 {
        light = blurred(&light, 1, WIDTH);
        light = blurred(&light, WIDTH, HEIGHT);
    }
    for (pixel, spill) in window.pixels.iter_mut().zip(&light) {
        *pixel = *pixel * 0.92 + *spill * 0.42;
    }
}

/// A running mean along one axis: `step` apart in memory, `count` long.
fn blurred(light: &[Vec3], step: usize, count: usize) -> Vec<Vec3> {
    const REACH: usize = 7;
    let place = |index: usize| (index / step) % count;
    (0..light.len())
        .map(|index| {
            let before = place(index).min(REACH);
            let after = (count - 1 - place(index)).min(REACH);
            let first = index - before * step;
            let sum = (0..=before + after).fold(Vec3::default(), |sum, next| {
                sum + light[first + next * step]
            });
            sum * (1.0 / (before + after + 1) as f32)
        })
        .collect()
}
