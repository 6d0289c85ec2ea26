//! Night swirls: thick brush strokes that follow a stream, lit like wet oil paint.

use crate::canvas::Canvas;
use crate::noise::{Random, clouds, noise};
use crate::vector::{Vec3, gradient, ramp, rgb, vec3};

// Painted at twice the size and halved, which smooths the bristles' edges.
const WIDTH: usize = 1536;
const HEIGHT: usize = 1152;

const GROUND: Vec3 = rgb(0x0d1a45);
const NIGHT: [Vec3; 9] = [
    rgb(0x0a1440),
    rgb(0x15307f),
    rgb(0x1f4fa8),
    rgb(0x0e2560),
    rgb(0x2f77bd),
    rgb(0x7fb8cf),
    rgb(0x1b3f96),
    rgb(0x123a7a),
    rgb(0xb9d3c4),
];
const LAMP: [Vec3; 6] = [
    rgb(0xfff3b8),
    rgb(0xfbd24a),
    rgb(0xf0a81e),
    rgb(0xf7dc7a),
    rgb(0xd9902a),
    rgb(0x9fc4a8),
];

/// A whirl in the stream; some glow.
struct Whirl {
    x: f32,
    y: f32,
    radius: f32,
    spin: f32,
    glow: f32,
}

const fn whirl(x: f32, y: f32, radius: f32, spin: f32, glow: f32) -> Whirl {
    Whirl {
        x,
        y,
        radius,
        spin,
        glow,
    }
}

const WHIRLS: [Whirl; 12] = [
    whirl(1110.0, 350.0, 250.0, 1.0, 1.0),
    whirl(430.0, 640.0, 280.0, -1.0, 0.95),
    whirl(230.0, 190.0, 150.0, 1.0, 0.9),
    whirl(680.0, 215.0, 130.0, -0.9, 0.95),
    whirl(1400.0, 760.0, 170.0, -1.0, 0.9),
    whirl(960.0, 860.0, 200.0, 1.0, 0.92),
    whirl(120.0, 960.0, 170.0, 1.0, 0.8),
    whirl(620.0, 1040.0, 120.0, -0.8, 0.8),
    whirl(1270.0, 1060.0, 120.0, 0.8, 0.95),
    whirl(1440.0, 110.0, 120.0, -0.9, 0.95),
    whirl(800.0, 540.0, 130.0, 0.8, 0.0),
    whirl(60.0, 520.0, 120.0, 0.8, 0.9),
];

/// Wet paint: its colour, and how thick it lies.
struct Paint {
    colour: Canvas,
    thickness: Vec<f32>,
}

/// One touch of the brush.
struct Stroke {
    x: f32,
    y: f32,
    length: f32,
    breadth: f32,
    colour: Vec3,
    second: Vec3,
    seed: i32,
}

/// Draws the picture.
pub fn draw() -> Canvas {
    let mut paint = Paint {
        colour: Canvas::filled(WIDTH, HEIGHT, GROUND),
        thickness: vec![0.0; WIDTH * HEIGHT],
    };
    let mut random = Random::new(7);
    // From a broad brush to a fine one: strokes, length, half the breadth.
    for (count, length, breadth) in [
        (2600, 190.0, 17.0),
        (5200, 150.0, 11.0),
        (5200, 100.0, 7.0),
        (1800, 60.0, 5.0),
    ] {
        for seed in 0..count {
            paint.apply(&stroke(&mut random, length, breadth, seed));
        }
    }
    paint.lit().halved()
}

fn stroke(random: &mut Random, length: f32, breadth: f32, seed: i32) -> Stroke {
    let x = random.between(-40.0, WIDTH as f32 + 40.0);
    let y = random.between(-40.0, HEIGHT as f32 + 40.0);
    let colour = colour_at(x, y, random);
    Stroke {
        x,
        y,
        length: length * random.between(0.6, 1.3),
        breadth: breadth * random.between(0.7, 1.2),
        colour,
        second: colour.mix(colour_at(x, y, random), 0.7),
        seed,
    }
}

/// The stream function: its level lines are what the strokes follow.
fn stream(x: f32, y: f32) -> f32 {
    let mut level = 0.42 * y + 210.0 * clouds(x * 0.0021, y * 0.0026, 2, 40);
    for whirl in &WHIRLS {
        let (dx, dy) = (x - whirl.x, y - whirl.y);
        let near = (-(dx * dx + dy * dy) / (whirl.radius * whirl.radius)).exp();
        level += whirl.spin * whirl.radius * 1.15 * near;
    }
    level
}

/// The direction of the stream, of length one.
fn flow(x: f32, y: f32) -> (f32, f32) {
    let across = stream(x + 2.0, y) - stream(x - 2.0, y);
    let down = stream(x, y + 2.0) - stream(x, y - 2.0);
    let length = across.hypot(down).max(1e-6);
    (down / length, -across / length)
}

fn colour_at(x: f32, y: f32, random: &mut Random) -> Vec3 {
    // Colours run along the stream's level lines, so that strokes gather into bands.
    let band = stream(x, y) / 190.0 + 0.5 * clouds(x * 0.004, y * 0.004, 2, 3);
    let place = band.rem_euclid(1.0) + random.between(-0.09, 0.09);
    let mut colour = gradient(&NIGHT, place);
    for whirl in &WHIRLS {
        let reach = (x - whirl.x).hypot(y - whirl.y) / whirl.radius;
        let ring = 0.5 + 0.5 * (reach * 15.0).cos();
        let edge = whirl.glow * ramp(1.15, 0.2, reach + random.between(-0.15, 0.15));
        let core = whirl.glow.min(1.0) * ramp(0.42, 0.25, reach);
        let lamp = gradient(&LAMP, reach * 1.05 + random.between(-0.15, 0.15));
        colour = colour.mix(lamp, (edge * ring).max(core).min(1.0));
    }
    let tint = vec3(random.unit(), random.unit(), random.unit()) * 0.1 - vec3(0.05, 0.05, 0.05);
    colour * random.between(0.82, 1.18) + tint
}

impl Paint {
    fn apply(&mut self, stroke: &Stroke) {
        let (mut x, mut y) = (stroke.x, stroke.y);
        let steps = stroke.length as i32;
        for step in 0..steps {
            let along = step as f32 / steps as f32;
            let (dx, dy) = flow(x, y);
            self.apply_across(stroke, along, (x, y), (-dy, dx));
            x += dx;
            y += dy;
        }
    }

    fn apply_across(&mut self, stroke: &Stroke, along: f32, at: (f32, f32), side: (f32, f32)) {
        // Round at the start, thinning out at the end.
        let taper = ramp(-0.02, 0.1, along).sqrt() * ramp(1.05, 0.55, along).sqrt();
        let reach = stroke.breadth * taper;
        let samples = (reach * 1.5) as i32;
        for sample in -samples..=samples {
            let offset = sample as f32 / 1.5;
            let bristle = noise(
                offset * 0.55 + 31.0,
                along * stroke.length * 0.02,
                stroke.seed,
            );
            // A drying brush leaves gaps between its bristles.
            if bristle < (along - 0.62) * 1.5 {
                continue;
            }
            // The brush pushes paint out to its two sides.
            let edge = (offset / reach.max(1.0)).abs();
            let ridge = ramp(0.45, 0.85, edge) * ramp(1.05, 0.9, edge);
            let thickness = 0.8 + 1.5 * bristle + 0.9 * ridge;
            let colour = stroke.colour.mix(stroke.second, ramp(0.4, 0.75, bristle));
            self.dab(
                at.0 + side.0 * offset,
                at.1 + side.1 * offset,
                colour,
                thickness * (1.0 - 0.5 * along),
            );
        }
    }

    fn dab(&mut self, x: f32, y: f32, colour: Vec3, thickness: f32) {
        if x < 0.0 || y < 0.0 || x >= WIDTH as f32 || y >= HEIGHT as f32 {
            return;
        }
        let index = y as usize * WIDTH + x as usize;
        self.colour.pixels[index] = self.colour.pixels[index].mix(colour, 0.85);
        self.thickness[index] = self.thickness[index] * 0.3 + thickness;
    }

    /// The paint under a lamp at the upper left.
    fn lit(&self) -> Canvas {
        let height = |x: usize, y: usize| self.thickness[y * WIDTH + x];
        Canvas::sampled(WIDTH, HEIGHT, 1, |x, y| {
            let (x, y) = (x as usize, y as usize);
            let (left, right) = (x.saturating_sub(2), (x + 2).min(WIDTH - 1));
            let (above, below) = (y.saturating_sub(2), (y + 2).min(HEIGHT - 1));
            let slope = height(right, y) - height(left, y) + height(x, below) - height(x, above);
            let light = (1.0 + 0.19 * slope).clamp(0.5, 1.45);
            let shine = ramp(1.2, 3.4, slope) * 0.16;
            self.colour.pixels[y * WIDTH + x] * light + vec3(shine, shine, shine)
        })
    }
}
