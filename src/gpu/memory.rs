//! Buffers, and how much of the GPU's memory they may take.

use std::fmt;
use std::rc::Rc;

use bytemuck::{Pod, Zeroable};

use super::device::Gpu;
use super::error::GpuError;
use crate::maps::{Precision, Shape};
use wgpu::util::DeviceExt;

/// What may be used of the GPU.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    /// Bytes of all buffers together.
    pub total: u64,
    /// Bytes of one buffer: what the adapter allows.
    pub buffer: u64,
}

impl fmt::Display for Allowance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:.2} MB may be used, and the GPU allows {:.2} MB in a buffer.",
            megabytes(self.total),
            megabytes(self.buffer)
        )
    }
}

pub(crate) fn megabytes(bytes: u64) -> f64 {
    bytes as f64 * 1e-6
}

impl Gpu {
    fn storage<T: Pod>(&self, label: &str, length: usize) -> Result<wgpu::Buffer, GpuError> {
        let bytes = (length.max(1) * size_of::<T>()) as u64;
        let allowed = self.largest_buffer();
        if bytes > allowed {
            return Err(GpuError::BufferTooLarge {
                needed: bytes.div_ceil(1 << 20),
                allowed: allowed >> 20,
            });
        }
        Ok(self.device.create_buffer(&wgpu::BufferDescriptor {
            label: Some(label),
            size: bytes,
            usage: wgpu::BufferUsages::STORAGE
                | wgpu::BufferUsages::COPY_SRC
                | wgpu::BufferUsages::COPY_DST,
            mapped_at_creation: false,
        }))
    }

    /// The largest storage buffer that the adapter allows, in bytes.
    pub fn largest_buffer(&self) -> u64 {
        let limits = self.device.limits();
        limits
            .max_buffer_size
            .min(limits.max_storage_buffer_binding_size)
    }

    /// What a painting may use if its buffers together may take that many bytes.
    pub fn allowance(&self, total: u64) -> Allowance {
        Allowance {
            total,
            buffer: self.largest_buffer(),
        }
    }

    /// A uniform buffer with the given contents.
    pub fn uniform<T: Pod>(&self, contents: &T) -> wgpu::Buffer {
        self.device
            .create_buffer_init(&wgpu::util::BufferInitDescriptor {
                label: Some("uniform"),
                contents: bytemuck::bytes_of(contents),
                // Read back by who asks what a command is about.
                usage: wgpu::BufferUsages::UNIFORM | wgpu::BufferUsages::COPY_SRC,
            })
    }
}

/// Storage buffers that live and die together.
///
/// A browser frees a dropped buffer only when its collector gets to it, which may be never while the GPU starves; so
/// these are destroyed when their owner is dropped. Work submitted before that still runs to its end.
#[derive(Debug)]
pub struct Memory {
    gpu: Rc<Gpu>,
    buffers: Vec<(&'static str, wgpu::Buffer)>,
}

impl Memory {
    /// No buffers yet.
    pub fn new(gpu: Rc<Gpu>) -> Self {
        Self {
            gpu,
            buffers: Vec::new(),
        }
    }

    /// The GPU on which the buffers are.
    pub fn gpu(&self) -> &Rc<Gpu> {
        &self.gpu
    }

    /// A zeroed storage buffer of so many elements.
    ///
    /// # Errors
    /// [`GpuError::BufferTooLarge`] where the adapter does not allow it.
    pub fn storage<T: Pod>(
        &mut self,
        label: &'static str,
        length: usize,
    ) -> Result<wgpu::Buffer, GpuError> {
        let buffer = self.gpu.storage::<T>(label, length)?;
        self.buffers.push((label, buffer.clone()));
        Ok(buffer)
    }

    /// A storage buffer for a map.
    ///
    /// # Errors
    /// As [`Memory::storage`].
    pub fn map(
        &mut self,
        label: &'static str,
        shape: Shape,
        precision: Precision,
    ) -> Result<wgpu::Buffer, GpuError> {
        let words = shape.bytes(precision) as usize / size_of::<u32>();
        self.storage::<u32>(label, words)
    }

    /// A storage buffer with the given contents.
    ///
    /// # Errors
    /// As [`Memory::storage`].
    pub fn upload<T: Pod>(
        &mut self,
        label: &'static str,
        contents: &[T],
    ) -> Result<wgpu::Buffer, GpuError> {
        let buffer = self.storage::<T>(label, contents.len())?;
        self.gpu.write(&buffer, contents);
        Ok(buffer)
    }

    /// Each buffer's label and bytes.
    pub fn labelled_bytes(&self) -> impl Iterator<Item = (&'static str, u64)> {
        self.buffers
            .iter()
            .map(|(label, buffer)| (*label, buffer.size()))
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        for (_, buffer) in &self.buffers {
            buffer.destroy();
        }
    }
}

/// Marks a `bool` for a shader, which has no such type in its buffers.
#[derive(Debug, Clone, Copy, Pod, Zeroable, PartialEq, Eq)]
#[repr(transparent)]
pub struct Flag(u32);

impl From<bool> for Flag {
    fn from(value: bool) -> Self {
        Self(value.into())
    }
}
