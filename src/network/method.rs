//! How the network is computed.

use crate::kernels::tiles::Tiles;
use crate::maps::{Precision, Shape};

/// Which kernels compute the convolutions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Convolutions {
    /// Winograd's method wherever it fits into memory that the pass needs anyway.
    #[default]
    Fastest,
    /// Direct convolution everywhere.
    Direct,
    /// Winograd's method wherever it can be, which is everywhere but between the picture and the first layer.
    Winograd,
}

impl Convolutions {
    fn want_winograd(self, from: Shape, to: Shape) -> bool {
        match self {
            Self::Fastest => winograd_pays(from, to),
            Self::Direct => false,
            Self::Winograd => winograd_applies(from, to),
        }
    }
}

/// How the network is computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Method {
    /// By which kernels.
    pub convolutions: Convolutions,
    /// Of what is stored between them.
    pub precision: Precision,
    /// How the heaviest kernels are cut, which changes nothing but the time, and which of two kernels is used.
    pub tiles: Tiles,
}

impl Method {
    /// Whether a convolution between such maps goes by Winograd's method in one kernel.
    pub(super) fn fuses(self, from: Shape, to: Shape) -> bool {
        self.tiles.fused
            && self.convolutions == Convolutions::Fastest
            && winograd_applies(from, to)
            && from.quads().min(to.quads()) <= FUSED_QUADS
            && from.positions() >= FUSED_POSITIONS
    }

    /// Whether it should go by Winograd's method with a map that lies between its kernels, if there is memory for that.
    pub(super) fn wants_winograd(self, from: Shape, to: Shape) -> bool {
        self.convolutions.want_winograd(from, to) && !self.fuses(from, to)
    }
}

/// Quads on either side up to which Winograd's convolution in one kernel is used.
const FUSED_QUADS: u32 = 32;

/// Positions of a map from which on it is: fewer are too few workgroups.
const FUSED_POSITIONS: u32 = 64 * 64;

/// Whether there are channels enough on both sides; the picture has not.
pub(crate) fn winograd_applies(from: Shape, to: Shape) -> bool {
    from.quads().min(to.quads()) >= 16
}

/// Positions of a map from which on Winograd's convolution is the faster one.
///
/// The direct one takes 9 multiply-adds a position and pair of channels, Winograd's 36 / 16, and for each pair, however
/// small the map, the time of some 1600 to transform the filter. So much is measured on llvmpipe, and follows for GPUs
/// from the 180 bytes that it moves and the 5 to 10 multiply-adds that they do in the time of a byte.
const WINOGRAD_POSITIONS: u32 = 320;

fn winograd_pays(from: Shape, to: Shape) -> bool {
    winograd_applies(from, to) && from.positions() >= WINOGRAD_POSITIONS
}
