//! The pictures, masks and weights that are read.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::arguments::Arguments;
use impasto::files::provenance::Input;
use impasto::painting::Style;
use impasto::pictures::{Mask, Picture};
use impasto::vgg19::Vgg19;

/// Every file that is read.
pub fn all_inputs(arguments: &Arguments) -> Vec<&Path> {
    let masks = arguments.mask.iter().chain(&arguments.style_mask);
    let paths = [&arguments.content, &arguments.weights]
        .into_iter()
        .chain(&arguments.contents)
        .chain(&arguments.style)
        .chain(masks.filter(|path| !is_none(path)))
        .chain(&arguments.start)
        .chain(&arguments.settings);
    paths.map(PathBuf::as_path).collect()
}

/// Whether that stands for no mask.
fn is_none(mask: &Path) -> bool {
    mask.as_os_str() == "-"
}

/// A content at the size that it is painted in, with the longer side of `size` unless both are given.
pub fn open_content(
    arguments: &Arguments,
    path: &Path,
    size: u32,
) -> Result<(Picture, Input), Box<dyn Error>> {
    let (content, sum) = open_picture(path)?;
    let content = match (arguments.width, arguments.height) {
        (Some(width), Some(height)) => content.resized(width, height)?,
        _ => content.with_longest_side(size)?,
    };
    Ok((content, Input::new(sum)))
}

/// A picture with its file's SHA-256. It is read once: a pipe has nothing a second time.
pub fn open_picture(path: &Path) -> Result<(Picture, String), Box<dyn Error>> {
    let bytes =
        fs::read(path).map_err(|error| format!("{} could not be read: {error}", path.display()))?;
    let picture = Picture::from_file(&path.display().to_string(), &bytes)?;
    Ok((picture, sum_of(&bytes)))
}

/// A style with what is recorded of it.
#[derive(Debug)]
pub struct OpenedStyle {
    pub style: Style,
    pub input: Input,
}

pub fn open_styles(arguments: &Arguments) -> Result<Vec<OpenedStyle>, Box<dyn Error>> {
    let by_style = |name: &str, values: &[f32]| match values.len() {
        0 => Ok(vec![1.0; arguments.style.len()]),
        length if length == arguments.style.len() => Ok(values.to_vec()),
        length => Err(format!(
            "--{name} has {length} numbers for {} styles. Give one for each.",
            arguments.style.len()
        )),
    };
    let parts = by_style("blend", &arguments.blend)?;
    let scales = by_style("style-scale", &arguments.style_scale)?;
    let regions = open_masks("mask", arguments, &arguments.mask)?;
    let sources = open_masks("style-mask", arguments, &arguments.style_mask)?;
    let numbers = parts.into_iter().zip(scales);
    let masks = regions.into_iter().zip(sources);
    let styles = arguments.style.iter().zip(numbers.zip(masks));
    styles
        .map(|(path, ((part, scale), (region, source)))| {
            let (region, region_sum) = region.unzip();
            let (source, source_sum) = source.unzip();
            let (picture, sum) = open_picture(path)?;
            let style = Style {
                part,
                scale,
                region,
                source,
                ..Style::new(picture)
            };
            let input = Input {
                part,
                scale,
                region: region_sum,
                source: source_sum,
                ..Input::new(sum)
            };
            Ok(OpenedStyle { style, input })
        })
        .collect()
}

/// A mask with its file's SHA-256.
type SummedMask = (Mask, String);

/// Each style's mask, or none.
fn open_masks(
    name: &str,
    arguments: &Arguments,
    paths: &[PathBuf],
) -> Result<Vec<Option<SummedMask>>, Box<dyn Error>> {
    let styles = arguments.style.len();
    if paths.is_empty() {
        return Ok(vec![None; styles]);
    }
    if paths.len() != styles {
        return Err(format!(
            "--{name} has {} pictures for {styles} styles. Give one for each, or - for none.",
            paths.len()
        )
        .into());
    }
    let open = |path: &PathBuf| {
        if is_none(path) {
            return Ok(None);
        }
        let (picture, sum) = open_picture(path)?;
        Ok(Some((Mask::new(picture), sum)))
    };
    paths.iter().map(open).collect()
}

/// The SHA-256, in hexadecimal.
pub fn sum_of(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub fn open_weights(path: &Path) -> Result<Vgg19, Box<dyn Error>> {
    let bytes = fs::read(path).map_err(|error| {
        format!(
            "The network's weights at {} could not be read ({error}). Run ./build.sh once, or name a file with --weights.",
            path.display()
        )
    })?;
    Ok(Vgg19::from_safetensors(&bytes)?)
}
