//! The shape of a feature map on the GPU, its layout and its precision.
//!
//! A feature map of `channels` x `height` x `width` lies as `[quads][height][width]` vec4: a quad is four neighbouring
//! channels. Positions are contiguous, which makes reads and writes of a row contiguous, and four channels come with
//! one load. The picture itself is one quad: red, green, blue and an unused fourth.

use bytemuck::{Pod, Zeroable};

/// A rectangle of a feature map, as `shaders/common/region.wgsl` has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub struct Region {
    /// The first column.
    pub x: u32,
    /// The first row.
    pub y: u32,
    /// Columns.
    pub width: u32,
    /// Rows.
    pub height: u32,
}

impl Region {
    /// Pixels of one channel.
    pub const fn positions(self) -> u32 {
        self.width * self.height
    }
}

/// How feature maps, gradients to them and filters are stored; arithmetic is in f32 always.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Precision {
    /// 32 bits a value.
    #[default]
    Full,
    /// 16 bits a value: half the memory and half its traffic.
    Half,
}

impl Precision {
    /// Bytes of four channels at one position.
    pub const fn vector_bytes(self) -> u64 {
        match self {
            Self::Full => 16,
            Self::Half => 8,
        }
    }
}

/// Rows of a strip: the unit in which masks and pooling choices are kept, one `u32` a strip, column and quad.
pub const STRIP: u32 = 8;

/// Height, width and channels of a feature map.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// Columns.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// Channels; the layout rounds them up to a multiple of four.
    pub channels: u32,
}

impl Shape {
    /// A shape of so many columns, rows and channels.
    pub const fn new(width: u32, height: u32, channels: u32) -> Self {
        Self {
            width,
            height,
            channels,
        }
    }

    /// The same map with another number of channels.
    pub const fn with_channels(self, channels: u32) -> Self {
        Self { channels, ..self }
    }

    /// The map after 2x2 pooling, which drops odd edges.
    pub const fn pooled(self) -> Self {
        Self {
            width: self.width / 2,
            height: self.height / 2,
            ..self
        }
    }

    /// The shape of the same proportions whose longer side is that long.
    pub fn with_longest_side(self, longest: u32) -> Self {
        let scale = f64::from(longest) / f64::from(self.width.max(self.height));
        let scaled = |side: u32| (f64::from(side) * scale).round() as u32;
        Self {
            width: scaled(self.width),
            height: scaled(self.height),
            ..self
        }
    }

    /// The whole map as a region.
    pub const fn region(self) -> Region {
        Region {
            x: 0,
            y: 0,
            width: self.width,
            height: self.height,
        }
    }

    /// Groups of four channels.
    pub const fn quads(self) -> u32 {
        self.channels.div_ceil(4)
    }

    /// Pixels of one channel.
    pub const fn positions(self) -> u32 {
        self.width * self.height
    }

    /// Strips of eight rows, the last of which may hang over.
    pub const fn strips(self) -> u32 {
        self.height.div_ceil(STRIP)
    }

    /// vec4s in a buffer with this map.
    pub const fn vectors(self) -> usize {
        self.quads() as usize * self.positions() as usize
    }

    /// Bytes of a buffer with this map.
    pub const fn bytes(self, precision: Precision) -> u64 {
        self.vectors() as u64 * precision.vector_bytes()
    }

    /// u32s in a buffer with the ReLU's mask of this map: one bit a value.
    pub const fn mask_words(self) -> usize {
        self.quads() as usize * self.strips() as usize * self.width as usize
    }

    /// u32s in a buffer with the pooling choices of this (larger) map: two bits a pooled value.
    pub const fn choice_words(self) -> usize {
        self.quads() as usize * self.strips() as usize * (self.width / 2) as usize
    }

    /// Puts values from `[channels][height][width]` into the layout.
    ///
    /// # Panics
    /// If there are not `channels * height * width` values.
    pub fn pack(self, values: &[f32]) -> Vec<[f32; 4]> {
        let positions = self.positions() as usize;
        assert_eq!(values.len(), self.channels as usize * positions);
        let mut packed = vec![[0.0; 4]; self.vectors()];
        for (channel, plane) in values.chunks_exact(positions).enumerate() {
            let quad = &mut packed[channel / 4 * positions..][..positions];
            for (vector, &value) in quad.iter_mut().zip(plane) {
                vector[channel % 4] = value;
            }
        }
        packed
    }

    /// Takes values out of the layout to `[channels][height][width]`.
    ///
    /// # Panics
    /// If there are not as many vectors as [`Shape::vectors`] says.
    pub fn unpack(self, packed: &[[f32; 4]]) -> Vec<f32> {
        assert_eq!(packed.len(), self.vectors());
        let positions = self.positions() as usize;
        (0..self.channels as usize)
            .flat_map(|channel| {
                packed[channel / 4 * positions..][..positions]
                    .iter()
                    .map(move |vector| vector[channel % 4])
            })
            .collect()
    }
}
