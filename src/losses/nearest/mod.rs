//! The style loss by nearest neighbours: samples of the styles, which of them each position should become, and the loss.

mod layout;
mod matching;
mod nearest;
mod shares;
mod styles;

pub(crate) use layout::{Layout, hypercolumn_grid, style_room};
pub use nearest::NearestLosses;
pub(crate) use nearest::{Foundation, nearest_sums, sample_room};
pub(crate) use shares::leave_something;
pub use styles::StyleSamples;
