//! Kernels: compiled when they are first bound, bound to their buffers, run in order.

use std::cell::OnceCell;
use std::rc::Rc;

use super::device::Gpu;
use super::error::GpuError;

/// Dispatches of a submission as long as nobody knows how fast the GPU is.
pub const CAUTIOUS_COMMANDS: usize = 8;

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
    kernel: Kernel,
    pipeline: wgpu::ComputePipeline,
    bindings: wgpu::BindGroup,
    uniforms: Vec<(u32, wgpu::Buffer)>,
    workgroups: [u32; 3],
}

impl Kernel {
    /// The shader's whole text in WGSL, which ends with that of its file in `shaders/`.
    pub fn source(&self) -> &str {
        &self.0.source
    }

    /// The name of its entry point.
    pub fn entry(&self) -> &'static str {
        self.0.entry
    }

    /// Its `override` constants.
    pub fn constants(&self) -> &[(&'static str, f64)] {
        &self.0.constants
    }
}

impl Dispatch {
    /// What is run.
    pub fn kernel(&self) -> &Kernel {
        &self.kernel
    }

    /// Of how many workgroups, along x, y and z.
    pub fn workgroups(&self) -> [u32; 3] {
        self.workgroups
    }

    /// Its uniforms, each with the number of its binding: they say the shapes of the maps.
    pub fn uniforms(&self) -> &[(u32, wgpu::Buffer)] {
        &self.uniforms
    }
}

impl Gpu {
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
        let uniforms = parts
            .iter()
            .filter(|(_, part)| part.buffer.usage().contains(wgpu::BufferUsages::UNIFORM))
            .map(|(binding, part)| (*binding, part.buffer.clone()));
        Dispatch {
            kernel: kernel.clone(),
            pipeline: pipeline.clone(),
            bindings,
            uniforms: uniforms.collect(),
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
}

/// What is set already is not set again: that costs the processor time, and a browser much.
pub(crate) fn encode<'a>(
    pass: &mut wgpu::ComputePass<'_>,
    dispatches: impl IntoIterator<Item = &'a Dispatch>,
) {
    let mut set: Option<&Dispatch> = None;
    for dispatch in dispatches {
        let same_pipeline = set.is_some_and(|set| set.pipeline == dispatch.pipeline);
        if !same_pipeline {
            pass.set_pipeline(&dispatch.pipeline);
        }
        if !same_pipeline || set.is_none_or(|set| set.bindings != dispatch.bindings) {
            pass.set_bind_group(0, &dispatch.bindings, &[]);
        }
        let [x, y, z] = dispatch.workgroups;
        pass.dispatch_workgroups(x, y, z);
        set = Some(dispatch);
    }
}
