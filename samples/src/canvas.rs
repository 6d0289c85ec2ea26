//! A picture in memory: floating-point colours, drawn pixel by pixel.

use std::thread;

use image::RgbImage;

use crate::vector::Vec3;

/// A picture whose colours run from 0 to 1.
pub struct Canvas {
    /// Pixels from left to right.
    pub width: usize,
    /// Pixels from top to bottom.
    pub height: usize,
    /// Colours, row by row.
    pub pixels: Vec<Vec3>,
}

impl Canvas {
    /// A picture of one colour.
    pub fn filled(width: usize, height: usize, colour: Vec3) -> Self {
        Self {
            width,
            height,
            pixels: vec![colour; width * height],
        }
    }

    /// A picture whose pixels are each the mean of `grid` by `grid` samples of `colour_at`.
    pub fn sampled(
        width: usize,
        height: usize,
        grid: usize,
        colour_at: impl Fn(f32, f32) -> Vec3 + Sync,
    ) -> Self {
        let mut canvas = Self::filled(width, height, Vec3::default());
        let threads = thread::available_parallelism().map_or(1, usize::from);
        let rows = height.div_ceil(threads * 4);
        // Some bands are dearer than others: with several for each core, none idles for long.
        thread::scope(|scope| {
            for (band, pixels) in canvas.pixels.chunks_mut(rows * width).enumerate() {
                let colour_at = &colour_at;
                scope.spawn(move || {
                    for (index, pixel) in pixels.iter_mut().enumerate() {
                        let (x, y) = (index % width, band * rows + index / width);
                        *pixel = mean_sample(x, y, grid, colour_at);
                    }
                });
            }
        });
        canvas
    }

    /// The same picture at half the size.
    pub fn halved(&self) -> Self {
        let (width, height) = (self.width / 2, self.height / 2);
        Self::sampled(width, height, 2, |x, y| {
            self.pixels[(y * 2.0) as usize * self.width + (x * 2.0) as usize]
        })
    }

    /// The picture as bytes, ready to be encoded.
    pub fn to_image(&self) -> RgbImage {
        let byte = |value: f32| (value.clamp(0.0, 1.0) * 255.0).round() as u8;
        RgbImage::from_fn(self.width as u32, self.height as u32, |x, y| {
            let colour = self.pixels[y as usize * self.width + x as usize];
            image::Rgb([byte(colour.x), byte(colour.y), byte(colour.z)])
        })
    }
}

fn mean_sample(x: usize, y: usize, grid: usize, colour_at: &impl Fn(f32, f32) -> Vec3) -> Vec3 {
    let step = 1.0 / grid as f32;
    let mut sum = Vec3::default();
    for index in 0..grid * grid {
        let across = ((index % grid) as f32 + 0.5) * step;
        let down = ((index / grid) as f32 + 0.5) * step;
        sum += colour_at(x as f32 + across, y as f32 + down);
    }
    sum * (step * step)
}
