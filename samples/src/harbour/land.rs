//! The sky, the far hills and the trees.

use super::{Material, town};
use crate::noise::{Random, clouds, noise};
use crate::tracer::{Shape, Solid};
use crate::vector::{Vec3, ramp, rgb, vec3};

const WARM_AIR: Vec3 = vec3(1.25, 0.66, 0.30);
const COOL_AIR: Vec3 = vec3(0.55, 0.56, 0.60);

/// The colour of the air in a level direction: warm towards the sun.
pub fn air(along: Vec3) -> Vec3 {
    let sunward = (along.x + 0.55) / 1.1;
    COOL_AIR.mix(WARM_AIR, sunward.clamp(0.0, 1.0))
}

/// What lies in a direction beyond all solids: hills, clouds and sky.
pub fn sky(along: Vec3) -> Vec3 {
    hills(along).unwrap_or_else(|| open_sky(along))
}

fn open_sky(along: Vec3) -> Vec3 {
    let height = along.y.max(0.0);
    let blue = vec3(0.16, 0.31, 0.60).mix(vec3(0.05, 0.14, 0.42), ramp(0.15, 0.7, height));
    let base = air(along).mix(blue, ramp(0.0, 0.42, height).powf(0.75));
    let (x, z) = (along.x / (height + 0.09), along.z / (height + 0.09));
    let thick = |x: f32, z: f32| clouds(x * 0.75 + 2.0, z * 1.05 + 4.6, 5, 50);
    let cover = thick(x, z);
    let amount = ramp(0.46, 0.66, cover);
    // Clouds glow on the side that faces the sun and are grey-violet behind.
    let sunny = (cover - thick(x + 0.22, z - 0.1)) * 4.5 + 0.5;
    let lit = vec3(0.30, 0.26, 0.36).mix(vec3(2.1, 1.25, 0.66), sunny.clamp(0.0, 1.0));
    let toned = lit.mix(air(along), ramp(0.25, 0.0, height) * 0.7);
    let streak = ramp(0.5, 0.75, clouds(x * 0.5, z * 2.4, 4, 55)) * 0.4;
    let veiled = base.mix(air(along) * 1.25, streak);
    veiled.mix(toned, amount * ramp(0.0, 0.07, height))
}

/// Three ranges of hills, paler with distance.
fn hills(along: Vec3) -> Option<Vec3> {
    let level = along.x.hypot(along.z);
    let (turn, height) = (along.x / level.max(1e-4), along.y / level);
    let ranges = [
        (0.058, 3.1, 70, 0.25),
        (0.10, 2.0, 71, 0.5),
        (0.125, 1.3, 72, 0.72),
    ];
    ranges.into_iter().find_map(|(top, scale, layer, haze)| {
        let crest = |turn: f32| {
            let bumps = clouds(turn * scale * 9.0, 0.0, 3, layer + 20) * 0.012;
            let broad = clouds(turn * scale + 1.7, 0.5, 2, layer);
            top * (0.25 + broad) + bumps
        };
        (along.z > 0.0 && height < crest(turn)).then(|| {
            let slope = (crest(turn) - crest(turn + 0.02)) * 60.0;
            let woods = clouds(turn * 90.0, height * 160.0, 4, layer);
            let light = (0.35 + 0.5 * slope).clamp(0.12, 1.0) * (0.45 + woods);
            let green = vec3(0.16, 0.20, 0.09).mix(vec3(0.62, 0.46, 0.16), light * 0.8);
            green.mix(air(along) * 0.85, haze)
        })
    })
}

/// Adds the trees to the scene.
pub fn plant(solids: &mut Vec<Solid<Material>>, random: &mut Random) {
    // Along the row, back from it, height and breadth.
    let trees = [
        (63.5, -0.5, 8.0, 3.4),
        (68.5, 3.0, 11.0, 4.6),
        (75.0, 6.0, 10.0, 4.8),
        (82.0, 4.0, 8.5, 4.2),
        (90.0, 8.0, 9.5, 5.0),
        (40.5, 15.5, 13.8, 3.6),
        (21.0, 15.0, 14.4, 3.6),
        (8.5, 15.0, 14.0, 3.4),
        (52.0, 17.0, 14.5, 4.0),
    ];
    for (along, back, height, breadth) in trees {
        let foot = town::from_row(along, town::QUAY, back);
        plant_tree(solids, random, foot, height, breadth);
    }
    // A little land for the trees beyond the quay's end to stand on.
    for number in 0..26 {
        let spread = random.in_ball();
        let along = 70.0 + number as f32 * 2.2;
        let middle = town::from_row(along, 0.2 + spread.y.abs(), -2.0 + spread.x * 2.5);
        let colour = rgb(0x55602c).mix(rgb(0x8a7a3c), random.unit());
        solids.push(Solid {
            shape: Shape::Ball(middle, 1.2 + random.unit()),
            material: Material::Leaf(colour, middle - vec3(0.0, 2.0, 0.0)),
        });
    }
}

fn plant_tree(
    solids: &mut Vec<Solid<Material>>,
    random: &mut Random,
    foot: Vec3,
    height: f32,
    breadth: f32,
) {
    let crown = foot + vec3(0.0, height * 0.62, 0.0);
    solids.push(Solid {
        shape: Shape::Rod(foot, crown, 0.25),
        material: Material::Plain(rgb(0x4a3a2c)),
    });
    let tint = rgb(0x4f6426).mix(rgb(0x9a7a2c), random.unit());
    // Clumps of leaves on the outside of a few large round boughs.
    for _ in 0..9 {
        let reach = vec3(breadth * 0.62, height * 0.27, breadth * 0.62);
        let bough = crown + random.in_ball() * reach;
        let size = breadth * random.between(0.34, 0.52);
        for _ in 0..90 {
            let leaf = bough + random.in_ball().unit() * (size * random.between(0.7, 1.0));
            let dapple = noise(leaf.x * 1.3 + leaf.z, leaf.y * 1.3, 73);
            let colour = tint * random.between(0.55, 1.15) * (0.6 + 0.7 * dapple);
            solids.push(Solid {
                shape: Shape::Ball(leaf, random.between(0.14, 0.34)),
                material: Material::Leaf(colour, bough),
            });
        }
    }
}
