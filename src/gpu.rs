//! wgpu's ceremony, in one place: opening the adapter, compiling kernels, making buffers, reading them back.
//!
//! Everything above this module says *what* runs in terms of [`Kernel`], [`Dispatch`] and buffers.

use std::cell::OnceCell;
use std::rc::Rc;
use std::sync::{Arc, Mutex};

use bytemuck::{Pod, Zeroable};
use futures_channel::oneshot;
use wgpu::util::DeviceExt;

use crate::feature_map::{Precision, Shape};
use crate::plan::Allowance;

/// What can go wrong with the GPU.
#[derive(Debug, Clone, thiserror::Error)]
pub enum GpuError {
    /// No adapter answers.
    #[error(
        "No usable GPU was found ({0}). Update the graphics driver, or try another browser or machine."
    )]
    NoAdapter(String),
    /// The adapter gives no device.
    #[error("The GPU refused to start ({0}). Close other programs that use it and try again.")]
    NoDevice(String),
    /// The device was lost: a driver reset, a sleeping machine, or an unplugged GPU.
    #[error("The GPU was lost ({0}). Start again, with a smaller picture if it happens again.")]
    Lost(String),
    /// An allocation failed.
    #[error("The GPU has not enough free memory ({0}). Choose a smaller size.")]
    OutOfMemory(String),
    /// No plan of the painting's buffers fits the memory that may be used.
    #[error(
        "This size does not fit into the {allowed} MB of graphics memory that may be used. {}",
        advice(*.largest)
    )]
    TooLarge {
        /// In units of 10^6 bytes.
        allowed: u64,
        /// Pixels of the longer side of the largest that fits, if any does.
        largest: Option<u32>,
    },
    /// A buffer is larger than the adapter allows.
    #[error(
        "This size needs a buffer of {needed} MiB and the GPU allows {allowed} MiB. Choose a smaller size."
    )]
    BufferTooLarge {
        /// In MiB, rounded up.
        needed: u64,
        /// In MiB.
        allowed: u64,
    },
    /// wgpu or the driver reported a mistake of ours.
    #[error("The GPU reported an error, which is a mistake in Impasto: {0}")]
    Validation(String),
}

fn advice(largest: Option<u32>) -> String {
    match largest {
        Some(side) => format!("The largest that fits has {side} pixels on its longer side."),
        None => "No size fits: allow more.".into(),
    }
}

/// Dispatches of a submission as long as nobody knows how fast the GPU is.
pub const CAUTIOUS_COMMANDS: usize = 8;

/// An open GPU: adapter, device and queue, with the first error that they reported.
#[derive(Debug)]
pub struct Gpu {
    instance: wgpu::Instance,
    adapter: wgpu::Adapter,
    device: wgpu::Device,
    queue: wgpu::Queue,
    fault: Arc<Mutex<Option<GpuError>>>,
}

/// One entry point of a shader. It is compiled when it is first bound, because no painting needs them all, and a browser
/// takes its time for each.
#[derive(Debug, Clone)]
pub struct Kernel(Rc<Shader>);

#[derive(Debug)]
struct Shader {
    source: String,
    entry: &'static str,
    constants: Vec<(&'static str, f64)>,
    pipeline: OnceCell<wgpu::ComputePipeline>,
}

/// A kernel with its buffers bound and the number of its workgroups: one entry of a step's list of commands.
#[derive(Debug, Clone)]
pub struct Dispatch {
    pipeline: wgpu::ComputePipeline,
    bindings: wgpu::BindGroup,
    workgroups: [u32; 3],
}

/// A copy from the GPU on its way to the processor.
#[derive(Debug)]
pub struct Download {
    staging: wgpu::Buffer,
    submission: wgpu::SubmissionIndex,
    mapped: oneshot::Receiver<Result<(), wgpu::BufferAsyncError>>,
}

impl Gpu {
    /// Opens the fastest adapter with all the limits that it offers.
    ///
    /// # Errors
    /// [`GpuError::NoAdapter`] and [`GpuError::NoDevice`].
    pub async fn open() -> Result<Self, GpuError> {
        let mut descriptor = wgpu::InstanceDescriptor::new_without_display_handle();
        descriptor.flags = descriptor.flags.with_env();
        let instance = wgpu::Instance::new(descriptor);
        let adapter = instance
            .request_adapter(&wgpu::RequestAdapterOptions {
                power_preference: wgpu::PowerPreference::HighPerformance,
                ..Default::default()
            })
            .await
            .map_err(|error| GpuError::NoAdapter(error.to_string()))?;
        let (device, queue) = adapter
            .request_device(&wgpu::DeviceDescriptor {
                label: Some("impasto"),
                required_limits: adapter.limits(),
                // For measuring alone, which does without where there is none.
                required_features: adapter.features() & wgpu::Features::TIMESTAMP_QUERY,
                ..Default::default()
            })
            .await
            .map_err(|error| GpuError::NoDevice(error.to_string()))?;
        let fault = Arc::new(Mutex::new(None));
        keep_first_fault(&device, &fault);
        Ok(Self {
            instance,
            adapter,
            device,
            queue,
            fault,
        })
    }

    /// The adapter's name and the interface through which it is driven, such as `NVIDIA H100 (Vulkan)`.
    pub fn adapter_name(&self) -> String {
        let info = self.adapter.get_info();
        let name = [&info.name, &info.driver_info, &info.driver]
            .into_iter()
            .find(|text| !text.is_empty())
            .map_or("unnamed GPU", String::as_str);
        format!("{name} ({})", info.backend)
    }

    /// One entry point of a shader, whose text is the sources in a row, with its `override` constants.
    pub fn kernel(
        &self,
        sources: &[&str],
        entry: &'static str,
        constants: &[(&'static str, f64)],
    ) -> Kernel {
        Kernel(Rc::new(Shader {
            source: sources.concat(),
            entry,
            constants: constants.to_vec(),
            pipeline: OnceCell::new(),
        }))
    }

    fn compile(&self, shader: &Shader) -> wgpu::ComputePipeline {
        let module = self
            .device
            .create_shader_module(wgpu::ShaderModuleDescriptor {
                label: Some(shader.entry),
                source: wgpu::ShaderSource::Wgsl(shader.source.as_str().into()),
            });
        self.device
            .create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
                label: Some(shader.entry),
                layout: None,
                module: &module,
                entry_point: Some(shader.entry),
                compilation_options: wgpu::PipelineCompilationOptions {
                    constants: &shader.constants,
                    // Every kernel writes its workgroup memory before it reads it.
                    zero_initialize_workgroup_memory: false,
                },
                cache: None,
            })
    }

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
                usage: wgpu::BufferUsages::UNIFORM,
            })
    }

    /// Binds whole buffers to a kernel, each with the number of its binding.
    pub fn bind(
        &self,
        kernel: &Kernel,
        buffers: &[(u32, &wgpu::Buffer)],
        workgroups: [u32; 3],
    ) -> Dispatch {
        let parts: Vec<_> = buffers
            .iter()
            .map(|&(binding, buffer)| (binding, buffer.as_entire_buffer_binding()))
            .collect();
        self.bind_parts(kernel, &parts, workgroups)
    }

    /// As [`Gpu::bind`], with parts of buffers.
    pub fn bind_parts(
        &self,
        kernel: &Kernel,
        parts: &[(u32, wgpu::BufferBinding<'_>)],
        workgroups: [u32; 3],
    ) -> Dispatch {
        let entries: Vec<_> = parts
            .iter()
            .map(|(binding, part)| wgpu::BindGroupEntry {
                binding: *binding,
                resource: wgpu::BindingResource::Buffer(part.clone()),
            })
            .collect();
        let Kernel(shader) = kernel;
        let pipeline = shader.pipeline.get_or_init(|| self.compile(shader));
        let bindings = self.device.create_bind_group(&wgpu::BindGroupDescriptor {
            label: None,
            layout: &pipeline.get_bind_group_layout(0),
            entries: &entries,
        });
        Dispatch {
            pipeline: pipeline.clone(),
            bindings,
            workgroups,
        }
    }

    /// Submits the dispatches, in order, as one compute pass.
    ///
    /// # Errors
    /// The first error that the GPU has reported since it was opened.
    pub fn run<'a>(
        &self,
        dispatches: impl IntoIterator<Item = &'a Dispatch>,
    ) -> Result<(), GpuError> {
        self.check()?;
        let mut encoder = self.device.create_command_encoder(&Default::default());
        {
            let mut pass = encoder.begin_compute_pass(&Default::default());
            encode(&mut pass, dispatches);
        }
        self.queue.submit([encoder.finish()]);
        self.check()
    }

    /// As [`Gpu::run`], by submissions of so many dispatches, so that none keeps the GPU busy for too long.
    ///
    /// # Errors
    /// As [`Gpu::run`].
    pub fn run_in_parts(&self, dispatches: &[Dispatch], commands: usize) -> Result<(), GpuError> {
        dispatches
            .chunks(commands)
            .try_for_each(|part| self.run(part))
    }

    /// Submits the dispatches so many times in a row as one compute pass, and gives the seconds that it took by the GPU's
    /// own clock; none where it has no clock.
    ///
    /// # Errors
    /// Whatever the GPU reports.
    pub async fn run_timed(
        &self,
        dispatches: &[Dispatch],
        times: usize,
    ) -> Result<Option<f64>, GpuError> {
        if !self
            .device
            .features()
            .contains(wgpu::Features::TIMESTAMP_QUERY)
        {
            return Ok(None);
        }
        let queries = self.device.create_query_set(&wgpu::QuerySetDescriptor {
            label: None,
            ty: wgpu::QueryType::Timestamp,
            count: 2,
        });
        let times_at = self.device.create_buffer(&wgpu::BufferDescriptor {
            label: Some("timestamps"),
            size: 16,
            usage: wgpu::BufferUsages::QUERY_RESOLVE | wgpu::BufferUsages::COPY_SRC,
            mapped_at_creation: false,
        });
        let mut encoder = self.device.create_command_encoder(&Default::default());
        {
            let mut pass = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor {
                label: None,
                timestamp_writes: Some(wgpu::ComputePassTimestampWrites {
                    query_set: &queries,
                    beginning_of_pass_write_index: Some(0),
                    end_of_pass_write_index: Some(1),
                }),
            });
            for _ in 0..times {
                encode(&mut pass, dispatches);
            }
        }
        encoder.resolve_query_set(&queries, 0..2, &times_at, 0);
        self.queue.submit([encoder.finish()]);
        let ticks = self.read::<u64>(&times_at).await?;
        let nanoseconds =
            ticks[1].saturating_sub(ticks[0]) as f64 * f64::from(self.queue.get_timestamp_period());
        // A browser may round the clock so coarsely that nothing is left.
        Ok((nanoseconds > 0.0).then_some(nanoseconds * 1e-9))
    }

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
            let view = download
                .staging
                .get_mapped_range(..)
                .map_err(|error| GpuError::Lost(error.to_string()))?;
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

    /// Remembers that it is lost: what was asked of it may fail before it says so itself.
    fn lost(&self, why: String) -> GpuError {
        let error = GpuError::Lost(why);
        if let Ok(mut fault) = self.fault.lock() {
            fault.get_or_insert(error.clone());
        }
        error
    }

    /// The first error that the GPU reported, if any.
    ///
    /// # Errors
    /// That error.
    pub fn check(&self) -> Result<(), GpuError> {
        match self.fault.lock() {
            Ok(fault) => fault.clone().map_or(Ok(()), Err),
            Err(_) => Err(GpuError::Lost("its error handler failed".into())),
        }
    }

    /// wgpu's instance, for making a surface.
    pub fn instance(&self) -> &wgpu::Instance {
        &self.instance
    }

    /// wgpu's adapter, for configuring a surface.
    pub fn adapter(&self) -> &wgpu::Adapter {
        &self.adapter
    }

    /// wgpu's device, for drawing to a surface.
    pub fn device(&self) -> &wgpu::Device {
        &self.device
    }

    /// wgpu's queue, for drawing to a surface.
    pub fn queue(&self) -> &wgpu::Queue {
        &self.queue
    }
}

fn encode<'a>(
    pass: &mut wgpu::ComputePass<'_>,
    dispatches: impl IntoIterator<Item = &'a Dispatch>,
) {
    for dispatch in dispatches {
        pass.set_pipeline(&dispatch.pipeline);
        pass.set_bind_group(0, &dispatch.bindings, &[]);
        let [x, y, z] = dispatch.workgroups;
        pass.dispatch_workgroups(x, y, z);
    }
}

fn keep_first_fault(device: &wgpu::Device, fault: &Arc<Mutex<Option<GpuError>>>) {
    let keep = {
        let fault = fault.clone();
        move |error: GpuError| {
            if let Ok(mut fault) = fault.lock() {
                fault.get_or_insert(error);
            }
        }
    };
    let keep_lost = keep.clone();
    device.on_uncaptured_error(Arc::new(move |error: wgpu::Error| {
        keep(match error {
            wgpu::Error::OutOfMemory { source } => GpuError::OutOfMemory(source.to_string()),
            other => GpuError::Validation(other.to_string()),
        });
    }));
    device.set_device_lost_callback(move |_, message| keep_lost(GpuError::Lost(message)));
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
