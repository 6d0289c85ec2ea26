//! Woodblock sea: rolling waves cut as flowing lines, in indigo, cream and vermilion.

use std::f32::consts::TAU;

use crate::canvas::Canvas;
use crate::noise::{cell, clouds, noise};
use crate::vector::{Vec3, ramp, rgb};

const WIDTH: usize = 768;
const HEIGHT: usize = 576;

const PAPER: Vec3 = rgb(0xf3e6c8);
const INDIGO: Vec3 = rgb(0x14264f);
const BLUE: Vec3 = rgb(0x33639a);
const PALE: Vec3 = rgb(0xa9c4c4);
const VERMILION: Vec3 = rgb(0xd8432a);

/// Swells from the farthest to the nearest.
const SWELLS: i32 = 10;
const SUN: (f32, f32, f32) = (548.0, 120.0, 84.0);

/// A point of one swell.
struct Place {
    swell: i32,
    x: f32,
    /// Distance below the crest.
    depth: f32,
    /// How steeply the swell falls away to the right here.
    fall: f32,
}

/// Draws the picture.
pub fn draw() -> Canvas {
    Canvas::sampled(WIDTH, HEIGHT, 2, colour_at)
}

fn colour_at(x: f32, y: f32) -> Vec3 {
    // The colour blocks sit a little off the key block, as in a print made by hand.
    let fill = fill_at(x + 1.1, y - 0.8);
    let key = key_at(x, y);
    let grain = clouds(x * 0.012, y * 0.5, 3, 60);
    let worn = ramp(0.62, 0.8, clouds(x * 0.35, y * 0.35, 2, 61));
    let printed = fill.mix(PAPER, 0.22 * ramp(0.45, 0.75, grain) + 0.18 * worn);
    let ink = key * (1.0 - 0.3 * worn);
    let fibre = 0.95 + 0.07 * noise(x * 0.5, y * 0.5, 62);
    printed.mix(INDIGO * 0.85, ink) * fibre
}

/// The crest's height at `x`: sharp peaks and round troughs.
fn crest(swell: i32, x: f32) -> f32 {
    let near = swell as f32 / (SWELLS - 1) as f32;
    let length = 150.0 + 230.0 * near;
    let bend = 60.0 * (noise(x * 0.006, 0.0, swell + 10) - 0.5);
    let phase = (x + bend) / length + cell(swell, 3, 3) + swell as f32 * 0.37;
    let peak = 1.0 - (phase * TAU * 0.5).sin().abs();
    let (middle, height) = level(swell);
    let rise = height * (peak.powf(1.25) - 0.4);
    let ripple = 7.0 * noise(x * 0.03, 1.0, swell + 30);
    middle - rise + ripple
}

/// The height about which a swell rises and falls, and how far it does.
fn level(swell: i32) -> (f32, f32) {
    let near = swell as f32 / (SWELLS - 1) as f32;
    (150.0 + 395.0 * near.powf(1.1), 22.0 + 62.0 * near)
}

/// How far the wind carries the swell's water forwards: most at its top, so that crests curl.
fn lean(swell: i32, y: f32) -> f32 {
    let (middle, height) = level(swell);
    let above = ((middle - y) / height + 0.5).max(0.0);
    height * 0.55 * above.powf(2.2)
}

fn place_at(x: f32, y: f32) -> Option<Place> {
    (0..SWELLS).rev().find_map(|swell| {
        let x = x + lean(swell, y);
        let below = y - crest(swell, x);
        let fall = (crest(swell, x + 2.0) - crest(swell, x - 2.0)) / 4.0;
        (below > 0.0).then(|| Place {
            swell,
            x,
            depth: below / (1.0 + fall * fall).sqrt(),
            fall,
        })
    })
}

/// How deep the foam reaches below the crest: a row of scallops.
fn foam(place: &Place) -> f32 {
    let size = 9.0 + place.swell as f32;
    let scallop = ((place.x / (size * 2.2) + place.swell as f32).rem_euclid(1.0) * TAU * 0.5).sin();
    4.0 + size * 0.9 * scallop * (0.5 + noise(place.x * 0.02, 2.0, place.swell))
}

fn fill_at(x: f32, y: f32) -> Vec3 {
    let Some(place) = place_at(x, y) else {
        return sky_fill(x, y);
    };
    let foam = foam(&place);
    if place.depth < foam {
        return PAPER;
    }
    // Each swell's ink is wiped from strong to weak, as printers do.
    let wiped = ramp(0.0, 85.0, place.depth - foam);
    match place.swell % 4 {
        0 => BLUE.mix(PALE, wiped),
        1 => PALE.mix(PAPER, wiped),
        2 => INDIGO.mix(BLUE, wiped),
        _ if under_band(&place) => VERMILION,
        _ => PAPER.mix(PALE, wiped),
    }
}

/// A ribbon of vermilion that follows the crest.
fn under_band(place: &Place) -> bool {
    let middle = 34.0 + 10.0 * (noise(place.x * 0.02, 3.0, place.swell) - 0.5);
    (place.depth - middle).abs() < 9.0
}

fn sky_fill(x: f32, y: f32) -> Vec3 {
    let from = (x - SUN.0).hypot(y - SUN.1);
    if from < SUN.2 {
        return VERMILION;
    }
    let cloud = cloud_level(x, y);
    if cloud > 0.62 {
        return PAPER;
    }
    let dusk = ramp(150.0, 0.0, y);
    let glow = PAPER.mix(VERMILION, 0.45 * ramp(60.0, 200.0, y));
    glow.mix(BLUE, 0.9 * dusk)
}

fn cloud_level(x: f32, y: f32) -> f32 {
    clouds(x * 0.007, y * 0.02, 2, 54)
}

/// How much of the dark key block's ink lies here, from 0 to 1.
fn key_at(x: f32, y: f32) -> f32 {
    let Some(place) = place_at(x, y) else {
        return sky_key(x, y);
    };
    let outline = 1.6 + place.swell as f32 * 0.13;
    let foam = foam(&place);
    if place.depth < outline || (place.depth - foam).abs() < 0.9 {
        return 1.0;
    }
    if place.depth < foam {
        return foam_dots(&place);
    }
    match place.swell % 4 {
        2 => 0.0_f32.max(flowing_lines(&place, 7.0) - 0.1),
        1 => scales(x, y, 15.0 + place.swell as f32),
        _ => flowing_lines(&place, 6.0).max(hatching(&place, x, y)),
    }
}

fn foam_dots(place: &Place) -> f32 {
    let dot = (place.x * 0.35).sin() * (place.depth * 0.9).sin();
    ramp(0.8, 0.95, dot)
}

/// Lines that follow the crest, swelling and thinning as a knife cuts them.
fn flowing_lines(place: &Place, spacing: f32) -> f32 {
    let spacing = spacing + 0.25 * place.swell as f32;
    let drift = 16.0 * noise(place.x * 0.012, place.depth * 0.02, place.swell + 70);
    let line = (place.depth + drift) / spacing;
    let middle = ((line.rem_euclid(1.0)) - 0.5).abs() * spacing;
    let strength = noise(place.x * 0.025, line.floor() * 3.7, place.swell + 80);
    let breadth = 0.2 + 1.7 * ramp(0.15, 0.8, strength);
    ramp(breadth + 0.3, breadth - 0.3, middle)
}

/// Short slanting cuts on the side of the swell that faces away from the sun.
fn hatching(place: &Place, x: f32, y: f32) -> f32 {
    let slant = ((x * 0.8 + y * 0.6) / 4.6).rem_euclid(1.0);
    let middle = (slant - 0.5).abs() * 4.6;
    let shade = ramp(-0.05, -0.45, place.fall) * ramp(80.0, 10.0, place.depth);
    let breadth = 1.3 * shade;
    ramp(breadth + 0.3, breadth - 0.3, middle) * ramp(0.0, 0.2, shade)
}

/// Overlapping fans of arcs, like scales.
fn scales(x: f32, y: f32, radius: f32) -> f32 {
    let top = (y / (radius * 0.5)).floor() as i32;
    // The lowest fan that covers this point hides those behind it.
    for row in (top..top + 4).rev() {
        let shift = if row.rem_euclid(2) == 0 { 0.0 } else { radius };
        let column = ((x - shift) / (radius * 2.0)).round() * radius * 2.0 + shift;
        let from = (x - column).hypot(y - (row as f32 + 1.0) * radius * 0.5);
        if from < radius {
            let ring = radius / 4.0;
            let middle = ring - (from % ring);
            return ramp(1.5, 0.9, middle);
        }
    }
    0.0
}

fn sky_key(x: f32, y: f32) -> f32 {
    let from = (x - SUN.0).hypot(y - SUN.1);
    if (from - SUN.2).abs() < 1.3 {
        return 1.0;
    }
    if from < SUN.2 {
        let line = ((y + 5.0 * noise(x * 0.02, y * 0.02, 90)) / 7.0).rem_euclid(1.0);
        let low = ramp(-60.0, 80.0, y - SUN.1) * 0.34;
        return ramp(low + 0.06, low - 0.06, (line - 0.5).abs()) * ramp(0.0, 0.05, low);
    }
    let cloud = cloud_level(x, y);
    if (cloud - 0.62).abs() < 0.006 {
        return 1.0;
    }
    let line = if cloud > 0.62 {
        cloud * 45.0
    } else {
        (y + 26.0 * noise(x * 0.01, y * 0.013, 91)) / 6.5
    };
    let strength = noise(x * 0.02, line.floor() * 2.3, 92);
    let breadth = 0.3 * ramp(0.25, 0.9, strength);
    let middle = (line.rem_euclid(1.0) - 0.5).abs();
    0.85 * ramp(breadth + 0.06, breadth - 0.06, middle) * ramp(0.0, 0.04, breadth)
}
