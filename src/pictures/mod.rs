//! Pictures, their colours, and masks, on the processor.

mod colour;
mod mask;
mod picture;

pub use colour::{Root, match_colours};
pub use mask::Mask;
pub use picture::{Picture, PictureError};
