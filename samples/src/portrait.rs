//! Portrait with a hat: a sitter in a straw hat, turned towards a window's soft light.

mod figure;

use self::figure::Part;
use crate::canvas::Canvas;
use crate::forms::{lamp_seen, meet, normal, openness};
use crate::noise::{clouds, noise};
use crate::tracer::Ray;
use crate::vector::{Vec3, ramp, rgb, vec3};

const WIDTH: usize = 576;
const HEIGHT: usize = 720;
/// Samples along each side of a pixel.
const GRID: usize = 2;

const EYE: Vec3 = vec3(0.0, 0.0, 14.0);
/// The height of the view at the sitter, and its middle.
const SPAN: f32 = 4.9;
const MIDDLE: Vec3 = vec3(0.0, -0.55, 0.0);

/// Towards the window, and the light that comes from it.
const WINDOW: Vec3 = vec3(-0.72, 0.42, 0.55);
const DAYLIGHT: Vec3 = vec3(2.7, 2.45, 2.1);
/// Where on an eye the window is seen.
const GLINT: Vec3 = vec3(-0.30, -0.02, 0.95);
const ROOM: Vec3 = vec3(0.34, 0.36, 0.42);

/// Draws the picture.
pub fn draw() -> Canvas {
    Canvas::sampled(WIDTH, HEIGHT, GRID, |x, y| {
        let scale = SPAN / HEIGHT as f32;
        let across = (x - WIDTH as f32 * 0.5) * scale;
        let up = (HEIGHT as f32 * 0.5 - y) * scale;
        let along = (MIDDLE + vec3(across, up, 0.0) - EYE).unit();
        // Film has grain, which hides the steps of even shades.
        let grain = 0.97 + 0.06 * noise(x * 0.9, y * 0.9, 350);
        seen(&Ray { from: EYE, along }) * grain
    })
}

fn seen(ray: &Ray) -> Vec3 {
    let light = match meet(ray, 11.0, 16.5, figure::distance) {
        Some(reach) => lit(ray, reach),
        None => {
            let wall_at = ray.at(16.0);
            wall(wall_at.x, wall_at.y)
        }
    };
    developed(light)
}

/// From light to a photograph's colours.
fn developed(light: Vec3) -> Vec3 {
    light.map(|part| (1.0 - (-1.1 * part.max(0.0)).exp()).sqrt())
}

/// The painted wall behind.
fn wall(x: f32, y: f32) -> Vec3 {
    let mottled = clouds(x * 0.9 + 3.0, y * 0.9, 4, 320);
    let glow = ramp(3.4, 0.2, (x - 0.9).hypot(y + 0.1));
    let tone = rgb(0x2c3a3c).mix(rgb(0x8a8c72), 0.75 * glow + 0.35 * (mottled - 0.5));
    tone * tone * 1.2
}

fn lit(ray: &Ray, reach: f32) -> Vec3 {
    let point = ray.at(reach);
    let (_, part) = figure::nearest(point);
    let normal = normal(point, 0.003, figure::distance);
    let window = WINDOW.unit();
    let facing = normal.dot(window);
    let from = point + normal * 0.01;
    let along = window;
    let seen = lamp_seen(&Ray { from, along }, 3.5, 3.0, figure::distance);
    let open = openness(point, normal, 0.5, figure::distance).max(0.15);
    let colour = colour_of(part, point);
    let ambient = ROOM * ((0.55 + 0.45 * normal.y) * open) + vec3(0.16, 0.11, 0.07) * open;
    let direct = match part {
        // Light goes some way under the skin, red the farthest.
        Part::Skin => {
            let soft = |wrap: f32| ((facing + wrap) / (1.0 + wrap)).clamp(0.0, 1.0);
            vec3(soft(0.28), soft(0.20), soft(0.17)) * vec3(seen.powf(0.85), seen, seen)
        }
        _ => vec3(1.0, 1.0, 1.0) * (((facing + 0.1) / 1.1).max(0.0) * seen),
    };
    let lamp = if part == Part::Eye { 1.0 } else { seen };
    let shine = shine(part, ray, normal, window, point) * lamp;
    colour * (DAYLIGHT * direct + ambient) + DAYLIGHT * shine
}

/// How much of the window's light a part throws straight back.
fn shine(part: Part, ray: &Ray, normal: Vec3, window: Vec3, point: Vec3) -> f32 {
    let half = (window - ray.along).unit();
    let sharp = normal.dot(half).max(0.0);
    match part {
        Part::Skin => 0.06 * sharp.powi(18),
        // The window, as both eyes mirror it.
        Part::Eye => 0.6 * ramp(0.9885, 0.9935, normal.dot(GLINT.unit())),
        Part::Hair => 0.10 * sharp.powi(10) * figure::strands(figure::to_head(point)),
        Part::Ribbon => 0.08 * sharp.powi(14),
        Part::Dress | Part::Hem => 0.03 * sharp.powi(8),
        Part::Straw => 0.02 * sharp.powi(6),
    }
}

fn colour_of(part: Part, point: Vec3) -> Vec3 {
    let colour = match part {
        Part::Skin => skin(point),
        Part::Eye => eye(point),
        Part::Hair => rgb(0x4a2a18).mix(rgb(0x9a6236), figure::strands(figure::to_head(point))),
        Part::Straw => rgb(0xd9bb80).mix(rgb(0xb48d50), noise(point.x * 9.0, point.y * 30.0, 330)),
        Part::Ribbon => rgb(0x27364f) * (0.9 + 0.2 * noise(point.x * 90.0, point.y * 4.0, 331)),
        Part::Dress => rgb(0x2c5560) * cloth(point),
        Part::Hem => rgb(0xe9e0cc) * cloth(point),
    };
    colour * colour
}

/// Threads, across and down.
fn cloth(point: Vec3) -> f32 {
    let threads =
        noise(point.x * 70.0, point.y * 9.0, 332) + noise(point.x * 9.0, point.y * 70.0, 333);
    0.9 + 0.1 * threads
}

fn skin(point: Vec3) -> Vec3 {
    let head = figure::to_head(point);
    let p = vec3(head.x.abs(), head.y, head.z);
    let fine = clouds(point.x * 5.0, point.y * 5.0, 3, 340) - 0.5;
    let base = rgb(0xe6b496).mix(rgb(0xd89c7c), 0.5 + fine);
    let blush = ramp(0.36, 0.05, (p - vec3(0.40, -0.30, 0.62)).length());
    let nose = ramp(0.2, 0.02, (p - vec3(0.0, -0.38, 1.02)).length());
    let rosy = base.mix(rgb(0xd0705c), 0.26 * blush + 0.25 * nose);
    let lips = if p.z > 0.5 { figure::mouth(p).lip } else { 0.0 };
    rosy.mix(rgb(0xb04a48), lips * 0.8)
        .mix(rgb(0x4f301e), brow(p))
        .mix(rgb(0x2a1810), lashes(p) * 0.9)
}

/// A dark line along the edge of the upper lid.
fn lashes(p: Vec3) -> f32 {
    let (upper, _) = figure::lid_edges(p);
    let from = p - figure::EYE;
    let on_lid = ramp(0.21, 0.19, from.length()) * ramp(-0.05, 0.02, from.z);
    ramp(0.034, 0.012, upper) * ramp(-0.012, 0.0, upper) * on_lid
}

fn brow(p: Vec3) -> f32 {
    let along = ((p.x - 0.10) / 0.42).clamp(0.0, 1.0);
    let middle = 0.17 + 0.10 * (along * 2.4).sin() - 0.05 * along;
    let breadth = 0.045 * (1.0 - along * 0.75);
    let hairs = 0.6 + 0.4 * noise(p.x * 130.0 + p.y * 80.0, p.y * 20.0, 341);
    let ends = ramp(0.06, 0.12, p.x) * ramp(0.56, 0.46, p.x) * ramp(0.2, 0.4, p.z);
    ramp(breadth, breadth * 0.3, (p.y - middle).abs()) * ends * hairs * 0.8
}

fn eye(point: Vec3) -> Vec3 {
    let head = figure::to_head(point);
    let p = vec3(head.x.abs(), head.y, head.z) - figure::EYE;
    // The gaze goes with the face, a little down.
    let gaze = vec3(0.22 * head.x.signum(), -0.12, 1.0).unit();
    let off = (p.unit() - gaze).length();
    let white = rgb(0xd9cfc4);
    let iris = rgb(0x2c1c10).mix(rgb(0x5a3e22), ramp(0.2, 0.4, off));
    let iris = iris.mix(rgb(0x1c120a), ramp(0.38, 0.46, off));
    white
        .mix(iris, ramp(0.50, 0.45, off))
        .mix(rgb(0x0c0806), ramp(0.22, 0.19, off))
}
