//! Files to pixels where no browser does it: upright and in sRGB, as the page's browser, Chromium, has them.

use std::io::Cursor;

use image::codecs::tiff::TiffDecoder;
use image::{DynamicImage, ExtendedColorType, ImageDecoder, ImageFormat, ImageReader, ImageResult};
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::colour_space::{ColourSpace, Samples, fitting};

/// The picture of a file of whatever format it turns out to be.
pub(super) fn decode(bytes: &[u8]) -> ImageResult<DynamicImage> {
    let reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format()?;
    let format = reader.format();
    let mut decoder = reader.into_decoder()?;
    let orientation = match format {
        // Chromium does not turn it.
        Some(ImageFormat::WebP) => None,
        _ => decoder.orientation().ok(),
    };
    let space = colour_space(format, bytes, &mut decoder);
    let mut decoded = DynamicImage::from_decoder(decoder)?;
    if let Some(space) = space {
        decoded = space.to_srgb(decoded)?;
    }
    if let Some(orientation) = orientation {
        decoded.apply_orientation(orientation);
    }
    Ok(decoded)
}

/// What the numbers of a picture mean, where it is not sRGB.
fn colour_space(
    format: Option<ImageFormat>,
    bytes: &[u8],
    decoder: &mut impl ImageDecoder,
) -> Option<ColourSpace> {
    let is_grey = !decoder.color_type().has_color();
    let samples = match format? {
        ImageFormat::Png => return of_png(bytes, is_grey),
        _ if is_grey => Samples::Grey,
        ImageFormat::Jpeg if has_inks(bytes) => Samples::Inks,
        ImageFormat::Tiff if decoder.original_color_type() == ExtendedColorType::Cmyk8 => {
            Samples::Inks
        }
        ImageFormat::Jpeg | ImageFormat::WebP | ImageFormat::Tiff => Samples::Colours,
        _ => return None,
    };
    let profile = match format? {
        // The decoder's limits by now are those of the pixels; of a small picture too little for a profile.
        ImageFormat::Tiff => TiffDecoder::new(Cursor::new(bytes)).ok()?.icc_profile(),
        _ => decoder.icc_profile(),
    };
    let profile = profile.ok()??;
    fitting(&profile, samples).map(ColourSpace::Profile)
}

/// Whether a JPEG is in four inks. The decoder has made red, green and blue of them.
fn has_inks(jpeg: &[u8]) -> bool {
    let options = DecoderOptions::default()
        .set_strict_mode(false)
        .set_max_width(usize::MAX)
        .set_max_height(usize::MAX);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(jpeg), options);
    let space = decoder
        .decode_headers()
        .ok()
        .and_then(|()| decoder.input_colorspace());
    space.is_some_and(|space| space.num_components() == 4)
}

/// The first that can be used of code points, a profile, and gamma (PNG, third edition, 4.3).
fn of_png(bytes: &[u8], is_grey: bool) -> Option<ColourSpace> {
    let reader = png::Decoder::new(Cursor::new(bytes)).read_info().ok()?;
    let info = reader.info();
    if let Some(points) = info.coding_independent_code_points
        && let Some(space) = ColourSpace::of_code_points(points)
    {
        return Some(space);
    }
    let samples = if is_grey {
        Samples::Grey
    } else {
        Samples::Colours
    };
    let profile = info.icc_profile.as_ref();
    if let Some(profile) = profile.and_then(|bytes| fitting(bytes, samples)) {
        return Some(ColourSpace::Profile(profile));
    }
    if info.srgb.is_some() {
        return None;
    }
    ColourSpace::of_gamma(info.gama_chunk?, info.chrm_chunk)
}
