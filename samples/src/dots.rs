//! Pastel dots: an orchard and its pond, put together from thousands of small dabs.

use tiny_skia::{Color, FillRule, Paint, PathBuilder, Pixmap, Rect, Transform};

use crate::canvas::Canvas;
use crate::noise::{Random, clouds};
use crate::vector::{Vec3, gradient, ramp, rgb, vec3};

const WIDTH: usize = 768;
const HEIGHT: usize = 576;

const GROUND: Vec3 = rgb(0x8a7fae);
const SKY: [Vec3; 4] = [rgb(0x9fb4ee), rgb(0xc9b8f0), rgb(0xf7c3cf), rgb(0xffe0b0)];
const HILL: [Vec3; 3] = [rgb(0x9a8fd6), rgb(0x7fb0cf), rgb(0x86c9b4)];
const MEADOW: [Vec3; 4] = [rgb(0xf3e58f), rgb(0xa9dc9a), rgb(0x6cc3a0), rgb(0x4fa9a6)];
const POND: [Vec3; 4] = [rgb(0xf9cdb6), rgb(0xb9b4ee), rgb(0x74b6e0), rgb(0x5a8fd0)];
const BLOSSOM: [Vec3; 3] = [rgb(0xffd9e4), rgb(0xf58fb5), rgb(0xb868b0)];
const FLOWERS: [Vec3; 4] = [rgb(0xff8f78), rgb(0xfff2c0), rgb(0xf069a0), rgb(0xb58af0)];

/// Strewn everywhere, so that no patch is of one colour.
const ACCENTS: [Vec3; 4] = [rgb(0xff9a7a), rgb(0x6fd6b4), rgb(0x5f9ff0), rgb(0xd77fe6)];

/// The trees' crowns: middle and radius.
const CROWNS: [(f32, f32, f32); 7] = [
    (130.0, 190.0, 96.0),
    (225.0, 262.0, 58.0),
    (600.0, 170.0, 112.0),
    (715.0, 258.0, 70.0),
    (478.0, 255.0, 46.0),
    (338.0, 282.0, 34.0),
    (28.0, 285.0, 52.0),
];

/// Draws the picture.
pub fn draw() -> Canvas {
    let mut canvas = Canvas::filled(WIDTH, HEIGHT, GROUND);
    let Some(mut pixmap) = Pixmap::new(WIDTH as u32, HEIGHT as u32) else {
        return canvas;
    };
    pixmap.fill(opaque(GROUND));
    let mut random = Random::new(31);
    // From large dabs to small ones: how many, and their radius.
    for (count, radius) in [(5200, 7.5), (11000, 4.6), (9000, 3.0), (3500, 1.9)] {
        for _ in 0..count {
            dab(&mut pixmap, &mut random, radius);
        }
    }
    for (pixel, painted) in canvas.pixels.iter_mut().zip(pixmap.pixels()) {
        let part = |value: u8| f32::from(value) / 255.0;
        *pixel = vec3(
            part(painted.red()),
            part(painted.green()),
            part(painted.blue()),
        );
    }
    canvas
}

fn opaque(colour: Vec3) -> Color {
    let part = |value: f32| (value.clamp(0.0, 1.0) * 255.0) as u8;
    Color::from_rgba8(part(colour.x), part(colour.y), part(colour.z), 255)
}

/// One dab of a slightly long, slightly turned brush.
fn dab(pixmap: &mut Pixmap, random: &mut Random, radius: f32) {
    let x = random.between(-8.0, WIDTH as f32 + 8.0);
    let y = random.between(-8.0, HEIGHT as f32 + 8.0);
    let long = radius * random.between(0.85, 1.3);
    let broad = radius * random.between(0.7, 0.95);
    let frame = Rect::from_xywh(-long, -broad, long * 2.0, broad * 2.0);
    let Some(oval) = frame.and_then(PathBuilder::from_oval) else {
        return;
    };
    let mut paint = Paint::default();
    paint.set_color(opaque(broken(scene(x, y, random), random)));
    let turn = 180.0 * clouds(x * 0.006, y * 0.006, 2, 4) + random.between(-25.0, 25.0);
    pixmap.fill_path(
        &oval,
        &paint,
        FillRule::Winding,
        Transform::from_rotate(turn).post_translate(x, y),
        None,
    );
}

/// A colour broken into its neighbours, so that the eye mixes it again.
fn broken(colour: Vec3, random: &mut Random) -> Vec3 {
    let lightness = random.between(0.86, 1.1);
    match (random.unit() * 10.0) as i32 {
        // A few dabs of a foreign colour make the others sing.
        0 => random.pick(&ACCENTS).mix(colour, 0.35),
        1 | 2 => colour.mix(vec3(1.0, 0.96, 0.86), 0.55),
        3 => vec3(colour.z, colour.x, colour.y).mix(colour, 0.6),
        4 => colour * 0.8,
        _ => colour * lightness,
    }
}

/// The colour of the scene that the dots stand for.
fn scene(x: f32, y: f32, random: &mut Random) -> Vec3 {
    let loose = random.between(-0.12, 0.12);
    // Edges are left ragged, as dabs near them fall on either side.
    let (x, y) = (x + random.between(-4.0, 4.0), y + random.between(-4.0, 4.0));
    if let Some(colour) = crown(x, y, loose) {
        return colour;
    }
    let hill = 250.0 - 70.0 * clouds(x * 0.006, 3.0, 2, 5);
    let shore = 300.0 + 14.0 * (x * 0.011).sin();
    let bank = 470.0 + 70.0 * (x * 0.0062 + 2.4).sin();
    if y < hill {
        let sun = ramp(150.0, 0.0, (x - 400.0).hypot(y - 120.0));
        let sky = gradient(
            &SKY,
            y / hill + loose + 0.25 * (clouds(x * 0.008, y * 0.02, 3, 6) - 0.5),
        );
        return sky.mix(rgb(0xfff3b8), sun);
    }
    if y < shore {
        return gradient(&HILL, (y - hill) / (shore - hill) + loose);
    }
    if y < bank {
        return pond(x, (y - shore) / (bank - shore), loose);
    }
    let patch = clouds(x * 0.014, y * 0.022, 2, 7);
    if patch > 0.5 && random.unit() < 0.75 {
        let kind = clouds(x * 0.009 + 9.0, y * 0.012, 2, 8) * 2.2 - 0.6;
        return gradient(&FLOWERS, kind + loose);
    }
    gradient(&MEADOW, (y - bank) / 130.0 + loose * 2.0)
}

/// Blossom, light towards the sun and violet behind.
fn crown(x: f32, y: f32, loose: f32) -> Option<Vec3> {
    CROWNS.into_iter().find_map(|(across, down, radius)| {
        let (dx, dy) = ((x - across) / radius, (y - down) / radius);
        let lobes = 0.5 * (clouds(x * 0.03, y * 0.03, 2, 9) - 0.5);
        let sunward = if across < 400.0 { dx } else { -dx };
        let shade = 0.45 - 0.35 * sunward + 0.4 * dy + lobes * 1.6;
        let trunk = dx.abs() < 0.09 && (0.0..1.9).contains(&dy);
        if dx * dx + dy * dy < 1.0 + lobes * 1.5 {
            return Some(gradient(&BLOSSOM, shade + loose * 1.5));
        }
        trunk.then(|| rgb(0x7a5a90).mix(rgb(0xc98f86), 0.5 + loose * 3.0))
    })
}

/// Water that mirrors the sky and, as streaks, the trees.
fn pond(x: f32, depth: f32, loose: f32) -> Vec3 {
    let water = gradient(&POND, depth + loose * 1.5);
    let mirrored = CROWNS
        .iter()
        .map(|&(across, _, radius)| ramp(radius, radius * 0.4, (x - across).abs()))
        .fold(0.0, f32::max);
    let streak = ramp(0.4, 0.6, clouds(x * 0.008, depth * 22.0, 2, 10));
    water.mix(BLOSSOM[1], mirrored * streak * 0.75 * (1.0 - depth * 0.6))
}
