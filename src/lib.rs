//! Neural style transfer (Gatys et al. 2015) on the GPU.
pub mod picture;
pub mod vgg19;
