//! Pictures, their colours, and masks, on the processor.

mod colour;
mod mask;
pub mod palette;
mod picture;

pub use colour::{ColourMap, Root, match_colours};
pub use mask::Mask;
pub use palette::Palette;
pub use picture::{Picture, PictureError};
