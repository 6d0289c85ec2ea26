//! A matrix of channels x channels on the GPU.

use crate::gpu::{Gpu, GpuError, Memory};
use crate::maps::Shape;

/// A channels x channels matrix on the GPU, `[quads][quads]` mat4x4.
#[derive(Debug)]
pub struct MatrixBuffer(pub(crate) wgpu::Buffer);

impl MatrixBuffer {
    /// A matrix for the Gram products of a map of this shape.
    ///
    /// # Errors
    /// As [`Memory::storage`].
    pub fn new(memory: &mut Memory, label: &'static str, shape: Shape) -> Result<Self, GpuError> {
        Ok(Self(memory.storage::<[f32; 16]>(
            label,
            (shape.quads() * shape.quads()) as usize,
        )?))
    }

    /// Fills the matrix, `[quads][quads]` blocks of four columns.
    pub fn write(&self, gpu: &Gpu, blocks: &[[f32; 16]]) {
        gpu.write(&self.0, blocks);
    }

    /// Reads the matrix back, row by row.
    ///
    /// # Errors
    /// As [`Gpu::read`].
    pub async fn read(&self, gpu: &Gpu, shape: Shape) -> Result<Vec<f32>, GpuError> {
        let blocks: Vec<[f32; 16]> = gpu.read(&self.0).await?;
        let (channels, quads) = (shape.channels as usize, shape.quads() as usize);
        Ok((0..channels * channels)
            .map(|place| (place / channels, place % channels))
            .map(|(c, d)| blocks[c / 4 * quads + d / 4][d % 4 * 4 + c % 4])
            .collect())
    }
}
