//! wgpu's ceremony, in one place: opening the adapter, compiling kernels, making buffers, reading them back, timing.
//!
//! Everything above this module says *what* runs in terms of [`Kernel`], [`Dispatch`] and buffers.

#[cfg(not(target_arch = "wasm32"))]
mod adapters;
mod banded;
mod device;
mod error;
mod kernel;
mod memory;
mod stopwatch;
mod transfer;

#[cfg(not(target_arch = "wasm32"))]
pub use adapters::{AdapterInfo, Adapters};
pub use banded::Banded;
pub use device::Gpu;
pub use error::GpuError;
pub use kernel::{CAUTIOUS_COMMANDS, Dispatch, Kernel};
pub(crate) use memory::megabytes;
pub use memory::{Allowance, Flag, Memory};
pub use stopwatch::Stopwatch;
pub use transfer::Download;
