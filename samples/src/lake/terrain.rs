//! The land around the lake: heights that rain has washed, what grows there, and the sun on it.

use crate::noise::{Random, clouds, noise};
use crate::tracer::Ray;
use crate::vector::{Vec3, ramp, rgb, vec3};

/// Points of the grid along each side, and the metres between them.
const SIDE: usize = 860;
const STEP: f32 = 8.4;
/// The last point that has neighbours on all sides.
const INSIDE: f32 = SIDE as f32 - 3.0;
/// Where the grid begins: its left and its near edge.
const LEFT: f32 = -3600.0;
const NEAR: f32 = 180.0;

/// Towards the sun.
pub const SUN: Vec3 = vec3(-0.74, 0.52, -0.36);

/// Heights in metres above the water, and how much sun each point has.
pub struct Terrain {
    heights: Vec<f32>,
    sun: Vec<f32>,
}

impl Terrain {
    /// The land, raised, washed by rain and lit.
    pub fn new() -> Self {
        let heights = (0..SIDE * SIDE)
            .map(|index| {
                raised(
                    LEFT + (index % SIDE) as f32 * STEP,
                    NEAR + (index / SIDE) as f32 * STEP,
                )
            })
            .collect();
        let mut terrain = Self {
            heights,
            sun: Vec::new(),
        };
        terrain.slide(8);
        terrain.wash(220_000);
        terrain.slide(5);
        terrain.sun = terrain.sunlight();
        terrain
    }

    /// The height at a place.
    pub fn height(&self, x: f32, z: f32) -> f32 {
        between(&self.heights, x, z)
    }

    /// How much of the sun a place has, from 0 to 1.
    pub fn sun(&self, x: f32, z: f32) -> f32 {
        between(&self.sun, x, z)
    }

    /// Straight up from the ground.
    pub fn normal(&self, x: f32, z: f32) -> Vec3 {
        let across = self.height(x + STEP, z) - self.height(x - STEP, z);
        let away = self.height(x, z + STEP) - self.height(x, z - STEP);
        vec3(-across, 2.0 * STEP, -away).unit()
    }

    /// How far along the ray the ground is, if it is met.
    pub fn meet(&self, ray: &Ray) -> Option<f32> {
        let far = (NEAR + SIDE as f32 * STEP - 2.0 * STEP - ray.from.z) / ray.along.z;
        let mut reach = (NEAR - ray.from.z) / ray.along.z;
        let mut before = reach;
        while reach < far {
            let point = ray.at(reach);
            let above = point.y - self.height(point.x, point.z);
            if above < 0.0 {
                return Some(self.refined(ray, before, reach));
            }
            before = reach;
            reach += (above * 0.6).max(reach * 0.0022);
        }
        None
    }

    /// Halves the stretch in which the ray goes underground until that place is known well.
    fn refined(&self, ray: &Ray, mut low: f32, mut high: f32) -> f32 {
        for _ in 0..7 {
            let middle = (low + high) * 0.5;
            let point = ray.at(middle);
            if point.y < self.height(point.x, point.z) {
                high = middle;
            } else {
                low = middle;
            }
        }
        high
    }

    /// Rain falls everywhere.
    fn wash(&mut self, drops: usize) {
        let mut random = Random::new(51);
        for _ in 0..drops {
            let x = random.between(2.0, INSIDE);
            let z = random.between(2.0, INSIDE);
            self.run_down(x, z);
        }
    }

    /// A drop runs down the slope; it takes soil along where it is steep, and leaves it where it is not.
    fn run_down(&mut self, mut x: f32, mut z: f32) {
        let (mut dx, mut dz, mut soil) = (0.0, 0.0, 0.0);
        for _ in 0..60 {
            let at = z as usize * SIDE + x as usize;
            let here = self.heights[at];
            dx = dx * 0.55 - (self.heights[at + 1] - self.heights[at - 1]) * 0.5;
            dz = dz * 0.55 - (self.heights[at + SIDE] - self.heights[at - SIDE]) * 0.5;
            let speed = f32::hypot(dx, dz);
            if speed < 1e-3 || here < -3.0 {
                return;
            }
            (x, z) = (x + dx / speed, z + dz / speed);
            if x.min(z) < 2.0 || x.max(z) > INSIDE {
                return;
            }
            let fall = (here - self.heights[z as usize * SIDE + x as usize]).max(0.0);
            let room = fall * 0.9 - soil;
            let moved = (room * if room > 0.0 { 0.10 } else { 0.25 }).min(fall * 0.5);
            soil += moved;
            self.spread(at, -moved);
        }
    }

    /// Loose stones slide from where it is too steep to lie.
    fn slide(&mut self, rounds: usize) {
        let steepest = STEP * 1.15;
        for _ in 0..rounds {
            for at in SIDE + 1..SIDE * (SIDE - 1) - 1 {
                for neighbour in [at - 1, at + 1, at - SIDE, at + SIDE] {
                    let over = self.heights[at] - self.heights[neighbour] - steepest;
                    if over > 0.0 {
                        self.heights[at] -= over * 0.3;
                        self.heights[neighbour] += over * 0.3;
                    }
                }
            }
        }
    }

    /// Adds to the height of a point and a little to its neighbours', so that no pits are dug.
    fn spread(&mut self, at: usize, change: f32) {
        self.heights[at] += change * 0.4;
        for neighbour in [at - 1, at + 1, at - SIDE, at + SIDE] {
            self.heights[neighbour] += change * 0.15;
        }
    }

    /// Looks from every point towards the sun.
    fn sunlight(&self) -> Vec<f32> {
        let sun = SUN.unit();
        let level = sun.x.hypot(sun.z);
        let (dx, dz, rise) = (sun.x / level, sun.z / level, sun.y / level);
        let lit = |index: usize| {
            let x = LEFT + (index % SIDE) as f32 * STEP;
            let z = NEAR + (index / SIDE) as f32 * STEP;
            let foot = self.heights[index] + 2.0;
            let (mut seen, mut reach) = (1.0_f32, STEP);
            while reach < 1500.0 && seen > 0.0 {
                let over = foot + rise * reach - self.height(x + dx * reach, z + dz * reach);
                seen = seen.min(0.5 + 9.0 * over / reach);
                reach *= 1.13;
            }
            seen.clamp(0.0, 1.0)
        };
        (0..SIDE * SIDE).map(lit).collect()
    }
}

/// What a grid says between its points.
fn between(grid: &[f32], x: f32, z: f32) -> f32 {
    let most = SIDE as f32 - 1.01;
    let column = ((x - LEFT) / STEP).clamp(0.0, most);
    let row = ((z - NEAR) / STEP).clamp(0.0, most);
    let at = row as usize * SIDE + column as usize;
    let (across, down) = (column.fract(), row.fract());
    let above = grid[at] + (grid[at + 1] - grid[at]) * across;
    let below = grid[at + SIDE] + (grid[at + SIDE + 1] - grid[at + SIDE]) * across;
    above + (below - above) * down
}

/// The land before the rain.
fn raised(x: f32, z: f32) -> f32 {
    let shore =
        1050.0 - 0.95 * (x - 60.0).abs() + 420.0 * (clouds(x * 0.003, z * 0.003, 3, 400) - 0.5);
    let inland = z - shore;
    if inland < -60.0 {
        return -8.0;
    }
    let bank =
        0.10 * inland + 14.0 * ramp(0.0, 160.0, inland) * clouds(x * 0.012, z * 0.012, 3, 401);
    let valley = ramp(0.0, 1100.0, (x - 120.0 - 0.05 * z).abs());
    let range = ramp(250.0, 2900.0, inland) * (0.22 + 0.78 * valley);
    let peak = (-((x - 620.0) / 1000.0).powi(2) - ((z - 5900.0) / 1500.0).powi(2)).exp();
    let second = (-((x + 1500.0) / 800.0).powi(2) - ((z - 4300.0) / 900.0).powi(2)).exp();
    let bend = 0.5 * clouds(x * 0.0011, z * 0.0011, 3, 402);
    let rough = ridges(x * 0.00082 + 3.1 + bend, z * 0.00082 + 1.7 - bend);
    -3.0 + bank.min(60.0 + 0.02 * inland)
        + range * 600.0 * rough
        + (1080.0 * peak + 560.0 * second) * (0.50 + 0.62 * rough)
}

/// Noise with sharp crests, rougher where it is high.
fn ridges(x: f32, z: f32) -> f32 {
    let (mut sum, mut weight, mut scale, mut carry) = (0.0, 0.42, 1.0, 1.0);
    for octave in 0..7 {
        let wave = 1.0 - (2.0 * noise(x * scale, z * scale, 410 + octave) - 1.0).abs();
        let crest = wave.powf(1.4) * carry;
        sum += crest * weight;
        carry = (crest * 1.6).clamp(0.25, 1.0);
        weight *= 0.56;
        scale *= 2.07;
    }
    sum
}

/// How thick the forest is at a place, from 0 to 1.
pub fn wooded(point: Vec3) -> f32 {
    let patch = clouds(point.x * 0.0045, point.z * 0.0045, 4, 420);
    let fine = clouds(point.x * 0.05, point.z * 0.05, 3, 421);
    ramp(0.40, 0.50, patch + 0.18 * (fine - 0.5)) * ramp(470.0, 300.0, point.y + 160.0 * patch)
}

/// The colour of the ground at a place.
pub fn ground(point: Vec3, normal: Vec3) -> Vec3 {
    let (x, z) = (point.x, point.z);
    let patch = clouds(x * 0.006, z * 0.006, 4, 424);
    let fine = clouds(x * 0.05, z * 0.05, 3, 421);
    let meadow = rgb(0x5f7a34)
        .mix(rgb(0x94974c), patch)
        .mix(rgb(0x46632c), fine * 0.7);
    let forest = rgb(0x16281a).mix(rgb(0x3a5230), clouds(x * 0.09, z * 0.09, 2, 422));
    let strata = clouds(x * 0.014, point.y * 0.05 + z * 0.01, 4, 423);
    let rock = rgb(0x5d5957).mix(rgb(0x9c9288), strata);
    let steep = ramp(0.84, 0.68, normal.y + 0.12 * (fine - 0.5));
    let high = ramp(430.0, 640.0, point.y + 180.0 * fine);
    let snow = ramp(500.0, 680.0, point.y + 260.0 * (fine - 0.5))
        * ramp(0.58, 0.74, normal.y + 0.2 * (strata - 0.5));
    meadow
        .mix(forest, wooded(point))
        .mix(rock, steep.max(high))
        .mix(rgb(0x9a9078), ramp(3.5, 1.0, point.y))
        .mix(rgb(0xf4f6fa), snow)
}
