//! The poster's shapes: which inks are printed at a point.

use std::f32::consts::{FRAC_1_SQRT_2, PI, TAU};

/// The inks, which add up.
pub const YELLOW: u8 = 1;
/// A warm red.
pub const RED: u8 = 2;
/// Green where it lies on yellow.
pub const TEAL: u8 = 4;
/// Prints over all others.
pub const NAVY: u8 = 8;

const BARE: u8 = 0;
const ORANGE: u8 = YELLOW | RED;
const GREEN: u8 = YELLOW | TEAL;
const SUN: (f32, f32, f32) = (500.0, 176.0, 86.0);
/// Where the land ends and the lake begins.
const SHORE: f32 = 372.0;

/// The inks printed at a point of the paper.
pub fn inks_at(x: f32, y: f32) -> u8 {
    leaves(x, y)
        .or_else(|| trees(x, y))
        .or_else(|| boat(x, y))
        .or_else(|| bank(x, y))
        .or_else(|| (y > SHORE).then(|| lake(x, y)))
        .or_else(|| hills(x, y))
        .or_else(|| peaks(x, y))
        .or_else(|| birds(x, y))
        .or_else(|| cloud(x, y))
        .unwrap_or_else(|| sky(x, y))
}

/// Dots of a screen turned by half a right angle; `tone` from 0 to 1 says how large they are.
fn dots(x: f32, y: f32, pitch: f32, tone: f32) -> bool {
    let (along, across) = (
        (x + y) * FRAC_1_SQRT_2 / pitch,
        (x - y) * FRAC_1_SQRT_2 / pitch,
    );
    let from = (along - along.round()).hypot(across - across.round());
    from < 0.72 * tone.clamp(0.0, 1.0).sqrt()
}

/// Rays around the sun, paler and darker.
fn sky(x: f32, y: f32) -> u8 {
    let (dx, dy) = (x - SUN.0, y - SUN.1);
    let from = dx.hypot(dy);
    if from < SUN.2 {
        return if y > SUN.1 - 20.0 && dots(x, y, 8.0, (y - SUN.1 + 20.0) / 150.0) {
            ORANGE
        } else {
            RED
        };
    }
    if from < SUN.2 + 15.0 {
        return BARE;
    }
    let ray = (dy.atan2(dx) / TAU * 26.0 + 0.25).rem_euclid(1.0);
    let high = (250.0 - y) / 520.0;
    if ray < 0.5 {
        return if dots(x, y, 8.0, high) { GREEN } else { YELLOW };
    }
    if dots(x, y, 8.0, high) { TEAL } else { BARE }
}

/// Bars with round ends.
fn cloud(x: f32, y: f32) -> Option<u8> {
    const BARS: [(f32, f32, f32, u8); 8] = [
        (30.0, 176.0, 56.0, BARE),
        (76.0, 236.0, 84.0, BARE),
        (-30.0, 112.0, 112.0, TEAL),
        (590.0, 800.0, 64.0, BARE),
        (640.0, 720.0, 36.0, TEAL),
        (560.0, 690.0, 92.0, BARE),
        (392.0, 470.0, 216.0, BARE),
        (340.0, 420.0, 244.0, BARE),
    ];
    BARS.into_iter().find_map(|(left, right, middle, ink)| {
        let from = (x - x.clamp(left, right)).hypot(y - middle);
        (from < 14.0).then_some(ink)
    })
}

/// Birds: two bent wings each.
fn birds(x: f32, y: f32) -> Option<u8> {
    const FLOCK: [(f32, f32, f32); 5] = [
        (330.0, 70.0, 20.0),
        (372.0, 98.0, 15.0),
        (292.0, 104.0, 14.0),
        (404.0, 60.0, 12.0),
        (244.0, 66.0, 11.0),
    ];
    FLOCK.into_iter().find_map(|(across, down, span)| {
        let part = ((x - across) / span).abs();
        let bend = down - span * 0.55 * (part * PI).sin() * (1.0 - 0.4 * part);
        let thick = span * 0.15 * (1.0 - part).max(0.0).sqrt();
        (part < 1.0 && (y - bend).abs() < thick).then_some(NAVY)
    })
}

/// A peak: its top, and how far its foot reaches to the left and the right.
struct Peak {
    x: f32,
    y: f32,
    left: f32,
    right: f32,
    light: u8,
    shade: u8,
}

const PEAKS: [Peak; 5] = [
    Peak {
        x: 206.0,
        y: 128.0,
        left: 190.0,
        right: 170.0,
        light: ORANGE,
        shade: NAVY,
    },
    Peak {
        x: 640.0,
        y: 186.0,
        left: 150.0,
        right: 190.0,
        light: ORANGE,
        shade: NAVY,
    },
    Peak {
        x: 62.0,
        y: 206.0,
        left: 150.0,
        right: 130.0,
        light: RED,
        shade: NAVY | TEAL,
    },
    Peak {
        x: 356.0,
        y: 226.0,
        left: 130.0,
        right: 150.0,
        light: RED,
        shade: NAVY | TEAL,
    },
    Peak {
        x: 752.0,
        y: 232.0,
        left: 120.0,
        right: 140.0,
        light: RED,
        shade: NAVY | TEAL,
    },
];

fn peaks(x: f32, y: f32) -> Option<u8> {
    PEAKS.iter().find_map(|peak| {
        let down = (y - peak.y) / (SHORE - peak.y);
        let (left, right) = (peak.x - peak.left * down, peak.x + peak.right * down);
        if down < 0.0 || x < left || x > right {
            return None;
        }
        // The ridge between light and shade runs in a zigzag.
        let zigzag = ((y - peak.y) / 30.0).rem_euclid(2.0) - 1.0;
        let ridge =
            peak.x + (right - peak.x) * 0.12 + 20.0 * (zigzag.abs() - 0.5) * (down * 6.0).min(1.0);
        let lit = x < ridge;
        let teeth = (((x - peak.x) / 17.0).rem_euclid(2.0) - 1.0).abs();
        let snow = down < 0.27 + 0.16 * teeth;
        Some(match (snow, lit) {
            (true, true) => BARE,
            (true, false) => TEAL,
            (false, true) if facet(peak, x, y) => YELLOW,
            (false, true) => peak.light,
            (false, false) => peak.shade,
        })
    })
}

/// Steep bands of brighter rock on the side in the light.
fn facet(peak: &Peak, x: f32, y: f32) -> bool {
    let slant = (x - peak.x) + (y - peak.y) * 0.42;
    (slant / 46.0).rem_euclid(1.0) < 0.34
}

/// Round hills between the peaks and the lake, ploughed in stripes.
fn hills(x: f32, y: f32) -> Option<u8> {
    const ROUND: [(f32, f32, f32, u8, u8); 5] = [
        (120.0, 470.0, 176.0, GREEN, TEAL),
        (420.0, 520.0, 196.0, YELLOW, GREEN),
        (700.0, 480.0, 186.0, GREEN, TEAL),
        (270.0, 480.0, 168.0, TEAL, TEAL | NAVY),
        (560.0, 470.0, 166.0, TEAL, TEAL | NAVY),
    ];
    ROUND
        .into_iter()
        .find_map(|(across, down, radius, one, other)| {
            let from = (x - across).hypot((y - down) * 1.08);
            let furrow = ((x - across) / (y - down + radius * 1.6) * 13.0).rem_euclid(1.0) < 0.5;
            let rim = from > radius - 12.0;
            (from < radius).then_some(if furrow && !rim { other } else { one })
        })
}

/// Water with the sun's path in bars.
fn lake(x: f32, y: f32) -> u8 {
    let row = ((y - SHORE) / 11.0).floor();
    let inside = (y - SHORE) / 11.0 - row;
    let wide = 34.0 + 13.0 * row + 16.0 * (row * 2.4).sin();
    let shift = 14.0 * (row * 1.7).sin();
    let from = (x - SUN.0 - shift).abs();
    let slot = inside > 0.28 + 0.02 * row;
    if slot && from < wide * 0.55 {
        return if from < wide * 0.26 { BARE } else { ORANGE };
    }
    let (column, part) = (
        ((x + row * 71.0) / 118.0).floor(),
        ((x + row * 71.0) / 118.0).rem_euclid(1.0),
    );
    let dash = 0.2 + 0.35 * (column * 5.3 + row * 2.9).sin().abs();
    let ends = part < dash && (0.30..0.62).contains(&inside);
    if ends && row > 0.0 {
        return if (column + row).rem_euclid(3.0) < 1.0 {
            BARE
        } else {
            TEAL | NAVY
        };
    }
    TEAL
}

/// A boat with two sails.
fn boat(x: f32, y: f32) -> Option<u8> {
    let (dx, dy) = (x - 330.0, y - 430.0);
    let hull = (0.0..17.0).contains(&dy)
        && dx.abs() < 58.0 - dy * 1.3 + if dx > 0.0 { 8.0 - dy * 0.4 } else { 0.0 };
    if hull {
        return Some(if dy < 5.0 { RED } else { NAVY });
    }
    if dx.abs() < 1.8 && (-128.0..0.0).contains(&dy) {
        return Some(NAVY);
    }
    let up = (-6.0 - dy) / 116.0;
    let belly = 6.0 * (up * PI).sin();
    if (0.0..1.0).contains(&up) && dx > 4.0 && dx < 50.0 * (1.0 - up) + belly + 4.0 {
        return Some(if (up * 7.0).rem_euclid(1.0) < 0.09 {
            ORANGE
        } else {
            BARE
        });
    }
    let low = (-6.0 - dy) / 92.0;
    let jib =
        (0.0..1.0).contains(&low) && dx < -4.0 && dx > -44.0 * (1.0 - low) - 0.6 * belly - 4.0;
    jib.then_some(RED)
}

/// The near bank, in two bands.
fn bank(x: f32, y: f32) -> Option<u8> {
    let edge = 506.0 + 26.0 * (x * 0.0085 + 0.6).sin() + 10.0 * (x * 0.021).sin();
    if y < edge {
        return None;
    }
    Some(if y < edge + 9.0 {
        YELLOW
    } else if y < edge + 34.0 {
        GREEN
    } else {
        NAVY | TEAL
    })
}

/// Trees like flames, light on the left and dark on the right, each on a thin trunk.
fn trees(x: f32, y: f32) -> Option<u8> {
    const ROW: [(f32, f32, f32, f32); 7] = [
        (612.0, 520.0, 250.0, 38.0),
        (676.0, 530.0, 300.0, 46.0),
        (560.0, 524.0, 150.0, 26.0),
        (734.0, 530.0, 196.0, 34.0),
        (110.0, 520.0, 170.0, 30.0),
        (64.0, 528.0, 232.0, 38.0),
        (160.0, 524.0, 110.0, 22.0),
    ];
    ROW.into_iter().find_map(|(across, foot, height, breadth)| {
        let up = (foot - 22.0 - y) / (height - 22.0);
        if !(0.0..1.0).contains(&up) {
            let trunk = (foot - 22.0..foot + 6.0).contains(&y) && (x - across).abs() < 3.0;
            return trunk.then_some(NAVY);
        }
        let half = breadth * (up.powf(0.55) * PI).sin().powf(0.8);
        let middle = across + 0.16 * breadth * (up * 9.0).sin();
        if (x - across).abs() > half {
            return None;
        }
        let rib = ((foot - y + (x - middle).abs() * 1.5) / 21.0).rem_euclid(1.0) < 0.22;
        Some(match (x < middle, rib) {
            (true, true) => YELLOW,
            (true, false) => GREEN,
            (false, true) => GREEN,
            (false, false) => NAVY | TEAL,
        })
    })
}

/// Large leaves in the lower corners.
fn leaves(x: f32, y: f32) -> Option<u8> {
    // Foot, direction in turns, length, half the breadth, inks of the two halves.
    const SPRAY: [(f32, f32, f32, f32, f32, u8, u8); 9] = [
        (250.0, 590.0, 0.790, 120.0, 21.0, RED, ORANGE),
        (300.0, 596.0, 0.730, 132.0, 23.0, YELLOW, ORANGE),
        (356.0, 596.0, 0.800, 112.0, 20.0, RED, ORANGE),
        (210.0, 600.0, 0.700, 116.0, 20.0, YELLOW, RED),
        (412.0, 600.0, 0.745, 112.0, 20.0, YELLOW, RED),
        (466.0, 598.0, 0.805, 104.0, 18.0, RED, ORANGE),
        (18.0, 596.0, 0.800, 118.0, 22.0, RED, ORANGE),
        (768.0, 598.0, 0.690, 128.0, 23.0, YELLOW, ORANGE),
        (512.0, 604.0, 0.730, 92.0, 17.0, YELLOW, ORANGE),
    ];
    SPRAY
        .into_iter()
        .find_map(|(across, down, turn, length, breadth, one, other)| {
            let (sine, cosine) = (turn * TAU).sin_cos();
            let (dx, dy) = (x - across, y - down);
            let (along, aside) = ((dx * cosine + dy * sine) / length, dy * cosine - dx * sine);
            if !(0.0..1.0).contains(&along) {
                return None;
            }
            let half = breadth * (along.powf(0.8) * PI).sin();
            if aside.abs() > half {
                return None;
            }
            let vein = ((along * length - aside.abs() * 1.1) / 15.0).rem_euclid(1.0) < 0.16;
            Some(if aside.abs() < 1.3 || vein {
                NAVY
            } else if aside < 0.0 {
                one
            } else {
                other
            })
        })
}
