//! What passes between layers and is needed by nobody later.

use super::method::{Convolutions, Method};
use super::network::Network;
use crate::gpu::{GpuError, Memory};
use crate::kernels::conv3x3::slice_vectors;
use crate::kernels::winograd::{
    Area, Scratch, aligned, fused_filter_bytes, kept_filter_bytes, scratch_bytes,
};
use crate::maps::{Precision, Shape};
use crate::vgg19::{CONVOLUTIONS, layer_shapes};

/// The two buffers through which passes feature maps and gradients that nobody needs later.
///
/// A map lies at the start of one. The large maps of the first layers leave much room behind the small ones of the
/// later layers: there Winograd's convolution keeps what lies between its transforms.
#[derive(Debug)]
pub(crate) struct Transients {
    buffers: [wgpu::Buffer; 2],
    /// For the sums of the slices into which small maps' convolutions are cut, where there are any.
    pub(super) partials: Option<wgpu::Buffer>,
    precision: Precision,
}

impl Transients {
    /// Large enough for the network over a picture of this shape, up to layer `last`, and for `spare` bytes.
    pub(super) fn new(
        network: &Network,
        memory: &mut Memory,
        picture: Shape,
        last: usize,
        spare: u64,
    ) -> Result<Self, GpuError> {
        let bytes = transient_bytes(network.method, picture, last, spare);
        let words = bytes.div_ceil(size_of::<u32>() as u64) as usize;
        let partials = partial_vectors(network.method, picture, last, spare);
        Ok(Self {
            partials: (partials > 0)
                .then(|| memory.storage::<[f32; 4]>("sums of slices", partials))
                .transpose()?,
            buffers: [
                memory.storage::<u32>("transient", words)?,
                memory.storage::<u32>("transient", words)?,
            ],
            precision: network.method.precision,
        })
    }

    /// Bytes that the maps of a convolution take at the start of either buffer.
    fn head(from: Shape, to: Shape, precision: Precision) -> u64 {
        aligned(from.bytes(precision).max(to.bytes(precision)))
    }

    /// Bytes behind the maps of a convolution in either buffer, if they are enough for Winograd's.
    fn scratch_room(from: Shape, to: Shape, precision: Precision, buffer: u64) -> Option<u64> {
        let room = buffer.checked_sub(Self::head(from, to, precision))?;
        (scratch_bytes(from, to) <= room).then_some(room)
    }

    /// The one that is not `used`.
    pub(super) fn other(&self, used: &wgpu::Buffer) -> wgpu::Buffer {
        let [first, second] = &self.buffers;
        if used == first { second } else { first }.clone()
    }

    /// Room for Winograd's convolution that reads `source`, if there is enough.
    pub(super) fn scratch(&self, source: &wgpu::Buffer, from: Shape, to: Shape) -> Option<Scratch> {
        let [first, _] = &self.buffers;
        let offset = Self::head(from, to, self.precision);
        Self::scratch_room(from, to, self.precision, first.size())?;
        let operands = self.other(source);
        let products = self.other(&operands);
        let area = |buffer| Area { buffer, offset };
        Some(Scratch {
            operands: area(operands),
            products: area(products),
        })
    }
}

/// Bytes of either transient buffer for the network over a picture of this shape, up to layer `last`, and at least as many
/// as `spare`.
pub(crate) fn transient_bytes(method: Method, picture: Shape, last: usize, spare: u64) -> u64 {
    let Method {
        convolutions,
        precision,
        ..
    } = method;
    let largest = picture
        .with_channels(CONVOLUTIONS[0].outputs as u32)
        .bytes(precision);
    let with_scratch = layer_shapes(picture)
        .take(last + 1)
        .filter(|&(from, to)| method.wants_winograd(from, to))
        // Unless it must be: not for the first maps, beside which the scratch memory would be the largest buffer of all.
        .filter(|(from, _)| convolutions == Convolutions::Winograd || from.width < picture.width)
        .map(|(from, to)| Transients::head(from, to, precision) + both_scratch_bytes(from, to))
        .max();
    largest.max(with_scratch.unwrap_or(0)).max(spare)
}

/// A transformed filter that can be kept, so that it is not transformed at every step.
#[derive(Debug, Clone, Copy)]
pub(crate) struct KeptFilter {
    pub layer: usize,
    pub backward: bool,
    pub bytes: u64,
    /// For the convolution in one kernel, which always has it.
    pub fused: bool,
}

/// All those of a pass; `keeps` says whether those are kept that need not be.
pub(crate) fn kept_filters(
    method: Method,
    picture: Shape,
    last: usize,
    spare: u64,
    keeps: bool,
) -> Vec<KeptFilter> {
    let mut found = Vec::new();
    for (layer, backward, [from, to], room) in convolutions(method, picture, last, spare) {
        let fused = method.fuses(from, to);
        let bytes = if fused {
            Some(fused_filter_bytes(from, to))
        } else {
            room.filter(|_| keeps)
                .and_then(|room| kept_filter_bytes(from, to, room))
        };
        found.extend(bytes.map(|bytes| KeptFilter {
            layer,
            backward,
            bytes,
            fused,
        }));
    }
    found
}

/// vec4s for the sums of slices, of one convolution after the other.
pub(crate) fn partial_vectors(method: Method, picture: Shape, last: usize, spare: u64) -> usize {
    convolutions(method, picture, last, spare)
        .filter(|(_, _, [from, to], room)| room.is_none() && !method.fuses(*from, *to))
        .map(|(_, _, [from, to], _)| slice_vectors(method.tiles.wide, from, to))
        .max()
        .unwrap_or(0)
}

/// Every convolution of a pass: its layer, whether it goes back, the maps between which it goes, and the room for Winograd's
/// scratch if it is one.
fn convolutions(
    method: Method,
    picture: Shape,
    last: usize,
    spare: u64,
) -> impl Iterator<Item = (usize, bool, [Shape; 2], Option<u64>)> {
    let all = transient_bytes(method, picture, last, spare);
    let layers = layer_shapes(picture).enumerate().take(last + 1);
    layers.flat_map(move |(layer, (below, above))| {
        [(false, [below, above]), (true, [above, below])].map(|(backward, [from, to])| {
            let wanted = method.wants_winograd(from, to);
            let room = Transients::scratch_room(from, to, method.precision, all);
            (layer, backward, [from, to], room.filter(|_| wanted))
        })
    })
}

/// Of a layer forward and backward.
fn both_scratch_bytes(from: Shape, to: Shape) -> u64 {
    scratch_bytes(from, to).max(scratch_bytes(to, from))
}
