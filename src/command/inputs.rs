//! The pictures, masks and weights that are read.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::arguments::Arguments;
use impasto::files::provenance::Input;
use impasto::painting::{Style, Which, check_sizes};
use impasto::pictures::{Mask, Picture};
use impasto::settings::Settings;

/// Every file that is read, but for states.
pub fn all_inputs(arguments: &Arguments, weights: &Path) -> Vec<PathBuf> {
    let styles = arguments.style.len();
    let masks = [&arguments.mask, &arguments.style_mask].map(|given| parted(given, styles));
    let paths = [&arguments.content]
        .into_iter()
        .chain(&arguments.contents)
        .chain(&arguments.style)
        .chain(masks.iter().flatten().filter(|path| !is_none(path)))
        .chain(&arguments.start)
        .chain(&arguments.settings);
    paths.cloned().chain([weights.to_owned()]).collect()
}

/// The masks' names. Given once for each style they are as they are; else commas part them.
fn parted(given: &[PathBuf], styles: usize) -> Vec<PathBuf> {
    if given.len() == styles {
        return given.to_vec();
    }
    let parts = given.iter().flat_map(|names| match names.to_str() {
        Some(names) => names.split(',').map(PathBuf::from).collect(),
        None => vec![names.clone()],
    });
    parts.collect()
}

/// Whether that stands for no mask.
fn is_none(mask: &Path) -> bool {
    mask.as_os_str() == "-"
}

/// A content at the size that it is painted in, with the longer side that the settings say unless both are given.
///
/// # Errors
/// What is wrong with it, and which of the styles is too narrow beside it.
pub fn open_content(
    arguments: &Arguments,
    path: &Path,
    styles: &[OpenedStyle],
    settings: &Settings,
) -> Result<(Picture, Input), Box<dyn Error>> {
    let (content, sum) = open_picture(path)?;
    let content = match (arguments.width, arguments.height) {
        (Some(width), Some(height)) => content.resized(width, height)?,
        _ => content,
    };
    let shapes = styles
        .iter()
        .map(|OpenedStyle { style, .. }| (style.picture.shape(), style.scale));
    check_sizes(content.shape(), shapes, settings).map_err(|error| {
        let named = match error.which {
            Which::Content => path,
            Which::Style(index) => &arguments.style[index],
        };
        format!("{}: {error}", named.display())
    })?;
    Ok((content.with_longest_side(settings.size)?, Input::new(sum)))
}

/// A picture with its file's SHA-256. It is read once: a pipe has nothing a second time.
pub fn open_picture(path: &Path) -> Result<(Picture, String), Box<dyn Error>> {
    let bytes =
        fs::read(path).map_err(|error| format!("{} could not be read: {error}", path.display()))?;
    if bytes.is_empty() {
        return Err(format!(
            "{} is empty. If it is a pipe, it can be read only once.",
            path.display()
        )
        .into());
    }
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
    let paths = parted(paths, styles);
    if paths.is_empty() {
        return Ok(vec![None; styles]);
    }
    if paths.len() != styles {
        return Err(format!(
            "--{name} has {} pictures for {styles} styles. Give one for each, or - for none; where a name has a comma, give --{name} once for each style.",
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
