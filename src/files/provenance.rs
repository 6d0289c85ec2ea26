//! How a picture came to be, written into its PNG file and read from it again.
//!
//! It lies in an international text chunk with the keyword `Impasto`, as JSON. What comes from a file is untrusted: it is
//! parsed into [`Provenance`] or refused, and no more of a file is read than a megabyte.

use std::io::Cursor;

use serde::{Deserialize, Serialize};

use crate::maps::Shape;
use crate::settings::{Settings, SettingsError, recorded};

/// The chunk's keyword.
const KEYWORD: &str = "Impasto";

/// A byte order mark.
const MARK: char = '\u{feff}';
/// The most bytes of text that are read.
const LARGEST: usize = 1 << 20;

/// One of the pictures that a painting was made from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Input {
    /// The SHA-256 of its file, in hexadecimal.
    pub sha256: String,
    /// A style's part of the whole.
    #[serde(default = "one")]
    pub part: f32,
    /// A style's size beside the painting's.
    #[serde(default = "one")]
    pub scale: f32,
    /// The SHA-256 of the mask that says where a style is painted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// The SHA-256 of the mask that says what of a style counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

impl Input {
    /// A picture without masks, whose file has that SHA-256.
    pub fn new(sha256: String) -> Self {
        Self {
            sha256,
            part: one(),
            scale: one(),
            region: None,
            source: None,
        }
    }
}

fn one() -> f32 {
    1.0
}

/// How a picture came to be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Provenance {
    /// Of Impasto.
    pub version: String,
    /// On which it was painted: the same seed gives the same picture on the same one.
    pub adapter: String,
    /// What was painted.
    pub content: Input,
    /// Like what.
    pub styles: Vec<Input>,
    /// How.
    #[serde(deserialize_with = "recorded")]
    pub settings: Settings,
}

/// Why a picture's file does not say how it came to be.
#[derive(Debug, thiserror::Error)]
pub enum ProvenanceError {
    /// The file is no PNG, or it is damaged.
    #[error("The picture could not be read as a PNG file ({0}).")]
    Png(#[from] png::DecodingError),
    /// There is no such text in it.
    #[error(
        "This picture does not say how it was painted: it is not by Impasto, or a program that changed it left that out."
    )]
    Missing,
    /// The text is not understood.
    #[error(
        "How this picture was painted is written in a form that this version does not understand ({0})."
    )]
    Unknown(#[from] serde_json::Error),
    /// The text holds no settings.
    #[error("There are no usable settings in it ({0}).")]
    NoSettings(#[source] serde_json::Error),
    /// A setting is outside its range.
    #[error(transparent)]
    Settings(#[from] SettingsError),
}

/// Bits of a PNG file's channels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Depth {
    /// 256 steps.
    #[default]
    Eight,
    /// 65536 steps, for those who go on working with it.
    Sixteen,
}

/// The bytes of a PNG file of pixels, `[height][width]` of red, green and blue in [0, 1] and an unused number, marked as
/// sRGB and with its provenance.
///
/// # Errors
/// [`png::EncodingError`] where there are not as many pixels as the shape says, or memory runs out.
pub fn to_png(
    shape: Shape,
    pixels: &[[f32; 4]],
    depth: Depth,
    provenance: &Provenance,
) -> Result<Vec<u8>, png::EncodingError> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, shape.width, shape.height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_source_srgb(png::SrgbRenderingIntent::Perceptual);
    let text = serde_json::to_string(provenance).map_err(std::io::Error::other)?;
    encoder.add_itxt_chunk(KEYWORD.into(), text)?;
    let values = pixels
        .iter()
        .flat_map(|&[red, green, blue, _]| [red, green, blue]);
    let data: Vec<u8> = match depth {
        Depth::Eight => values.map(|value| (value * 255.0).round() as u8).collect(),
        Depth::Sixteen => values
            .flat_map(|value| ((value * 65535.0).round() as u16).to_be_bytes())
            .collect(),
    };
    encoder.set_depth(match depth {
        Depth::Eight => png::BitDepth::Eight,
        Depth::Sixteen => png::BitDepth::Sixteen,
    });
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&data)?;
    writer.finish()?;
    Ok(bytes)
}

/// What a PNG file says of how it came to be, with settings that can be used.
///
/// # Errors
/// [`ProvenanceError`].
pub fn from_png(bytes: &[u8]) -> Result<Provenance, ProvenanceError> {
    let limits = png::Limits { bytes: LARGEST };
    let mut decoder = png::Decoder::new_with_limits(Cursor::new(bytes), limits);
    decoder.set_ignore_text_chunk(false);
    let reader = decoder.read_info()?;
    let mut texts = reader.info().utf8_text.iter();
    let mut chunk = texts
        .find(|chunk| chunk.keyword == KEYWORD)
        .cloned()
        .ok_or(ProvenanceError::Missing)?;
    // A few bytes may unpack to gigabytes.
    chunk.decompress_text_with_limit(LARGEST)?;
    let text = chunk.get_text().map_err(|_| ProvenanceError::Missing)?;
    let provenance: Provenance = serde_json::from_str(&text)?;
    provenance.settings.check()?;
    Ok(provenance)
}

/// Settings from a text, such as a link carries, that can be used.
///
/// # Errors
/// [`ProvenanceError::NoSettings`] and [`ProvenanceError::Settings`].
pub fn settings_from_text(text: &str) -> Result<Settings, ProvenanceError> {
    let text = text.trim_start_matches(MARK);
    let settings: Settings = serde_json::from_str(text).map_err(ProvenanceError::NoSettings)?;
    settings.check()?;
    Ok(settings)
}

/// Settings from a file, be it a picture of Impasto's or a text, that can be used.
///
/// # Errors
/// [`ProvenanceError`].
pub fn settings_from_file(bytes: &[u8]) -> Result<Settings, ProvenanceError> {
    match text_of(bytes) {
        Some(text) if text.trim_start_matches(MARK).trim_start().starts_with('{') => {
            settings_from_text(&text)
        }
        _ => Ok(from_png(bytes)?.settings),
    }
}

/// What a text file says. Windows' PowerShell writes UTF-16.
fn text_of(bytes: &[u8]) -> Option<String> {
    match bytes {
        [0xff, 0xfe, text @ ..] => utf16(text, u16::from_le_bytes),
        [0xfe, 0xff, text @ ..] => utf16(text, u16::from_be_bytes),
        text => String::from_utf8(text.to_vec()).ok(),
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<String> {
    let (pairs, _) = bytes.as_chunks();
    let units: Vec<u16> = pairs.iter().copied().map(unit).collect();
    String::from_utf16(&units).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Preset;

    fn provenance() -> Provenance {
        let input = |sha256: &str| Input {
            part: 0.5,
            scale: 2.0,
            region: Some("mask".into()),
            ..Input::new(sha256.into())
        };
        Provenance {
            version: "1".into(),
            adapter: "A GPU".into(),
            content: input("ab"),
            styles: vec![input("cd"), input("ef")],
            settings: Settings {
                seed: 77,
                ..Preset::Gatys.settings()
            },
        }
    }

    const SHAPE: Shape = Shape::new(3, 2, 3);

    fn pixels() -> Vec<[f32; 4]> {
        let values = (0..6_u8).map(|place| f32::from(place) / 7.0);
        values
            .map(|value| [value, 1.0 - value, value / 3.0, 0.0])
            .collect()
    }

    #[test]
    fn what_is_written_is_read() {
        for (depth, most) in [(Depth::Eight, 255.0), (Depth::Sixteen, 65535.0)] {
            let file = to_png(SHAPE, &pixels(), depth, &provenance()).expect("it can be written");
            assert_eq!(from_png(&file).expect("it can be read"), provenance());
            let decoded = image::load_from_memory(&file)
                .expect("it is a picture")
                .into_rgb32f();
            for (pixel, expected) in decoded.pixels().zip(pixels()) {
                for (found, expected) in pixel.0.iter().zip(expected) {
                    // Half a step.
                    assert!(
                        (found - expected).abs() <= 0.51 / most,
                        "{found} {expected}"
                    );
                }
            }
            assert!(file.windows(4).any(|bytes| bytes == b"sRGB"));
        }
    }

    #[test]
    fn other_pictures_say_that_they_say_nothing() {
        let mut bare = Vec::new();
        let mut writer = png::Encoder::new(&mut bare, 1, 1)
            .write_header()
            .expect("a header");
        writer.write_image_data(&[0]).expect("a pixel");
        writer.finish().expect("an end");
        assert!(matches!(from_png(&bare), Err(ProvenanceError::Missing)));
        assert!(matches!(
            from_png(b"no picture"),
            Err(ProvenanceError::Png(_))
        ));
    }

    #[test]
    fn a_byte_order_mark_is_no_error() {
        let text = r#" {"size": 99}"#;
        let marked = format!("{MARK}{text}");
        let wide = |bytes: fn(u16) -> [u8; 2]| marked.encode_utf16().flat_map(bytes).collect();
        let files: [Vec<u8>; 4] = [
            text.into(),
            marked.clone().into(),
            wide(u16::to_le_bytes),
            wide(u16::to_be_bytes),
        ];
        for file in files {
            assert_eq!(settings_from_file(&file).expect("settings").size, 99);
        }
        assert_eq!(settings_from_text(&marked).expect("settings").size, 99);
    }

    #[test]
    fn settings_come_from_pictures_too() {
        let file = to_png(SHAPE, &pixels(), Depth::Eight, &provenance()).expect("written");
        let found = settings_from_file(&file).expect("settings");
        assert_eq!(found, provenance().settings);
        let text = settings_from_file(b"{\"size\": 3}");
        assert!(matches!(text, Err(ProvenanceError::Settings(_))));
        let text = settings_from_file(b"{\"size\": 30, \"size\": 40}");
        assert!(matches!(text, Err(ProvenanceError::NoSettings(_))));
        assert!(matches!(
            settings_from_file(b"GIF89a"),
            Err(ProvenanceError::Png(_))
        ));
    }

    proptest::proptest! {
        #[test]
        fn damaged_files_are_refused_or_read_and_never_panic(
            place in 0_usize..600,
            value: u8,
            length in 0_usize..900,
        ) {
            let mut file = to_png(SHAPE, &pixels(), Depth::Eight, &provenance()).expect("written");
            let place = place % file.len();
            file[place] = value;
            file.truncate(length);
            if let Ok(found) = from_png(&file) {
                proptest::prop_assert!(found.settings.check().is_ok());
            }
        }
    }
}
