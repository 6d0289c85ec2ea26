//! What is kept of a picture's pixels, in bands that each have a buffer.

use bytemuck::Pod;

use super::device::Gpu;
use super::error::GpuError;
use super::memory::Memory;
use super::transfer::Download;
use crate::maps::{Band, Bands, Shape};

/// What is kept of a picture's pixels, `[height][width]` of one or more vec4, in bands of rows that each have a buffer.
#[derive(Debug, Clone, PartialEq)]
pub struct Banded {
    bands: Bands,
    buffers: Vec<wgpu::Buffer>,
}

impl Banded {
    /// Zeros: so many vec4 a pixel.
    ///
    /// # Errors
    /// As [`Memory::storage`].
    pub fn new(
        memory: &mut Memory,
        label: &'static str,
        bands: Bands,
        vectors: usize,
    ) -> Result<Self, GpuError> {
        let buffers = bands.iter().map(|band| {
            let pixels = band.shape.positions() as usize;
            memory.storage::<[f32; 4]>(label, vectors * pixels)
        });
        Ok(Self {
            buffers: buffers.collect::<Result<_, _>>()?,
            bands,
        })
    }

    /// Those pixels, in as many bands as the GPU's buffers ask for.
    ///
    /// # Errors
    /// As [`Memory::storage`].
    pub fn upload(
        memory: &mut Memory,
        label: &'static str,
        shape: Shape,
        pixels: &[[f32; 4]],
    ) -> Result<Self, GpuError> {
        let bands = Bands::new(shape, memory.gpu().largest_buffer());
        let picture = Self::new(memory, label, bands, 1)?;
        picture.write(memory.gpu(), pixels);
        Ok(picture)
    }

    /// A buffer at whose start all of a picture lies.
    pub fn single(shape: Shape, buffer: wgpu::Buffer) -> Self {
        Self {
            bands: Bands::whole(shape),
            buffers: vec![buffer],
        }
    }

    /// How it is cut.
    pub fn bands(&self) -> Bands {
        self.bands
    }

    /// The picture's shape.
    pub fn shape(&self) -> Shape {
        self.bands.picture()
    }

    /// Each band with its buffer, from the top.
    pub fn iter(&self) -> impl Iterator<Item = (Band, &wgpu::Buffer)> {
        self.bands.iter().zip(&self.buffers)
    }

    /// The buffer, where there is a single one.
    pub fn whole(&self) -> Option<&wgpu::Buffer> {
        match self.buffers.as_slice() {
            [buffer] => Some(buffer),
            _ => None,
        }
    }

    /// Writes all of it, before all that is submitted later.
    pub fn write<T: Pod>(&self, gpu: &Gpu, contents: &[T]) {
        let each = contents.len() / self.shape().positions() as usize;
        let mut rest = contents;
        for (band, buffer) in self.iter() {
            let (own, others) = rest.split_at(each * band.shape.positions() as usize);
            gpu.write(buffer, own);
            rest = others;
        }
    }

    /// Copies it to another that is cut alike.
    pub fn copy_to(&self, gpu: &Gpu, to: &Self) {
        for (from, to) in self.buffers.iter().zip(&to.buffers) {
            gpu.copy(from, to);
        }
    }

    /// Starts to copy it back, after all that was submitted before, without waiting for it.
    pub fn download(&self, gpu: &Gpu) -> Vec<Download> {
        let buffers = self.buffers.iter();
        buffers.map(|buffer| gpu.download(buffer)).collect()
    }

    /// Copies it back and waits for it.
    ///
    /// # Errors
    /// As [`Gpu::finish`].
    pub async fn read(&self, gpu: &Gpu) -> Result<Vec<[f32; 4]>, GpuError> {
        gpu.finish_all(self.download(gpu)).await
    }
}

impl Gpu {
    /// Waits for downloads and gives their contents in a row.
    ///
    /// # Errors
    /// As [`Gpu::finish`].
    pub async fn finish_all<T: Pod>(&self, downloads: Vec<Download>) -> Result<Vec<T>, GpuError> {
        let mut contents = Vec::new();
        for download in downloads {
            let own = self.finish(download).await?.0;
            if contents.is_empty() {
                contents = own;
            } else {
                contents.extend(own);
            }
        }
        Ok(contents)
    }
}
