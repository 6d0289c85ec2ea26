//! Pictures that are brighter than white, made to be seen on screens that are not.
//!
//! As browsers do it: light is counted in units of white, which has 203 cd/m2 (ITU-R BT.2408), and the brightest of a
//! pixel's red, green and blue by BT.2020's primaries says by how much the pixel is darkened, so that its hue stays. White
//! becomes half of the screen's, and 1000 cd/m2 become all of it (SMPTE ST 2094-50, reference white tone mapping operator).

use image::DynamicImage;
use moxcms::{CicpColorPrimaries, ColorProfile, Matrix3d};

use super::primaries::with_primaries;

/// In cd/m2.
const WHITE: f32 = 203.0;
/// The brightest light that pictures are made for, in units of white.
const MOST: f32 = 1000.0 / WHITE;
/// What white becomes.
const WHITE_SHOWN: f32 = 0.5;
/// How near its middle point is to where the curve's two ends would meet.
const KAPPA: f32 = 0.65;
/// The parts of red, green and blue in the brightness, by BT.2020.
const BRIGHTNESS: [f32; 3] = [0.2627, 0.678, 0.0593];

/// How a picture's numbers become light (ITU-R BT.2100).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Transfer {
    /// Light itself.
    Pq,
    /// What a camera saw.
    Hlg,
}

impl Transfer {
    /// The light of a number in [0, 1]: in units of white, or of the brightest that was seen.
    fn light(self, value: f32) -> f32 {
        match self {
            Self::Pq => {
                let (m1, m2) = (2610.0 / 16384.0, 2523.0 / 32.0);
                let (c1, c2, c3) = (3424.0 / 4096.0, 2413.0 / 128.0, 2392.0 / 128.0);
                let power = value.powf(1.0 / m2);
                let light = ((power - c1).max(0.0) / (c2 - c3 * power)).powf(1.0 / m1);
                10_000.0 / WHITE * light
            }
            Self::Hlg if value <= 0.5 => value * value / 3.0,
            Self::Hlg => {
                let (a, b, c) = (0.178_832_77, 0.284_668_92, 0.559_910_7);
                (((value - c) / a).exp() + b) / 12.0
            }
        }
    }
}

/// What the numbers of a picture mean that may be brighter than white.
#[derive(Debug)]
pub(super) struct Hdr {
    transfer: Transfer,
    /// By number of 16 bits.
    lights: Vec<f32>,
    to_wide: [[f32; 3]; 3],
    to_srgb: [[f32; 3]; 3],
}

impl Hdr {
    /// With the primaries of that profile.
    pub(super) fn new(profile: &ColorProfile, transfer: Transfer) -> Self {
        let wide = with_primaries(CicpColorPrimaries::Bt2020);
        let numbers = 0..=u16::MAX;
        let single = |matrix: Matrix3d| matrix.v.map(|row| row.map(|value| value as f32));
        Self {
            transfer,
            lights: numbers
                .map(|number| transfer.light(f32::from(number) / f32::from(u16::MAX)))
                .collect(),
            to_wide: single(profile.transform_matrix(&wide)),
            to_srgb: single(wide.transform_matrix(&ColorProfile::new_srgb())),
        }
    }

    fn pixel(&self, numbers: [u16; 3]) -> [u16; 3] {
        let light = numbers.map(|number| self.lights[usize::from(number)]);
        let mut light = product(self.to_wide, light);
        if self.transfer == Transfer::Hlg {
            // A screen shows what is bright brighter.
            let brightness: f32 = light.iter().zip(BRIGHTNESS).map(|(a, b)| a * b).sum();
            let factor = MOST * brightness.max(0.0).powf(0.2);
            light = light.map(|value| factor * value);
        }
        let most = light.into_iter().fold(0.0, f32::max);
        if most > 0.0 {
            let factor = shown(most) / most;
            light = light.map(|value| factor * value);
        }
        product(self.to_srgb, light)
            .map(|value| (encoded(value) * f32::from(u16::MAX)).round() as u16)
    }

    /// The picture on a screen of sRGB.
    pub(super) fn to_srgb(&self, image: DynamicImage) -> DynamicImage {
        if image.color().has_alpha() {
            let mut image = image.into_rgba16();
            for pixel in image.pixels_mut() {
                let [red, green, blue, alpha] = pixel.0;
                let [red, green, blue] = self.pixel([red, green, blue]);
                pixel.0 = [red, green, blue, alpha];
            }
            DynamicImage::ImageRgba16(image)
        } else {
            let mut image = image.into_rgb16();
            for pixel in image.pixels_mut() {
                pixel.0 = self.pixel(pixel.0);
            }
            DynamicImage::ImageRgb16(image)
        }
    }
}

/// What light becomes: in proportion up to white, then by a Bézier curve that ends at the brightest.
fn shown(light: f32) -> f32 {
    if light <= 1.0 {
        return WHITE_SHOWN * light;
    }
    let middle = (
        (1.0 - KAPPA) + KAPPA / WHITE_SHOWN,
        (1.0 - KAPPA) * WHITE_SHOWN + KAPPA,
    );
    let (square, linear) = (1.0 - 2.0 * middle.0 + MOST, 2.0 * (middle.0 - 1.0));
    let rest = light.min(MOST) - 1.0;
    let t = ((linear * linear + 4.0 * square * rest).sqrt() - linear) / (2.0 * square);
    ((WHITE_SHOWN - 2.0 * middle.1 + 1.0) * t + 2.0 * (middle.1 - WHITE_SHOWN)) * t + WHITE_SHOWN
}

/// sRGB's number for light in [0, 1], to which it is cut.
fn encoded(light: f32) -> f32 {
    let light = light.clamp(0.0, 1.0);
    if light <= 0.003_130_8 {
        12.92 * light
    } else {
        1.055 * light.powf(1.0 / 2.4) - 0.055
    }
}

fn product(matrix: [[f32; 3]; 3], vector: [f32; 3]) -> [f32; 3] {
    matrix.map(|row| row.iter().zip(vector).map(|(a, b)| a * b).sum())
}
