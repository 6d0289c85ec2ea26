//! A convolution's filter on the GPU.

use half::f16;

use crate::gpu::{GpuError, Memory};
use crate::maps::Precision;
use crate::vgg19::Filter;

/// A filter on the GPU, one copy for both directions.
#[derive(Debug)]
pub struct FilterBuffers {
    /// `[input quads][output quads][3][3][4 input channels]` vec4 over four output channels, of the precision of features.
    pub(super) blocks: wgpu::Buffer,
    /// `[output quads]` vec4.
    pub(super) bias: wgpu::Buffer,
    pub(super) inputs: u32,
    pub(super) outputs: u32,
}

impl FilterBuffers {
    /// Rearranges a filter and uploads it. Channels past the last of either side are zero.
    ///
    /// # Errors
    /// As [`Memory::storage`].
    pub fn upload(
        memory: &mut Memory,
        filter: &Filter,
        precision: Precision,
    ) -> Result<Self, GpuError> {
        let blocks = blocks(filter);
        Ok(Self {
            blocks: match precision {
                Precision::Full => memory.upload("filter", &blocks)?,
                Precision::Half => memory.upload(
                    "filter",
                    &blocks
                        .iter()
                        .map(|block| block.map(f16::from_f32))
                        .collect::<Vec<_>>(),
                )?,
            },
            bias: memory.upload("bias", &padded_to_quads(&filter.bias))?,
            inputs: filter.inputs as u32,
            outputs: filter.outputs as u32,
        })
    }

    /// Channels of the input.
    pub fn inputs(&self) -> u32 {
        self.inputs
    }

    /// Channels of the output.
    pub fn outputs(&self) -> u32 {
        self.outputs
    }

    /// Quads of the source and of the destination, of either direction.
    pub(super) fn quads(&self, backward: bool) -> (u32, u32) {
        let (inputs, outputs) = (self.inputs.div_ceil(4), self.outputs.div_ceil(4));
        if backward {
            (outputs, inputs)
        } else {
            (inputs, outputs)
        }
    }

    pub(super) fn blocks(&self) -> &wgpu::Buffer {
        &self.blocks
    }

    /// `[output quads]` vec4.
    pub fn bias(&self) -> &wgpu::Buffer {
        &self.bias
    }
}

fn blocks(filter: &Filter) -> Vec<[f32; 16]> {
    let (input_quads, output_quads) = (filter.inputs.div_ceil(4), filter.outputs.div_ceil(4));
    let mut blocks = vec![[0.0; 16]; input_quads * output_quads * 9];
    for (place, &weight) in filter.weights.iter().enumerate() {
        let tap = place % 9;
        let input = place / 9 % filter.inputs;
        let output = place / 9 / filter.inputs;
        let block = (input / 4 * output_quads + output / 4) * 9 + tap;
        blocks[block][input % 4 * 4 + output % 4] = weight;
    }
    blocks
}

fn padded_to_quads(values: &[f32]) -> Vec<f32> {
    let mut padded = values.to_vec();
    padded.resize(values.len().next_multiple_of(4), 0.0);
    padded
}
