//! What the page's worker and its bench call. It translates; it knows nothing of kernels.

mod adapter;
pub mod bench;
mod canvas;
pub mod engine;
pub mod error;
mod messages;
