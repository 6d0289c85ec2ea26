//! What is drawn: a jug, a bowl of apples and some pears on a cloth, lit from the left.

use crate::canvas::Canvas;
use crate::forms::{ball, carve, join, lamp_seen, meet, normal, openness, oval, rod};
use crate::noise::noise;
use crate::tracer::Ray;
use crate::vector::{Vec3, ramp, vec3};

const EYE: Vec3 = vec3(0.0, 3.1, 9.5);
const MIDDLE: Vec3 = vec3(0.0, 0.66, 0.0);
/// The breadth of the view at the middle.
const SPAN: f32 = 5.6;
/// Towards the lamp.
const LAMP: Vec3 = vec3(-0.70, 0.62, 0.34);

// The numbers of the things; apples, pears and grapes count on.
const WALL: i32 = 0;
const CLOTH: i32 = 1;
const JUG: i32 = 2;
const BOWL: i32 = 3;
const APPLES: i32 = 4;
const PEARS: i32 = 10;
const GRAPES: i32 = 20;

const JUG_AT: Vec3 = vec3(-1.35, 0.0, -0.55);
const BOWL_AT: Vec3 = vec3(1.15, 0.0, -0.45);

/// One point of the view.
#[derive(Clone, Copy)]
pub struct Seen {
    /// Which thing it is part of.
    pub thing: i32,
    /// From 0, lit fully, to 1.
    pub dark: f32,
    /// Straight out of the surface, as the viewer sees it: right, up, towards the viewer.
    pub normal: Vec3,
}

/// All points of the view, row by row.
pub fn look(width: usize, height: usize) -> Vec<Seen> {
    let forward = (MIDDLE - EYE).unit();
    let right = forward.cross(vec3(0.0, 1.0, 0.0)).unit();
    let up = right.cross(forward);
    let far = (MIDDLE - EYE).length();
    let ray_at = |x: f32, y: f32| {
        let scale = SPAN / width as f32;
        let across = right * ((x - width as f32 * 0.5) * scale);
        let rise = up * ((height as f32 * 0.5 - y) * scale);
        Ray {
            from: EYE,
            along: (forward * far + across + rise).unit(),
        }
    };
    // A picture holds three numbers a point; the thing and its tone share one.
    let view = Canvas::sampled(width, height, 1, |x, y| {
        let point = point_at(&ray_at(x, y));
        let out = normal(point, 0.004, distance);
        let thing = nearest(point).1;
        let tone = (dark(point, out) + depth_of_colour(thing)).clamp(0.0, 0.99);
        vec3(out.dot(right), out.dot(up), thing as f32 + tone)
    });
    let seen = |&Vec3 { x, y, z }: &Vec3| Seen {
        thing: z as i32,
        dark: z.fract(),
        normal: vec3(x, y, (1.0 - x * x - y * y).max(0.0).sqrt()),
    };
    view.pixels.iter().map(seen).collect()
}

/// What a ray meets.
fn point_at(ray: &Ray) -> Vec3 {
    ray.at(meet(ray, 6.0, 18.0, distance).unwrap_or(18.0))
}

/// How little of the lamp's light a point throws back.
fn dark(point: Vec3, out: Vec3) -> f32 {
    let lamp = LAMP.unit();
    let from = point + out * 0.015;
    let seen = lamp_seen(&Ray { from, along: lamp }, 4.0, 4.0, distance);
    let open = openness(point, out, 0.7, distance);
    let back = out.dot(vec3(0.9, 0.0, 0.2)).max(0.0) * 0.10;
    let light = out.dot(lamp).max(0.0) * seen * 0.95 + (0.09 + back) * open;
    1.0 - light.min(1.0).powf(0.7)
}

/// How dark a thing is by itself.
fn depth_of_colour(thing: i32) -> f32 {
    match thing {
        WALL => 0.13,
        CLOTH => 0.04,
        JUG => 0.10,
        BOWL => 0.02,
        PEARS..GRAPES => 0.08,
        GRAPES.. => 0.26,
        _ => 0.20,
    }
}

fn distance(point: Vec3) -> f32 {
    nearest(point).0
}

/// The distance to what is nearest, and which thing that is.
fn nearest(p: Vec3) -> (f32, i32) {
    let mut best = (wall(p), WALL);
    let mut take = |distance: f32, thing: i32| {
        if distance < best.0 {
            best = (distance, thing);
        }
    };
    take(cloth(p), CLOTH);
    take(jug(p - JUG_AT), JUG);
    let standing = pear(p - vec3(-0.42, 0.0, 0.95), vec3(0.16, 1.0, -0.1));
    let lying = pear(p - vec3(0.50, 0.36, 1.30), vec3(0.90, 0.0, 0.30));
    take(standing, PEARS);
    take(lying, PEARS + 1);
    // From afar, a ball around a group will do.
    let far = ball(p, BOWL_AT + vec3(0.0, 0.85, 0.0), 1.5);
    if far > 0.3 {
        take(far, BOWL);
    } else {
        bowl(p - BOWL_AT, &mut take);
    }
    let far = ball(p, vec3(-1.55, 0.3, 1.1), 0.8);
    if far > 0.2 {
        take(far, GRAPES);
        return best;
    }
    for (index, &(x, y, z)) in BUNCH.iter().enumerate() {
        take(ball(p, vec3(x, y, z), 0.175), GRAPES + index as i32);
    }
    best
}

/// Where the grapes lie.
const BUNCH: [(f32, f32, f32); 11] = [
    (-1.75, 0.17, 0.95),
    (-1.46, 0.17, 1.10),
    (-1.62, 0.17, 1.34),
    (-1.30, 0.17, 0.82),
    (-1.95, 0.17, 1.24),
    (-1.16, 0.17, 1.18),
    (-1.34, 0.17, 1.42),
    (-1.58, 0.42, 1.08),
    (-1.34, 0.42, 1.04),
    (-1.76, 0.40, 1.20),
    (-1.48, 0.44, 1.30),
];

/// The wall, with a curtain on its right.
fn wall(p: Vec3) -> f32 {
    let curtain = ramp(-0.1, 0.5, p.x - 0.12 * (p.y - 1.0));
    let sway = 0.5 * (p.y * 0.9).sin() + 1.4 * noise(p.x * 0.9, p.y * 0.4, 500);
    let fold = (p.x * 5.2 + sway).sin();
    (p.z + 2.4 - curtain * (0.30 + 0.17 * fold)) * 0.7
}

/// A cloth on the table, which hangs down in front in folds.
fn cloth(p: Vec3) -> f32 {
    let crease = 1.0 - (2.0 * noise(p.x * 0.9 - p.z * 1.1, p.x * 0.5, 502) - 1.0).abs();
    let top = p.y - 0.13 * (crease * crease - 0.35) * ramp(-1.6, 0.2, p.z);
    let fan = p.x * (1.25 + 0.10 * p.y) + 0.9 * noise(p.x * 0.7, p.y * 0.6, 503);
    let fold = ramp(0.15, 0.85, noise(fan * 3.0, p.y * 0.25, 501));
    let front = p.z - 1.75 - 0.46 * fold * ramp(0.15, -0.7, p.y);
    carve(top, -front, 0.4) * 0.62
}

/// A jug whose foot stands at nought.
fn jug(p: Vec3) -> f32 {
    let belly = oval(p, vec3(0.0, 0.78, 0.0), vec3(0.74, 0.80, 0.74));
    let neck = rod(p, vec3(0.0, 1.4, 0.0), vec3(0.0, 1.98, 0.0), (0.33, 0.40));
    let mouth = rod(p, vec3(0.0, 1.75, 0.0), vec3(0.0, 2.6, 0.0), (0.27, 0.36));
    let spout = ball(p, vec3(0.36, 2.06, 0.06), 0.12);
    let mut form = join(belly, neck, 0.3);
    form = join(form, spout, 0.18);
    form = carve(form, 2.10 - p.y, 0.03);
    form = carve(form, mouth, 0.05);
    // The handle: a bent ring, at the left.
    let (x, y) = (p.x + 0.62, p.y - 1.38);
    let ring = (x.hypot(y * 0.82) - 0.42).hypot(p.z) - 0.085;
    join(form, ring.max(p.x + 0.30), 0.08)
}

/// A bowl of apples.
fn bowl(p: Vec3, take: &mut impl FnMut(f32, i32)) {
    let middle = vec3(0.0, 1.02, 0.0);
    let outside = ball(p, middle, 1.02).max(p.y - 0.78);
    let shell = carve(outside, ball(p, middle + vec3(0.0, 0.04, 0.0), 0.95), 0.03);
    let foot = rod(p, vec3(0.0, -0.3, 0.0), vec3(0.0, 0.04, 0.0), (0.42, 0.40));
    take(join(shell, foot, 0.08), BOWL);
    let apples = [
        vec3(-0.42, 0.86, 0.22),
        vec3(0.40, 0.84, 0.30),
        vec3(0.05, 0.86, -0.36),
        vec3(0.02, 1.28, 0.05),
    ];
    for (index, &middle) in apples.iter().enumerate() {
        take(apple(p - middle), APPLES + index as i32);
    }
}

fn apple(p: Vec3) -> f32 {
    let dent = oval(p, vec3(0.03, 0.42, 0.06), vec3(0.10, 0.16, 0.10));
    let body = carve(ball(p, vec3(0.0, 0.0, 0.0), 0.40), dent, 0.16);
    let (from, to) = (vec3(0.03, 0.24, 0.06), vec3(0.09, 0.52, 0.06));
    body.min(rod(p, from, to, (0.025, 0.02)))
}

/// A pear that points along `axis`.
fn pear(p: Vec3, axis: Vec3) -> f32 {
    let axis = axis.unit();
    let body = ball(p, axis * 0.36, 0.40);
    let top = ball(p, axis * 0.88, 0.20);
    let bent = axis * 1.28 + vec3(0.06, 0.05, 0.0);
    let stalk = rod(p, axis * 1.02, bent, (0.022, 0.03));
    join(body, top, 0.42).min(stalk)
}
