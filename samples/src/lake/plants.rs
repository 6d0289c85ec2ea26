//! Spruces on the slopes, and the bank in front with its grass, flowers and pines.

use tiny_skia::{Color, FillRule, Paint, PathBuilder, Pixmap, Transform};

use super::terrain::{Terrain, wooded};
use super::{EYE, FOCAL, HEIGHT, HORIZON, WIDTH, developed, hazy};
use crate::canvas::Canvas;
use crate::noise::{Random, clouds};
use crate::vector::{Vec3, gradient, ramp, rgb, vec3};

const NEEDLES: [Vec3; 3] = [rgb(0x16261c), rgb(0x2c452a), rgb(0x6d7f3e)];
const GRASS: [Vec3; 4] = [rgb(0x2c3f1c), rgb(0x55702c), rgb(0x8a9a44), rgb(0xc9c277)];
const FLOWERS: [Vec3; 4] = [rgb(0xf4f0e6), rgb(0xf0cf52), rgb(0xc65a8a), rgb(0x8f6fc0)];

/// A tree on the slopes: where its foot is in the picture, how high it is there, and how far off.
pub struct Spruce {
    x: f32,
    foot: f32,
    height: f32,
    reach: f32,
    along: Vec3,
    sun: f32,
    seed: u64,
}

/// Trees that stand in the open view, from the farthest to the nearest.
pub fn spruces(terrain: &Terrain, open: impl Fn(f32, f32, f32) -> bool, up: f32) -> Vec<Spruce> {
    let mut random = Random::new(61);
    let mut trees = Vec::new();
    for seed in 0..60_000 {
        let z = 420.0 + 2300.0 * random.unit().powf(1.4);
        let x = random.between(-0.5, 0.5) * z;
        let chance = random.unit();
        let tall = random.between(13.0, 27.0);
        let ground = terrain.height(x, z);
        let shore = ramp(18.0, 3.0, ground) * 0.22;
        if ground < 1.5 || chance > wooded(vec3(x, ground, z)).max(shore) {
            continue;
        }
        let tree = Spruce {
            x: WIDTH as f32 * 0.5 + x / z * FOCAL,
            foot: HORIZON - (ground * up - EYE) / z * FOCAL,
            height: tall / z * FOCAL,
            reach: z,
            along: vec3(x, 0.0, z).unit(),
            sun: terrain.sun(x, z),
            seed,
        };
        if open(tree.x, tree.foot - up * tree.height * 0.6, z) {
            trees.push(tree);
        }
    }
    trees.sort_by(|one, other| other.reach.total_cmp(&one.reach));
    trees
}

/// A sheet of glass in front of the view, to paint on.
pub struct Glass {
    pixmap: Pixmap,
}

impl Glass {
    /// A clear one.
    pub fn new() -> Option<Self> {
        Pixmap::new(WIDTH as u32, HEIGHT as u32).map(|pixmap| Self { pixmap })
    }

    /// Lays what is painted over the view.
    pub fn lay_over(&self, canvas: &mut Canvas) {
        for (pixel, painted) in canvas.pixels.iter_mut().zip(self.pixmap.pixels()) {
            let part = |value: u8| f32::from(value) / 255.0;
            let paint = vec3(
                part(painted.red()),
                part(painted.green()),
                part(painted.blue()),
            );
            *pixel = *pixel * (1.0 - part(painted.alpha())) + paint;
        }
    }

    /// Fills a shape with straight sides.
    fn fill(&mut self, points: &[(f32, f32)], colour: Vec3) {
        let mut path = PathBuilder::new();
        for (index, &(x, y)) in points.iter().enumerate() {
            if index == 0 {
                path.move_to(x, y);
            } else {
                path.line_to(x, y);
            }
        }
        path.close();
        self.fill_path(path, colour);
    }

    fn fill_path(&mut self, path: PathBuilder, colour: Vec3) {
        let part = |value: f32| (value.clamp(0.0, 1.0) * 255.0) as u8;
        let mut paint = Paint::default();
        paint.set_color(Color::from_rgba8(
            part(colour.x),
            part(colour.y),
            part(colour.z),
            255,
        ));
        if let Some(path) = path.finish() {
            self.pixmap.fill_path(
                &path,
                &paint,
                FillRule::Winding,
                Transform::identity(),
                None,
            );
        }
    }

    /// A blade that bends from its foot to its tip.
    fn blade(&mut self, foot: (f32, f32), tip: (f32, f32), sag: f32, breadth: f32, colour: Vec3) {
        let middle = ((foot.0 + tip.0) * 0.5, (foot.1 + tip.1) * 0.5 + sag);
        let (dx, dy) = (tip.0 - foot.0, tip.1 - foot.1);
        let length = dx.hypot(dy).max(1e-3);
        let (side_x, side_y) = (-dy / length * breadth, dx / length * breadth);
        let mut path = PathBuilder::new();
        path.move_to(foot.0 - side_x, foot.1 - side_y);
        path.quad_to(middle.0 - side_x, middle.1 - side_y, tip.0, tip.1);
        path.quad_to(
            middle.0 + side_x,
            middle.1 + side_y,
            foot.0 + side_x,
            foot.1 + side_y,
        );
        path.close();
        self.fill_path(path, colour);
    }

    /// A distant tree; in the mirror (`up` is -1) it hangs from its foot.
    pub fn spruce(&mut self, tree: &Spruce, up: f32) {
        let mut random = Random::new(tree.seed);
        let tiers = (tree.height * 0.4).clamp(4.0, 11.0) as usize;
        let broad = tree.height * random.between(0.17, 0.24);
        let warm = random.between(-0.2, 0.2);
        for tier in (0..tiers).rev() {
            let top = tier as f32 / tiers as f32;
            let low = (tier as f32 + 1.6) / tiers as f32;
            let reach = broad * (0.12 + 0.88 * low.min(1.0)) * random.between(0.8, 1.15);
            let at = |part: f32| tree.foot - up * tree.height * (1.0 - part.min(1.0));
            for (side, light) in [(1.0, 0.16), (-1.0, 0.42 + 0.5 * tree.sun)] {
                let shade = light + warm + 0.12 * random.between(-1.0, 1.0) - 0.2 * low;
                let paint = gradient(&NEEDLES, shade);
                let lit = hazy(paint * paint * 1.15, tree.along, tree.reach);
                let tip = (tree.x + side * reach, at(low));
                let inner = (tree.x - side * reach * 0.15, at(low - 0.05));
                self.fill(&[(tree.x, at(top)), tip, inner], developed(lit));
            }
        }
    }

    /// The bank in front.
    pub fn bank(&mut self) {
        let mut random = Random::new(62);
        self.pines(&mut random);
        let edge: Vec<(f32, f32)> = (0..=WIDTH)
            .step_by(4)
            .map(|x| (x as f32, bank_at(x as f32) + 3.0))
            .collect();
        let corners = [(WIDTH as f32, HEIGHT as f32), (0.0, HEIGHT as f32)];
        self.fill(&[edge.as_slice(), &corners].concat(), GRASS[0]);
        let mut feet: Vec<(f32, f32)> = (0..15_000)
            .map(|_| {
                let x = random.between(-10.0, WIDTH as f32 + 10.0);
                let room = HEIGHT as f32 + 30.0 - bank_at(x);
                (x, bank_at(x) + room * random.unit())
            })
            .collect();
        feet.sort_by(|one, other| one.1.total_cmp(&other.1));
        for foot in feet {
            self.grass(foot, &mut random);
        }
    }

    /// One blade of grass, and now and then a flower at its tip.
    fn grass(&mut self, foot: (f32, f32), random: &mut Random) {
        let depth = (foot.1 - bank_at(foot.0)).max(0.0);
        let near = 0.35 + depth / 130.0;
        let patch = clouds(foot.0 * 0.016, foot.1 * 0.04, 3, 450);
        let high = random.between(7.0, 19.0) * near;
        let lean = (random.between(-0.45, 0.6) + 0.5 * (patch - 0.5)) * high;
        let tip = (foot.0 + lean, foot.1 - high);
        let light = 0.62 * ramp(0.2, 0.8, patch)
            + 0.10
            + random.between(-0.22, 0.22)
            + 0.15 * ramp(40.0, 0.0, depth);
        self.blade(
            foot,
            tip,
            -high * 0.15,
            0.85 * near,
            gradient(&GRASS, light),
        );
        let kind = clouds(foot.0 * 0.012 + 7.0, foot.1 * 0.03, 2, 451);
        if random.unit() < 0.02 + 0.22 * ramp(0.45, 0.62, kind) {
            self.flower(tip, 2.1 * near, random);
        }
    }

    /// Five petals.
    fn flower(&mut self, at: (f32, f32), size: f32, random: &mut Random) {
        let kind =
            clouds(at.0 * 0.02, at.1 * 0.03, 2, 452) * 2.6 - 0.8 + random.between(-0.25, 0.25);
        let colour = gradient(&FLOWERS, kind) * random.between(0.8, 1.05);
        for petal in 0..5 {
            let (sine, cosine) = (petal as f32 * 1.257 + random.unit()).sin_cos();
            let tip = (at.0 + cosine * size, at.1 + sine * size * 0.7);
            self.blade(
                at,
                tip,
                0.0,
                size * 0.45,
                colour * random.between(0.88, 1.0),
            );
        }
    }

    /// Pines at the left, which frame the view.
    fn pines(&mut self, random: &mut Random) {
        for (x, height, breadth) in [
            (176.0, 150.0, 34.0),
            (118.0, 290.0, 62.0),
            (34.0, 400.0, 92.0),
        ] {
            self.pine(x, bank_at(x) + 14.0, height, breadth, random);
        }
    }

    /// A pine: its trunk, and boughs to both sides from its top to near its foot.
    fn pine(&mut self, x: f32, foot: f32, height: f32, breadth: f32, random: &mut Random) {
        let top = foot - height;
        let thick = height * 0.015;
        self.fill(
            &[(x - thick, foot), (x, top), (x + thick, foot)],
            rgb(0x231d19),
        );
        self.fill(
            &[(x - thick, foot), (x, top), (x - thick * 0.2, foot)],
            rgb(0x6b5848),
        );
        let boughs = (height * 0.42) as usize;
        for bough in 0..boughs {
            let part = (bough as f32 + random.unit()) / boughs as f32;
            let y = top + height * (0.02 + 0.86 * part);
            let side = if bough % 2 == 0 { 1.0 } else { -1.0 };
            let reach = breadth * (0.08 + 0.92 * part.powf(0.85)) * random.between(0.55, 1.1);
            let turn = random.between(0.25, 1.0) * side;
            self.bough(
                x,
                y,
                (reach * turn, reach * random.between(0.12, 0.42)),
                random,
            );
        }
    }

    /// A bough with its needles.
    fn bough(&mut self, x: f32, y: f32, reach: (f32, f32), random: &mut Random) {
        let length = reach.0.hypot(reach.1);
        self.blade(
            (x, y),
            (x + reach.0, y + reach.1),
            -length * 0.08,
            0.9,
            rgb(0x33281d),
        );
        let needles = (length * 2.4) as usize + 6;
        for needle in 0..needles {
            let along = ((needle as f32 + random.unit()) / needles as f32).powf(0.8);
            let from = (
                x + reach.0 * along,
                y + reach.1 * along - length * 0.04 * (1.0 - along),
            );
            let long =
                random.between(4.0, 10.0) * (1.15 - 0.6 * along) * (0.5 + length / 90.0).min(1.1);
            let spread = random.between(-1.0, 1.0);
            let tip = (
                from.0 + reach.0.signum() * long * (1.0 - spread.abs() * 0.5),
                from.1 + long * (0.35 + 0.65 * spread),
            );
            // The sun comes from the left and above.
            let light =
                0.34 - 0.0055 * reach.0 * along - 0.34 * spread + random.between(-0.15, 0.2);
            self.blade(from, tip, 0.0, 0.8, gradient(&NEEDLES, light));
        }
    }
}

/// The height in the picture of the bank's upper edge.
fn bank_at(x: f32) -> f32 {
    let rise = ramp(430.0, -60.0, x) * 78.0 + ramp(560.0, 800.0, x) * 26.0;
    HEIGHT as f32 - 18.0 - rise - 14.0 * (clouds(x * 0.013, 0.0, 3, 453) - 0.5)
}
