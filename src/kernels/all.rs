//! Every kernel, for one GPU.

use super::tiles::Tiles;
use super::{
    adam, average, average_pool2x2, centre, channel_sum, content_loss, conv3x3, cosine_loss,
    edge_gradient, finish, gram, gram_gradient, gram_loss, gram_sum, lbfgs, limits, matrix,
    max_pool2x2, nearest, normalise, palette, places, pyramid, record, resample, sample,
    scaled_add, total_variation, wasserstein, window, winograd,
};
use crate::gpu::Gpu;
use crate::maps::Precision;

/// Every kernel, for one GPU.
#[derive(Debug)]
pub struct Kernels {
    /// 3x3 convolution, forward and backward.
    pub conv3x3: conv3x3::Conv3x3,
    /// The same by Winograd's method.
    pub conv3x3_winograd: winograd::Conv3x3Winograd,
    /// The same by Winograd's method in one kernel.
    pub fused: winograd::Fused,
    /// What a repeated edge adds to the picture's gradient.
    pub edge_gradient: edge_gradient::EdgeGradient,
    /// 2x2 maximum pooling, forward and backward.
    pub max_pool2x2: max_pool2x2::MaxPool2x2,
    /// 2x2 average pooling, forward and backward.
    pub average_pool2x2: average_pool2x2::AveragePool2x2,
    /// Gram matrix of a feature map.
    pub gram: gram::Gram,
    /// Sums of a Gram matrix's parts.
    pub gram_sum: gram_sum::GramSum,
    /// Style loss of a Gram matrix.
    pub gram_loss: gram_loss::GramLoss,
    /// Gradient of the style loss to the feature map.
    pub gram_gradient: gram_gradient::GramGradient,
    /// Sums of a feature map's channels.
    pub channel_sum: channel_sum::ChannelSum,
    /// Arithmetic of matrices.
    pub matrix: matrix::Matrix,
    /// Wasserstein-2 style loss.
    pub wasserstein: wasserstein::Wasserstein,
    /// Lengths of gradients.
    pub normalise: normalise::Normalise,
    /// Content loss and its gradient.
    pub content_loss: content_loss::ContentLoss,
    /// Total variation and its gradient.
    pub total_variation: total_variation::TotalVariation,
    /// Colours that the style has nowhere, and their gradient.
    pub palette: palette::PaletteLoss,
    /// Adam's step.
    pub adam: adam::Adam,
    /// What is shown of a painting.
    pub finish: finish::Finish,
    /// Mean of the pictures so far.
    pub average: average::Average,
    /// A picture at another size.
    pub resample: resample::Resample,
    /// Weighted sum of two arrays.
    pub scaled_add: scaled_add::ScaledAdd,
    /// L-BFGS's step.
    pub lbfgs: lbfgs::Lbfgs,
    /// Values at the limits of colour.
    pub limits: limits::Limits,
    /// Sums up the losses of a step.
    pub record: record::Record,
    /// Samples of feature maps.
    pub sample: sample::Sample,
    /// Places of samples that are drawn anew at every step.
    pub places: places::DrawPlaces,
    /// Means and lengths of samples.
    pub centre: centre::Centre,
    /// The nearest of a style's samples.
    pub nearest: nearest::Nearest,
    /// Loss of samples by their cosines.
    pub cosine_loss: cosine_loss::CosineLoss,
    /// What passes between a pyramid's levels.
    pub pyramid: pyramid::Pyramid,
    /// Copies between a map and a window of it.
    pub window: window::WindowCopy,
}

impl Kernels {
    /// All kernels, for maps of that precision and in those tiles.
    pub fn new(gpu: &Gpu, precision: Precision, tiles: Tiles) -> Self {
        Self {
            conv3x3: conv3x3::Conv3x3::new(gpu, precision, tiles.wide),
            conv3x3_winograd: winograd::Conv3x3Winograd::new(gpu, precision, tiles.product),
            fused: winograd::Fused::new(gpu, precision),
            edge_gradient: edge_gradient::EdgeGradient::new(gpu, precision),
            max_pool2x2: max_pool2x2::MaxPool2x2::new(gpu, precision),
            average_pool2x2: average_pool2x2::AveragePool2x2::new(gpu, precision),
            gram: gram::Gram::new(gpu, precision),
            gram_sum: gram_sum::GramSum::new(gpu),
            gram_loss: gram_loss::GramLoss::new(gpu),
            gram_gradient: gram_gradient::GramGradient::new(gpu, precision),
            channel_sum: channel_sum::ChannelSum::new(gpu, precision),
            matrix: matrix::Matrix::new(gpu),
            wasserstein: wasserstein::Wasserstein::new(gpu),
            normalise: normalise::Normalise::new(gpu),
            content_loss: content_loss::ContentLoss::new(gpu, precision),
            total_variation: total_variation::TotalVariation::new(gpu),
            palette: palette::PaletteLoss::new(gpu),
            adam: adam::Adam::new(gpu),
            finish: finish::Finish::new(gpu),
            lbfgs: lbfgs::Lbfgs::new(gpu),
            average: average::Average::new(gpu),
            resample: resample::Resample::new(gpu),
            scaled_add: scaled_add::ScaledAdd::new(gpu),
            sample: sample::Sample::new(gpu, precision),
            places: places::DrawPlaces::new(gpu),
            centre: centre::Centre::new(gpu, precision),
            nearest: nearest::Nearest::new(gpu, precision),
            cosine_loss: cosine_loss::CosineLoss::new(gpu, precision),
            pyramid: pyramid::Pyramid::new(gpu),
            limits: limits::Limits::new(gpu),
            record: record::Record::new(gpu),
            window: window::WindowCopy::new(gpu, precision),
        }
    }
}
