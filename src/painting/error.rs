//! What can go wrong with a painting.

use std::fmt;

use super::record::Part;
use super::sizes::TooNarrow;
use crate::files::saved::SavedError;
use crate::gpu::GpuError;
use crate::pictures::PictureError;
use crate::settings::SettingsError;
use crate::settings::fields::{LEAST_SCALE, MOST_SCALE};

/// A setting that has ruined a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// How far a step goes.
    StepSize,
    /// How much a loss counts.
    Weight(Part),
}

impl fmt::Display for Cause {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::StepSize => write!(to, "the step size (the learning rate)"),
            Self::Weight(part) => write!(to, "the weight of the {}", part.name()),
        }
    }
}

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
    /// The losses have grown past what single precision holds.
    #[error(
        "At step {step} the loss was no longer a number that can be counted with; the painting is left as it was before. What grew is the {}: make its weight smaller, or the step size.",
        grown.name()
    )]
    NotFinite {
        /// Of all sizes.
        step: u32,
        /// The loss that did it.
        grown: Part,
    },
    /// Nearly every value of the picture lies at a limit of colour.
    #[error(
        "At step {step} nearly every colour was as dark or as bright as can be, which is no picture; the painting is left as it was before. Make {cause} smaller."
    )]
    AtLimits {
        /// Of all sizes.
        step: u32,
        /// What has most likely done it.
        cause: Cause,
    },
    /// Masks leave no position that is painted like anything.
    #[error(
        "The masks leave nothing to paint: no part of the painting has a style of which something counts. Make a mask's white larger."
    )]
    NothingToPaint,
    /// A picture would be too narrow for the network.
    #[error(transparent)]
    TooNarrow(#[from] TooNarrow),
    /// A style would be of no use at that size.
    #[error(
        "A style's size beside the painting's must be a number from {LEAST_SCALE} to {MOST_SCALE}, not {0}."
    )]
    StyleScale(f32),
}
