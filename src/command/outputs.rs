//! The files that are written.

use std::error::Error;
use std::fs;
use std::io::{BufWriter, Cursor, Write};
use std::path::{Path, PathBuf};

use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageFormat, RgbImage};

use super::arguments::Arguments;
use impasto::files::provenance::{self, Provenance};
use impasto::maps::Shape;
use impasto::painting::{Painting, StepRecord};
use impasto::pictures::Picture;

/// Where a picture goes: the file that was named, or a file in that folder with the content's name.
pub fn output_path(
    output: &Path,
    content: &Path,
    contents: usize,
) -> Result<PathBuf, Box<dyn Error>> {
    if contents == 1 && !output.is_dir() {
        return Ok(output.into());
    }
    fs::create_dir_all(output)
        .map_err(|error| format!("{} is no folder to write to: {error}", output.display()))?;
    let name = content.file_stem().unwrap_or(content.as_os_str());
    Ok(output.join(name).with_extension("png"))
}

/// What can be written.
pub enum Format {
    Png,
    Jpeg,
    WebP,
}

pub fn format_of(output: &Path) -> Result<Format, String> {
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
    fs::write(output, bytes)
        .map_err(|error| format!("{} could not be written: {error}", output.display()).into())
}

#[derive(serde::Serialize)]
struct Log<'a> {
    width: u32,
    height: u32,
    adapter: &'a str,
    steps: &'a [StepRecord],
}

pub fn write_log(
    path: &Path,
    shape: Shape,
    adapter: &str,
    steps: &[StepRecord],
) -> Result<(), Box<dyn Error>> {
    let mut file = BufWriter::new(fs::File::create(path)?);
    serde_json::to_writer(
        &mut file,
        &Log {
            width: shape.width,
            height: shape.height,
            adapter,
            steps,
        },
    )?;
    file.flush()?;
    Ok(())
}
