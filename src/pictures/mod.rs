//! Pictures, their colours, and masks, on the processor.

mod colour;
#[cfg(not(target_arch = "wasm32"))]
mod colour_space;
#[cfg(not(target_arch = "wasm32"))]
mod decode;
#[cfg(not(target_arch = "wasm32"))]
mod hdr;
mod mask;
pub mod palette;
mod picture;
#[cfg(not(target_arch = "wasm32"))]
mod primaries;

pub use colour::{ColourMap, Root, match_colours};
pub use mask::Mask;
pub use palette::Palette;
pub use picture::{Picture, PictureError};
