//! Harbour town: a row of gabled houses by the water in the last hour of sun.

mod boats;
mod facade;
mod land;
mod town;

use crate::canvas::Canvas;
use crate::noise::{Random, clouds};
use crate::tracer::{Hit, Ray, Solid, World};
use crate::vector::{Vec3, ramp, vec3};

const WIDTH: usize = 768;
const HEIGHT: usize = 512;
/// Samples along each side of a pixel.
const GRID: usize = 3;

/// Half the breadth of the view at a distance of one.
const VIEW: f32 = 0.46;
/// Where the horizon lies, from the top of the picture to the bottom.
const HORIZON: f32 = 0.53;
const EYE: Vec3 = vec3(0.0, 3.2, 0.0);

/// Towards the sun (not yet of length one).
const SUN: Vec3 = vec3(0.86, 0.40, -0.33);
const SUNLIGHT: Vec3 = vec3(4.3, 2.55, 1.12);
const SKYLIGHT: Vec3 = vec3(0.40, 0.52, 0.80);
const BOUNCE: Vec3 = vec3(0.30, 0.22, 0.15);

/// What a solid is made of.
#[derive(Clone, Copy)]
enum Material {
    /// The front and sides of house number so-and-so.
    House(usize),
    /// Tiles of this colour.
    Roof(Vec3),
    /// The stone of the quay.
    Quay,
    /// Plain paint or stone, a little weathered.
    Plain(Vec3),
    /// A boat's side, with a stripe of another colour above the given height.
    Hull(Vec3, Vec3, f32),
    /// Leaves of this colour; the middle of their tree rounds its shading.
    Leaf(Vec3, Vec3),
}

/// The colour of a surface, and how much it mirrors.
struct Surface {
    colour: Vec3,
    normal: Vec3,
    mirror: f32,
    glow: Vec3,
}

/// Draws the picture.
pub fn draw() -> Canvas {
    let world = World::new(solids());
    Canvas::sampled(WIDTH, HEIGHT, GRID, |x, y| {
        let across = (x / WIDTH as f32 * 2.0 - 1.0) * VIEW;
        let up = (HORIZON - y / HEIGHT as f32) * 2.0 * VIEW * HEIGHT as f32 / WIDTH as f32;
        let ray = Ray {
            from: EYE,
            along: vec3(across, up, 1.0).unit(),
        };
        developed(seen(&world, &ray), x, y)
    })
}

fn solids() -> Vec<Solid<Material>> {
    let mut random = Random::new(11);
    let mut solids = Vec::new();
    town::build(&mut solids);
    boats::build(&mut solids);
    land::plant(&mut solids, &mut random);
    solids
}

/// From light to a photograph's colours.
fn developed(light: Vec3, x: f32, y: f32) -> Vec3 {
    let film = light.map(|part| 1.0 - (-1.15 * part).exp());
    let (dx, dy) = (x / WIDTH as f32 - 0.5, y / HEIGHT as f32 - 0.5);
    let corners = 1.0 - 0.45 * (dx * dx + dy * dy);
    film.map(|part| (part * corners).powf(1.0 / 1.9))
}

fn seen(world: &World<Material>, ray: &Ray) -> Vec3 {
    let water = if ray.along.y < 0.0 {
        -ray.from.y / ray.along.y
    } else {
        f32::MAX
    };
    match world.nearest(ray, water.min(900.0)) {
        Some(hit) => hazy(lit(world, ray, &hit), ray, hit.distance),
        None if water < 900.0 => hazy(water_at(world, ray, water), ray, water),
        None => land::sky(ray.along),
    }
}

/// Distance turns everything towards the colour of the air.
fn hazy(light: Vec3, ray: &Ray, distance: f32) -> Vec3 {
    let air = land::air(ray.along);
    light.mix(air, 1.0 - (-distance / 1100.0).exp())
}

fn lit(world: &World<Material>, ray: &Ray, hit: &Hit) -> Vec3 {
    let point = ray.at(hit.distance);
    let mut surface = surface(world.solids[hit.solid].material, point, hit);
    // Paint is chosen as a screen shows it; light adds up on a straight scale.
    surface.colour = surface.colour.map(|part| part.max(0.0).powf(2.0));
    let sun = SUN.unit();
    let facing = surface.normal.dot(sun).max(0.0);
    let from = point + hit.normal * 0.02;
    let shade = Ray { from, along: sun };
    let direct = if facing > 0.0 && !world.blocked(&shade, 200.0) {
        SUNLIGHT * facing
    } else {
        Vec3::default()
    };
    let open = openness(world, from, surface.normal);
    let up = 0.5 + 0.5 * surface.normal.y;
    let ambient = (SKYLIGHT * (0.35 + 0.65 * up) + BOUNCE * (1.0 - up)) * open;
    let mut light = surface.colour * (direct + ambient) + surface.glow;
    if surface.mirror > 0.0 {
        let along = ray.along.reflect(surface.normal);
        light = light.mix(land::sky(along) * 0.8, surface.mirror);
    }
    light
}

/// How much of the sky a point sees, from one random look.
fn openness(world: &World<Material>, from: Vec3, normal: Vec3) -> f32 {
    let bits = from.x.to_bits() ^ from.y.to_bits().rotate_left(11) ^ from.z.to_bits();
    let along = (normal + Random::new(u64::from(bits)).in_ball().unit() * 0.98).unit();
    if world.blocked(&Ray { from, along }, 9.0) {
        0.35
    } else {
        1.1
    }
}

/// The colour of a solid at a point of its surface.
fn surface(material: Material, point: Vec3, hit: &Hit) -> Surface {
    let plain = |colour| Surface {
        colour,
        normal: hit.normal,
        mirror: 0.0,
        glow: Vec3::default(),
    };
    match material {
        Material::House(number) => facade::surface(number, point, hit.normal),
        Material::Roof(colour) => plain(town::tiles(colour, point, hit.normal)),
        Material::Quay => plain(town::quay_stone(point, hit.normal)),
        Material::Plain(colour) => {
            let worn = clouds(point.x * 3.0 + point.z * 2.0, point.y * 3.0, 3, 30);
            plain(colour * (0.75 + 0.5 * worn))
        }
        Material::Hull(colour, stripe, height) => {
            let worn = clouds(point.x * 1.5 + point.z, point.y * 6.0, 3, 31);
            let paint = if point.y > height { stripe } else { colour };
            let plank = ramp(0.0, 0.16, (point.y / 0.19).rem_euclid(1.0));
            let mut surface = plain(paint * ((0.7 + 0.5 * worn) * (0.8 + 0.2 * plank)));
            surface.mirror = 0.06;
            surface
        }
        Material::Leaf(colour, middle) => Surface {
            normal: hit.normal.mix((point - middle).unit(), 0.55).unit(),
            ..plain(colour)
        },
    }
}

fn water_at(world: &World<Material>, ray: &Ray, distance: f32) -> Vec3 {
    let point = ray.at(distance);
    let normal = ripples(point, distance);
    let mut along = ray.along.reflect(normal);
    along.y = along.y.abs().max(0.002);
    let mirrored = Ray {
        from: vec3(point.x, 0.01, point.z),
        along: along.unit(),
    };
    let image = match world.nearest(&mirrored, 400.0) {
        Some(hit) => hazy(lit(world, &mirrored, &hit), &mirrored, hit.distance),
        None => land::sky(mirrored.along),
    };
    let slant = 1.0 - (-ray.along.dot(normal)).clamp(0.0, 1.0);
    let mirror = 0.06 + 0.88 * slant.powi(4);
    let deep = vec3(0.030, 0.070, 0.080) + SKYLIGHT * 0.05;
    deep.mix(image, mirror)
}

/// The water's normal: long low waves with small ones on their backs.
fn ripples(point: Vec3, distance: f32) -> Vec3 {
    let height = |x: f32, z: f32| {
        let calm = 0.35 + 0.9 * ramp(0.35, 0.7, clouds(x * 0.03, z * 0.045, 2, 21));
        let broad = clouds(x * 0.42, z * 1.05, 2, 20) * 0.060;
        let fine = clouds(x * 1.6 + 3.0, z * 3.6, 2, 22) * 0.017;
        broad + fine * calm
    };
    let step = 0.02 + distance * 0.0012;
    let here = height(point.x, point.z);
    let across = (height(point.x + step, point.z) - here) / step;
    let away = (height(point.x, point.z + step) - here) / step;
    let fade = 1.0 / (1.0 + distance * 0.022);
    vec3(-across * fade, 1.0, -away * fade).unit()
}
