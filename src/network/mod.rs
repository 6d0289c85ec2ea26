//! VGG19 on the GPU: its weights, the forward pass over a picture, and the backward pass from losses to the picture.

mod method;
mod network;
mod pass;
mod transients;
mod view;

pub(crate) use method::winograd_applies;
pub use method::{Convolutions, Method};
pub use network::Network;
pub use pass::{Activation, Extent, ForwardPass};
pub(crate) use transients::{kept_filters, partial_vectors, transient_bytes};
pub use view::View;
