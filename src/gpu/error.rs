//! What can go wrong with the GPU, in words for the user.

/// What can go wrong with the GPU.
#[derive(Debug, Clone, thiserror::Error)]
pub enum GpuError {
    /// No adapter answers.
    #[error(
        "No usable GPU was found ({0}). Update the graphics driver, or try another browser or machine."
    )]
    NoAdapter(String),
    /// The adapter gives no device.
    #[error("The GPU refused to start ({0}). Close other programs that use it and try again.")]
    NoDevice(String),
    /// The device was lost: a driver reset, a sleeping machine, or an unplugged GPU.
    #[error("The GPU was lost ({0}). Start again, with a smaller picture if it happens again.")]
    Lost(String),
    /// An allocation failed.
    #[error("The GPU has not enough free memory ({0}). Choose a smaller size.")]
    OutOfMemory(String),
    /// No plan of the painting's buffers fits the memory that may be used.
    #[error(
        "This size does not fit into the {allowed} MB of graphics memory that may be used. {}",
        advice(*.largest)
    )]
    TooLarge {
        /// In units of 10^6 bytes.
        allowed: u64,
        /// Pixels of the longer side of the largest that fits, if any does.
        largest: Option<u32>,
    },
    /// A buffer is larger than the adapter allows.
    #[error(
        "This size needs a buffer of {needed} MiB and the GPU allows {allowed} MiB. Choose a smaller size."
    )]
    BufferTooLarge {
        /// In MiB, rounded up.
        needed: u64,
        /// In MiB.
        allowed: u64,
    },
    /// wgpu or the driver reported a mistake of ours.
    #[error("The GPU reported an error, which is a mistake in Impasto: {0}")]
    Validation(String),
}

fn advice(largest: Option<u32>) -> String {
    match largest {
        Some(side) => format!("The largest that fits has {side} pixels on its longer side."),
        None => "No size fits: allow more.".into(),
    }
}
