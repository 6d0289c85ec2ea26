//! 3x3 convolution by Winograd's method, the shaders in `shaders/winograd/`: by F(4x4, 3x3), with a quarter of the
//! multiplications of the direct one and three passes over memory, and by F(4, 3), with half of them, in one kernel.

mod convolution;
mod fused;
mod fused_filter;
mod product;
mod scratch;

pub use convolution::Conv3x3Winograd;
pub(crate) use fused::SOURCE as FUSED_SOURCE;
pub use fused::{Fused, FusedPass};
pub use fused_filter::fused_filter_bytes;
pub(crate) use product::SOURCE as PRODUCT_SOURCE;
pub use product::{Product, ProductSize, ProductTile};
pub use scratch::{Area, Scratch, aligned, kept_filter_bytes, scratch_bytes};
