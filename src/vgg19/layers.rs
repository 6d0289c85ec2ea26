//! The architecture of VGG19 (Simonyan and Zisserman 2014, configuration E), as far as `block5_conv2`.
//!
//! Names are Keras'. Every convolution is 3x3 with stride 1 and zero padding 1, followed by ReLU; after the
//! last convolution of blocks 1 to 4 comes a 2x2 maximum pooling with stride 2 that drops odd edges.

use crate::maps::{Shape, Window};

/// One 3x3 convolution of the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Convolution {
    /// Keras' name, such as `block3_conv1`.
    pub name: &'static str,
    /// Index in torchvision's `vgg19().features`, so that `features.{index}.weight` is this layer.
    pub torchvision_index: usize,
    /// Which of the blocks 1 to 5 the layer belongs to; its feature map is `2^(block - 1)` times smaller than
    /// the picture.
    pub block: usize,
    /// Channels of the input feature map.
    pub inputs: usize,
    /// Channels of the output feature map.
    pub outputs: usize,
}

const fn convolution(
    name: &'static str,
    torchvision_index: usize,
    block: usize,
    inputs: usize,
    outputs: usize,
) -> Convolution {
    Convolution {
        name,
        torchvision_index,
        block,
        inputs,
        outputs,
    }
}

/// The convolutions that style transfer uses, in the order in which they run.
pub const CONVOLUTIONS: [Convolution; 14] = [
    convolution("block1_conv1", 0, 1, 3, 64),
    convolution("block1_conv2", 2, 1, 64, 64),
    convolution("block2_conv1", 5, 2, 64, 128),
    convolution("block2_conv2", 7, 2, 128, 128),
    convolution("block3_conv1", 10, 3, 128, 256),
    convolution("block3_conv2", 12, 3, 256, 256),
    convolution("block3_conv3", 14, 3, 256, 256),
    convolution("block3_conv4", 16, 3, 256, 256),
    convolution("block4_conv1", 19, 4, 256, 512),
    convolution("block4_conv2", 21, 4, 512, 512),
    convolution("block4_conv3", 23, 4, 512, 512),
    convolution("block4_conv4", 25, 4, 512, 512),
    convolution("block5_conv1", 28, 5, 512, 512),
    convolution("block5_conv2", 30, 5, 512, 512),
];

/// A layer's output over a picture of this shape.
pub(crate) fn layer_shape(picture: Shape, layer: usize) -> Shape {
    let mut shape = picture;
    for _ in 1..CONVOLUTIONS[layer].block {
        shape = shape.pooled();
    }
    shape.with_channels(CONVOLUTIONS[layer].outputs as u32)
}

/// Every layer's input and output over a picture of this shape.
pub(crate) fn layer_shapes(picture: Shape) -> impl Iterator<Item = (Shape, Shape)> {
    let mut place = picture;
    CONVOLUTIONS
        .iter()
        .enumerate()
        .map(move |(layer, convolution)| {
            let from = place.with_channels(convolution.inputs as u32);
            let to = place.with_channels(convolution.outputs as u32);
            if pooled_after(layer) {
                place = place.pooled();
            }
            (from, to)
        })
}

pub(crate) fn pooled_after(layer: usize) -> bool {
    CONVOLUTIONS
        .get(layer + 1)
        .is_some_and(|next| next.block > CONVOLUTIONS[layer].block)
}

/// The window as the features of a layer have it.
pub(crate) fn at_layer(window: Window, layer: usize) -> Window {
    window.pooled(CONVOLUTIONS[layer].block as u32 - 1)
}

/// Pixels that a position of a layer sees to either side beyond its own: of each convolution up to there as many as one of
/// its positions has.
pub(crate) fn reach(layer: usize) -> u32 {
    let strides = CONVOLUTIONS[..=layer].iter();
    strides
        .map(|convolution| 1 << (convolution.block - 1))
        .sum()
}

/// The least side that the network takes: four poolings leave one position of it.
pub const LEAST_SIDE: u32 = 16;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_deepest_layer_sees_86_pixels_to_either_side() {
        // Two convolutions at stride 1, two at 2, four at 4, four at 8, two at 16.
        assert_eq!(reach(13), 2 + 4 + 16 + 32 + 32);
        assert_eq!(reach(0), 1);
    }
}
