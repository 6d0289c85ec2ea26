//! Copies to the GPU, on the GPU, and back from it.

use bytemuck::Pod;
use futures_channel::oneshot;

use super::device::Gpu;
use super::error::GpuError;

/// A copy from the GPU on its way to the processor.
#[derive(Debug)]
pub struct Download {
    staging: wgpu::Buffer,
    submission: wgpu::SubmissionIndex,
    mapped: oneshot::Receiver<Result<(), wgpu::BufferAsyncError>>,
}

impl Gpu {
    /// Writes to the start of a buffer, before all that is submitted later.
    pub fn write<T: Pod>(&self, buffer: &wgpu::Buffer, contents: &[T]) {
        self.queue
            .write_buffer(buffer, 0, bytemuck::cast_slice(contents));
    }

    /// Copies a buffer to another of the same size.
    pub fn copy(&self, from: &wgpu::Buffer, to: &wgpu::Buffer) {
        let mut encoder = self.device.create_command_encoder(&Default::default());
        encoder.copy_buffer_to_buffer(from, 0, to, 0, from.size());
        self.queue.submit([encoder.finish()]);
    }

    /// A buffer to which [`Gpu::download_to`] copies.
    pub fn staging(&self, bytes: u64) -> wgpu::Buffer {
        self.device.create_buffer(&wgpu::BufferDescriptor {
            label: Some("staging"),
            size: bytes,
            usage: wgpu::BufferUsages::MAP_READ | wgpu::BufferUsages::COPY_DST,
            mapped_at_creation: false,
        })
    }

    /// Starts to copy a whole buffer back, after all that was submitted before, without waiting for it.
    pub fn download(&self, buffer: &wgpu::Buffer) -> Download {
        self.download_to(self.staging(buffer.size()), buffer)
    }

    /// As [`Gpu::download`], through a staging buffer at hand of the same size.
    pub fn download_to(&self, staging: wgpu::Buffer, buffer: &wgpu::Buffer) -> Download {
        let mut encoder = self.device.create_command_encoder(&Default::default());
        encoder.copy_buffer_to_buffer(buffer, 0, &staging, 0, buffer.size());
        let submission = self.queue.submit([encoder.finish()]);
        let (sender, mapped) = oneshot::channel();
        staging.map_async(wgpu::MapMode::Read, .., move |result| {
            // The receiver is gone when the picture was abandoned: nobody is left to tell.
            let _ = sender.send(result);
        });
        Download {
            staging,
            submission,
            mapped,
        }
    }

    /// Waits for a download and gives its contents, with the staging buffer for the next one.
    ///
    /// # Errors
    /// The first error that the GPU has reported, such as [`GpuError::Lost`].
    pub async fn finish<T: Pod>(
        &self,
        download: Download,
    ) -> Result<(Vec<T>, wgpu::Buffer), GpuError> {
        // A browser runs the callbacks by itself; natively somebody has to wait for them.
        let waited = self.device.poll(wgpu::PollType::Wait {
            submission_index: Some(download.submission),
            timeout: None,
        });
        self.check()?;
        waited.map_err(|error| self.lost(error.to_string()))?;
        let mapped = download.mapped.await;
        self.check()?;
        match mapped {
            Ok(Ok(())) => {}
            Ok(Err(error)) => return Err(self.lost(error.to_string())),
            Err(error) => return Err(self.lost(error.to_string())),
        }
        let contents = {
            // A browser may lose the GPU in between; its own words would be a whole trace of calls.
            let view = download
                .staging
                .get_mapped_range(..)
                .map_err(|_| self.lost("a buffer is no longer mapped".into()))?;
            bytemuck::pod_collect_to_vec(&view)
        };
        download.staging.unmap();
        Ok((contents, download.staging))
    }

    /// Copies a whole buffer back and waits for it.
    ///
    /// # Errors
    /// As [`Gpu::finish`].
    pub async fn read<T: Pod>(&self, buffer: &wgpu::Buffer) -> Result<Vec<T>, GpuError> {
        Ok(self.finish(self.download(buffer)).await?.0)
    }
}
