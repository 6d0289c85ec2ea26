//! What a browser tells of the GPU.

use js_sys::Reflect;

use crate::gpu::Gpu;

/// Browsers tell a vendor and an architecture, which wgpu does not pass on; few tell a description.
pub(crate) fn browser_adapter_name(gpu: &Gpu) -> Option<String> {
    let device = gpu.device().as_webgpu()?;
    let info = Reflect::get(device.as_ref(), &"adapterInfo".into()).ok()?;
    let text = |key: &str| {
        let value = Reflect::get(&info, &key.into()).ok()?.as_string()?;
        (!value.is_empty()).then_some(value)
    };
    text("description").or_else(|| {
        let parts: Vec<_> = ["vendor", "architecture", "device"]
            .into_iter()
            .filter_map(text)
            .collect();
        (!parts.is_empty()).then(|| parts.join(" "))
    })
}
