//! 3x3 convolution by Winograd's F(4x4, 3x3), with a quarter of the multiplications of the direct one: the shaders in
//! `shaders/winograd/`.

mod convolution;
mod product;
mod scratch;

pub use convolution::Conv3x3Winograd;
pub(crate) use product::SOURCE as PRODUCT_SOURCE;
pub use product::{Product, ProductSize, ProductTile};
pub use scratch::{Area, Scratch, aligned, kept_filter_bytes, scratch_bytes};
