//! What passes between layers and is needed by nobody later.

use super::method::{Convolutions, Method};
use super::network::Network;
use crate::gpu::{GpuError, Memory};
use crate::kernels::winograd::{Area, Scratch, aligned, scratch_bytes};
use crate::maps::{Precision, Shape};
use crate::vgg19::{CONVOLUTIONS, layer_shapes};

/// The two buffers through which passes feature maps and gradients that nobody needs later.
///
/// A map lies at the start of one. The large maps of the first layers leave much room behind the small ones of the
/// later layers: there Winograd's convolution keeps what lies between its transforms.
#[derive(Debug)]
pub(crate) struct Transients {
    buffers: [wgpu::Buffer; 2],
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
        Ok(Self {
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

    /// The one that is not `used`.
    pub(super) fn other(&self, used: &wgpu::Buffer) -> wgpu::Buffer {
        let [first, second] = &self.buffers;
        if used == first { second } else { first }.clone()
    }

    /// Room for Winograd's convolution that reads `source`, if there is enough.
    pub(super) fn scratch(&self, source: &wgpu::Buffer, from: Shape, to: Shape) -> Option<Scratch> {
        let offset = Self::head(from, to, self.precision);
        let [first, _] = &self.buffers;
        if offset + scratch_bytes(from, to) > first.size() {
            return None;
        }
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
        .filter(|&(from, to)| convolutions.want_winograd(from, to))
        // Unless it must be: not for the first maps, beside which the scratch memory would be the largest buffer of all.
        .filter(|(from, _)| convolutions == Convolutions::Winograd || from.width < picture.width)
        .map(|(from, to)| Transients::head(from, to, precision) + both_scratch_bytes(from, to))
        .max();
    largest.max(with_scratch.unwrap_or(0)).max(spare)
}

/// Of a layer forward and backward.
fn both_scratch_bytes(from: Shape, to: Shape) -> u64 {
    scratch_bytes(from, to).max(scratch_bytes(to, from))
}
