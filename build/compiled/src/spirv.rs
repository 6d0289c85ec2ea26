//! The kernels in SPIR-V: as wgpu's Vulkan backend makes it, for native programs and Firefox, and as Chrome does.

use naga::ShaderStage;
use naga::back::pipeline_constants::process_overrides;
use naga::back::spv;
use naga::proc::{BoundsCheckPolicies, BoundsCheckPolicy};
use naga::valid::{Capabilities, ModuleInfo, ValidationFlags, Validator};

use crate::kernels::Assembled;

/// A kernel's shader was refused.
#[derive(Debug, thiserror::Error)]
#[error("{kernel} cannot be translated: {reason}")]
pub struct SpirvError {
    kernel: String,
    reason: String,
}

/// A kernel in SPIR-V.
#[derive(Debug, PartialEq)]
pub struct Module {
    /// The module.
    pub words: Vec<u32>,
    /// The entry point's name in it.
    pub entry: String,
    /// Each buffer's binding, and whether it is a uniform.
    pub bindings: Vec<(u32, bool)>,
}

impl Module {
    /// Of the words of a module with one entry point; none if they are no such thing.
    pub fn new(words: Vec<u32>) -> Option<Self> {
        const MAGIC: u32 = 0x0723_0203;
        const HEADER: usize = 5;
        const ENTRY_POINT: u32 = 15;
        const VARIABLE: u32 = 59;
        const DECORATE: u32 = 71;
        const BINDING: u32 = 33;
        const UNIFORM: u32 = 2;
        if words.first() != Some(&MAGIC) {
            return None;
        }
        let mut entry = None;
        let (mut bindings, mut uniforms) = (Vec::new(), Vec::new());
        let mut rest = words.get(HEADER..)?;
        while let Some(&first) = rest.first() {
            let length = (first >> 16) as usize;
            let (instruction, after) = rest.split_at_checked(length.max(1))?;
            rest = after;
            match (first & 0xffff, instruction) {
                (ENTRY_POINT, [_, _, _, name @ ..]) => {
                    let bytes = name.iter().flat_map(|word| word.to_le_bytes());
                    let bytes: Vec<_> = bytes.take_while(|&byte| byte != 0).collect();
                    entry = Some(String::from_utf8(bytes).ok()?);
                }
                (DECORATE, [_, variable, BINDING, binding]) => bindings.push((*variable, *binding)),
                (VARIABLE, [_, _, variable, UNIFORM, ..]) => uniforms.push(*variable),
                _ => {}
            }
        }
        let bindings = bindings.into_iter();
        let bindings = bindings.map(|(variable, binding)| (binding, uniforms.contains(&variable)));
        Some(Self {
            entry: entry?,
            bindings: bindings.collect(),
            words,
        })
    }
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
    let (module, info) = parsed(kernel)?;
    let pipeline = spv::PipelineOptions {
        shader_stage: ShaderStage::Compute,
        entry_point: kernel.entry.to_owned(),
    };
    let words = spv::write_vec(&module, &info, &options(), Some(&pipeline))
        .map_err(|error| refused(error.to_string()))?;
    Module::new(words).ok_or_else(|| refused("naga made no module of it".into()))
}

/// What naga reads in a kernel's text, with its constants put in, and the types of all expressions.
///
/// # Errors
/// [`SpirvError`] where naga refuses it.
pub fn parsed(kernel: &Assembled) -> Result<(naga::Module, ModuleInfo), SpirvError> {
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
    Ok((module.into_owned(), info.into_owned()))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_says_its_entry_point_and_its_buffers() {
        let kernel = Assembled {
            name: "a".into(),
            constants: vec![("FACTOR", 3.0)],
            entry: "scale_all",
            source: "
                override FACTOR: f32 = 1.0;
                @group(0) @binding(2) var<uniform> offset: vec4f;
                @group(0) @binding(5) var<storage, read_write> values: array<f32>;
                @compute @workgroup_size(64)
                fn scale_all(@builtin(global_invocation_id) id: vec3u) {
                  values[id.x] = FACTOR * values[id.x] + offset.x;
                }"
            .into(),
        };
        let mut module = translate(&kernel).unwrap_or_else(|error| panic!("{error}"));
        module.bindings.sort_unstable();
        assert_eq!(module.entry, "scale_all");
        assert_eq!(module.bindings, [(2, true), (5, false)]);
        assert_eq!(Module::new(module.words[1..].to_vec()), None);
        let cut = module.words[..module.words.len() - 3].to_vec();
        assert_eq!(Module::new(cut), None);
    }
}
