//! One module a kernel, named as its shader in `shaders/`: it owns the kernel's bindings and its dispatch.
//!
//! The maths, layouts and tiling stand at the head of each shader. A kernel is compiled once, when it is first
//! bound; its methods bind buffers and give a [`Dispatch`](crate::gpu::Dispatch), which is run any number of times.
//!
//! What kernels share is in [`filter`], [`mod@format`], [`matrix_buffer`], `pixel_loss`, [`place`], [`samples`], `sources`,
//! [`sums`], [`target_part`] and [`tiles`].

pub mod adam;
mod all;
pub mod average;
pub mod average_pool2x2;
pub mod centre;
pub mod channel_sum;
pub mod content_loss;
pub mod conv3x3;
pub mod cosine_loss;
pub mod edge_gradient;
pub mod filter;
pub mod finish;
pub mod format;
pub mod gram;
pub mod gram_gradient;
pub mod gram_loss;
pub mod gram_sum;
pub mod lbfgs;
pub mod limits;
pub mod matrix;
pub mod matrix_buffer;
pub mod max_pool2x2;
pub mod nearest;
pub mod normalise;
pub mod palette;
pub mod peak;
mod pixel_loss;
pub mod place;
pub mod places;
pub mod pyramid;
pub mod record;
pub mod resample;
pub mod sample;
pub mod samples;
pub mod scaled_add;
mod slice_sum;
mod sources;
pub mod sums;
pub mod target_part;
pub mod tiles;
pub mod total_variation;
pub mod wasserstein;
pub mod window;
pub mod winograd;

pub use all::Kernels;
