//! Mountain lake: snowy ranges in the haze of a summer's morning, above still water.

mod plants;
mod terrain;

use self::plants::Glass;
use self::terrain::{SUN, Terrain, ground};
use crate::canvas::Canvas;
use crate::noise::clouds;
use crate::tracer::Ray;
use crate::vector::{Vec3, gradient, ramp, vec3};

const WIDTH: usize = 768;
const HEIGHT: usize = 512;
/// Samples along each side of a pixel.
const GRID: usize = 2;

/// Half the breadth of the view at a distance of one.
const VIEW: f32 = 0.46;
/// Where the horizon lies, from the top of the picture.
const HORIZON: f32 = 292.0;
/// How far, in pixels, the shore reaches below it and its waves show what is mirrored above it.
const BEYOND: f32 = 30.0;
/// The eye's height above the water.
const EYE: f32 = 9.0;
/// Pixels for a breadth of one at a distance of one.
const FOCAL: f32 = WIDTH as f32 / (2.0 * VIEW);

/// The clear sky, from low to high.
const BLUE: [Vec3; 3] = [
    vec3(0.30, 0.52, 0.90),
    vec3(0.16, 0.36, 0.78),
    vec3(0.09, 0.24, 0.62),
];
const SUNLIGHT: Vec3 = vec3(2.9, 2.4, 1.7);
/// Metres over which the air takes most of each colour; of blue the soonest.
const CLEAR: Vec3 = vec3(13_000.0, 9_500.0, 6_500.0);
const SKYLIGHT: Vec3 = vec3(0.42, 0.56, 0.82);

/// Draws the picture.
pub fn draw() -> Canvas {
    let terrain = Terrain::new();
    let above = side(&terrain, 1.0);
    let mirrored = side(&terrain, -1.0);
    let mut canvas = Canvas::sampled(WIDTH, HEIGHT, 1, |x, y| {
        if y < HORIZON {
            return pixel(&above, x, y);
        }
        let ray = ray_at(x, y, 1.0);
        let water = -EYE / ray.along.y.min(-1e-6);
        match (y < HORIZON + BEYOND).then(|| terrain.meet(&ray)).flatten() {
            Some(reach) if reach < water => pixel(&above, x, y),
            _ => water_at(&mirrored, x, y, water),
        }
    });
    plant(&mut canvas, &terrain, 1.0);
    if let Some(mut glass) = Glass::new() {
        glass.bank();
        glass.lay_over(&mut canvas);
    }
    canvas
}

/// The view without water: as it is seen, or (`up` is -1) as a mirror lying on the water shows it.
fn side(terrain: &Terrain, up: f32) -> Canvas {
    let mut canvas = Canvas::sampled(WIDTH, HEIGHT, GRID, |x, y| {
        // The one never shows what lies far below the horizon, the other what lies far above.
        if (y - HORIZON) * up > BEYOND {
            return Vec3::default();
        }
        let ray = ray_at(x, y, up);
        developed(match terrain.meet(&ray) {
            Some(reach) => land(terrain, &ray, reach),
            None => sky(ray.along),
        })
    });
    if up < 0.0 {
        plant(&mut canvas, terrain, up);
    }
    canvas
}

/// Paints the trees on the slopes that no nearer slope hides.
fn plant(canvas: &mut Canvas, terrain: &Terrain, up: f32) {
    let open = |x, y, reach: f32| {
        let ray = ray_at(x, y, up);
        terrain
            .meet(&ray)
            .is_none_or(|hit| hit * ray.along.z > reach * 0.97)
    };
    if let Some(mut glass) = Glass::new() {
        for tree in plants::spruces(terrain, open, up) {
            glass.spruce(&tree, up);
        }
        glass.lay_over(canvas);
    }
}

/// The nearest pixel to a point.
fn pixel(canvas: &Canvas, x: f32, y: f32) -> Vec3 {
    let column = (x.max(0.0) as usize).min(WIDTH - 1);
    let row = (y.max(0.0) as usize).min(HEIGHT - 1);
    canvas.pixels[row * WIDTH + column]
}

/// The ray through a point of the picture, from the eye or (`up` is -1) from its mirror image.
fn ray_at(x: f32, y: f32, up: f32) -> Ray {
    let across = (x - WIDTH as f32 * 0.5) / FOCAL;
    let rise = (HORIZON - y) / FOCAL;
    Ray {
        from: vec3(0.0, EYE * up, 0.0),
        along: vec3(across, rise * up, 1.0).unit(),
    }
}

/// From light to a photograph's colours.
fn developed(light: Vec3) -> Vec3 {
    light.map(|part| (1.0 - (-1.15 * part.max(0.0)).exp()).sqrt())
}

/// The ground where a ray meets it.
fn land(terrain: &Terrain, ray: &Ray, reach: f32) -> Vec3 {
    let point = ray.at(reach);
    let normal = terrain.normal(point.x, point.z);
    let colour = ground(point, normal);
    let facing = normal.dot(SUN.unit()).max(0.0) * terrain.sun(point.x, point.z);
    let light = SUNLIGHT * facing + SKYLIGHT * (0.35 + 0.4 * normal.y);
    hazy(colour * colour * light, ray.along, reach)
}

/// Distance turns everything towards the colour of the air.
fn hazy(light: Vec3, along: Vec3, reach: f32) -> Vec3 {
    let air = air(along);
    let clear = CLEAR.map(|metres| (-reach / metres).exp());
    light * clear + air * (vec3(1.0, 1.0, 1.0) - clear)
}

/// The colour of the air in a level direction: whiter towards the sun.
fn air(along: Vec3) -> Vec3 {
    vec3(0.40, 0.57, 0.84).mix(vec3(0.78, 0.80, 0.84), ramp(0.3, -0.45, along.x))
}

/// Blue, with clouds that are bright where they face the sun.
fn sky(along: Vec3) -> Vec3 {
    let height = along.y.max(0.0);
    let blue = gradient(&BLUE, height / 0.4);
    let base = air(along).mix(blue, ramp(0.0, 0.2, height));
    let (x, z) = (along.x / (height + 0.20), along.z / (height + 0.20));
    let thick = |x: f32, z: f32| {
        let bend = clouds(x * 0.9, z * 0.9, 2, 430) - 0.5;
        let (x, z) = (x * 1.7 + bend * 0.7 + 5.0, z * 2.3 + bend * 0.6 + 2.0);
        clouds(x, z, 6, 431)
    };
    let cover = thick(x, z);
    let amount = ramp(0.54, 0.72, cover);
    let sunny = ((cover - thick(x - 0.09, z - 0.05)) * 4.0 + 0.55).clamp(0.0, 1.0);
    let body = vec3(0.62, 0.70, 0.82).mix(vec3(2.9, 2.7, 2.4), sunny);
    let toned = body.mix(air(along) * 1.15, ramp(0.22, 0.02, height) * 0.75);
    base.mix(toned, amount * ramp(0.0, 0.06, height))
}

/// The lake, calm here and ruffled there.
fn water_at(mirrored: &Canvas, x: f32, y: f32, reach: f32) -> Vec3 {
    let ray = ray_at(x, y, 1.0);
    let point = ray.at(reach);
    let breeze = ramp(0.45, 0.62, clouds(point.x * 0.004, point.z * 0.012, 3, 440));
    let wave = clouds(point.x * 0.22, point.z * 0.5, 3, 441) - 0.5;
    let swell = clouds(point.x * 0.03, point.z * 0.09, 2, 442) - 0.5;
    let rough = (0.25 + breeze) * ramp(1400.0, 60.0, reach);
    let down = (wave * 26.0 + swell * 14.0) * rough;
    let across = wave * 7.0 * rough;
    let mut image = Vec3::default();
    // A mirror that ripples smears what it shows downwards.
    for step in -2..=2 {
        let smear = step as f32 * (0.5 + 2.5 * breeze);
        image += pixel(mirrored, x + across, y + down + smear) * 0.2;
    }
    let slant = 1.0 + ray.along.y;
    let mirror = 0.10 + 0.85 * slant.powi(7);
    let deep = developed(vec3(0.035, 0.10, 0.12) + vec3(0.02, 0.05, 0.06) * swell);
    let high = developed(sky(vec3(ray.along.x, 0.22, ray.along.z)));
    deep.mix(image.mix(high, breeze * 0.30), mirror)
}
