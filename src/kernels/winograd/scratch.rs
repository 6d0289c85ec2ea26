//! The memory between the transforms, and the parts in which a convolution goes through it.

use crate::maps::{STRIP, Shape};

/// Entries of a transformed window or filter.
pub(crate) const ENTRIES: u64 = 36;

/// Rows and columns of a window's outputs.
pub(crate) const WINDOW: u32 = 4;

const VECTOR_BYTES: u64 = size_of::<[f32; 4]>() as u64;

const BLOCK_BYTES: u64 = size_of::<[f32; 16]>() as u64;

/// Bindings begin at multiples of this: the most that WebGPU lets an adapter ask for.
const ALIGNMENT: u64 = 256;

/// Part of a buffer, from `offset` bytes on.
#[derive(Debug, Clone)]
pub struct Area {
    /// The whole buffer.
    pub buffer: wgpu::Buffer,
    /// Where the part begins, in bytes.
    pub offset: u64,
}

impl Area {
    fn bytes(&self) -> u64 {
        self.buffer.size() - self.offset
    }

    pub(super) fn part(&self, offset: u64, bytes: u64) -> wgpu::BufferBinding<'_> {
        wgpu::BufferBinding {
            buffer: &self.buffer,
            offset: self.offset + offset,
            size: wgpu::BufferSize::new(bytes),
        }
    }
}

/// Memory for what lies between the transforms.
///
/// The operands must not be in the buffer from which the convolution reads, nor the products in the one to which it
/// writes, nor both in one: a GPU's kernel reads a buffer or writes it.
#[derive(Debug)]
pub struct Scratch {
    /// For the transformed filter and map.
    pub operands: Area,
    /// For their product.
    pub products: Area,
}

/// Bytes from the start of a buffer after which a binding can begin.
pub fn aligned(bytes: u64) -> u64 {
    bytes.next_multiple_of(ALIGNMENT)
}

/// A part of a convolution: some of the destination's quads in a band of strips.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Part {
    from: Shape,
    to: Shape,
    pub(super) first_quad: u32,
    pub(super) quads: u32,
    pub(super) first_strip: u32,
    pub(super) strips: u32,
    /// Whether the transformed filter is kept elsewhere, as a whole.
    kept: bool,
}

impl Part {
    fn whole(from: Shape, to: Shape, kept: bool) -> Self {
        Self {
            from,
            to,
            first_quad: 0,
            quads: to.quads(),
            first_strip: 0,
            strips: from.strips(),
            kept,
        }
    }

    /// The same with few enough windows and quads, but enough of both to keep a GPU busy.
    fn least(self) -> Self {
        let a_strip = Self { strips: 1, ..self }.windows();
        let quads = if self.kept {
            self.quads
        } else {
            self.quads.min(ENOUGH_QUADS)
        };
        Self {
            quads,
            strips: self.strips.min(ENOUGH_WINDOWS.div_ceil(a_strip)),
            ..self
        }
    }

    pub(super) fn window_columns(self) -> u32 {
        self.from.width.div_ceil(WINDOW)
    }

    pub(super) fn windows(self) -> u32 {
        self.strips * (STRIP / WINDOW) * self.window_columns()
    }

    /// Of the transformed filter.
    pub(super) fn filter_bytes(self) -> u64 {
        ENTRIES * u64::from(self.from.quads()) * u64::from(self.quads) * BLOCK_BYTES
    }

    /// Where the transformed map begins among the operands: behind the filter, if that is there.
    pub(super) fn values_offset(self) -> u64 {
        if self.kept {
            0
        } else {
            aligned(self.filter_bytes())
        }
    }

    pub(super) fn value_bytes(self) -> u64 {
        ENTRIES * u64::from(self.from.quads()) * u64::from(self.windows()) * VECTOR_BYTES
    }

    pub(super) fn product_bytes(self) -> u64 {
        ENTRIES * u64::from(self.quads) * u64::from(self.windows()) * VECTOR_BYTES
    }

    fn operand_bytes(self) -> u64 {
        self.values_offset() + self.value_bytes()
    }

    fn fits(self, room: u64) -> bool {
        self.operand_bytes().max(self.product_bytes()) <= room
    }

    /// The largest equal parts for which there is room: all quads at once where that leaves room for enough windows,
    /// because the map is transformed for each part anew.
    pub(super) fn largest(from: Shape, to: Shape, scratch: &Scratch, kept: bool) -> Self {
        let room = scratch.operands.bytes().min(scratch.products.bytes());
        let whole = Self::whole(from, to, kept);
        let least = whole.least();
        let mut part = whole;
        while part.quads > least.quads
            && !(Self {
                strips: least.strips,
                ..part
            })
            .fits(room)
        {
            part.quads = part.quads.div_ceil(2).max(least.quads);
        }
        let bands = (1..whole.strips).find(|bands| {
            let strips = whole.strips.div_ceil(*bands);
            Self { strips, ..part }.fits(room)
        });
        // Equal bands: a last one of one strip would leave most of the GPU idle.
        part.strips = whole.strips.div_ceil(bands.unwrap_or(whole.strips));
        part
    }

    /// The parts of that size that make up all of the quads.
    pub(super) fn by_quads(self) -> impl Iterator<Item = Self> {
        let all = self.to.quads();
        let starts = (0..all).step_by(self.quads as usize);
        starts.map(move |first_quad| Self {
            first_quad,
            quads: self.quads.min(all - first_quad),
            ..self
        })
    }

    /// The parts of that size that make up all of the strips.
    pub(super) fn by_strips(self) -> impl Iterator<Item = Self> {
        let all = self.from.strips();
        let starts = (0..all).step_by(self.strips as usize);
        starts.map(move |first_strip| Self {
            first_strip,
            strips: self.strips.min(all - first_strip),
            ..self
        })
    }
}

/// Windows and quads of a part that are enough to keep a GPU busy.
const ENOUGH_WINDOWS: u32 = 256;

const ENOUGH_QUADS: u32 = 32;

/// Bytes that either half of the scratch memory needs for a convolution between such maps to be worth it.
pub fn scratch_bytes(from: Shape, to: Shape) -> u64 {
    let least = Part::whole(from, to, false).least();
    least.operand_bytes().max(least.product_bytes())
}

/// Bytes of a transformed filter between such maps that is kept as a whole, if with so much scratch memory the convolution
/// can go by it.
pub fn kept_filter_bytes(from: Shape, to: Shape, room: u64) -> Option<u64> {
    let whole = Part::whole(from, to, true);
    whole.least().fits(room).then(|| whole.filter_bytes())
}
