//! Rounded forms by their distances, which melt into each other, and a walk along a ray to them.

use crate::tracer::Ray;
use crate::vector::{Vec3, vec3};

/// Distance to a ball.
pub fn ball(point: Vec3, centre: Vec3, radius: f32) -> f32 {
    (point - centre).length() - radius
}

/// About the distance to an ellipsoid with these half axes.
pub fn oval(point: Vec3, centre: Vec3, half: Vec3) -> f32 {
    let scaled = (point - centre) * half.map(|part| 1.0 / part);
    let steep = (scaled * half.map(|part| 1.0 / part)).length();
    let length = scaled.length();
    length * (length - 1.0) / steep.max(1e-6)
}

/// Distance to a round rod whose radius goes from the first to the second.
pub fn rod(point: Vec3, from: Vec3, to: Vec3, radii: (f32, f32)) -> f32 {
    let (axis, start) = (to - from, point - from);
    let along = (start.dot(axis) / axis.dot(axis)).clamp(0.0, 1.0);
    (start - axis * along).length() - (radii.0 + (radii.1 - radii.0) * along)
}

/// Both forms, melted together over about `soft`.
pub fn join(one: f32, two: f32, soft: f32) -> f32 {
    let near = (soft - (one - two).abs()).max(0.0) / soft;
    one.min(two) - near * near * soft * 0.25
}

/// The first form without the second, rounded over about `soft`.
pub fn carve(form: f32, tool: f32, soft: f32) -> f32 {
    -join(-form, tool, soft)
}

/// How far along the ray `distance` falls to nothing, if it does before `limit`.
pub fn meet(ray: &Ray, start: f32, limit: f32, distance: impl Fn(Vec3) -> f32) -> Option<f32> {
    let (mut reach, mut left) = (start, 0.0);
    for _ in 0..110 {
        left = distance(ray.at(reach));
        if left < 0.0008 {
            return Some(reach);
        }
        reach += left * 0.85;
        if reach > limit {
            return None;
        }
    }
    // A ray that grazes a form creeps along it.
    (left < 0.02).then_some(reach)
}

/// The direction in which `distance` grows: straight out of a form.
pub fn normal(point: Vec3, step: f32, distance: impl Fn(Vec3) -> f32) -> Vec3 {
    // The four corners of a tetrahedron do with fewer distances than three pairs.
    let corners = [
        vec3(1.0, -1.0, -1.0),
        vec3(-1.0, -1.0, 1.0),
        vec3(-1.0, 1.0, -1.0),
        vec3(1.0, 1.0, 1.0),
    ];
    let mut sum = Vec3::default();
    for corner in corners {
        sum += corner * distance(point + corner * step);
    }
    sum.unit()
}

/// How much of a lamp of some size is seen along the ray: 1 if all, 0 in full shadow.
pub fn lamp_seen(ray: &Ray, limit: f32, sharp: f32, distance: impl Fn(Vec3) -> f32) -> f32 {
    let (mut seen, mut reach) = (1.0_f32, 0.02);
    for _ in 0..48 {
        let left = distance(ray.at(reach));
        seen = seen.min(0.5 + 0.5 * sharp * left / reach);
        if seen <= 0.0 || reach > limit {
            break;
        }
        reach += (left * 0.8).clamp(0.015, 0.2);
    }
    let seen = seen.clamp(0.0, 1.0);
    seen * seen * (3.0 - 2.0 * seen)
}

/// How open the space above a surface is, from 0 to 1.
pub fn openness(point: Vec3, normal: Vec3, reach: f32, distance: impl Fn(Vec3) -> f32) -> f32 {
    let mut closed = 0.0;
    for step in 1..=4 {
        let height = reach * step as f32 * 0.25;
        closed += (height - distance(point + normal * height)).max(0.0) / height * 0.25;
    }
    (1.0 - closed).clamp(0.0, 1.0)
}
