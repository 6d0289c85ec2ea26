//! The style loss: what is known of the styles, and what of the painting is compared with it.

mod comparison;
mod square_root;
mod style;
mod targets;

pub(crate) use comparison::{SCRATCH_MATRICES, needs_scratch};
pub(crate) use style::{StyleLosses, regions};
pub use targets::StyleTargets;
pub(crate) use targets::{style_sums, widest};
