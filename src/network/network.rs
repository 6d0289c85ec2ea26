//! The kernels and the network's weights on one GPU.

use std::rc::Rc;

use super::method::Method;
use crate::gpu::{Gpu, GpuError, Memory};
use crate::kernels::Kernels;
use crate::kernels::filter::FilterBuffers;
use crate::vgg19::Vgg19;

/// The kernels and the network's weights on one GPU: all that does not depend on a picture.
#[derive(Debug)]
pub struct Network {
    /// All of them.
    pub kernels: Kernels,
    pub(super) filters: Vec<FilterBuffers>,
    pub(super) mean: [f32; 3],
    pub(super) method: Method,
    memory: Memory,
}

impl Network {
    /// Takes the kernels and uploads the weights.
    ///
    /// # Errors
    /// As [`Memory::storage`].
    pub fn new(gpu: &Rc<Gpu>, weights: &Vgg19, method: Method) -> Result<Self, GpuError> {
        let mut memory = Memory::new(gpu.clone());
        Ok(Self {
            kernels: Kernels::new(gpu, method.precision, method.tiles),
            filters: weights
                .filters
                .iter()
                .map(|filter| FilterBuffers::upload(&mut memory, filter, method.precision))
                .collect::<Result<_, _>>()?,
            mean: weights.mean,
            method,
            memory,
        })
    }

    /// The GPU.
    pub fn gpu(&self) -> &Rc<Gpu> {
        self.memory.gpu()
    }

    pub(crate) fn filter(&self, layer: usize) -> &FilterBuffers {
        &self.filters[layer]
    }

    /// How it is computed.
    pub fn method(&self) -> Method {
        self.method
    }

    /// Label and bytes of each buffer with weights.
    pub fn labelled_bytes(&self) -> impl Iterator<Item = (&'static str, u64)> {
        self.memory.labelled_bytes()
    }
}
