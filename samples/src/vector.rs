//! Three numbers at once: a point, a direction or a colour.

use std::ops::{Add, AddAssign, Mul, Sub};

/// A point, a direction or a colour (red, green and blue from 0 to 1).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Vec3 {
    /// Right, or red.
    pub x: f32,
    /// Up, or green.
    pub y: f32,
    /// Away from the viewer, or blue.
    pub z: f32,
}

/// Shorthand for building a [`Vec3`].
pub const fn vec3(x: f32, y: f32, z: f32) -> Vec3 {
    Vec3 { x, y, z }
}

/// The colour that a web page would write as `#rrggbb`.
pub const fn rgb(hex: u32) -> Vec3 {
    vec3(
        ((hex >> 16) & 255) as f32 / 255.0,
        ((hex >> 8) & 255) as f32 / 255.0,
        (hex & 255) as f32 / 255.0,
    )
}

impl Vec3 {
    /// The dot product.
    pub fn dot(self, other: Self) -> f32 {
        self.x * other.x + self.y * other.y + self.z * other.z
    }

    /// The cross product.
    pub fn cross(self, other: Self) -> Self {
        vec3(
            self.y * other.z - self.z * other.y,
            self.z * other.x - self.x * other.z,
            self.x * other.y - self.y * other.x,
        )
    }

    /// The length.
    pub fn length(self) -> f32 {
        self.dot(self).sqrt()
    }

    /// The same direction with length one.
    pub fn unit(self) -> Self {
        self * (1.0 / self.length().max(1e-12))
    }

    /// The direction mirrored in a surface with this unit normal.
    pub fn reflect(self, normal: Self) -> Self {
        self - normal * (2.0 * self.dot(normal))
    }

    /// A blend: this at 0, `other` at 1.
    pub fn mix(self, other: Self, amount: f32) -> Self {
        self + (other - self) * amount
    }

    /// `change` applied to each of the three numbers.
    pub fn map(self, change: impl Fn(f32) -> f32) -> Self {
        vec3(change(self.x), change(self.y), change(self.z))
    }

    /// The smaller of each pair of numbers.
    pub fn min(self, other: Self) -> Self {
        vec3(
            self.x.min(other.x),
            self.y.min(other.y),
            self.z.min(other.z),
        )
    }

    /// The larger of each pair of numbers.
    pub fn max(self, other: Self) -> Self {
        vec3(
            self.x.max(other.x),
            self.y.max(other.y),
            self.z.max(other.z),
        )
    }
}

impl Add for Vec3 {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        vec3(self.x + other.x, self.y + other.y, self.z + other.z)
    }
}

impl AddAssign for Vec3 {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sub for Vec3 {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        vec3(self.x - other.x, self.y - other.y, self.z - other.z)
    }
}

impl Mul<f32> for Vec3 {
    type Output = Self;
    fn mul(self, factor: f32) -> Self {
        vec3(self.x * factor, self.y * factor, self.z * factor)
    }
}

impl Mul for Vec3 {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        vec3(self.x * other.x, self.y * other.y, self.z * other.z)
    }
}

/// 0 below `low`, 1 above `high`, and a smooth ramp between; `low` may be the larger.
pub fn ramp(low: f32, high: f32, value: f32) -> f32 {
    let t = ((value - low) / (high - low)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

/// The colour at `position` (0 to 1) along evenly spaced `stops`.
pub fn gradient(stops: &[Vec3], position: f32) -> Vec3 {
    let place = position.clamp(0.0, 1.0) * (stops.len() - 1) as f32;
    let low = (place as usize).min(stops.len().saturating_sub(2));
    stops[low].mix(stops[low + 1], place - low as f32)
}
