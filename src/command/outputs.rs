//! The files that are written.

use std::error::Error;
use std::io::Cursor;
use std::path::Path;

use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageFormat, RgbImage};

use super::arguments::Arguments;
use super::write::write_or_rescue;
use impasto::files::provenance::{self, Provenance};
use impasto::painting::Painting;
use impasto::pictures::Picture;

/// What can be written.
pub enum Format {
    Png,
    Jpeg,
    WebP,
}

/// The most pixels of a side that the format has room for.
const WEBP_SIDE: u32 = 16383;

/// Whether a picture whose longer side has so many pixels can be written there.
pub fn check_format(output: &Path, size: u32) -> Result<(), String> {
    match format_of(output)? {
        Format::WebP if size > WEBP_SIDE => Err(format!(
            "{} would have {size} pixels, and a WebP file has room for {WEBP_SIDE}. Use .png or .jpg, or a smaller size.",
            output.display()
        )),
        _ => Ok(()),
    }
}

fn format_of(output: &Path) -> Result<Format, String> {
    match ImageFormat::from_path(output) {
        Ok(ImageFormat::Png) => Ok(Format::Png),
        Ok(ImageFormat::Jpeg) => Ok(Format::Jpeg),
        Ok(ImageFormat::WebP) => Ok(Format::WebP),
        _ => Err(format!(
            "{} has an ending that cannot be written. Use .png, .jpg or .webp.",
            output.display()
        )),
    }
}

pub async fn save(
    arguments: &Arguments,
    painting: &mut Painting,
    provenance: &Provenance,
    output: &Path,
) -> Result<(), Box<dyn Error>> {
    let pixels = painting.pixels().await?;
    let shape = painting.shape()?;
    let picture = || {
        let picture = Picture::from_vectors(shape, &pixels);
        RgbImage::from_raw(shape.width, shape.height, picture.values().to_vec())
            .ok_or("the picture has another size than its pixels")
    };
    let bytes = match format_of(output)? {
        Format::Png => provenance::to_png(shape, &pixels, arguments.depth, provenance)?,
        Format::Jpeg => {
            let mut bytes = Vec::new();
            let encoder = JpegEncoder::new_with_quality(&mut bytes, arguments.quality);
            picture()?.write_with_encoder(encoder)?;
            bytes
        }
        Format::WebP => {
            let mut bytes = Cursor::new(Vec::new());
            DynamicImage::from(picture()?).write_to(&mut bytes, ImageFormat::WebP)?;
            bytes.into_inner()
        }
    };
    Ok(write_or_rescue(output, &bytes)?)
}
