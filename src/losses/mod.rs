//! The losses: their targets, their values and their gradients to the feature maps.

mod by_layer;
mod content;
mod extent;
mod losses;
mod masks;
mod nearest;
mod style;

pub use content::ContentTarget;
pub(crate) use content::Division;
pub(crate) use extent::cut;
pub use losses::Losses;
pub(crate) use losses::{Styles, loss_sums};
pub(crate) use masks::mask_bytes;
pub(crate) use nearest::{
    Foundation, Layout, NearestLosses, StyleSamples, hypercolumn_grid, leave_something,
    sample_room, style_room,
};
pub use style::StyleTargets;
pub(crate) use style::{SCRATCH_MATRICES, needs_scratch, regions, widest};
