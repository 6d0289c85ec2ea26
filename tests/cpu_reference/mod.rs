//! Every kernel's maths again, in f64 and plain loops: written to be read, not to be fast.
//!
//! Maps are `[channels][height][width]`.

#![allow(dead_code, unused_imports, reason = "the bench uses a part")]

mod adam;
mod centre;
mod content_loss;
mod conv3x3;
mod cosine_loss;
mod finish;
mod gram;
mod gram_gradient;
mod interpolation;
mod lbfgs;
mod max_pool2x2;
mod nearest;
mod normalise;
mod palette;
mod places;
mod pyramid;
mod sample;
mod total_variation;
mod wasserstein;
mod window;

pub use adam::*;
pub use centre::*;
pub use content_loss::*;
pub use conv3x3::*;
pub use cosine_loss::*;
pub use finish::*;
pub use gram::*;
pub use gram_gradient::*;
pub use lbfgs::*;
pub use max_pool2x2::*;
pub use nearest::*;
pub use normalise::*;
pub use palette::*;
pub use places::*;
pub use pyramid::*;
pub use sample::*;
pub use total_variation::*;
pub use wasserstein::*;
pub use window::*;

use impasto::maps::Shape;

fn planes(shape: Shape) -> (usize, usize, usize) {
    (
        shape.channels as usize,
        shape.height as usize,
        shape.width as usize,
    )
}
