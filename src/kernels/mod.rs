//! One module a kernel, named as its shader in `shaders/`: it owns the kernel's bindings and its dispatch.
//!
//! The maths, layouts and tiling stand at the head of each shader. A kernel is compiled once, in [`Kernels::new`];
//! its methods bind buffers and give a [`Dispatch`](crate::gpu::Dispatch), which is run any number of times.

pub mod adam;
pub mod content_loss;
pub mod conv3x3;
pub mod conv3x3_winograd;
pub mod gram;
pub mod gram_gradient;
pub mod gram_loss;
pub mod gram_sum;
pub mod max_pool2x2;
pub mod peak;
pub mod record;
pub mod total_variation;
pub mod window;

use crate::feature_map::Shape;
use crate::gpu::Gpu;

const QUAD: &str = include_str!("../../shaders/common/quad.wgsl");
const REGION: &str = include_str!("../../shaders/common/region.wgsl");
const WORKGROUP_SUM: &str = include_str!("../../shaders/common/workgroup_sum.wgsl");

/// Workgroups of the kernels that stride over a map of any size and leave one partial sum each.
const STRIDING_WORKGROUPS: u32 = 512;

/// Every kernel, compiled for one GPU.
#[derive(Debug)]
pub struct Kernels {
    /// 3x3 convolution, forward and backward.
    pub conv3x3: conv3x3::Conv3x3,
    /// The same by Winograd's method.
    pub conv3x3_winograd: conv3x3_winograd::Conv3x3Winograd,
    /// 2x2 maximum pooling, forward and backward.
    pub max_pool2x2: max_pool2x2::MaxPool2x2,
    /// Gram matrix of a feature map.
    pub gram: gram::Gram,
    /// Sums of a Gram matrix's parts.
    pub gram_sum: gram_sum::GramSum,
    /// Style loss of a Gram matrix.
    pub gram_loss: gram_loss::GramLoss,
    /// Gradient of the style loss to the feature map.
    pub gram_gradient: gram_gradient::GramGradient,
    /// Content loss and its gradient.
    pub content_loss: content_loss::ContentLoss,
    /// Total variation and its gradient.
    pub total_variation: total_variation::TotalVariation,
    /// Adam's step.
    pub adam: adam::Adam,
    /// Sums up the losses of a step.
    pub record: record::Record,
    /// Copies between a map and a window of it.
    pub window: window::WindowCopy,
}

impl Kernels {
    /// Compiles all kernels.
    pub fn new(gpu: &Gpu) -> Self {
        Self {
            conv3x3: conv3x3::Conv3x3::new(gpu),
            conv3x3_winograd: conv3x3_winograd::Conv3x3Winograd::new(gpu),
            max_pool2x2: max_pool2x2::MaxPool2x2::new(gpu),
            gram: gram::Gram::new(gpu),
            gram_sum: gram_sum::GramSum::new(gpu),
            gram_loss: gram_loss::GramLoss::new(gpu),
            gram_gradient: gram_gradient::GramGradient::new(gpu),
            content_loss: content_loss::ContentLoss::new(gpu),
            total_variation: total_variation::TotalVariation::new(gpu),
            adam: adam::Adam::new(gpu),
            record: record::Record::new(gpu),
            window: window::WindowCopy::new(gpu),
        }
    }
}

/// The partial sums that a kernel leaves in the buffer of sums.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SumRange {
    /// Where they begin.
    pub first: u32,
    /// How many there are.
    pub count: u32,
}

/// Workgroups of a kernel that strides over so many elements, 256 invocations each.
fn striding_workgroups(elements: u32) -> u32 {
    elements.div_ceil(256).clamp(1, STRIDING_WORKGROUPS)
}

/// The partial sums that a striding kernel over so many elements leaves.
pub fn striding_sums(elements: u32) -> u32 {
    striding_workgroups(elements)
}

/// The partial sums that the style loss of a map leaves.
pub fn gram_sums(shape: Shape) -> u32 {
    (shape.channels / 64).pow(2)
}
