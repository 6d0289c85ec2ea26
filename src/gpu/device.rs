//! An open GPU: its adapter, device and queue, and the first error that they reported.

use std::sync::{Arc, Mutex};

use super::error::GpuError;

/// An open GPU: adapter, device and queue, with the first error that they reported.
#[derive(Debug)]
pub struct Gpu {
    instance: wgpu::Instance,
    adapter: wgpu::Adapter,
    pub(super) device: wgpu::Device,
    pub(super) queue: wgpu::Queue,
    fault: Arc<Mutex<Option<GpuError>>>,
}

impl Gpu {
    /// Opens the fastest adapter with all the limits that it offers.
    ///
    /// # Errors
    /// [`GpuError::NoAdapter`] and [`GpuError::NoDevice`].
    pub async fn open() -> Result<Self, GpuError> {
        Self::open_limited(u64::MAX).await
    }

    /// As [`Gpu::open`], as if it allowed at most so many bytes in a storage buffer.
    ///
    /// # Errors
    /// As [`Gpu::open`].
    pub async fn open_limited(buffer: u64) -> Result<Self, GpuError> {
        let instance = new_instance();
        let adapter = instance
            .request_adapter(&wgpu::RequestAdapterOptions {
                power_preference: wgpu::PowerPreference::HighPerformance,
                ..Default::default()
            })
            .await
            .map_err(|error| GpuError::NoAdapter(error.to_string()))?;
        Self::of(instance, adapter, buffer).await
    }

    /// Opens an adapter, as if it allowed at most so many bytes in a storage buffer.
    ///
    /// # Errors
    /// [`GpuError::NoDevice`].
    pub async fn of(
        instance: wgpu::Instance,
        adapter: wgpu::Adapter,
        buffer: u64,
    ) -> Result<Self, GpuError> {
        let offered = adapter.limits();
        let limits = wgpu::Limits {
            max_storage_buffer_binding_size: offered.max_storage_buffer_binding_size.min(buffer),
            ..offered
        };
        let (device, queue) = adapter
            .request_device(&wgpu::DeviceDescriptor {
                label: Some("impasto"),
                required_limits: limits,
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
        adapter_name(&self.adapter.get_info())
    }

    /// Whether it is a processor in place of a graphics card.
    pub fn is_software(&self) -> bool {
        self.adapter.get_info().device_type == wgpu::DeviceType::Cpu
    }

    /// Remembers that it is lost: what was asked of it may fail before it says so itself.
    pub(super) fn lost(&self, why: String) -> GpuError {
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

pub(super) fn new_instance() -> wgpu::Instance {
    let mut descriptor = wgpu::InstanceDescriptor::new_without_display_handle();
    descriptor.flags = descriptor.flags.with_env();
    wgpu::Instance::new(descriptor)
}

pub(super) fn adapter_name(info: &wgpu::AdapterInfo) -> String {
    let name = [&info.name, &info.driver_info, &info.driver]
        .into_iter()
        .find(|text| !text.is_empty())
        .map_or("unnamed GPU", String::as_str);
    format!("{name} ({})", info.backend)
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
