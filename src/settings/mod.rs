//! What a painting is made with: everything that the page and the command line let one choose, in one form that is
//! written into the pictures and read from them again.

mod check;
mod error;
pub mod fields;
mod partial;
mod perception;
mod presets;
pub mod rows;
mod settings;

pub use error::SettingsError;
pub use partial::{GivenSettings, recorded};
pub use perception::{ContentLoss, LayerWeights, Padding, Perception, Pooling, StyleLoss};
pub use presets::Preset;
pub use settings::{
    Colour, ContentColour, Growth, LossWeights, Optimiser, Scale, Schedule, Settings, Smoothness,
    USUAL_LIKENESS, Variables,
};
