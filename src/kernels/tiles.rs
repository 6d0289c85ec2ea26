//! The shapes of workgroups in which the heaviest kernels may be cut: the candidates, and those that are used.

use std::hash::{DefaultHasher, Hash, Hasher};

use super::conv3x3::{self, Tile};
use super::format::STORE;
use super::sources::{FOUR_ROWS, QUAD, TILE_SUMS};
use super::winograd::{FUSED_SOURCE, PRODUCT_SOURCE, ProductTile};

/// Tiles of the direct convolution of wide maps; the first is the default.
///
/// An invocation's work is the same in all, some 100 registers, 1152 multiply-adds of 66 reads of workgroup memory a
/// source quad. All stay below 12 KiB of the 16 that WebGPU promises.
pub const WIDE: [Tile; 3] = [
    // All 64 channels of the first block at once, so its maps are read once. 11.8 KiB.
    Tile {
        width: 16,
        quads: 16,
    },
    // 32 lanes of NVIDIA, Apple and AMD are one row: each read of the filter is one address for all of them, where 16
    // columns make it two. It also reads the least from outside for its work, a sixth less than the first. 9.8 KiB.
    Tile {
        width: 32,
        quads: 8,
    },
    // The same rows in workgroups of half the size, which wait for fewer at a barrier and of which more fit beside each
    // other: for GPUs with few registers or little workgroup memory a core, such as Intel's and Apple's. 7.6 KiB.
    Tile {
        width: 32,
        quads: 4,
    },
];

/// Tiles of Winograd's product over many windows; the first is the default.
///
/// An invocation's work is the same in all: 64 sums in some 110 registers, 16 multiply-adds a read of workgroup memory.
/// They differ in how many operations a workgroup makes of a byte that it reads from outside: the faster a GPU's
/// arithmetic beside its cache, the larger the tile should be.
pub const PRODUCT: [ProductTile; 3] = [
    // 64 windows by 64 channels, 16 operations a byte. Two subgroups a workgroup, which hardly wait for each other; fits
    // maps of 64 channels, and GPUs with little to run at once. 8 KiB.
    ProductTile {
        window_lanes: 8,
        quad_lanes: 8,
        depth: 4,
    },
    // 128 windows by 64 channels, 21 operations a byte, and less workgroup memory: more workgroups beside each other where
    // a core has only 32 KiB, as Apple's. 6 KiB.
    ProductTile {
        window_lanes: 16,
        quad_lanes: 8,
        depth: 2,
    },
    // 128 by 128, 32 operations a byte: at 16, NVIDIA's largest would need all their second-level cache gives to keep
    // their arithmetic busy. 256 invocations, the most that WebGPU promises; 8 KiB.
    ProductTile {
        window_lanes: 16,
        quad_lanes: 16,
        depth: 2,
    },
];

/// Of the candidates and of all that is compiled for them: what was measured holds as long as it is the same.
pub fn checksum() -> u64 {
    checksum_of(
        (WIDE, PRODUCT),
        [
            STORE,
            QUAD,
            TILE_SUMS,
            FOUR_ROWS,
            conv3x3::SOURCE,
            PRODUCT_SOURCE,
            FUSED_SOURCE,
        ],
    )
}

fn checksum_of(candidates: impl Hash, sources: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    (candidates, sources).hash(&mut hasher);
    hasher.finish()
}

/// The tiles that are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tiles {
    /// Of the direct convolution of wide maps.
    pub wide: Tile,
    /// Of Winograd's product over many windows.
    pub product: ProductTile,
    /// Whether maps of few channels and many positions are convolved by Winograd's method in one kernel. That has other
    /// rounding than the direct convolution, so it is only where it was measured to be much faster.
    pub fused: bool,
}

impl Default for Tiles {
    fn default() -> Self {
        let ([wide, ..], [product, ..]) = (WIDE, PRODUCT);
        Self {
            wide,
            product,
            fused: false,
        }
    }
}

impl Tiles {
    /// Whether both are candidates, which what was stored somewhere may no longer be.
    pub fn are_candidates(&self) -> bool {
        WIDE.contains(&self.wide) && PRODUCT.contains(&self.product)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_shader_or_candidate_is_another_checksum() {
        let [wide, rest @ ..] = WIDE;
        let first = checksum_of((WIDE, PRODUCT), ["fn a() {}", "fn b() {}"]);
        assert_ne!(
            first,
            checksum_of((WIDE, PRODUCT), ["fn a() {}", "fn c() {}"])
        );
        assert_ne!(
            first,
            checksum_of((rest, wide, PRODUCT), ["fn a() {}", "fn b() {}"])
        );
        assert_eq!(checksum(), checksum());
    }

    #[test]
    fn the_default_tiles_are_candidates() {
        assert!(Tiles::default().are_candidates());
    }

    #[test]
    fn what_was_stored_is_read_again_and_nothing_else() {
        let fused = [false, true, false];
        for ((wide, product), fused) in WIDE.into_iter().zip(PRODUCT).zip(fused) {
            let tiles = Tiles {
                wide,
                product,
                fused,
            };
            let text = serde_json::to_string(&tiles).unwrap();
            let read: Tiles = serde_json::from_str(&text).unwrap();
            assert!(read == tiles && read.are_candidates());
        }
        let huge = r#"{"wide":{"width":512,"quads":16},
            "product":{"window_lanes":8,"quad_lanes":8,"depth":4},"fused":false}"#;
        let huge: Tiles = serde_json::from_str(huge).unwrap();
        assert!(!huge.are_candidates());
        for unusable in ["null", "{}", r#"{"wide":"16x16","product":0}"#] {
            assert!(serde_json::from_str::<Tiles>(unusable).is_err());
        }
    }
}
