//! The sitter's form: head, hair, hat and dress, in tenths of a metre.

use std::f32::consts::PI;

use crate::forms::{ball, carve, join, oval, rod};
use crate::noise::{clouds, noise};
use crate::vector::{Vec3, ramp, vec3};

/// What a point of the figure is made of.
#[derive(Clone, Copy, PartialEq)]
pub enum Part {
    /// Skin of face, neck and shoulders.
    Skin,
    /// The ball of an eye.
    Eye,
    /// Hair.
    Hair,
    /// The hat's straw.
    Straw,
    /// The hat's ribbon.
    Ribbon,
    /// The dress.
    Dress,
    /// The dress's hem.
    Hem,
}

/// The middle of each eye, at the right; the other is its mirror image.
pub const EYE: Vec3 = vec3(0.315, 0.0, 0.575);

/// The hat's middle in the head's frame, and how far it is tipped back.
const HAT: Vec3 = vec3(0.0, 0.58, -0.16);
const TIPPED: Turn = turn(0.22, 0.975);

/// A lock of hair, from under the hat to its end.
struct Lock {
    root: Vec3,
    middle: Vec3,
    tip: Vec3,
    breadth: f32,
}

const fn lock(root: Vec3, middle: Vec3, tip: Vec3, breadth: f32) -> Lock {
    Lock {
        root,
        middle,
        tip,
        breadth,
    }
}

/// The locks of the right side; those of the left are their mirror images.
const LOCKS: [Lock; 4] = [
    lock(
        vec3(0.57, 0.50, 0.28),
        vec3(0.72, -0.75, 0.04),
        vec3(0.60, -2.15, 0.02),
        0.23,
    ),
    lock(
        vec3(0.70, 0.30, -0.25),
        vec3(0.84, -0.85, -0.35),
        vec3(0.98, -1.98, -0.30),
        0.27,
    ),
    lock(
        vec3(0.55, 0.20, -0.60),
        vec3(0.62, -0.90, -0.75),
        vec3(0.72, -2.25, -0.75),
        0.32,
    ),
    lock(
        vec3(0.15, 0.20, -0.80),
        vec3(0.20, -0.90, -0.85),
        vec3(0.15, -2.3, -0.85),
        0.34,
    ),
];

/// A turn about one axis.
struct Turn {
    sine: f32,
    cosine: f32,
}

const fn turn(sine: f32, cosine: f32) -> Turn {
    Turn { sine, cosine }
}

/// How the head is turned to the window, bowed, and leant to one side.
const YAW: Turn = turn(0.5592, 0.8290);
const NOD: Turn = turn(0.1219, 0.9925);
const TILT: Turn = turn(0.0872, 0.9962);

/// From the room to the head's frame: the face looks along z, and y is up.
pub fn to_head(point: Vec3) -> Vec3 {
    let (x, y) = (
        point.x * TILT.cosine - point.y * TILT.sine,
        point.y * TILT.cosine + point.x * TILT.sine,
    );
    let (x, z) = (
        x * YAW.cosine + point.z * YAW.sine,
        point.z * YAW.cosine - x * YAW.sine,
    );
    vec3(
        x,
        y * NOD.cosine + z * NOD.sine,
        z * NOD.cosine - y * NOD.sine,
    )
}

/// The distance to the figure.
pub fn distance(point: Vec3) -> f32 {
    nearest(point).0
}

/// The distance to the figure, and the part that is nearest.
pub fn nearest(point: Vec3) -> (f32, Part) {
    let mut best = body(point);
    let far = ball(point, vec3(0.0, 0.1, 0.0), 1.95);
    // Far from the head, a ball around it will do.
    if far > 0.4 {
        return if far < best.0 {
            (far, Part::Skin)
        } else {
            best
        };
    }
    let head = to_head(point);
    let neck = rod(
        point,
        vec3(0.02, -0.5, -0.2),
        vec3(0.0, -1.8, -0.38),
        (0.40, 0.43),
    );
    let skin = join(face(head), neck, 0.12);
    if best.1 == Part::Skin {
        best.0 = join(best.0, skin, 0.3);
    } else if skin < best.0 {
        best = (skin, Part::Skin);
    }
    let mirrored = vec3(head.x.abs(), head.y, head.z);
    for other in [
        (ball(mirrored, EYE, 0.170), Part::Eye),
        (hair(head), Part::Hair),
        hat(head),
    ] {
        if other.0 < best.0 {
            best = other;
        }
    }
    best
}

/// Skull, cheeks, jaw and features.
fn face(point: Vec3) -> f32 {
    let far = ball(point, vec3(0.0, 0.0, 0.05), 1.25);
    if far > 0.4 {
        return far;
    }
    let p = vec3(point.x.abs(), point.y, point.z);
    let skull = oval(p, vec3(0.0, 0.30, -0.12), vec3(0.74, 0.84, 0.93));
    let front = oval(p, vec3(0.0, -0.28, 0.20), vec3(0.58, 0.78, 0.60));
    let mut form = join(skull, front, 0.2);
    let jaw = rod(
        p,
        vec3(0.40, -0.50, 0.10),
        vec3(0.08, -0.89, 0.58),
        (0.14, 0.125),
    );
    form = join(form, jaw, 0.24);
    form = join(form, ball(p, vec3(0.0, -0.91, 0.645), 0.125), 0.16);
    form = join(form, ball(p, vec3(0.36, -0.25, 0.50), 0.2), 0.22);
    form = join(form, ball(p, vec3(0.0, -0.66, 0.58), 0.21), 0.16);
    form = carve(form, ball(p, vec3(0.31, 0.0, 0.86), 0.17), 0.2);
    let brow = rod(
        p,
        vec3(0.08, 0.19, 0.77),
        vec3(0.46, 0.19, 0.55),
        (0.05, 0.04),
    );
    form = join(form, brow, 0.14);
    form = join(form, nose(p), 0.10);
    form = carve(form, ball(p, vec3(0.05, -0.455, 0.90), 0.022), 0.03);
    form = join(form, lids(p), 0.03);
    if p.z > 0.4 {
        form - mouth(p).height
    } else {
        form
    }
}

fn nose(p: Vec3) -> f32 {
    let bridge = rod(
        p,
        vec3(0.0, 0.10, 0.75),
        vec3(0.0, -0.33, 0.95),
        (0.05, 0.065),
    );
    let tip = ball(p, vec3(0.0, -0.355, 0.965), 0.075);
    let wing = ball(p, vec3(0.085, -0.385, 0.83), 0.05);
    let sides = oval(p, vec3(0.0, -0.24, 0.74), vec3(0.15, 0.24, 0.17));
    join(join(bridge, sides, 0.08), join(tip, wing, 0.10), 0.06)
}

/// How far a point lies above the edge of the upper lid, and below that of the lower.
pub fn lid_edges(p: Vec3) -> (f32, f32) {
    let from = p - EYE;
    let bow = (from.x - 0.01) * (from.x - 0.01);
    let upper = (from.y + 1.5 * bow) * 0.98 - from.z * 0.15;
    let lower = -(from.y - 0.7 * bow + 0.12 * from.x) * 0.92 - from.z * 0.36;
    (upper, lower)
}

/// The lids: shells around the eye, open in front.
fn lids(p: Vec3) -> f32 {
    let ball = (p - EYE).length();
    let (upper, lower) = lid_edges(p);
    let upper = join(-(ball - 0.193), upper, 0.012);
    let lower = join(-(ball - 0.185), lower, 0.012);
    -upper.max(lower)
}

/// The mouth's relief on the face, and how much of a point is lip.
pub struct Mouth {
    /// How far it stands out.
    height: f32,
    /// From 0 to 1.
    pub lip: f32,
}

/// The mouth at a point of the face, mirrored to the right.
pub fn mouth(p: Vec3) -> Mouth {
    let along = p.x / 0.245;
    let taper = (1.0 - along * along).max(0.0).sqrt();
    let bow = (-(p.x / 0.055).powi(2)).exp();
    let from = p.y + 0.685 - 0.012 * along * along + 0.010 * bow;
    let (top, bottom) = (
        0.074 * taper * (1.0 - 0.22 * bow) + 1e-3,
        0.088 * taper + 1e-3,
    );
    let part = if from > 0.0 {
        from / top
    } else {
        -from / bottom
    };
    let full = if from > 0.0 { 0.028 } else { 0.042 };
    let swell = full * taper * ramp(1.35, 0.35, part);
    let crease = 0.016 * (-(from / 0.015).powi(2)).exp() * ramp(1.12, 0.85, along);
    let corner = 0.018 * (-(along - 1.0).powi(2) * 30.0 - (from / 0.04).powi(2)).exp();
    let groove =
        0.012 * (-(p.x / 0.035).powi(2)).exp() * ramp(0.16, 0.10, from) * ramp(0.05, 0.09, from);
    let under = 0.022 * (-(p.x / 0.16).powi(2) - ((from + 0.135) / 0.045).powi(2)).exp();
    Mouth {
        height: swell - crease - corner - groove - under,
        lip: ramp(1.1, 0.9, part) * ramp(0.0, 0.3, taper),
    }
}

/// Waves that fall from under the hat, along the cheeks and onto the shoulders.
fn hair(head: Vec3) -> f32 {
    let cap = oval(head, vec3(0.0, 0.32, -0.2), vec3(0.83, 0.90, 0.98));
    let open = oval(head, vec3(0.0, -0.42, 1.0), vec3(0.62, 1.06, 0.84));
    let mut form = carve(cap, open, 0.16);
    let side = head.x.signum();
    let p = vec3(
        head.x.abs() - 0.07 * (head.y * 4.4 + side).sin(),
        head.y,
        head.z,
    );
    for lock in &LOCKS {
        let upper = rod(p, lock.root, lock.middle, (0.17, lock.breadth));
        let lower = rod(p, lock.middle, lock.tip, (lock.breadth, 0.05));
        form = join(form, join(upper, lower, 0.1), 0.10);
    }
    if form > 0.15 {
        return form - 0.02;
    }
    form + strands(head) * 0.06 - 0.02
}

/// Strands from 0 to 1, along the fall of the hair.
pub fn strands(point: Vec3) -> f32 {
    let wave = 0.10 * (point.y * 4.4 + point.x.signum()).sin();
    let around = (point.x - wave).atan2(point.z + 0.9);
    0.5 * noise(around * 14.0, point.y * 0.8, 300)
        + 0.3 * noise(around * 37.0, point.y * 1.1, 301)
        + 0.2 * noise(around * 80.0, point.y * 1.5, 302)
}

/// A straw hat with a wide brim and a ribbon.
fn hat(head: Vec3) -> (f32, Part) {
    let from = head - HAT;
    let p = vec3(
        from.x,
        from.y * TIPPED.cosine - from.z * TIPPED.sine,
        from.z * TIPPED.cosine + from.y * TIPPED.sine,
    );
    let out = p.x.hypot(p.z * 0.94);
    // Far from the hat, a flat drum around it will do.
    let drum = (out - 1.75).max((p.y - 0.12).abs() - 0.72);
    if drum > 0.5 {
        return (drum * 0.9, Part::Straw);
    }
    let droop = -0.16 * (out - 0.8).max(0.0).powi(2) - 0.10 * (p.x * 0.9).powi(2)
        + 0.035 * (p.x.atan2(p.z) * 3.0).sin() * ramp(0.8, 1.6, out);
    let brim = ((p.y - droop).abs() - 0.022).max(out - 1.62) * 0.75;
    let crown = oval(p, vec3(0.0, 0.12, 0.0), vec3(0.90, 0.66, 0.98)).max(-0.05 - p.y);
    let straw = join(brim, crown, 0.08) - 0.006 * weave(p, out);
    let around = oval(p, vec3(0.0, 0.12, 0.0), vec3(0.92, 0.70, 1.0));
    let band = around.max((p.y - 0.15).abs() - 0.12);
    if band < straw {
        (band, Part::Ribbon)
    } else {
        (straw, Part::Straw)
    }
}

/// Plaits of straw, sewn round and round.
fn weave(p: Vec3, out: f32) -> f32 {
    let ring = (out - p.y) * 14.0;
    let around = p.x.atan2(p.z) * 60.0;
    let plait = (ring * PI).sin().abs();
    plait + 0.3 * (around + ring.floor() * 1.7).sin()
}

/// Shoulders and dress.
fn body(p: Vec3) -> (f32, Part) {
    // High above the shoulders, the height over them will do.
    if p.y > -0.6 {
        return (p.y + 1.15, Part::Dress);
    }
    let mirrored = vec3(p.x.abs(), p.y, p.z);
    let trunk = oval(mirrored, vec3(0.0, -3.0, -0.4), vec3(1.20, 1.35, 0.74));
    let shoulder = ball(mirrored, vec3(1.06, -2.22, -0.42), 0.36);
    let slope = rod(
        mirrored,
        vec3(0.1, -1.52, -0.48),
        vec3(0.90, -1.98, -0.45),
        (0.24, 0.32),
    );
    let arm = rod(
        mirrored,
        vec3(1.16, -2.3, -0.42),
        vec3(1.42, -4.0, -0.3),
        (0.38, 0.34),
    );
    let skin = join(join(join(trunk, shoulder, 0.3), slope, 0.3), arm, 0.12);
    if skin > 0.7 {
        return (skin - 0.2, Part::Dress);
    }
    let edge = neckline(p) * 0.6;
    let loose = 0.25 + 0.75 * ramp(0.0, -0.28, edge);
    let dress = (skin - 0.03 - folds(p) * loose).max(edge);
    // A rolled hem, sewn on.
    let hem = carve(skin - 0.075, 0.035 - (edge + 0.03).abs(), 0.03);
    if dress.min(hem) >= skin {
        (skin, Part::Skin)
    } else if hem < dress {
        (hem, Part::Hem)
    } else {
        (dress, Part::Dress)
    }
}

/// How far the cloth stands off: creases that run down from the shoulders, gathered at the hem.
fn folds(p: Vec3) -> f32 {
    let fan = p.x / (1.2 - 0.35 * (p.y + 1.4).min(0.0));
    let bent = fan * 11.0 + 1.6 * clouds(p.x * 1.2, p.y * 0.9, 2, 310);
    let crease = (noise(bent, p.y * 0.55, 311) - 0.5).abs() * 2.0;
    let sleeve = (noise((p.y * 0.8 + p.x.abs()) * 3.4, p.x * 0.8, 312) - 0.5).abs() * 2.0;
    let side = ramp(0.8, 1.2, p.x.abs());
    0.12 * (crease + (sleeve - crease) * side).powf(0.7)
}

/// How far a point lies above the dress's edge.
fn neckline(p: Vec3) -> f32 {
    p.y + 2.28 - 1.1 * (p.x.abs() / 0.72).powi(3)
}
