//! Sums up the losses of a step on the GPU and keeps them in a ring: `shaders/record.wgsl`.

use bytemuck::{Pod, Zeroable};

use super::sources::WORKGROUP_SUM;
use super::sums::SumRange;
use crate::gpu::{Dispatch, Gpu, GpuError, Kernel, Memory};

const SOURCE: &str = include_str!("../../shaders/record.wgsl");

/// Steps that the ring holds; older ones are overwritten.
pub const CAPACITY: u32 = 64;

/// One number of a step's record: `scale` times the sum of a range of partial sums.
#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
pub struct Quantity {
    first: u32,
    count: u32,
    scale: f32,
}

impl Quantity {
    /// `scale` times the sum of the range.
    pub fn new(range: SumRange, scale: f32) -> Self {
        Self {
            first: range.first,
            count: range.count,
            scale,
        }
    }
}

/// Where records are kept.
#[derive(Debug)]
pub struct RecordBuffers {
    quantities: wgpu::Buffer,
    columns: usize,
    /// `[CAPACITY][quantities + 1]` f32; the last column is the step's number.
    pub ring: wgpu::Buffer,
    /// Steps done: one u32.
    pub progress: wgpu::Buffer,
}

impl RecordBuffers {
    /// A ring for these quantities; `progress` has one u32.
    ///
    /// # Errors
    /// As [`Memory::storage`].
    pub fn new(
        memory: &mut Memory,
        quantities: &[Quantity],
        progress: wgpu::Buffer,
    ) -> Result<Self, GpuError> {
        let columns = quantities.len() + 1;
        Ok(Self {
            quantities: memory.upload("quantities", quantities)?,
            columns,
            ring: memory.storage::<f32>("records", CAPACITY as usize * columns)?,
            progress,
        })
    }

    /// The record of a step, counted from 1, in the ring's contents: its quantities in their order.
    ///
    /// Gives nothing if the ring holds another step there.
    pub fn find<'a>(&self, ring: &'a [f32], step: u32) -> Option<&'a [f32]> {
        let row = ring
            .chunks_exact(self.columns)
            .nth(((step - 1) % CAPACITY) as usize)?;
        let (number, quantities) = row.split_last()?;
        (*number == step as f32).then_some(quantities)
    }
}

/// The compiled kernel.
#[derive(Debug)]
pub struct Record {
    close_step: Kernel,
}

impl Record {
    /// Prepares the kernel.
    pub fn new(gpu: &Gpu) -> Self {
        let constants = [("CAPACITY", f64::from(CAPACITY))];
        Self {
            close_step: gpu.kernel(&[WORKGROUP_SUM, SOURCE], "close_step", &constants),
        }
    }

    /// Writes the step's record from the partial sums and counts the step.
    pub fn close_step(&self, gpu: &Gpu, sums: &wgpu::Buffer, records: &RecordBuffers) -> Dispatch {
        gpu.bind(
            &self.close_step,
            &[
                (0, &records.quantities),
                (1, sums),
                (2, &records.ring),
                (3, &records.progress),
            ],
            [1, 1, 1],
        )
    }
}
