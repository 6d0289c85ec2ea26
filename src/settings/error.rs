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
        /// The most allowed, if there is one.
        most: Option<f64>,
    },
    /// All weights are zero.
    #[error("Nothing would be painted: give the style or the content a weight above zero.")]
    NothingCounts,
    /// A value of another kind, or of none.
    #[error("{path} cannot be used: {}.", why.trim_end_matches('.'))]
    Unusable {
        /// Its keys.
        path: String,
        /// What is wrong with it.
        why: String,
    },
    /// No such layer.
    #[error("There is no layer {0}. Layers are named like block4_conv2.")]
    UnknownLayer(String),
    /// A layer's weight is no usable number.
    #[error("The weight of {0} must be a number that is not negative.")]
    Weight(String),
    /// A loss without layers.
    #[error("The {0} need at least one with a weight above zero.")]
    NoLayer(&'static str),
}

fn range(least: f64, most: Option<f64>) -> String {
    match most {
        None => format!("of at least {least}"),
        Some(most) => format!("from {least} to {most}"),
    }
}
