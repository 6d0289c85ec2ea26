//! The fronts of the houses: plaster, beams, windows, shutters and doors.

use super::Surface;
use super::town::{HOUSES, House, QUAY, to_row};
use crate::noise::{cell, clouds, noise};
use crate::vector::{Vec3, ramp, rgb, vec3};

const STOREY: f32 = 2.75;
/// Half the breadth and half the height of a window.
const PANE: (f32, f32) = (0.46, 0.78);
const FRAME: Vec3 = rgb(0xf2ecdc);
const BEAM: Vec3 = rgb(0x3d2a20);

/// A point of a front: across from the middle of the house, and up from the quay.
struct Spot {
    number: usize,
    across: f32,
    up: f32,
}

/// The surface of house `number` at `point`.
pub fn surface(number: usize, point: Vec3, normal: Vec3) -> Surface {
    let house = &HOUSES[number];
    let place = to_row(point);
    let spot = Spot {
        number,
        across: place.x - house.left - house.breadth / 2.0,
        up: place.y - QUAY,
    };
    let front = place.z < house.back + 0.05;
    let bare = Surface {
        colour: plaster(house, place),
        normal,
        mirror: 0.0,
        glow: Vec3::default(),
    };
    if !front {
        return bare;
    }
    if spot.up < 2.6 {
        return ground_floor(house, &spot, bare);
    }
    upper_floors(house, &spot, bare)
}

/// Stained plaster, damp at the foot.
fn plaster(house: &House, place: Vec3) -> Vec3 {
    let stain = clouds(place.x * 0.9 + place.z, place.y * 0.45, 4, 41);
    let grain = noise(place.x * 9.0 + place.z * 9.0, place.y * 9.0, 42);
    let damp = ramp(2.4, 0.2, place.y - QUAY) * 0.35;
    house.wall * (0.62 + 0.55 * stain + 0.1 * grain) * (1.0 - damp)
}

/// The row of windows that a spot belongs to, as the offset from the nearest one's middle.
fn window_offset(house: &House, spot: &Spot) -> Option<(f32, f32, i32)> {
    let storey = ((spot.up - 2.6) / STOREY).floor();
    let middle = 2.6 + STOREY * (storey + 0.5);
    let in_gable = middle + PANE.1 + 0.35 > house.eaves;
    let spacing = if house.breadth > 6.3 { 2.0 } else { 1.75 };
    let count = if in_gable { 1.0 } else { 3.0 };
    let above = (middle + PANE.1 + 0.9 - house.eaves) / house.gable;
    if in_gable && above > 0.62 {
        return None;
    }
    let column = (spot.across / spacing).round();
    if column.abs() > (count - 1.0) / 2.0 {
        return None;
    }
    Some((
        spot.across - column * spacing,
        spot.up - middle,
        (storey * 5.0 + column) as i32,
    ))
}

fn upper_floors(house: &House, spot: &Spot, bare: Surface) -> Surface {
    let wall = if house.beams {
        beams(house, spot, bare)
    } else {
        cornice(house, spot, bare)
    };
    let Some((across, up, key)) = window_offset(house, spot) else {
        return wall;
    };
    let (x, y) = (across.abs(), up.abs());
    if x < PANE.0 && y < PANE.1 {
        return window(spot, across, up, key, wall);
    }
    if x < PANE.0 + 0.12 && y < PANE.1 + 0.12 {
        return Surface {
            colour: FRAME * 0.95,
            ..wall
        };
    }
    // A sill, and its shadow below.
    if x < PANE.0 + 0.2 && up < 0.0 && y < PANE.1 + 0.24 {
        return Surface {
            colour: FRAME * 0.8,
            ..wall
        };
    }
    let shutters = !house.beams && cell(spot.number as i32, 7, 7) > 0.3;
    if shutters && x < PANE.0 + 0.62 && y < PANE.1 + 0.05 {
        let slat = 0.72 + 0.4 * ramp(0.2, 0.5, (up / 0.13).rem_euclid(1.0));
        return Surface {
            colour: house.trim * slat,
            ..wall
        };
    }
    let shadow = x < PANE.0 + 0.2 && up < 0.0 && y < PANE.1 + 0.42;
    Surface {
        colour: wall.colour * if shadow { 0.6 } else { 1.0 },
        ..wall
    }
}

/// Glass behind thin bars: it mirrors the sky, and a few windows are already lit.
fn window(spot: &Spot, across: f32, up: f32, key: i32, wall: Surface) -> Surface {
    let bar = across.abs() < 0.04 || (up - 0.28).abs() < 0.035 || (up + 0.3).abs() < 0.03;
    if bar || PANE.0 - across.abs() < 0.07 || PANE.1 - up.abs() < 0.07 {
        return Surface {
            colour: FRAME * 0.85,
            ..wall
        };
    }
    // The wall's thickness throws a shadow along the top and on the right, where the sun is.
    let depth = PANE.0 - across;
    let shade = ramp(0.05, 0.3, depth.min(PANE.1 - up));
    let number = spot.number as i32;
    let curtain = ramp(0.12, 0.2, across.abs() - 0.1 * cell(number, key, 1) - 0.05);
    let room = vec3(0.035, 0.04, 0.05).mix(vec3(0.30, 0.27, 0.24), curtain * 0.6);
    let lamp = if cell(number, key, 2) > 0.8 { 1.0 } else { 0.0 };
    let tilt = vec3(cell(number, key, 3) - 0.5, cell(number, key, 4) - 0.5, 0.0) * 0.16;
    Surface {
        colour: room * (0.35 + 0.65 * shade),
        normal: (wall.normal + tilt).unit(),
        mirror: 0.34 * (0.4 + 0.6 * shade),
        glow: vec3(0.75, 0.42, 0.13) * lamp * (0.5 + 0.5 * curtain),
    }
}

/// Bands between the storeys, and dressed stones at the corners.
fn cornice(house: &House, spot: &Spot, bare: Surface) -> Surface {
    let storey = ((spot.up - 2.6) / STOREY).rem_euclid(1.0) * STOREY;
    let edge = house.breadth / 2.0 - spot.across.abs();
    let quoin = edge < 0.32 + 0.16 * (((spot.up / 0.42).floor() as i32) & 1) as f32;
    let band = storey < 0.16 && spot.up < house.eaves + 0.2;
    if band || (quoin && spot.up < house.eaves) {
        return Surface {
            colour: bare.colour.mix(rgb(0xe8dcc2), 0.55),
            ..bare
        };
    }
    if (0.16..0.34).contains(&storey) {
        return Surface {
            colour: bare.colour * 0.86,
            ..bare
        };
    }
    bare
}

/// A timber frame: posts, rails and braces.
fn beams(house: &House, spot: &Spot, bare: Surface) -> Surface {
    let storey = ((spot.up - 2.6) / STOREY).rem_euclid(1.0) * STOREY;
    let post = (spot.across / (house.breadth / 5.0) + 0.5).rem_euclid(1.0) - 0.5;
    let bay = house.breadth / 5.0;
    let upright = (post.abs() * bay) < 0.10;
    let rail = !(0.22..=STOREY - 0.02).contains(&storey) || (storey - 0.62).abs() < 0.08;
    let lean = (spot.across.abs() - house.breadth * 0.34) - (storey - 1.4) * 0.42;
    let brace = lean.abs() < 0.09 && storey > 0.6;
    let rise = house.eaves + house.gable - spot.up;
    let verge = rise / house.gable * house.breadth / 2.0 - spot.across.abs();
    if upright || rail || brace || verge < 0.22 {
        let grain = 0.7 + 0.6 * noise(spot.across * 14.0, spot.up * 3.0, 43);
        return Surface {
            colour: BEAM * grain,
            ..bare
        };
    }
    bare
}

/// A door, a shop window or two, and a stone base.
fn ground_floor(house: &House, spot: &Spot, bare: Surface) -> Surface {
    let mirrored = if cell(spot.number as i32, 9, 9) > 0.5 {
        1.0
    } else {
        -1.0
    };
    let across = spot.across * mirrored;
    let door = (across + house.breadth * 0.28).abs();
    let arch = 1.95 + 0.35 * (1.0 - (door / 0.6).min(1.0).powi(2)).sqrt();
    if door < 0.6 && spot.up < arch {
        let panel = (door - 0.3).abs() < 0.2 && (spot.up - 1.0).abs() > 0.1;
        let shade = if panel { 0.75 } else { 1.0 } * ramp(arch + 0.05, arch - 0.4, spot.up);
        return Surface {
            colour: house.trim * (0.25 + 0.75 * shade),
            ..bare
        };
    }
    if door < 0.8 && spot.up < arch + 0.22 {
        return Surface {
            colour: rgb(0xd8c8a8),
            ..bare
        };
    }
    let shop = (across - house.breadth * 0.16).abs();
    if shop < 1.35 && (0.75..2.25).contains(&spot.up) {
        let bar = (shop - 0.45).abs() < 0.05 || shop > 1.25 || !(0.85..2.15).contains(&spot.up);
        if bar {
            return Surface {
                colour: house.trim,
                ..bare
            };
        }
        let goods = clouds(across * 3.0, spot.up * 3.0, 2, 44) * ramp(1.9, 1.0, spot.up);
        let lamp = if cell(spot.number as i32, 5, 6) > 0.45 {
            0.55
        } else {
            0.05
        };
        return Surface {
            colour: vec3(0.16, 0.12, 0.09) * (0.3 + goods),
            mirror: 0.2,
            glow: vec3(0.75, 0.42, 0.14) * lamp * (0.35 + goods),
            ..bare
        };
    }
    if spot.up < 0.55 {
        return Surface {
            colour: rgb(0x8d8070) * (0.6 + 0.5 * noise(across * 2.0, spot.up * 4.0, 45)),
            ..bare
        };
    }
    bare
}
