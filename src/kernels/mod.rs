//! One module a kernel, named as its shader in `shaders/`: it owns the kernel's bindings and its dispatch.
//!
//! The maths, layouts and tiling stand at the head of each shader. A kernel is compiled once, when it is first
//! bound; its methods bind buffers and give a [`Dispatch`](crate::gpu::Dispatch), which is run any number of times.

pub mod adam;
pub mod average;
pub mod average_pool2x2;
pub mod channel_sum;
pub mod content_loss;
pub mod conv3x3;
pub mod conv3x3_winograd;
pub mod edge_gradient;
pub mod finish;
pub mod gram;
pub mod gram_gradient;
pub mod gram_loss;
pub mod gram_sum;
pub mod lbfgs;
pub mod matrix;
pub mod max_pool2x2;
pub mod normalise;
pub mod peak;
pub mod record;
pub mod resample;
pub mod scaled_add;
pub mod total_variation;
pub mod wasserstein;
pub mod window;

use bytemuck::{Pod, Zeroable};
use half::{bf16, f16};

use crate::feature_map::{Precision, Shape};
use crate::gpu::Gpu;
use crate::tuning::Tiles;

const QUAD: &str = include_str!("../../shaders/common/quad.wgsl");
const REGION: &str = include_str!("../../shaders/common/region.wgsl");
const WORKGROUP_SUM: &str = include_str!("../../shaders/common/workgroup_sum.wgsl");

const STORE: &str = include_str!("../../shaders/common/store.wgsl");

/// How four channels lie in memory: the codecs of `shaders/common/store.wgsl`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Four floats.
    Single,
    /// Four half floats.
    Half,
    /// The upper halves of four floats.
    Upper,
}

impl Format {
    /// Of feature maps and filters.
    pub const fn features(precision: Precision) -> Self {
        match precision {
            Precision::Full => Self::Single,
            Precision::Half => Self::Half,
        }
    }

    /// Of gradients to feature maps.
    pub const fn gradients(precision: Precision) -> Self {
        match precision {
            Precision::Full => Self::Single,
            Precision::Half => Self::Upper,
        }
    }

    /// The bytes of a map's buffer.
    pub fn encode(self, vectors: &[[f32; 4]]) -> Vec<u8> {
        let values = vectors.as_flattened();
        match self {
            Self::Single => bytemuck::cast_slice(values).to_vec(),
            Self::Half => collect(
                values
                    .iter()
                    .map(|&value| f16::from_f32(value).to_le_bytes()),
            ),
            Self::Upper => collect(
                values
                    .iter()
                    .map(|&value| bf16::from_f32(value).to_le_bytes()),
            ),
        }
    }

    /// A map from its buffer's bytes.
    pub fn decode(self, bytes: &[u8]) -> Vec<[f32; 4]> {
        let values: Vec<f32> = match self {
            Self::Single => bytemuck::pod_collect_to_vec(bytes),
            Self::Half => pairs(bytes)
                .map(|pair| f16::from_le_bytes(pair).to_f32())
                .collect(),
            Self::Upper => pairs(bytes)
                .map(|pair| bf16::from_le_bytes(pair).to_f32())
                .collect(),
        };
        values.as_chunks().0.to_vec()
    }
}

fn collect(pairs: impl Iterator<Item = [u8; 2]>) -> Vec<u8> {
    pairs.flatten().collect()
}

fn pairs(bytes: &[u8]) -> impl Iterator<Item = [u8; 2]> {
    bytes.as_chunks().0.iter().copied()
}

/// The codecs, and what bindings hold by name: of `("Source", format)` a shader uses the type `Source`, and the functions
/// `source_value` and `source_stored` between it and `vec4f`.
pub fn stores(bindings: &[(&str, Format)]) -> String {
    let aliases = bindings.iter().map(|&(name, format)| {
        let (stored, codec) = match format {
            Format::Single => ("vec4f", "single"),
            Format::Half => ("vec2u", "half"),
            Format::Upper => ("vec2u", "upper"),
        };
        let function = name.to_lowercase();
        format!(
            "alias {name} = {stored};\n\
             fn {function}_value(stored: {name}) -> vec4f {{ return decode_{codec}(stored); }}\n\
             fn {function}_stored(value: vec4f) -> {name} {{ return encode_{codec}(value); }}\n"
        )
    });
    aliases.fold(STORE.to_owned(), |text, alias| text + &alias)
}

/// Workgroups of the kernels that stride over a map of any size and leave one partial sum each.
const STRIDING_WORKGROUPS: u32 = 512;

/// Every kernel, for one GPU.
#[derive(Debug)]
pub struct Kernels {
    /// 3x3 convolution, forward and backward.
    pub conv3x3: conv3x3::Conv3x3,
    /// The same by Winograd's method.
    pub conv3x3_winograd: conv3x3_winograd::Conv3x3Winograd,
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
    /// Sums up the losses of a step.
    pub record: record::Record,
    /// Copies between a map and a window of it.
    pub window: window::WindowCopy,
}

impl Kernels {
    /// All kernels, for maps of that precision and in those tiles.
    pub fn new(gpu: &Gpu, precision: Precision, tiles: Tiles) -> Self {
        Self {
            conv3x3: conv3x3::Conv3x3::new(gpu, precision, tiles.wide),
            conv3x3_winograd: conv3x3_winograd::Conv3x3Winograd::new(gpu, precision, tiles.product),
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
            adam: adam::Adam::new(gpu),
            finish: finish::Finish::new(gpu),
            lbfgs: lbfgs::Lbfgs::new(gpu),
            average: average::Average::new(gpu),
            resample: resample::Resample::new(gpu),
            scaled_add: scaled_add::ScaledAdd::new(gpu),
            record: record::Record::new(gpu),
            window: window::WindowCopy::new(gpu, precision),
        }
    }
}

/// Weights of the positions of a map, as a part of those of a larger map.
#[derive(Debug, Clone, Copy)]
pub struct PositionWeights<'a> {
    /// `[map height][map width]` f32.
    pub buffer: &'a wgpu::Buffer,
    /// Where the map lies in the larger one.
    pub place: Place,
}

/// Where a map lies in a larger one of a single channel, as `shaders/common/region.wgsl` has it.
#[derive(Debug, Clone, Copy, Default, Pod, Zeroable)]
#[repr(C)]
pub struct Place {
    /// Columns of the larger one.
    pub pitch: u32,
    /// Its column of the map's first.
    pub x: u32,
    /// Its row of the map's first.
    pub y: u32,
    padding: u32,
}

impl Place {
    /// In a map of so many columns, at that column and row.
    pub fn new(pitch: u32, x: u32, y: u32) -> Self {
        Self {
            pitch,
            x,
            y,
            padding: 0,
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

/// Workgroups of 64 invocations for so many elements, and the invocations of a row of them: a dispatch has at most
/// 65535 workgroups in a dimension.
fn linear_workgroups(elements: u32) -> ([u32; 3], u32) {
    let workgroups = elements.div_ceil(64);
    let rows = workgroups.div_ceil(65535).max(1);
    let columns = workgroups.div_ceil(rows).max(1);
    ([columns, rows, 1], columns * 64)
}

/// The partial sums that a striding kernel over so many elements leaves.
pub fn striding_sums(elements: u32) -> u32 {
    striding_workgroups(elements)
}

/// The partial sums that the style loss of a map leaves.
pub fn gram_sums(shape: Shape) -> u32 {
    (shape.channels / 64).pow(2)
}
