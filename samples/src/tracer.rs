//! A small ray tracer: straight-sided solids, balls and rods.

use crate::vector::{Vec3, vec3};

/// A half-line through the scene.
#[derive(Clone, Copy)]
pub struct Ray {
    /// Where it starts.
    pub from: Vec3,
    /// Where it goes; of length one.
    pub along: Vec3,
}

impl Ray {
    /// The point at this distance.
    pub fn at(&self, distance: f32) -> Vec3 {
        self.from + self.along * distance
    }
}

/// A side of a [`Shape::Block`]: the points `p` with `p·normal <= offset` lie within.
#[derive(Clone, Copy)]
pub struct Side {
    normal: Vec3,
    offset: f32,
}

impl Side {
    /// The side through `point` that faces along `normal`.
    pub fn through(point: Vec3, normal: Vec3) -> Self {
        let normal = normal.unit();
        Self {
            normal,
            offset: normal.dot(point),
        }
    }
}

/// The form of a solid.
pub enum Shape {
    /// What lies within all these sides.
    Block(Vec<Side>),
    /// A ball: its centre and radius.
    Ball(Vec3, f32),
    /// A rod between two points: its radius.
    Rod(Vec3, Vec3, f32),
}

/// A form made of something.
pub struct Solid<M> {
    /// Its form.
    pub shape: Shape,
    /// What it is made of.
    pub material: M,
}

/// Where a ray meets a solid.
#[derive(Clone, Copy)]
pub struct Hit {
    /// How far along the ray.
    pub distance: f32,
    /// Straight out of the surface, of length one.
    pub normal: Vec3,
    /// Which solid.
    pub solid: usize,
}

/// A box around solids.
#[derive(Clone, Copy)]
struct Bounds {
    low: Vec3,
    high: Vec3,
}

/// The two halves of a group of solids, sorted along one axis.
#[derive(Clone, Copy)]
struct Branches {
    low: usize,
    high: usize,
    axis: Vec3,
}

/// A branch of the search tree: solids `first..last` of the order, or two branches.
struct Node {
    bounds: Bounds,
    first: usize,
    last: usize,
    branches: Option<Branches>,
}

/// Solids, and a tree that finds the ones near a ray.
pub struct World<M> {
    /// The solids.
    pub solids: Vec<Solid<M>>,
    order: Vec<usize>,
    nodes: Vec<Node>,
}

impl<M> World<M> {
    /// A world of these solids.
    pub fn new(solids: Vec<Solid<M>>) -> Self {
        let bounds: Vec<Bounds> = solids.iter().map(|solid| solid.shape.bounds()).collect();
        let mut world = Self {
            order: (0..solids.len()).collect(),
            solids,
            nodes: Vec::new(),
        };
        world.grow(&bounds, 0, bounds.len());
        world
    }

    fn grow(&mut self, bounds: &[Bounds], first: usize, last: usize) -> usize {
        let all = self.order[first..last]
            .iter()
            .map(|&solid| bounds[solid])
            .reduce(Bounds::join)
            .unwrap_or(Bounds::EMPTY);
        let index = self.nodes.len();
        self.nodes.push(Node {
            bounds: all,
            first,
            last,
            branches: None,
        });
        if last - first > 3 {
            let axis = all.longest_axis();
            let middle = |solid: usize| (bounds[solid].low + bounds[solid].high).dot(axis);
            self.order[first..last].sort_by(|&a, &b| middle(a).total_cmp(&middle(b)));
            let half = (first + last) / 2;
            let low = self.grow(bounds, first, half);
            let high = self.grow(bounds, half, last);
            self.nodes[index].branches = Some(Branches { low, high, axis });
        }
        index
    }

    /// The nearest solid that the ray meets before `limit`.
    pub fn nearest(&self, ray: &Ray, limit: f32) -> Option<Hit> {
        self.search(ray, limit, false)
    }

    /// Whether anything stands in the ray's way before `limit`.
    pub fn blocked(&self, ray: &Ray, limit: f32) -> bool {
        self.search(ray, limit, true).is_some()
    }

    fn search(&self, ray: &Ray, limit: f32, any: bool) -> Option<Hit> {
        let inverse = ray.along.map(|part| 1.0 / part);
        let (mut best, mut reach) = (None, limit);
        let mut stack = [0; 48];
        let mut depth = 1;
        while depth > 0 {
            depth -= 1;
            let node = &self.nodes[stack[depth]];
            if !node.bounds.met_by(ray.from, inverse, reach) {
                continue;
            }
            if let Some(Branches { low, high, axis }) = node.branches {
                // The nearer half is looked at first: a hit there saves the other.
                let forwards = ray.along.dot(axis) > 0.0;
                stack[depth] = if forwards { high } else { low };
                stack[depth + 1] = if forwards { low } else { high };
                depth += 2;
                continue;
            }
            for &solid in &self.order[node.first..node.last] {
                if let Some((distance, normal)) = self.solids[solid].shape.met_by(ray, reach) {
                    reach = distance;
                    best = Some(Hit {
                        distance,
                        normal,
                        solid,
                    });
                    if any {
                        return best;
                    }
                }
            }
        }
        best
    }
}

impl Bounds {
    const EMPTY: Self = Self {
        low: vec3(0.0, 0.0, 0.0),
        high: vec3(0.0, 0.0, 0.0),
    };

    fn join(self, other: Self) -> Self {
        Self {
            low: self.low.min(other.low),
            high: self.high.max(other.high),
        }
    }

    fn longest_axis(&self) -> Vec3 {
        let size = self.high - self.low;
        if size.x >= size.y && size.x >= size.z {
            vec3(1.0, 0.0, 0.0)
        } else if size.y >= size.z {
            vec3(0.0, 1.0, 0.0)
        } else {
            vec3(0.0, 0.0, 1.0)
        }
    }

    fn met_by(&self, from: Vec3, inverse: Vec3, limit: f32) -> bool {
        let (one, two) = ((self.low - from) * inverse, (self.high - from) * inverse);
        let (near, far) = (one.min(two), one.max(two));
        let enter = near.x.max(near.y).max(near.z).max(0.0);
        enter <= far.x.min(far.y).min(far.z).min(limit)
    }
}

impl Shape {
    fn bounds(&self) -> Bounds {
        let around = |point: Vec3, radius: f32| {
            let reach = vec3(radius, radius, radius);
            Bounds {
                low: point - reach,
                high: point + reach,
            }
        };
        match self {
            Self::Ball(centre, radius) => around(*centre, *radius),
            Self::Rod(from, to, radius) => around(*from, *radius).join(around(*to, *radius)),
            Self::Block(sides) => corners(sides)
                .into_iter()
                .map(|corner| around(corner, 0.01))
                .reduce(Bounds::join)
                .unwrap_or(Bounds::EMPTY),
        }
    }

    /// Where the ray enters the shape: the distance and the surface's normal.
    fn met_by(&self, ray: &Ray, limit: f32) -> Option<(f32, Vec3)> {
        let (distance, normal) = match self {
            Self::Block(sides) => meet_block(ray, sides)?,
            Self::Ball(centre, radius) => {
                let distance = meet_ball(ray, *centre, *radius)?;
                (distance, (ray.at(distance) - *centre).unit())
            }
            Self::Rod(from, to, radius) => meet_rod(ray, *from, *to, *radius)?,
        };
        (distance > 1e-3 && distance < limit).then_some((distance, normal))
    }
}

/// The points where three sides meet and that no other side cuts off.
fn corners(sides: &[Side]) -> Vec<Vec3> {
    let mut found = Vec::new();
    for (i, a) in sides.iter().enumerate() {
        for (j, b) in sides.iter().enumerate().skip(i + 1) {
            for c in sides.iter().skip(j + 1) {
                let volume = a.normal.dot(b.normal.cross(c.normal));
                if volume.abs() < 1e-5 {
                    continue;
                }
                let point = (b.normal.cross(c.normal) * a.offset
                    + c.normal.cross(a.normal) * b.offset
                    + a.normal.cross(b.normal) * c.offset)
                    * (1.0 / volume);
                let within = |side: &Side| side.normal.dot(point) <= side.offset + 1e-3;
                if sides.iter().all(within) {
                    found.push(point);
                }
            }
        }
    }
    found
}

fn meet_block(ray: &Ray, sides: &[Side]) -> Option<(f32, Vec3)> {
    let (mut enter, mut leave, mut normal) = (f32::MIN, f32::MAX, Vec3::default());
    for side in sides {
        let towards = side.normal.dot(ray.along);
        let room = side.offset - side.normal.dot(ray.from);
        if towards.abs() < 1e-9 {
            if room < 0.0 {
                return None;
            }
            continue;
        }
        let distance = room / towards;
        if towards > 0.0 {
            leave = leave.min(distance);
        } else if distance > enter {
            (enter, normal) = (distance, side.normal);
        }
    }
    (enter < leave).then_some((enter, normal))
}

fn meet_ball(ray: &Ray, centre: Vec3, radius: f32) -> Option<f32> {
    let to = centre - ray.from;
    let middle = to.dot(ray.along);
    let inside = radius * radius - (to.dot(to) - middle * middle);
    (inside > 0.0).then(|| middle - inside.sqrt())
}

fn meet_rod(ray: &Ray, from: Vec3, to: Vec3, radius: f32) -> Option<(f32, Vec3)> {
    let axis = to - from;
    let length = axis.length();
    let axis = axis * (1.0 / length);
    let start = ray.from - from;
    // The ray as seen along the rod, where the rod is a circle.
    let flat = ray.along - axis * axis.dot(ray.along);
    let start_flat = start - axis * axis.dot(start);
    let speed = flat.dot(flat);
    let half = start_flat.dot(flat);
    let inside = half * half - speed * (start_flat.dot(start_flat) - radius * radius);
    if inside < 0.0 || speed < 1e-9 {
        return None;
    }
    let distance = (-half - inside.sqrt()) / speed;
    let height = axis.dot(start + ray.along * distance);
    let normal = (start_flat + flat * distance) * (1.0 / radius);
    (0.0..=length)
        .contains(&height)
        .then_some((distance, normal))
}
