//! Mesa's RADV, which compiles for AMD's GPUs that are not there when it is told which.
//!
//! wgpu cannot open such a device, so this speaks Vulkan itself: a device, a pipeline for each kernel, and what the
//! extension for pipelines' executables tells of it. Nothing is ever run.

#![allow(unsafe_code, reason = "Vulkan is a C interface")]

use std::collections::BTreeMap;
use std::env;
use std::ffi::{CStr, CString};

use ash::vk;

use crate::spirv::Module;

/// Why RADV does not compile.
#[derive(Debug, thiserror::Error)]
pub enum RadvError {
    /// There is no Vulkan or no RADV.
    #[error(
        "Mesa's RADV is not at hand ({0}): install mesa-vulkan-drivers and libvulkan1, and name RADV's manifest in VK_DRIVER_FILES"
    )]
    NotAtHand(String),
    /// It is another driver, or does not know the family.
    #[error("this is {found} and not a {family} by RADV: name RADV's manifest in VK_DRIVER_FILES")]
    AnotherDevice {
        /// The device's name.
        found: String,
        /// What was wanted.
        family: String,
    },
    /// It refused something.
    #[error("RADV refused: {0}")]
    Refused(#[from] vk::Result),
    /// Without it there is nothing to be read.
    #[error("RADV gives no machine code: it is too old")]
    NoMachineCode,
}

/// RADV for one family of GPUs.
pub struct Radv {
    // Its functions must stay loaded.
    _entry: ash::Entry,
    instance: ash::Instance,
    device: ash::Device,
    executables: ash::khr::pipeline_executable_properties::Device,
    /// The device's name and the driver's version.
    pub name: String,
}

/// What a kernel became.
#[derive(Debug)]
pub struct Executable {
    /// RADV's own figures, by their names.
    pub statistics: BTreeMap<String, u64>,
    /// The listing.
    pub machine_code: String,
}

impl Radv {
    /// Opens RADV for a family such as `navi31`.
    ///
    /// # Errors
    /// [`RadvError`].
    pub fn open(family: &str) -> Result<Self, RadvError> {
        // SAFETY: the program has one thread.
        unsafe { env::set_var("RADV_FORCE_FAMILY", family) };
        let absent = |error: vk::Result| RadvError::NotAtHand(error.to_string());
        // SAFETY: the loader is a Vulkan loader.
        let entry = unsafe { ash::Entry::load() }
            .map_err(|error| RadvError::NotAtHand(error.to_string()))?;
        let application = vk::ApplicationInfo::default().api_version(vk::API_VERSION_1_3);
        let create = vk::InstanceCreateInfo::default().application_info(&application);
        // SAFETY: what is given lives until the call returns.
        let instance = unsafe { entry.create_instance(&create, None) }.map_err(absent)?;
        match open_device(&instance, family) {
            Ok((device, name)) => Ok(Self {
                executables: ash::khr::pipeline_executable_properties::Device::new(
                    &instance, &device,
                ),
                _entry: entry,
                instance,
                device,
                name,
            }),
            Err(error) => {
                // SAFETY: nothing was made of it.
                unsafe { instance.destroy_instance(None) };
                Err(error)
            }
        }
    }

    /// Compiles a kernel.
    ///
    /// # Errors
    /// [`RadvError::Refused`] and [`RadvError::NoMachineCode`].
    pub fn compile(&self, module: &Module) -> Result<Executable, RadvError> {
        let entry = CString::new(module.entry.as_str()).map_err(|_| vk::Result::ERROR_UNKNOWN)?;
        let bindings: Vec<_> = module
            .bindings
            .iter()
            .map(|&(binding, uniform)| {
                vk::DescriptorSetLayoutBinding::default()
                    .binding(binding)
                    .descriptor_count(1)
                    .stage_flags(vk::ShaderStageFlags::COMPUTE)
                    .descriptor_type(if uniform {
                        vk::DescriptorType::UNIFORM_BUFFER
                    } else {
                        vk::DescriptorType::STORAGE_BUFFER
                    })
            })
            .collect();
        let device = &self.device;
        // SAFETY: every object is of this device, is given what lives until the call returns, and is destroyed once.
        // What fails halfway is left to the end of the program.
        unsafe {
            let shader = device.create_shader_module(
                &vk::ShaderModuleCreateInfo::default().code(&module.words),
                None,
            )?;
            let set = device.create_descriptor_set_layout(
                &vk::DescriptorSetLayoutCreateInfo::default().bindings(&bindings),
                None,
            )?;
            let layout = device.create_pipeline_layout(
                &vk::PipelineLayoutCreateInfo::default().set_layouts(&[set]),
                None,
            )?;
            let stage = vk::PipelineShaderStageCreateInfo::default()
                .stage(vk::ShaderStageFlags::COMPUTE)
                .module(shader)
                .name(&entry);
            let create = vk::ComputePipelineCreateInfo::default()
                .stage(stage)
                .layout(layout)
                .flags(
                    vk::PipelineCreateFlags::CAPTURE_STATISTICS_KHR
                        | vk::PipelineCreateFlags::CAPTURE_INTERNAL_REPRESENTATIONS_KHR,
                );
            let pipelines =
                device.create_compute_pipelines(vk::PipelineCache::null(), &[create], None);
            let [pipeline] = pipelines.map_err(|(_, error)| error)?[..] else {
                return Err(vk::Result::ERROR_UNKNOWN.into());
            };
            let executable = self.read(pipeline);
            device.destroy_pipeline(pipeline, None);
            device.destroy_pipeline_layout(layout, None);
            device.destroy_descriptor_set_layout(set, None);
            device.destroy_shader_module(shader, None);
            executable
        }
    }

    fn read(&self, pipeline: vk::Pipeline) -> Result<Executable, RadvError> {
        let which = vk::PipelineExecutableInfoKHR::default()
            .pipeline(pipeline)
            .executable_index(0);
        let text = |name: &[std::ffi::c_char]| {
            // SAFETY: Vulkan ends its names with zero.
            unsafe { CStr::from_ptr(name.as_ptr()) }
                .to_string_lossy()
                .into_owned()
        };
        // SAFETY: the pipeline lives and was made to tell this; RADV's figures are all 64-bit integers.
        let statistics = unsafe {
            let found = self
                .executables
                .get_pipeline_executable_statistics(&which)?;
            let figures = found
                .iter()
                .filter(|figure| figure.format == vk::PipelineExecutableStatisticFormatKHR::UINT64);
            figures
                .map(|figure| (text(&figure.name), figure.value.u64))
                .collect()
        };
        // SAFETY: as above; the second call gets as many bytes as the first one asked for.
        let machine_code = unsafe {
            let mut forms = self
                .executables
                .get_pipeline_executable_internal_representations(&which)?;
            let mut texts: Vec<_> = forms
                .iter()
                .map(|form| vec![0_u8; form.data_size])
                .collect();
            for (form, text) in forms.iter_mut().zip(&mut texts) {
                form.p_data = text.as_mut_ptr().cast();
            }
            let mut count = forms.len() as u32;
            let read = self.executables.fp();
            (read.get_pipeline_executable_internal_representations_khr)(
                self.device.handle(),
                &which,
                &mut count,
                forms.as_mut_ptr(),
            )
            .result()?;
            let named = forms.iter().zip(texts);
            let assembly = named
                .map(|(form, bytes)| (text(&form.name), bytes))
                .find(|(name, _)| name.contains("Assembly"));
            let (_, bytes) = assembly.ok_or(RadvError::NoMachineCode)?;
            let end = bytes.iter().position(|&byte| byte == 0);
            String::from_utf8_lossy(&bytes[..end.unwrap_or(bytes.len())]).into_owned()
        };
        Ok(Executable {
            statistics,
            machine_code,
        })
    }
}

impl Drop for Radv {
    fn drop(&mut self) {
        // SAFETY: nothing that was made of them is left.
        unsafe {
            self.device.destroy_device(None);
            self.instance.destroy_instance(None);
        }
    }
}

/// The device with the features that wgpu would ask of it, as far as code depends on them.
fn open_device(instance: &ash::Instance, family: &str) -> Result<(ash::Device, String), RadvError> {
    // SAFETY: the instance lives; what is given lives until the calls return.
    unsafe {
        let gpus = instance.enumerate_physical_devices()?;
        let gpu = *gpus
            .first()
            .ok_or_else(|| RadvError::NotAtHand("no device answers".into()))?;
        let mut driver = vk::PhysicalDeviceDriverProperties::default();
        let mut properties = vk::PhysicalDeviceProperties2::default().push_next(&mut driver);
        instance.get_physical_device_properties2(gpu, &mut properties);
        let name = CStr::from_ptr(properties.properties.device_name.as_ptr()).to_string_lossy();
        let version = CStr::from_ptr(driver.driver_info.as_ptr()).to_string_lossy();
        let name = format!("{name}, {version}");
        if !name.to_lowercase().contains(&format!("radv {family}")) {
            return Err(RadvError::AnotherDevice {
                found: name,
                family: family.into(),
            });
        }
        let mut executables = vk::PhysicalDevicePipelineExecutablePropertiesFeaturesKHR::default()
            .pipeline_executable_info(true);
        let mut robust =
            vk::PhysicalDeviceRobustness2FeaturesEXT::default().robust_buffer_access2(true);
        // Chrome's modules ask for it.
        let mut memory_model = vk::PhysicalDeviceVulkanMemoryModelFeatures::default()
            .vulkan_memory_model(true)
            .vulkan_memory_model_device_scope(true);
        let features = vk::PhysicalDeviceFeatures::default().robust_buffer_access(true);
        let extensions = [
            ash::khr::pipeline_executable_properties::NAME.as_ptr(),
            ash::ext::robustness2::NAME.as_ptr(),
        ];
        let queue = vk::DeviceQueueCreateInfo::default().queue_priorities(&[1.0]);
        let queues = [queue];
        let create = vk::DeviceCreateInfo::default()
            .queue_create_infos(&queues)
            .enabled_extension_names(&extensions)
            .enabled_features(&features)
            .push_next(&mut executables)
            .push_next(&mut robust)
            .push_next(&mut memory_model);
        Ok((instance.create_device(gpu, &create, None)?, name))
    }
}
