//! What can be wrong with settings.

/// What can be wrong with settings.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SettingsError {
    /// A number outside its range.
    #[error("The {name} must be a number {}.", range(*least, *most))]
    Range {
        /// In words.
        name: &'static str,
        /// The least allowed.
        least: f64,
        /// The most allowed.
        most: f64,
    },
    /// No such layer.
    #[error("There is no layer {0}. Layers are named like block4_conv2.")]
    UnknownLayer(String),
    /// A layer's weight is no usable number.
    #[error("The weight of {0} must be a number that is not negative.")]
    Weight(String),
    /// A loss without layers.
    #[error("At least one {0} layer needs a weight above zero.")]
    NoLayer(&'static str),
}

fn range(least: f64, most: f64) -> String {
    if most >= f64::from(f32::MAX) {
        format!("of at least {least}")
    } else {
        format!("from {least} to {most}")
    }
}
