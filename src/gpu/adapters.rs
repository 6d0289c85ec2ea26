//! The adapters that there are, to choose one by its name. A browser tells of none but the one that it gives.

use super::device::{Gpu, adapter_name, new_instance};
use super::error::GpuError;

/// The adapters that there are.
#[derive(Debug)]
pub struct Adapters {
    instance: wgpu::Instance,
    each: Vec<wgpu::Adapter>,
}

/// What is known of an adapter before it is opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdapterInfo {
    /// As [`Gpu::adapter_name`].
    pub name: String,
    /// The device alone, which may be driven through several interfaces.
    pub device: String,
    /// As [`Gpu::is_software`].
    pub is_software: bool,
}

impl Adapters {
    /// All of them.
    pub async fn all() -> Self {
        let instance = new_instance();
        let each = instance.enumerate_adapters(wgpu::Backends::all()).await;
        Self { instance, each }
    }

    /// What is known of each.
    pub fn infos(&self) -> Vec<AdapterInfo> {
        let info = |adapter: &wgpu::Adapter| {
            let info = adapter.get_info();
            AdapterInfo {
                name: adapter_name(&info),
                is_software: info.device_type == wgpu::DeviceType::Cpu,
                device: info.name,
            }
        };
        self.each.iter().map(info).collect()
    }

    /// Opens the one at that place of [`Adapters::infos`].
    ///
    /// # Errors
    /// [`GpuError::NoAdapter`] where there is none, and [`GpuError::NoDevice`].
    pub async fn open(mut self, place: usize) -> Result<Gpu, GpuError> {
        if place >= self.each.len() {
            return Err(GpuError::NoAdapter("it has gone".into()));
        }
        Gpu::of(self.instance, self.each.swap_remove(place), u64::MAX).await
    }
}
