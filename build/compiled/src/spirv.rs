//! From WGSL to SPIR-V, as wgpu's Vulkan backend makes it: that of native programs and of Firefox.

use naga::back::pipeline_constants::process_overrides;
use naga::back::spv;
use naga::proc::{BoundsCheckPolicies, BoundsCheckPolicy};
use naga::valid::{Capabilities, ValidationFlags, Validator};
use naga::{AddressSpace, ShaderStage};

use crate::kernels::Assembled;

/// A kernel's shader was refused.
#[derive(Debug, thiserror::Error)]
#[error("{kernel} cannot be translated: {reason}")]
pub struct SpirvError {
    kernel: String,
    reason: String,
}

/// A kernel in SPIR-V.
#[derive(Debug)]
pub struct Module {
    /// The module.
    pub words: Vec<u32>,
    /// Invocations of a workgroup along x, y and z.
    pub workgroup: [u32; 3],
    /// Each buffer's binding, and whether it is a uniform.
    pub bindings: Vec<(u32, bool)>,
}

/// Translates a kernel.
///
/// # Errors
/// [`SpirvError`] where naga refuses it.
pub fn translate(kernel: &Assembled) -> Result<Module, SpirvError> {
    let refused = |reason: String| SpirvError {
        kernel: kernel.name.clone(),
        reason,
    };
    let module = naga::front::wgsl::parse_str(&kernel.source)
        .map_err(|error| refused(error.emit_to_string(&kernel.source)))?;
    let info = Validator::new(ValidationFlags::all(), Capabilities::all())
        .validate(&module)
        .map_err(|error| refused(error.emit_to_string(&kernel.source)))?;
    let constants = kernel.constants.iter();
    let constants = constants
        .map(|&(name, value)| (name.to_owned(), value))
        .collect();
    let stage = (ShaderStage::Compute, kernel.entry);
    let (module, info) = process_overrides(&module, &info, Some(stage), &constants)
        .map_err(|error| refused(error.to_string()))?;
    let point = module
        .entry_points
        .iter()
        .find(|point| point.name == kernel.entry)
        .ok_or_else(|| refused("it has no such entry point".into()))?;
    let buffers = module.global_variables.iter().filter_map(|(_, variable)| {
        let binding = variable.binding?.binding;
        Some((binding, variable.space == AddressSpace::Uniform))
    });
    let pipeline = spv::PipelineOptions {
        shader_stage: ShaderStage::Compute,
        entry_point: kernel.entry.to_owned(),
    };
    let words = spv::write_vec(&module, &info, &options(), Some(&pipeline))
        .map_err(|error| refused(error.to_string()))?;
    Ok(Module {
        words,
        workgroup: point.workgroup_size,
        bindings: buffers.collect(),
    })
}

/// Those of wgpu 30's Vulkan backend on a driver of Vulkan 1.3 with robust access to buffers, which RADV has; kernels ask
/// for workgroup memory that is not cleared.
fn options() -> spv::Options<'static> {
    spv::Options {
        lang_version: (1, 6),
        flags: spv::WriterFlags::LABEL_VARYINGS,
        bounds_check_policies: BoundsCheckPolicies {
            index: BoundsCheckPolicy::Restrict,
            buffer: BoundsCheckPolicy::Unchecked,
            image_load: BoundsCheckPolicy::Unchecked,
            binding_array: BoundsCheckPolicy::Unchecked,
        },
        zero_initialize_workgroup_memory: spv::ZeroInitializeWorkgroupMemoryMode::None,
        force_loop_bounding: true,
        emit_int_div_checks: true,
        ..spv::Options::default()
    }
}
