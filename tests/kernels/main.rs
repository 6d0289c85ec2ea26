//! Every kernel against the plain reference, over odd sizes and all channel counts of VGG19; every backward pass against
//! finite differences of the reference's forward pass.

#![allow(clippy::unwrap_used, reason = "a test fails by it")]

#[path = "../common/mod.rs"]
mod common;
#[path = "../cpu_reference/mod.rs"]
mod cpu_reference;

mod bands;
mod centring;
mod checks;
mod convolution;
mod cosine_loss;
mod limits;
mod losses;
mod nearest;
mod optimisers;
mod palette;
mod pictures;
mod pooling;
mod pyramid;
mod samples;
mod sampling;
mod style;
