//! Boats at their moorings.

use super::Material;
use crate::tracer::{Shape, Side, Solid};
use crate::vector::{Vec3, rgb, vec3};

/// A boat's place on the water, the direction of its bow and its size.
struct Boat {
    middle: Vec3,
    bow: Vec3,
    length: f32,
    beam: f32,
    height: f32,
    paint: Vec3,
    stripe: Vec3,
}

/// Adds the boats to the scene.
pub fn build(solids: &mut Vec<Solid<Material>>) {
    let cutter = Boat {
        middle: vec3(5.4, 0.0, 24.0),
        bow: vec3(-0.95, 0.0, -0.31),
        length: 7.6,
        beam: 2.5,
        height: 1.05,
        paint: rgb(0x1f4a5c),
        stripe: rgb(0xe9dfc6),
    };
    let fisher = Boat {
        middle: vec3(-8.6, 0.0, 31.5),
        bow: vec3(0.86, 0.0, 0.51),
        length: 8.4,
        beam: 2.9,
        height: 1.3,
        paint: rgb(0xa8322a),
        stripe: rgb(0xefe6d0),
    };
    let dinghy = Boat {
        middle: vec3(-3.6, 0.0, 14.6),
        bow: vec3(0.8, 0.0, -0.6),
        length: 3.6,
        beam: 1.45,
        height: 0.52,
        paint: rgb(0xd9a441),
        stripe: rgb(0x7a4a26),
    };
    let far = Boat {
        middle: vec3(15.0, 0.0, 50.0),
        bow: vec3(-0.83, 0.0, -0.56),
        length: 8.0,
        beam: 2.6,
        height: 1.2,
        paint: rgb(0xe8e0cf),
        stripe: rgb(0x2c4a7a),
    };
    for boat in [&cutter, &fisher, &dinghy, &far] {
        boat.build_hull(solids);
    }
    cutter.rig(solids, 10.2, rgb(0xd8c6a0));
    far.rig(solids, 11.0, rgb(0xb5563a));
    cutter.cabin(solids, -0.6, 2.4, 0.65);
    fisher.cabin(solids, -1.6, 1.9, 2.0);
    fisher.rig(solids, 5.2, rgb(0x7a6a52));
    dinghy.fit_out(solids);
}

impl Boat {
    fn side(&self) -> Vec3 {
        vec3(self.bow.z, 0.0, -self.bow.x)
    }

    fn at(&self, ahead: f32, up: f32, aside: f32) -> Vec3 {
        self.middle + self.bow * ahead + vec3(0.0, up, 0.0) + self.side() * aside
    }

    fn towards(&self, ahead: f32, up: f32, aside: f32) -> Vec3 {
        self.at(ahead, up, aside) - self.middle
    }

    fn build_hull(&self, solids: &mut Vec<Solid<Material>>) {
        let (half, wide, top) = (self.length / 2.0, self.beam / 2.0, self.height);
        let mut sides = vec![
            Side::through(self.at(0.0, -0.5, 0.0), self.towards(0.0, -1.0, 0.0)),
            Side::through(self.at(-half, top, 0.0), self.towards(-1.0, -0.25, 0.0)),
            // The deck rises a little towards the bow.
            Side::through(self.at(0.0, top, 0.0), self.towards(-0.055, 1.0, 0.0)),
        ];
        for hand in [-1.0, 1.0] {
            let flank = self.towards(0.0, -0.4, hand);
            sides.push(Side::through(self.at(0.0, top, hand * wide), flank));
            let shoulder = self.towards(0.24, -0.45, hand);
            sides.push(Side::through(
                self.at(half * 0.25, top, hand * wide),
                shoulder,
            ));
            let cheek = self.towards(0.75, -0.55, hand);
            sides.push(Side::through(self.at(half, top, 0.0), cheek));
            let quarter = self.towards(-0.2, -0.4, hand);
            sides.push(Side::through(
                self.at(-half * 0.4, top, hand * wide),
                quarter,
            ));
        }
        solids.push(Solid {
            shape: Shape::Block(sides),
            material: Material::Hull(self.paint, self.stripe, top * 0.78),
        });
        // A rail along the deck gives the eye a crisp edge.
        for hand in [-1.0, 1.0] {
            let from = self.at(-half * 0.95, top + 0.02, hand * wide * 0.86);
            let to = self.at(half * 0.25, top + 0.1, hand * wide);
            self.rod(solids, from, to, 0.06, rgb(0x6b4526));
            let stem = self.at(half * 0.98, top + 0.3, 0.0);
            self.rod(solids, to, stem, 0.06, rgb(0x6b4526));
        }
    }

    fn rod(
        &self,
        solids: &mut Vec<Solid<Material>>,
        from: Vec3,
        to: Vec3,
        radius: f32,
        colour: Vec3,
    ) {
        solids.push(Solid {
            shape: Shape::Rod(from, to, radius),
            material: Material::Plain(colour),
        });
    }

    /// A mast with a furled sail on its boom, and its stays.
    fn rig(&self, solids: &mut Vec<Solid<Material>>, height: f32, sail: Vec3) {
        let half = self.length / 2.0;
        let (foot, top) = (self.at(0.7, self.height, 0.0), self.at(0.6, height, 0.0));
        let wood = rgb(0x9a6c3c);
        self.rod(solids, foot, top, 0.085, wood);
        let (tack, end) = (
            self.at(0.6, self.height + 1.1, 0.0),
            self.at(-half * 0.9, self.height + 1.3, 0.0),
        );
        self.rod(solids, tack, end, 0.06, wood);
        let lift = vec3(0.0, 0.16, 0.0);
        self.rod(solids, tack + lift, end + lift, 0.15, sail);
        let rope = rgb(0x3a322a);
        for (ahead, aside) in [
            (half, 0.0),
            (-half, 0.0),
            (0.6, self.beam / 2.0),
            (0.6, -self.beam / 2.0),
        ] {
            let deck = self.at(ahead * 0.97, self.height, aside);
            self.rod(solids, deck, top, 0.022, rope);
        }
    }

    /// A low cabin or a wheelhouse.
    fn cabin(&self, solids: &mut Vec<Solid<Material>>, middle: f32, length: f32, height: f32) {
        let wide = self.beam * 0.32;
        let part = |ahead: (f32, f32), up: (f32, f32), wide: f32| {
            let (low, high) = (self.at(ahead.0, up.0, -wide), self.at(ahead.1, up.1, wide));
            Shape::Block(vec![
                Side::through(low, self.towards(-1.0, 0.0, 0.0)),
                Side::through(low, self.towards(0.0, -1.0, 0.0)),
                Side::through(low, self.towards(0.0, 0.0, -1.0)),
                Side::through(high, self.towards(1.0, 0.08, 0.0)),
                Side::through(high, self.towards(0.0, 1.0, 0.0)),
                Side::through(high, self.towards(0.0, 0.0, 1.0)),
            ])
        };
        let ends = (middle - length / 2.0, middle + length / 2.0);
        let (deck, top) = (self.height - 0.1, self.height + height);
        let mut add = |shape, colour| {
            solids.push(Solid {
                shape,
                material: Material::Plain(colour),
            });
        };
        add(part(ends, (deck, top), wide), rgb(0xe6dcc2));
        add(
            part(
                (ends.0 - 0.12, ends.1 + 0.12),
                (top, top + 0.1),
                wide + 0.12,
            ),
            rgb(0x8a4a30),
        );
        // A band of dark windows.
        let glass = (top - 0.62 * height.min(1.0), top - 0.14);
        add(
            part((ends.0 + 0.2, ends.1 - 0.2), glass, wide + 0.02),
            rgb(0x1d2428),
        );
    }

    /// Thwarts and a pair of oars.
    fn fit_out(&self, solids: &mut Vec<Solid<Material>>) {
        let up = self.height + 0.06;
        for ahead in [-0.9, 0.1, 0.9] {
            let wide = self.beam * if ahead > 0.5 { 0.34 } else { 0.44 };
            self.rod(
                solids,
                self.at(ahead, up, -wide),
                self.at(ahead, up, wide),
                0.07,
                rgb(0x8a5a30),
            );
        }
        for hand in [-1.0, 1.0] {
            let (from, to) = (
                self.at(-1.2, up + 0.1, hand * 0.25),
                self.at(1.3, up + 0.16, hand * 0.4),
            );
            self.rod(solids, from, to, 0.035, rgb(0xc79a5e));
        }
    }
}
