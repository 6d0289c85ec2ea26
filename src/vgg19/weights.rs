//! From a safetensors file to VGG19's parameters, ready for a picture in [0, 1].
//!
//! Three kinds of file are understood:
//! - Impasto's own: Keras' names, each weight an 8-bit index (`block1_conv1.weight.indices`) into a palette
//!   (`block1_conv1.weight.palette`), so that the page's download is a quarter of the size;
//! - Keras' names (`block1_conv1.weight`, `block1_conv1/kernel:0`, ...): the network then expects BGR from 0 to 255
//!   less its mean;
//! - torchvision's names (`features.0.weight`): the network then expects RGB, normalised by ImageNet's mean and
//!   standard deviation.
//!
//! The numbers of the last two are F32, F16 or BF16, and filters are either out x in x 3 x 3 or 3 x 3 x in x out.
//! Other tensors in the file are ignored.

use std::collections::HashMap;

use half::{bf16, f16};
use safetensors::tensor::{Dtype, SafeTensorError, SafeTensors, TensorView};
use serde_json::Value;
use thiserror::Error;

use super::layers::{CONVOLUTIONS, Convolution};

/// Weights in a 3x3 window.
const WINDOW: usize = 9;

/// In RGB, of pictures in [0, 255].
const CAFFE_MEAN: [f32; 3] = [123.68, 116.779, 103.939];

const IMAGENET_MEAN: [f32; 3] = [0.485, 0.456, 0.406];

const IMAGENET_DEVIATION: [f32; 3] = [0.229, 0.224, 0.225];

/// One convolution's parameters.
#[derive(Debug, Clone)]
pub struct Filter {
    /// Channels of the output feature map.
    pub outputs: usize,
    /// Channels of the input feature map.
    pub inputs: usize,
    /// `outputs` x `inputs` x 3 x 3, row-major.
    pub weights: Vec<f32>,
    /// One for each output.
    pub bias: Vec<f32>,
}

/// VGG19 for an RGB picture in [0, 1].
///
/// The network is to be fed `picture - mean`; the order of the channels and their scale are folded into the first
/// filter.
#[derive(Debug, Clone)]
pub struct Vgg19 {
    /// What to take away from red, green and blue.
    pub mean: [f32; 3],
    /// In the order of [`CONVOLUTIONS`].
    pub filters: Vec<Filter>,
}

/// Why a file gives no weights, and what to do about it.
#[derive(Debug, Error)]
pub enum WeightsError {
    /// The bytes do not follow the format.
    #[error(
        "The weights are not a whole safetensors file ({0}). Choose a .safetensors file, or download it again."
    )]
    NotSafetensors(#[from] SafeTensorError),
    /// The data stops before the header says.
    #[error("The weights end in the middle of tensor {tensor}. Download the file again.")]
    Truncated {
        /// The first tensor that is not all there.
        tensor: String,
    },
    /// No tensor's name is one of VGG19's.
    #[error(
        "No tensor of the weights is named as VGG19's are. Choose a VGG19 with Keras' names (block1_conv1.weight) or torchvision's (features.0.weight)."
    )]
    NoVgg19,
    /// A layer is not there.
    #[error(
        "The weights have no tensor {tensor}. Choose a VGG19 with all convolutions up to block5_conv2 and without batch normalisation."
    )]
    Missing {
        /// Its name, as the other tensors of the file are named.
        tensor: String,
    },
    /// A tensor's dimensions are not VGG19's.
    #[error(
        "Tensor {tensor} of the weights has the shape {found:?}, but VGG19's has {expected}. Choose a file with VGG19's weights."
    )]
    Shape {
        /// Its name.
        tensor: String,
        /// Its dimensions.
        found: Vec<usize>,
        /// The dimensions that are understood.
        expected: String,
    },
    /// A tensor's numbers are of a type that is not understood.
    #[error(
        "Tensor {tensor} of the weights has the type {found}, but only {expected} can be read there: convert it."
    )]
    Type {
        /// Its name.
        tensor: String,
        /// Its type, as the file has it.
        found: String,
        /// The types that are understood.
        expected: &'static str,
    },
    /// A number is NaN or infinite.
    #[error(
        "Tensor {tensor} of the weights has a number that is not finite, at position {position}. The file is damaged: take another one."
    )]
    NotFinite {
        /// Its name.
        tensor: String,
        /// Of the first such number, in the order out x in x 3 x 3.
        position: usize,
    },
    /// A palette is too short for its indices.
    #[error(
        "Tensor {tensor} of the weights has the index {index}, but its palette has only {length} entries. The file is damaged: take another one."
    )]
    PaletteIndex {
        /// The indices' name.
        tensor: String,
        /// The first index that is too large.
        index: u8,
        /// Of the palette.
        length: usize,
    },
}

impl Vgg19 {
    /// Reads the layers of [`CONVOLUTIONS`] from a safetensors file.
    ///
    /// # Errors
    /// A [`WeightsError`] for whatever keeps the file from being a VGG19.
    pub fn from_safetensors(bytes: &[u8]) -> Result<Self, WeightsError> {
        let file = SafeTensors::deserialize(bytes).map_err(|error| explain(bytes, error))?;
        let tensors = Tensors::of(&file)?;
        Ok(Self {
            mean: tensors.naming.mean(),
            filters: (0..CONVOLUTIONS.len())
                .map(|layer| tensors.filter(layer))
                .collect::<Result<_, _>>()?,
        })
    }
}

/// Names the tensor that made the file unreadable, if it was one.
fn explain(bytes: &[u8], error: SafeTensorError) -> WeightsError {
    unreadable_tensor(bytes).unwrap_or(WeightsError::NotSafetensors(error))
}

/// The first tensor, in the order of the data, of an unknown type or beyond the end.
fn unreadable_tensor(bytes: &[u8]) -> Option<WeightsError> {
    let (length, rest) = bytes.split_first_chunk::<8>()?;
    let (header, data) = rest.split_at_checked(u64::from_le_bytes(*length).try_into().ok()?)?;
    let header: HashMap<String, Value> = serde_json::from_slice(header).ok()?;
    let mut tensors: Vec<_> = header
        .iter()
        .filter_map(|(name, facts)| Some((facts["data_offsets"][1].as_u64()?, name, facts)))
        .collect();
    tensors.sort_by_key(|&(end, name, _)| (end, name));
    tensors.into_iter().find_map(|(end, name, facts)| {
        unknown_type(name, &facts["dtype"]).or_else(|| {
            (end > data.len() as u64).then(|| WeightsError::Truncated {
                tensor: name.clone(),
            })
        })
    })
}

fn unknown_type(tensor: &str, kind: &Value) -> Option<WeightsError> {
    serde_json::from_value::<Dtype>(kind.clone())
        .is_err()
        .then(|| WeightsError::Type {
            tensor: tensor.to_owned(),
            found: kind.as_str().unwrap_or("?").to_owned(),
            expected: FLOATS,
        })
}

const FLOATS: &str = "F32, F16 or BF16";

/// Whose names the tensors have; this tells what kind of picture the network was trained on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Naming {
    Keras,
    Torchvision,
}

impl Naming {
    fn mean(self) -> [f32; 3] {
        match self {
            Self::Keras => CAFFE_MEAN.map(|mean| mean / 255.0),
            Self::Torchvision => IMAGENET_MEAN,
        }
    }

    /// A layer's name.
    fn layer(self, convolution: &Convolution) -> String {
        match self {
            Self::Keras => convolution.name.to_owned(),
            Self::Torchvision => format!("features.{}", convolution.torchvision_index),
        }
    }

    /// Makes the first filter take RGB in [0, 1], less the mean.
    fn fold_preprocessing(self, weights: &mut [f32]) {
        for window in weights.chunks_exact_mut(3 * WINDOW) {
            match self {
                Self::Keras => {
                    let (blue, rest) = window.split_at_mut(WINDOW);
                    blue.swap_with_slice(&mut rest[WINDOW..]);
                    window.iter_mut().for_each(|weight| *weight *= 255.0);
                }
                Self::Torchvision => {
                    for (channel, deviation) in window.chunks_mut(WINDOW).zip(IMAGENET_DEVIATION) {
                        channel.iter_mut().for_each(|weight| *weight /= deviation);
                    }
                }
            }
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Part {
    Weight,
    Indices,
    Palette,
    Bias,
}

impl Part {
    fn suffix(self) -> &'static str {
        match self {
            Self::Weight => "weight",
            Self::Indices => "weight.indices",
            Self::Palette => "weight.palette",
            Self::Bias => "bias",
        }
    }
}

/// What a tensor is, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Role {
    naming: Naming,
    layer: usize,
    part: Part,
}

impl Role {
    /// Looks at the end of the name only, because exporters put models' names before it.
    fn of(name: &str) -> Option<Self> {
        let name = name.strip_suffix(":0").unwrap_or(name);
        let words: Vec<_> = name.split(['.', '/']).collect();
        let (part, words) = match words.as_slice() {
            [path @ .., "weight" | "kernel", "indices"] => (Part::Indices, path),
            [path @ .., "weight" | "kernel", "palette"] => (Part::Palette, path),
            [path @ .., "weight" | "kernel"] => (Part::Weight, path),
            [path @ .., "bias"] => (Part::Bias, path),
            _ => return None,
        };
        let (naming, layer) = match words {
            [.., "features", index] => {
                let index = index.parse::<usize>().ok()?;
                (
                    Naming::Torchvision,
                    CONVOLUTIONS
                        .iter()
                        .position(|layer| layer.torchvision_index == index)?,
                )
            }
            [.., name] => (
                Naming::Keras,
                CONVOLUTIONS.iter().position(|layer| layer.name == *name)?,
            ),
            [] => return None,
        };
        Some(Self {
            naming,
            layer,
            part,
        })
    }
}

/// The file's tensors by what they are.
struct Tensors<'a> {
    naming: Naming,
    by_role: HashMap<Role, (&'a str, TensorView<'a>)>,
}

impl<'a> Tensors<'a> {
    fn of(file: &'a SafeTensors<'a>) -> Result<Self, WeightsError> {
        let mut by_role: HashMap<_, (&str, TensorView<'_>)> = HashMap::new();
        for (name, view) in file.iter() {
            let Some(role) = Role::of(name) else { continue };
            // Of two tensors with one role, always the same one: the order of the file's map is random.
            let rival = by_role.get(&role).map(|(rival, _)| *rival);
            if rival.is_none_or(|rival| (name.len(), name) < (rival.len(), rival)) {
                by_role.insert(role, (name, view));
            }
        }
        let naming = [Naming::Keras, Naming::Torchvision]
            .into_iter()
            .find(|naming| by_role.keys().any(|role| role.naming == *naming))
            .ok_or(WeightsError::NoVgg19)?;
        Ok(Self { naming, by_role })
    }

    fn find(&self, layer: usize, part: Part) -> Option<Tensor<'_>> {
        let role = Role {
            naming: self.naming,
            layer,
            part,
        };
        self.by_role
            .get(&role)
            .map(|(name, view)| Tensor { name, view })
    }

    fn get(&self, layer: usize, part: Part) -> Result<Tensor<'_>, WeightsError> {
        self.find(layer, part).ok_or_else(|| WeightsError::Missing {
            tensor: format!(
                "{}.{}",
                self.naming.layer(&CONVOLUTIONS[layer]),
                part.suffix()
            ),
        })
    }

    fn filter(&self, layer: usize) -> Result<Filter, WeightsError> {
        let Convolution {
            inputs, outputs, ..
        } = CONVOLUTIONS[layer];
        let bias = self.get(layer, Part::Bias)?;
        bias.expect_shapes(&[&[outputs]])?;
        let bias_values = bias.floats()?;
        bias.expect_finite(&bias_values)?;
        Ok(Filter {
            outputs,
            inputs,
            weights: self.weights(layer)?,
            bias: bias_values,
        })
    }

    fn weights(&self, layer: usize) -> Result<Vec<f32>, WeightsError> {
        let Convolution {
            inputs, outputs, ..
        } = CONVOLUTIONS[layer];
        let indices = self.find(layer, Part::Indices);
        let tensor = indices.map_or_else(|| self.get(layer, Part::Weight), Ok)?;
        let outputs_first: &[usize] = &[outputs, inputs, 3, 3];
        tensor.expect_shapes(&[outputs_first, &[3, 3, inputs, outputs]])?;
        let mut weights = match indices {
            Some(indices) => indices.looked_up_in(&self.get(layer, Part::Palette)?)?,
            None => tensor.floats()?,
        };
        if tensor.view.shape() != outputs_first {
            weights = with_outputs_first(&weights, inputs, outputs);
        }
        if layer == 0 {
            self.naming.fold_preprocessing(&mut weights);
        }
        tensor.expect_finite(&weights)?;
        Ok(weights)
    }
}

/// From 3 x 3 x in x out to out x in x 3 x 3.
fn with_outputs_first(weights: &[f32], inputs: usize, outputs: usize) -> Vec<f32> {
    (0..outputs * inputs * WINDOW)
        .map(|position| {
            let (filter, place) = (position / WINDOW, position % WINDOW);
            let (output, input) = (filter / inputs, filter % inputs);
            weights[(place * inputs + input) * outputs + output]
        })
        .collect()
}

/// One tensor of the file.
#[derive(Clone, Copy)]
struct Tensor<'a> {
    name: &'a str,
    view: &'a TensorView<'a>,
}

impl Tensor<'_> {
    fn expect_shapes(&self, shapes: &[&[usize]]) -> Result<(), WeightsError> {
        if shapes.contains(&self.view.shape()) {
            return Ok(());
        }
        let expected: Vec<_> = shapes.iter().map(|shape| format!("{shape:?}")).collect();
        Err(WeightsError::Shape {
            tensor: self.name.to_owned(),
            found: self.view.shape().to_vec(),
            expected: expected.join(" or "),
        })
    }

    fn expect_finite(&self, values: &[f32]) -> Result<(), WeightsError> {
        match values.iter().position(|value| !value.is_finite()) {
            None => Ok(()),
            Some(position) => Err(WeightsError::NotFinite {
                tensor: self.name.to_owned(),
                position,
            }),
        }
    }

    fn unexpected_type(&self, expected: &'static str) -> WeightsError {
        WeightsError::Type {
            tensor: self.name.to_owned(),
            found: self.view.dtype().to_string(),
            expected,
        }
    }

    fn floats(&self) -> Result<Vec<f32>, WeightsError> {
        match self.view.dtype() {
            Dtype::F32 => Ok(self.numbers(f32::from_le_bytes)),
            Dtype::F16 => Ok(self.numbers(|bytes| f16::from_le_bytes(bytes).to_f32())),
            Dtype::BF16 => Ok(self.numbers(|bytes| bf16::from_le_bytes(bytes).to_f32())),
            _ => Err(self.unexpected_type(FLOATS)),
        }
    }

    fn numbers<const BYTES: usize>(&self, number: impl Fn([u8; BYTES]) -> f32) -> Vec<f32> {
        let (numbers, _) = self.view.data().as_chunks();
        numbers.iter().map(|&bytes| number(bytes)).collect()
    }

    /// The palette's values at these indices.
    fn looked_up_in(&self, palette: &Tensor<'_>) -> Result<Vec<f32>, WeightsError> {
        if self.view.dtype() != Dtype::U8 {
            return Err(self.unexpected_type("U8"));
        }
        if palette.view.shape().len() != 1 {
            palette.expect_shapes(&[&[256]])?;
        }
        let values = palette.floats()?;
        let look_up = |&index: &u8| {
            values
                .get(usize::from(index))
                .copied()
                .ok_or_else(|| WeightsError::PaletteIndex {
                    tensor: self.name.to_owned(),
                    index,
                    length: values.len(),
                })
        };
        self.view.data().iter().map(look_up).collect()
    }
}
