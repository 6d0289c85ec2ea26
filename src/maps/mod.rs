//! Shapes, regions and windows of feature maps: numbers only, no GPU.

mod bands;
mod feature_map;
mod pyramid;
mod windows;

pub use bands::{Band, Bands};
pub use feature_map::{Precision, Region, STRIP, Shape};
pub use pyramid::coarse_levels;
pub use windows::{Cut, Grid, Window};
