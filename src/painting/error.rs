//! What can go wrong with a painting.

use crate::files::saved::SavedError;
use crate::gpu::GpuError;
use crate::pictures::PictureError;
use crate::settings::SettingsError;
use crate::settings::fields::{LEAST_SCALE, MOST_SCALE};

/// What can go wrong with a painting.
#[derive(Debug, thiserror::Error)]
pub enum PaintingError {
    /// A setting is unusable.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// A picture is unusable.
    #[error(transparent)]
    Picture(#[from] PictureError),
    /// The GPU cannot.
    #[error(transparent)]
    Gpu(#[from] GpuError),
    /// What was put aside cannot be gone on with.
    #[error(transparent)]
    Saved(#[from] SavedError),
    /// There is nothing to paint like.
    #[error("Choose at least one style, and give at least one of them a part above zero.")]
    NoStyle,
    /// A style would be of no use at that size.
    #[error(
        "A style's size beside the painting's must be a number from {LEAST_SCALE} to {MOST_SCALE}, not {0}."
    )]
    StyleScale(f32),
}
