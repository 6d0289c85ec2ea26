//! How fast things are on the adapter at hand: the choice of tiles, and the bench.

pub mod bench;
pub mod tiles;
