//! Charcoal still life: strokes of varying pressure that hatch along the forms, on rough paper.

mod still_life;

use self::still_life::Seen;
use crate::canvas::Canvas;
use crate::noise::{Random, clouds, noise};
use crate::vector::{Vec3, ramp, rgb, vec3};

// Drawn at twice the size and halved, as the paper's grain is finer than a pixel.
const WIDTH: usize = 1536;
const HEIGHT: usize = 1152;

const PAPER: Vec3 = rgb(0xf0e7d8);
const CHARCOAL: Vec3 = rgb(0x1b1918);

/// Strokes that lie side by side, in one direction on each form.
struct Hatching {
    /// Between two strokes.
    apart: f32,
    length: f32,
    breadth: f32,
    /// How far the direction is turned from the one around the form.
    turn: f32,
    /// Only what is darker than this is hatched.
    from: f32,
    pressure: f32,
}

/// From fine strokes almost everywhere to broad ones in the deepest shade: how far apart, length,
/// breadth, turn, from what shade, pressure.
const HATCHINGS: [Hatching; 5] = [
    hatching(7.0, 150.0, 2.4, 0.0, 0.22, 0.50),
    hatching(8.0, 110.0, 2.3, 0.9, 0.46, 0.46),
    hatching(8.0, 90.0, 2.6, -0.6, 0.66, 0.50),
    hatching(20.0, 170.0, 4.8, 0.15, 0.70, 0.70),
    hatching(26.0, 90.0, 7.0, 0.4, 0.92, 0.90),
];

const fn hatching(
    apart: f32,
    length: f32,
    breadth: f32,
    turn: f32,
    from: f32,
    pressure: f32,
) -> Hatching {
    Hatching {
        apart,
        length,
        breadth,
        turn,
        from,
        pressure,
    }
}

/// A sheet on which charcoal lies.
struct Sheet {
    seen: Vec<Seen>,
    /// How much charcoal lies on each point.
    dust: Vec<f32>,
}

/// Draws the picture.
pub fn draw() -> Canvas {
    let mut sheet = Sheet {
        seen: still_life::look(WIDTH / 2, HEIGHT / 2),
        dust: vec![0.0; WIDTH * HEIGHT],
    };
    let mut random = Random::new(71);
    sheet.wipe();
    for hatching in &HATCHINGS {
        sheet.hatch(hatching, &mut random);
    }
    sheet.outline();
    sheet.fixed().halved()
}

impl Sheet {
    /// What is drawn at a point of the sheet; it is known at every other one.
    fn seen(&self, index: usize) -> Seen {
        let (x, y) = (index % WIDTH, index / WIDTH);
        self.seen[y / 2 * (WIDTH / 2) + x / 2]
    }

    fn at(&self, x: f32, y: f32) -> Option<usize> {
        let within = x >= 0.0 && y >= 0.0 && x < WIDTH as f32 && y < HEIGHT as f32;
        within.then(|| y as usize * WIDTH + x as usize)
    }

    /// The first, pale tones, wiped with the finger.
    fn wipe(&mut self) {
        for index in 0..self.dust.len() {
            let (x, y) = ((index % WIDTH) as f32, (index / WIDTH) as f32);
            let smear = clouds(x * 0.004 + y * 0.002, y * 0.009 - x * 0.004, 4, 510);
            self.dust[index] = ramp(0.15, 1.1, self.seen(index).dark) * (0.12 + 0.55 * smear);
        }
    }

    fn hatch(&mut self, hatching: &Hatching, random: &mut Random) {
        // Strokes overlap along their length, as their ends are faint.
        let room = hatching.apart * hatching.length * 0.4;
        for _ in 0..((WIDTH * HEIGHT) as f32 / room) as usize {
            let start = (
                random.between(0.0, WIDTH as f32),
                random.between(0.0, HEIGHT as f32),
            );
            let press = random.between(0.65, 1.2);
            let length = hatching.length * random.between(0.6, 1.3);
            self.stroke(hatching, start, length, press);
        }
    }

    /// One stroke, which follows the form for as long as that is dark.
    fn stroke(&mut self, hatching: &Hatching, start: (f32, f32), length: f32, press: f32) {
        let Some(first) = self.at(start.0, start.1) else {
            return;
        };
        let thing = self.seen(first).thing;
        let (mut x, mut y) = start;
        let mut along = 0.0;
        while along < length {
            let Some(index) = self.at(x, y) else {
                return;
            };
            let seen = self.seen(index);
            if seen.thing != thing {
                return;
            }
            let part = along / length;
            let taper = ramp(0.0, 0.12, part) * ramp(1.0, 0.45, part);
            let need = ramp(hatching.from - 0.12, hatching.from + 0.26, seen.dark);
            let force = hatching.pressure * press * taper * need;
            if force > 0.02 {
                self.press(x, y, hatching.breadth * (0.55 + 0.6 * force), force);
            }
            let (dx, dy) = direction(seen.normal, hatching.turn);
            (x, y, along) = (x + dx * 1.2, y + dy * 1.2, along + 1.2);
        }
    }

    /// Presses the tip on the paper.
    fn press(&mut self, x: f32, y: f32, radius: f32, force: f32) {
        let reach = radius.ceil() as i32;
        for down in -reach..=reach {
            for across in -reach..=reach {
                let from = (across as f32).hypot(down as f32);
                let soft = ramp(radius + 0.6, radius * 0.4, from);
                if let Some(index) = self.at(x + across as f32, y + down as f32) {
                    // Dust on dust holds less and less.
                    let room = (1.6 - self.dust[index]).max(0.0);
                    self.dust[index] += soft * force * 0.26 * room;
                }
            }
        }
    }

    /// Lines where one thing ends before another.
    fn outline(&mut self) {
        const ROW: usize = WIDTH / 2;
        for index in ROW + 1..ROW * (HEIGHT / 2 - 1) - 1 {
            let here = self.seen[index];
            let others = [index + 1, index + ROW, index - 1, index - ROW];
            let edge = |&other: &usize| self.seen[other].thing != here.thing;
            if here.thing != 0 && others.iter().any(edge) {
                let (x, y) = (index % ROW * 2, index / ROW * 2);
                self.line_at(x as f32, y as f32, here.dark);
            }
        }
    }

    /// A point of an outline, heavy in the shade; a second, fainter line looks for the form.
    fn line_at(&mut self, x: f32, y: f32, dark: f32) {
        let force = 0.25 + 0.75 * noise(x * 0.011, y * 0.011, 520);
        let heavy = force * (0.5 + 0.75 * dark);
        for (layer, strong, shake) in [(521, 1.0, 3.0), (524, 0.45, 9.0)] {
            let off = |layer| (noise(x * 0.012, y * 0.012, layer) - 0.5) * shake;
            let (x, y) = (x + off(layer), y + off(layer + 1));
            self.press(x, y, 1.2 + 2.4 * heavy, heavy * strong);
        }
    }

    /// The paper with what holds on its grain.
    fn fixed(&self) -> Canvas {
        Canvas::sampled(WIDTH, HEIGHT, 1, |x, y| {
            let laid = (y * 0.42 + 0.6 * noise(x * 0.02, y * 0.02, 530)).sin() * 0.10;
            let tooth =
                0.65 * noise(x * 0.42, y * 0.42, 531) + 0.35 * noise(x * 0.9, y * 0.9, 532) + laid;
            let fibre = 0.965 + 0.05 * clouds(x * 0.02, y * 0.02, 3, 533) + 0.03 * (tooth - 0.5);
            let dust = self.dust[y as usize * WIDTH + x as usize];
            // The grain's heights take charcoal first, its hollows only under pressure.
            let held = 0.20 * dust.min(1.0) + 0.76 * ramp(tooth * 0.8, tooth * 0.8 + 0.75, dust);
            (PAPER * fibre).mix(CHARCOAL, held)
        })
    }
}

/// The direction around a form, as the viewer sees it; of length one.
fn direction(normal: Vec3, turn: f32) -> (f32, f32) {
    let axis = vec3(0.55, 0.80, 0.25);
    let around = normal.cross(axis).unit();
    let over = normal.cross(around);
    let (sine, cosine) = turn.sin_cos();
    let along = around * cosine + over * sine;
    let length = along.x.hypot(along.y).max(0.05);
    (along.x / length, -along.y / length)
}
