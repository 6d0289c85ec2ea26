//! The row of houses, the church behind it and the quay in front of it.

use super::Material;
use crate::noise::{cell, clouds, noise};
use crate::tracer::{Shape, Side, Solid};
use crate::vector::{Vec3, ramp, rgb, vec3};

/// Where the row of houses starts, on the quay.
const ORIGIN: Vec3 = vec3(-25.0, 0.0, 41.0);
/// Along the row, and straight back from it.
const ALONG: Vec3 = vec3(0.829, 0.0, 0.559);
const BACK: Vec3 = vec3(-0.559, 0.0, 0.829);
/// The height of the quay above the water.
pub const QUAY: f32 = 1.1;

/// One house: where it stands in the row, its size and colours.
pub struct House {
    /// Its left end along the row.
    pub left: f32,
    /// Its breadth.
    pub breadth: f32,
    /// The height of its eaves above the quay.
    pub eaves: f32,
    /// The height of its gable above the eaves.
    pub gable: f32,
    /// How far it stands back.
    pub back: f32,
    /// The colour of its walls.
    pub wall: Vec3,
    /// The colour of its shutters and door.
    pub trim: Vec3,
    /// Whether dark beams cross its walls.
    pub beams: bool,
    roof: Vec3,
}

const fn house(
    (left, breadth): (f32, f32),
    (eaves, gable): (f32, f32),
    back: f32,
    (wall, trim, roof): (u32, u32, u32),
    beams: bool,
) -> House {
    House {
        left,
        breadth,
        eaves,
        gable,
        back,
        wall: rgb(wall),
        trim: rgb(trim),
        beams,
        roof: rgb(roof),
    }
}

/// The houses from left to right.
pub const HOUSES: [House; 11] = [
    house(
        (-7.0, 6.6),
        (8.6, 4.4),
        0.3,
        (0xc8a878, 0x35534a, 0x8a4630),
        false,
    ),
    house(
        (-0.3, 6.0),
        (9.4, 4.6),
        0.0,
        (0xb5533c, 0x2b3d4f, 0x6b4038),
        false,
    ),
    house(
        (5.8, 6.8),
        (7.6, 4.9),
        0.5,
        (0xe6dcc4, 0x5a2d22, 0x9a4f34),
        true,
    ),
    house(
        (12.7, 5.4),
        (10.2, 3.9),
        0.0,
        (0x6f93a6, 0xe8e2d0, 0x7a4437),
        false,
    ),
    house(
        (18.2, 6.2),
        (8.2, 4.7),
        0.2,
        (0xd8a24a, 0x2f5a46, 0x8d4a35),
        false,
    ),
    house(
        (24.5, 6.6),
        (7.2, 5.1),
        0.6,
        (0xe9e3d2, 0x3a4a66, 0xa0553a),
        true,
    ),
    house(
        (31.2, 5.6),
        (9.6, 4.2),
        0.0,
        (0xc9776a, 0x44332c, 0x70423a),
        false,
    ),
    house(
        (36.9, 6.0),
        (8.0, 4.5),
        0.3,
        (0xd9cfb4, 0x2b5068, 0x94503a),
        false,
    ),
    house(
        (43.0, 6.4),
        (8.8, 4.6),
        0.0,
        (0x9db09a, 0x6a3326, 0x84473a),
        false,
    ),
    house(
        (49.5, 6.0),
        (7.0, 4.6),
        0.4,
        (0xdfc08c, 0x35534a, 0x9a5540),
        true,
    ),
    house(
        (55.6, 6.4),
        (7.8, 4.4),
        0.0,
        (0xb86a50, 0x2b3d4f, 0x7d4a40),
        false,
    ),
];

/// A point given along the row, up and back from it, as a point of the scene.
pub fn from_row(along: f32, up: f32, back: f32) -> Vec3 {
    ORIGIN + ALONG * along + vec3(0.0, up, 0.0) + BACK * back
}

/// The reverse of [`from_row`].
pub fn to_row(point: Vec3) -> Vec3 {
    let from = point - ORIGIN;
    vec3(from.dot(ALONG), from.y, from.dot(BACK))
}

/// A direction given along the row, up and back from it.
fn turned(along: f32, up: f32, back: f32) -> Vec3 {
    ALONG * along + vec3(0.0, up, 0.0) + BACK * back
}

/// Adds the town to the scene.
pub fn build(solids: &mut Vec<Solid<Material>>) {
    for (number, house) in HOUSES.iter().enumerate() {
        build_house(solids, number, house);
    }
    build_quay(solids);
    build_church(solids);
    build_back_row(solids);
}

/// A box in the row's own directions.
fn block(low: Vec3, high: Vec3) -> Vec<Side> {
    let (near, far) = (
        from_row(low.x, low.y, low.z),
        from_row(high.x, high.y, high.z),
    );
    vec![
        Side::through(near, turned(-1.0, 0.0, 0.0)),
        Side::through(near, turned(0.0, -1.0, 0.0)),
        Side::through(near, turned(0.0, 0.0, -1.0)),
        Side::through(far, turned(1.0, 0.0, 0.0)),
        Side::through(far, turned(0.0, 1.0, 0.0)),
        Side::through(far, turned(0.0, 0.0, 1.0)),
    ]
}

fn add(solids: &mut Vec<Solid<Material>>, sides: Vec<Side>, material: Material) {
    solids.push(Solid {
        shape: Shape::Block(sides),
        material,
    });
}

fn build_house(solids: &mut Vec<Solid<Material>>, number: usize, house: &House) {
    let (left, right) = (house.left, house.left + house.breadth);
    let (eaves, ridge) = (QUAY + house.eaves, QUAY + house.eaves + house.gable);
    let middle = (left + right) / 2.0;
    let lean = house.gable / (house.breadth / 2.0);
    let mut walls = block(vec3(left, 0.0, house.back), vec3(right, ridge, 11.0));
    walls.push(Side::through(
        from_row(left, eaves, 0.0),
        turned(-lean, 1.0, 0.0),
    ));
    walls.push(Side::through(
        from_row(right, eaves, 0.0),
        turned(lean, 1.0, 0.0),
    ));
    add(solids, walls, Material::House(number));
    for side in [-1.0, 1.0] {
        // A slab lying on the slope, from the ridge to a little beyond the eaves.
        let slope = turned(side * lean, 1.0, 0.0);
        let top = from_row(middle, ridge, 0.0);
        let (low, high) = (eaves - 0.3, ridge + 0.4);
        let (front, rear) = (house.back - 0.35, 11.2);
        let mut slab = block(vec3(left - 0.3, low, front), vec3(right + 0.3, high, rear));
        slab.push(Side::through(top, turned(-side, 0.0, 0.0)));
        slab.push(Side::through(top + slope.unit() * 0.16, slope));
        slab.push(Side::through(top - slope.unit() * 0.10, slope * -1.0));
        add(solids, slab, Material::Roof(house.roof));
    }
    build_chimney(solids, number, house, ridge);
}

fn build_chimney(solids: &mut Vec<Solid<Material>>, number: usize, house: &House, ridge: f32) {
    let share = 0.22 + 0.5 * cell(number as i32, 1, 0);
    let along = house.left + house.breadth * share;
    let back = house.back + 2.0 + 3.0 * cell(number as i32, 2, 0);
    let (low, high) = (ridge - 3.0, ridge + 0.9);
    let shaft = block(vec3(along, low, back), vec3(along + 0.8, high, back + 0.8));
    add(solids, shaft, Material::Plain(rgb(0x9a6650)));
    let (from, to) = (
        vec3(along - 0.1, high, back - 0.1),
        vec3(along + 0.9, high + 0.18, back + 0.9),
    );
    add(solids, block(from, to), Material::Plain(rgb(0x6f5a4c)));
}

fn build_quay(solids: &mut Vec<Solid<Material>>) {
    add(
        solids,
        block(vec3(-60.0, -1.0, -4.2), vec3(68.0, QUAY, 60.0)),
        Material::Quay,
    );
    // A kerb, bollards to moor at and a few crates.
    let kerb = block(vec3(-60.0, QUAY, -4.3), vec3(68.1, QUAY + 0.16, -3.8));
    add(solids, kerb, Material::Plain(rgb(0xb5a58e)));
    for number in 0..16 {
        let along = -8.0 + 4.6 * number as f32;
        solids.push(Solid {
            shape: Shape::Rod(
                from_row(along, QUAY, -3.3),
                from_row(along, QUAY + 0.8, -3.3),
                0.17,
            ),
            material: Material::Plain(rgb(0x33302e)),
        });
    }
    for number in 0..14 {
        let spot = |salt| cell(number, salt, 40);
        let (along, back, size) = (
            -4.0 + 58.0 * spot(1),
            -2.6 + 1.6 * spot(2),
            0.5 + 0.5 * spot(3),
        );
        let wood = rgb(0x7a5534).mix(rgb(0xb08a58), spot(4));
        let crate_box = block(
            vec3(along, QUAY, back),
            vec3(along + size * 1.3, QUAY + size, back + size),
        );
        add(solids, crate_box, Material::Plain(wood));
    }
    build_awnings(solids);
}

/// Striped cloth over some of the doors.
fn build_awnings(solids: &mut Vec<Solid<Material>>) {
    for (number, colour) in [(1, 0xe9e0cc), (4, 0xb23a2c), (6, 0xe9e0cc), (8, 0x2f5f6b)] {
        let house = &HOUSES[number];
        let (left, right) = (house.left + 0.5, house.left + house.breadth - 0.5);
        let top = from_row(left, QUAY + 3.35, house.back);
        let slope = turned(0.0, 1.0, -0.55);
        let mut cloth = block(
            vec3(left, QUAY + 2.2, house.back - 1.6),
            vec3(right, QUAY + 3.5, house.back),
        );
        cloth.push(Side::through(top, slope));
        cloth.push(Side::through(top - slope.unit() * 0.12, slope * -1.0));
        add(solids, cloth, Material::Plain(rgb(colour)));
    }
}

fn build_church(solids: &mut Vec<Solid<Material>>) {
    let stone = Material::Plain(rgb(0xc4ac8c));
    let (left, right, near, far) = (28.5, 33.5, 26.0, 31.0);
    add(
        solids,
        block(vec3(left, 0.0, near), vec3(right, 19.5, far)),
        stone,
    );
    let ledge = block(
        vec3(left - 0.35, 19.1, near - 0.35),
        vec3(right + 0.35, 19.7, far + 0.35),
    );
    add(solids, ledge, stone);
    let tip = from_row((left + right) / 2.0, 29.2, (near + far) / 2.0);
    let mut spire = block(vec3(left, 19.5, near), vec3(right, 29.2, far));
    for (along, back) in [(-1.0, 0.0), (1.0, 0.0), (0.0, -1.0), (0.0, 1.0)] {
        spire.push(Side::through(tip, turned(along * 4.2, 1.0, back * 4.2)));
    }
    add(solids, spire, Material::Plain(rgb(0x5e7f78)));
    solids.push(Solid {
        shape: Shape::Rod(tip - vec3(0.0, 1.0, 0.0), tip + vec3(0.0, 2.2, 0.0), 0.09),
        material: Material::Plain(rgb(0x8a6a30)),
    });
    // Openings for the bells, set a hair proud of the walls.
    for along in [left + 1.0, left + 2.9] {
        let bell = block(
            vec3(along, 14.9, near - 0.05),
            vec3(along + 1.1, 18.0, near + 1.0),
        );
        add(solids, bell, Material::Plain(rgb(0x2c2622)));
    }
}

/// Roofs of a second street, higher up.
fn build_back_row(solids: &mut Vec<Solid<Material>>) {
    for number in 0..13 {
        let spot = |salt| cell(number, salt, 60);
        let (left, breadth) = (-12.0 + 6.3 * number as f32, 5.2 + 1.5 * spot(1));
        let (eaves, near) = (10.5 + 2.6 * spot(2), 17.0 + 4.0 * spot(3));
        let wall = rgb(0xcbb590).mix(rgb(0xa9725a), spot(4));
        let top = from_row(left, eaves + 3.4, near + 4.0);
        add(
            solids,
            block(
                vec3(left, 0.0, near),
                vec3(left + breadth, eaves, near + 8.0),
            ),
            Material::Plain(wall),
        );
        let mut roof = block(
            vec3(left - 0.2, eaves, near - 0.3),
            vec3(left + breadth + 0.2, eaves + 3.4, near + 8.3),
        );
        roof.push(Side::through(top, turned(0.0, 1.0, -0.8)));
        roof.push(Side::through(top, turned(0.0, 1.0, 0.8)));
        let colour = rgb(0x8f4b36).mix(rgb(0x6a3f38), spot(5));
        add(solids, roof, Material::Roof(colour));
    }
}

/// Courses of roof tiles.
pub fn tiles(colour: Vec3, point: Vec3, normal: Vec3) -> Vec3 {
    let place = to_row(point);
    // Courses run level, so the height tells them apart; tiles go back from the front.
    let level = place.y / 0.26;
    let run = if to_row(point + normal).z < place.z - 0.3 {
        place.x
    } else {
        place.z
    };
    let course = level.floor() as i32;
    let tile = (run / 0.34 + 0.5 * (course & 1) as f32).floor() as i32;
    let shade = 0.72 + 0.5 * cell(tile, course, 33);
    let gap = 0.7 + 0.3 * ramp(0.0, 0.35, level - level.floor());
    let moss = ramp(
        0.55,
        0.8,
        clouds(place.x * 0.5, place.y * 0.5 + place.z * 0.3, 3, 34),
    );
    (colour * (shade * gap)).mix(rgb(0x4c5236) * shade, 0.35 * moss)
}

/// Blocks of the quay's wall, darker and greener towards the water, and paving on top.
pub fn quay_stone(point: Vec3, normal: Vec3) -> Vec3 {
    let place = to_row(point);
    let down = if normal.y > 0.5 {
        place.z * 0.6
    } else {
        place.y
    };
    let level = down / 0.36;
    let course = level.floor() as i32;
    let across = place.x / 0.95 + 0.47 * (course & 1) as f32;
    let shade = 0.62 + 0.45 * cell(across.floor() as i32, course, 35);
    let joint = ramp(0.0, 0.06, across - across.floor()) * ramp(0.0, 0.14, level - level.floor());
    let stone = rgb(0x9c8c76) * (shade * (0.55 + 0.45 * joint));
    if normal.y > 0.5 {
        return stone * 1.05;
    }
    let tide = 0.42 + 0.22 * noise(place.x * 0.8, 0.0, 36);
    stone.mix(rgb(0x2c3420), 0.8 * ramp(tide + 0.12, tide - 0.12, place.y))
}
