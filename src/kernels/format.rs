//! How four channels lie in memory.

use half::{bf16, f16};

use crate::maps::Precision;

pub(super) const STORE: &str = include_str!("../../shaders/common/store.wgsl");

/// How four channels lie in memory: the codecs of `shaders/common/store.wgsl`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Four floats.
    Single,
    /// Four half floats.
    Half,
    /// The upper halves of four floats.
    Upper,
}

impl Format {
    /// Of feature maps and filters.
    pub const fn features(precision: Precision) -> Self {
        match precision {
            Precision::Full => Self::Single,
            Precision::Half => Self::Half,
        }
    }

    /// Of gradients to feature maps.
    pub const fn gradients(precision: Precision) -> Self {
        match precision {
            Precision::Full => Self::Single,
            Precision::Half => Self::Upper,
        }
    }

    /// The bytes of a map's buffer.
    pub fn encode(self, vectors: &[[f32; 4]]) -> Vec<u8> {
        let values = vectors.as_flattened();
        match self {
            Self::Single => bytemuck::cast_slice(values).to_vec(),
            Self::Half => collect(
                values
                    .iter()
                    .map(|&value| f16::from_f32(value).to_le_bytes()),
            ),
            Self::Upper => collect(
                values
                    .iter()
                    .map(|&value| bf16::from_f32(value).to_le_bytes()),
            ),
        }
    }

    /// A map from its buffer's bytes.
    pub fn decode(self, bytes: &[u8]) -> Vec<[f32; 4]> {
        let values: Vec<f32> = match self {
            Self::Single => bytemuck::pod_collect_to_vec(bytes),
            Self::Half => pairs(bytes)
                .map(|pair| f16::from_le_bytes(pair).to_f32())
                .collect(),
            Self::Upper => pairs(bytes)
                .map(|pair| bf16::from_le_bytes(pair).to_f32())
                .collect(),
        };
        values.as_chunks().0.to_vec()
    }
}

fn collect(pairs: impl Iterator<Item = [u8; 2]>) -> Vec<u8> {
    pairs.flatten().collect()
}

fn pairs(bytes: &[u8]) -> impl Iterator<Item = [u8; 2]> {
    bytes.as_chunks().0.iter().copied()
}

/// The codecs, and what bindings hold by name: of `("Source", format)` a shader uses the type `Source`, and the functions
/// `source_value` and `source_stored` between it and `vec4f`; `source_part` and `source_number` for one channel of it.
pub fn stores(bindings: &[(&str, Format)]) -> String {
    let aliases = bindings.iter().map(|&(name, format)| {
        let (stored, part, codec) = match format {
            Format::Single => ("vec4f", "f32", "single"),
            Format::Half => ("vec2u", "u32", "half"),
            Format::Upper => ("vec2u", "u32", "upper"),
        };
        let function = name.to_lowercase();
        format!(
            "alias {name} = {stored};\n\
             fn {function}_value(stored: {name}) -> vec4f {{ return decode_{codec}(stored); }}\n\
             fn {function}_stored(value: vec4f) -> {name} {{ return encode_{codec}(value); }}\n\
             fn {function}_part(channel: u32) -> u32 {{ return part_{codec}(channel); }}\n\
             fn {function}_number(part: {part}, channel: u32) -> f32 {{ return number_{codec}(part, channel); }}\n"
        )
    });
    aliases.fold(STORE.to_owned(), |text, alias| text + &alias)
}
