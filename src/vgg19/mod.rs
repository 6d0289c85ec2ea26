//! The network's architecture, and its weights out of a file.

mod layers;
mod weights;

pub use layers::{CONVOLUTIONS, Convolution, LEAST_SIDE};
pub(crate) use layers::{at_layer, layer_shape, layer_shapes, pooled_after, reach};
pub use weights::{Filter, Vgg19, WeightsError};
