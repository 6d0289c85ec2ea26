//! What the numbers of a picture mean, and what they are in sRGB.

use image::error::{DecodingError, ImageFormatHint};
use image::{DynamicImage, ImageBuffer, ImageError, ImageResult};
use moxcms::{
    Chromaticity, CicpColorPrimaries, CmsError, ColorPrimaries, ColorProfile, DataColorSpace,
    Layout, ToneReprCurve, TransformOptions,
};
use png::{CodingIndependentCodePoints, ScaledFloat, SourceChromaticities};

use super::hdr::{Hdr, Transfer};
use super::primaries::with_primaries;

/// By how much a gamma that comes alone may differ from sRGB's, of the whole, and mean sRGB: files say 0.45 or 0.46 for it.
const NEAR_SRGB: f32 = 0.05;

/// Of what a file's pixels consist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Samples {
    Grey,
    Colours,
    /// Cyan, magenta, yellow and black.
    Inks,
}

/// What the numbers of a picture mean.
#[derive(Debug)]
pub(super) enum ColourSpace {
    Profile(Box<ColorProfile>),
    /// Brighter than white.
    Hdr(Box<Hdr>),
}

impl Samples {
    fn layout(self) -> Layout {
        match self {
            Self::Grey => Layout::Gray,
            Self::Colours => Layout::Rgb,
            // As many numbers.
            Self::Inks => Layout::Rgba,
        }
    }
}

/// A colour profile, if it can be used for such pixels.
pub(super) fn fitting(profile: &[u8], samples: Samples) -> Option<Box<ColorProfile>> {
    let profile = ColorProfile::new_from_slice(profile).ok()?;
    let kind = match profile.color_space {
        // Grey may be told of as colours.
        DataColorSpace::Rgb if samples != Samples::Inks => Samples::Colours,
        DataColorSpace::Gray => Samples::Grey,
        DataColorSpace::Cmyk => Samples::Inks,
        _ => return None,
    };
    // Some say too little to be used.
    let srgb = ColorProfile::new_srgb();
    let transform = profile.create_transform_8bit(kind.layout(), &srgb, Layout::Rgb, exact());
    let fits = kind == samples || kind == Samples::Colours;
    (fits && transform.is_ok()).then(|| Box::new(profile))
}

fn with_curve(mut profile: ColorProfile, parameters: &[f32]) -> ColourSpace {
    let curve = Some(ToneReprCurve::Parametric(parameters.to_vec()));
    // Else that one's curve would be used.
    profile.cicp = None;
    profile.red_trc = curve.clone();
    profile.green_trc = curve.clone();
    profile.blue_trc = curve;
    ColourSpace::Profile(Box::new(profile))
}

impl ColourSpace {
    /// That of PNG's cICP, if it can be used.
    pub(super) fn of_code_points(points: CodingIndependentCodePoints) -> Option<Self> {
        let CodingIndependentCodePoints {
            color_primaries,
            transfer_function,
            matrix_coefficients,
            is_video_full_range_image,
        } = points;
        if !is_video_full_range_image || matrix_coefficients != 0 {
            return None;
        }
        let primaries = CicpColorPrimaries::try_from(color_primaries).ok()?;
        if ColorPrimaries::try_from(primaries).is_err() {
            return None;
        }
        let profile = with_primaries(primaries);
        // ITU-T H.273, table 3. What cameras record by is not what screens show by: of all systems of television that is
        // BT.1886's, to which browsers keep.
        Some(match transfer_function {
            1 | 6 | 11 | 14 | 15 => with_curve(profile, &[2.4]),
            4 => with_curve(profile, &[2.2]),
            5 => with_curve(profile, &[2.8]),
            7 => {
                let (scale, offset) = (1.0 / 1.1115, 0.1115 / 1.1115);
                with_curve(profile, &[1.0 / 0.45, scale, offset, 0.25, 0.0913])
            }
            8 => with_curve(profile, &[1.0]),
            13 => Self::Profile(Box::new(profile)),
            16 => Self::Hdr(Box::new(Hdr::new(&profile, Transfer::Pq))),
            17 => with_curve(profile, &[2.6, (52.37_f32 / 48.0).powf(1.0 / 2.6), 0.0]),
            18 => Self::Hdr(Box::new(Hdr::new(&profile, Transfer::Hlg))),
            _ => return None,
        })
    }

    /// That of PNG's gAMA and cHRM, if it can be used. Without cHRM the primaries are sRGB's.
    pub(super) fn of_gamma(
        gamma: ScaledFloat,
        chromaticities: Option<SourceChromaticities>,
    ) -> Option<Self> {
        let exponent = 1.0 / gamma.into_value();
        if !exponent.is_finite() {
            return None;
        }
        let mut profile = ColorProfile::new_srgb();
        match chromaticities {
            Some(SourceChromaticities {
                white,
                red,
                green,
                blue,
            }) => {
                let [white, red, green, blue] = [white, red, green, blue]
                    .map(|(x, y)| Chromaticity::new(x.into_value(), y.into_value()));
                profile
                    .update_rgb_colorimetry(white.to_xyyb(), ColorPrimaries { red, green, blue });
                let matrix = profile.colorant_matrix();
                if !matrix.v.iter().flatten().all(|value| value.is_finite()) {
                    return None;
                }
            }
            None if (exponent / 2.2 - 1.0).abs() < NEAR_SRGB => return None,
            None => {}
        }
        Some(with_curve(profile, &[exponent]))
    }

    /// The picture's colours in sRGB.
    pub(super) fn to_srgb(&self, image: DynamicImage) -> ImageResult<DynamicImage> {
        match self {
            Self::Hdr(hdr) => Ok(hdr.to_srgb(image)),
            Self::Profile(profile) => {
                let failed = |error| {
                    ImageError::Decoding(DecodingError::new(ImageFormatHint::Unknown, error))
                };
                transformed(profile, image).map_err(failed)
            }
        }
    }
}

fn transformed(profile: &ColorProfile, image: DynamicImage) -> Result<DynamicImage, CmsError> {
    let (width, height) = (image.width(), image.height());
    let color = image.color();
    let alpha = color.has_alpha();
    let is_deep = color.bits_per_pixel() / u16::from(color.channel_count()) > 8;
    let to = if alpha { Layout::Rgba } else { Layout::Rgb };
    let from = match (profile.color_space, alpha) {
        (DataColorSpace::Gray, true) => Layout::GrayAlpha,
        (DataColorSpace::Gray, false) => Layout::Gray,
        (DataColorSpace::Cmyk, _) => return of_inks(profile, &image),
        _ => to,
    };
    let (srgb, options) = (ColorProfile::new_srgb(), exact());
    let length = width as usize * height as usize * to.channels();
    let converted = if is_deep {
        let values = match from {
            Layout::GrayAlpha => image.into_luma_alpha16().into_raw(),
            Layout::Gray => image.into_luma16().into_raw(),
            Layout::Rgba => image.into_rgba16().into_raw(),
            _ => image.into_rgb16().into_raw(),
        };
        let mut converted = vec![0; length];
        let transform = profile.create_transform_16bit(from, &srgb, to, options)?;
        transform.transform(&values, &mut converted)?;
        if alpha {
            ImageBuffer::from_raw(width, height, converted).map(DynamicImage::ImageRgba16)
        } else {
            ImageBuffer::from_raw(width, height, converted).map(DynamicImage::ImageRgb16)
        }
    } else {
        let values = match from {
            Layout::GrayAlpha => image.into_luma_alpha8().into_raw(),
            Layout::Gray => image.into_luma8().into_raw(),
            Layout::Rgba => image.into_rgba8().into_raw(),
            _ => image.into_rgb8().into_raw(),
        };
        let mut converted = vec![0; length];
        let transform = profile.create_transform_8bit(from, &srgb, to, options)?;
        transform.transform(&values, &mut converted)?;
        if alpha {
            ImageBuffer::from_raw(width, height, converted).map(DynamicImage::ImageRgba8)
        } else {
            ImageBuffer::from_raw(width, height, converted).map(DynamicImage::ImageRgb8)
        }
    };
    converted.ok_or(CmsError::LaneSizeMismatch)
}

/// By a profile of four inks, of a picture whose inks were made red, green and blue: Chromium asks the profile for what
/// remains as cyan, magenta and yellow without black, and pictures are to look here as they do there.
fn of_inks(profile: &ColorProfile, image: &DynamicImage) -> Result<DynamicImage, CmsError> {
    let image = image.to_rgb8();
    let inks: Vec<_> = image
        .pixels()
        .flat_map(|pixel| {
            let [cyan, magenta, yellow] = pixel.0.map(|value| 255 - value);
            [cyan, magenta, yellow, 0]
        })
        .collect();
    let mut converted = image;
    let srgb = ColorProfile::new_srgb();
    profile
        .create_transform_8bit(Layout::Rgba, &srgb, Layout::Rgb, exact())?
        .transform(&inks, &mut converted)?;
    Ok(DynamicImage::ImageRgb8(converted))
}

fn exact() -> TransformOptions {
    TransformOptions {
        prefer_fixed_point: false,
        ..TransformOptions::default()
    }
}
