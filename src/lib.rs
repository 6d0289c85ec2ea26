//! Neural style transfer (Gatys et al. 2015) on the GPU.
pub mod feature_map;
pub mod gpu;
pub mod kernels;
pub mod losses;
pub mod network;
pub mod painter;
pub mod picture;
pub mod vgg19;
pub mod weights;
