//! Pictures on the processor: 8-bit RGB, resized and encoded; decoded where no browser does it.

use std::io::Cursor;

use image::imageops::{self, FilterType};
use image::{ImageFormat, RgbImage, RgbaImage};

use crate::maps::Shape;
use crate::vgg19::LEAST_SIDE;

/// What can be wrong with a picture.
#[derive(Debug, thiserror::Error)]
pub enum PictureError {
    /// The file could not be read.
    #[error("{path} could not be read: {source}")]
    Read {
        /// As it was given.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// The file could not be written.
    #[error("{path} could not be written: {source}")]
    Write {
        /// As it was given.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// The file holds no picture that is understood.
    #[error("{name} is not a picture that can be opened ({source}). Use a JPEG, PNG or WebP file.")]
    Decode {
        /// The file's name.
        name: String,
        /// Why.
        source: image::ImageError,
    },
    /// The picture could not be encoded.
    #[error("The picture could not be encoded: {0}")]
    Encode(#[source] image::ImageError),
    /// A side is too short for the network.
    #[error(
        "The picture would be {width} x {height} pixels, and each side needs at least {LEAST_SIDE}."
    )]
    TooSmall {
        /// In pixels.
        width: u32,
        /// In pixels.
        height: u32,
    },
    /// The number of values does not fit width and height.
    #[error("A picture of {width} x {height} pixels needs {expected} values and has {found}.")]
    WrongLength {
        /// In pixels.
        width: u32,
        /// In pixels.
        height: u32,
        /// Values needed.
        expected: usize,
        /// Values given.
        found: usize,
    },
}

/// A picture of 8-bit sRGB values, height x width x 3.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture(RgbImage);

impl Picture {
    /// Takes pixels with alpha, height x width x 4, and lays them over white.
    ///
    /// # Errors
    /// [`PictureError::WrongLength`].
    pub fn from_rgba(width: u32, height: u32, pixels: Vec<u8>) -> Result<Self, PictureError> {
        let found = pixels.len();
        let rgba = RgbaImage::from_raw(width, height, pixels)
            // `from_raw` takes too many values as well.
            .filter(|_| found as u64 == u64::from(width) * u64::from(height) * 4)
            .ok_or(PictureError::WrongLength {
                width,
                height,
                expected: width as usize * height as usize * 4,
                found,
            })?;
        Ok(over_white(&rgba))
    }

    /// Takes what the GPU has, `[height][width]` vec4 of red, green and blue in [0, 1], and rounds.
    pub fn from_vectors(shape: Shape, vectors: &[[f32; 4]]) -> Self {
        let mut picture = RgbImage::new(shape.width, shape.height);
        for (pixel, &[red, green, blue, _]) in picture.pixels_mut().zip(vectors) {
            pixel.0 = [red, green, blue].map(|value| (value * 255.0).round() as u8);
        }
        Self(picture)
    }

    /// What the GPU takes: `[height][width]` vec4 of red, green and blue in [0, 1] and a zero.
    pub fn to_vectors(&self) -> Vec<[f32; 4]> {
        self.0
            .pixels()
            .map(|pixel| {
                let [red, green, blue] = pixel.0.map(|value| f32::from(value) / 255.0);
                [red, green, blue, 0.0]
            })
            .collect()
    }

    /// The picture turned by so many quarters, and mirrored from the fourth on: eight ways in all.
    pub(crate) fn turned(&self, turn: u32) -> Self {
        let turned = match turn % 4 {
            0 => self.0.clone(),
            1 => imageops::rotate90(&self.0),
            2 => imageops::rotate180(&self.0),
            _ => imageops::rotate270(&self.0),
        };
        Self(if turn >= 4 {
            imageops::flip_horizontal(&turned)
        } else {
            turned
        })
    }

    /// The picture with every pixel, red, green and blue in [0, 1], replaced by what `change` gives for it.
    pub fn map_pixels(&self, change: impl Fn([f32; 3]) -> [f32; 3]) -> Self {
        let mut picture = self.0.clone();
        for pixel in picture.pixels_mut() {
            let changed = change(pixel.0.map(|value| f32::from(value) / 255.0));
            pixel.0 = changed.map(|value| (value * 255.0).round() as u8);
        }
        Self(picture)
    }

    /// Width and height, as a map of three channels.
    pub fn shape(&self) -> Shape {
        Shape::new(self.0.width(), self.0.height(), 3)
    }

    /// The 8-bit values, height x width x 3.
    pub fn values(&self) -> &[u8] {
        self.0.as_raw()
    }

    /// The picture at another size (Lanczos, three lobes); pixels are untouched where it has that size already.
    ///
    /// # Errors
    /// [`PictureError::TooSmall`].
    pub fn resized(self, width: u32, height: u32) -> Result<Self, PictureError> {
        if width < LEAST_SIDE || height < LEAST_SIDE {
            return Err(PictureError::TooSmall { width, height });
        }
        if self.0.dimensions() == (width, height) {
            return Ok(self);
        }
        Ok(Self(imageops::resize(
            &self.0,
            width,
            height,
            FilterType::Lanczos3,
        )))
    }

    /// The picture with its longer side of so many pixels and its shape kept.
    ///
    /// # Errors
    /// [`PictureError::TooSmall`].
    pub fn with_longest_side(self, longest: u32) -> Result<Self, PictureError> {
        let Shape { width, height, .. } = self.shape().with_longest_side(longest);
        self.resized(width, height)
    }

    /// The picture as the bytes of a PNG file.
    ///
    /// # Errors
    /// [`PictureError::Encode`].
    pub fn to_png(&self) -> Result<Vec<u8>, PictureError> {
        let mut bytes = Cursor::new(Vec::new());
        self.0
            .write_to(&mut bytes, ImageFormat::Png)
            .map_err(PictureError::Encode)?;
        Ok(bytes.into_inner())
    }
}

fn over_white(rgba: &RgbaImage) -> Picture {
    let mut picture = RgbImage::new(rgba.width(), rgba.height());
    for (pixel, source) in picture.pixels_mut().zip(rgba.pixels()) {
        let [red, green, blue, alpha] = source.0.map(u32::from);
        let blend = |value| ((value * alpha + 255 * (255 - alpha) + 127) / 255) as u8;
        pixel.0 = [blend(red), blend(green), blend(blue)];
    }
    Picture(picture)
}

#[cfg(not(target_arch = "wasm32"))]
mod files {
    use std::fs;
    use std::path::Path;

    use super::super::decode::decode;
    use super::*;

    impl Picture {
        /// Reads a picture file of whatever format it turns out to be, upright by its EXIF orientation, in sRGB whatever its
        /// colours are given in, and over white: as Chromium has it, from which the page's pictures come.
        ///
        /// # Errors
        /// [`PictureError::Read`] and [`PictureError::Decode`].
        pub fn open(path: &Path) -> Result<Self, PictureError> {
            let name = path.display().to_string();
            let bytes = fs::read(path).map_err(|source| PictureError::Read {
                path: name.clone(),
                source,
            })?;
            Self::from_file(&name, &bytes)
        }

        /// As [`Picture::open`], from the bytes of the file of that name.
        ///
        /// # Errors
        /// [`PictureError::Decode`].
        pub fn from_file(name: &str, bytes: &[u8]) -> Result<Self, PictureError> {
            let decoded = decode(bytes).map_err(|source| PictureError::Decode {
                name: name.into(),
                source,
            })?;
            Ok(if decoded.color().has_alpha() {
                over_white(&decoded.into_rgba8())
            } else {
                Self(decoded.into_rgb8())
            })
        }

        /// Writes the picture as PNG.
        ///
        /// # Errors
        /// [`PictureError::Encode`] and [`PictureError::Write`].
        pub fn save(&self, path: &Path) -> Result<(), PictureError> {
            fs::write(path, self.to_png()?).map_err(|source| PictureError::Write {
                path: path.display().to_string(),
                source,
            })
        }
    }
}
