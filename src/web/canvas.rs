//! Shows the picture on a canvas without reading it back: `shaders/canvas.wgsl`.

use bytemuck::{Pod, Zeroable};

use crate::gpu::{Banded, Gpu, GpuError};
use crate::maps::Band;

const SOURCE: &str = include_str!("../../shaders/canvas.wgsl");

/// A canvas to draw on.
#[derive(Debug)]
pub struct Canvas {
    surface: wgpu::Surface<'static>,
    format: wgpu::TextureFormat,
    pipeline: wgpu::RenderPipeline,
}

#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
struct Uniform {
    width: u32,
    first: u32,
    padding: [u32; 2],
}

/// A picture bound to a canvas, by its bands.
#[derive(Debug)]
pub struct Showing(Vec<(Band, wgpu::BindGroup)>);

impl Canvas {
    /// Takes the canvas over and compiles its shader.
    ///
    /// # Errors
    /// [`GpuError::NoDevice`] where the GPU cannot draw on it.
    pub fn new(gpu: &Gpu, canvas: web_sys::OffscreenCanvas) -> Result<Self, GpuError> {
        let surface = gpu
            .instance()
            .create_surface(wgpu::SurfaceTarget::OffscreenCanvas(canvas))
            .map_err(|error| GpuError::NoDevice(error.to_string()))?;
        // The picture has sRGB values already: a format that would encode them once more is wrong.
        let format = surface
            .get_capabilities(gpu.adapter())
            .formats
            .into_iter()
            .find(|format| !format.is_srgb())
            .ok_or_else(|| GpuError::NoDevice("it cannot draw on a canvas".into()))?;
        Ok(Self {
            surface,
            format,
            pipeline: pipeline(gpu, format),
        })
    }

    /// Gives the canvas the picture's size and binds the picture, `[height][width]` vec4 as the painter has it.
    pub fn show(&self, gpu: &Gpu, picture: &Banded) -> Option<Showing> {
        let shape = picture.shape();
        let mut configuration =
            self.surface
                .get_default_config(gpu.adapter(), shape.width, shape.height)?;
        configuration.format = self.format;
        self.surface.configure(gpu.device(), &configuration);
        let bands = picture.iter();
        let bound = bands.map(|(band, buffer)| (band, self.bind(gpu, band, buffer)));
        Some(Showing(bound.collect()))
    }

    fn bind(&self, gpu: &Gpu, band: Band, buffer: &wgpu::Buffer) -> wgpu::BindGroup {
        let uniform = gpu.uniform(&Uniform {
            width: band.shape.width,
            first: band.first,
            padding: [0; 2],
        });
        gpu.device().create_bind_group(&wgpu::BindGroupDescriptor {
            label: Some("canvas"),
            layout: &self.pipeline.get_bind_group_layout(0),
            entries: &[
                wgpu::BindGroupEntry {
                    binding: 0,
                    resource: buffer.as_entire_binding(),
                },
                wgpu::BindGroupEntry {
                    binding: 1,
                    resource: uniform.as_entire_binding(),
                },
            ],
        })
    }

    /// Draws the picture as it stands after all that was submitted.
    pub fn draw(&self, gpu: &Gpu, showing: &Showing) {
        let (wgpu::CurrentSurfaceTexture::Success(texture)
        | wgpu::CurrentSurfaceTexture::Suboptimal(texture)) = self.surface.get_current_texture()
        else {
            // A hidden tab has no texture; the next batch of steps draws again.
            return;
        };
        let view = texture.texture.create_view(&Default::default());
        let mut encoder = gpu.device().create_command_encoder(&Default::default());
        {
            let mut pass = encoder.begin_render_pass(&wgpu::RenderPassDescriptor {
                color_attachments: &[Some(wgpu::RenderPassColorAttachment {
                    view: &view,
                    depth_slice: None,
                    resolve_target: None,
                    ops: wgpu::Operations::default(),
                })],
                ..Default::default()
            });
            pass.set_pipeline(&self.pipeline);
            for (band, bindings) in &showing.0 {
                pass.set_scissor_rect(0, band.first, band.shape.width, band.shape.height);
                pass.set_bind_group(0, bindings, &[]);
                pass.draw(0..3, 0..1);
            }
        }
        gpu.queue().submit([encoder.finish()]);
        gpu.queue().present(texture);
    }
}

fn pipeline(gpu: &Gpu, format: wgpu::TextureFormat) -> wgpu::RenderPipeline {
    let device = gpu.device();
    let module = device.create_shader_module(wgpu::ShaderModuleDescriptor {
        label: Some("canvas"),
        source: wgpu::ShaderSource::Wgsl(SOURCE.into()),
    });
    device.create_render_pipeline(&wgpu::RenderPipelineDescriptor {
        label: Some("canvas"),
        layout: None,
        vertex: wgpu::VertexState {
            module: &module,
            entry_point: Some("cover"),
            compilation_options: Default::default(),
            buffers: &[],
        },
        primitive: Default::default(),
        depth_stencil: None,
        multisample: Default::default(),
        fragment: Some(wgpu::FragmentState {
            module: &module,
            entry_point: Some("show"),
            compilation_options: Default::default(),
            targets: &[Some(format.into())],
        }),
        multiview_mask: None,
        cache: None,
    })
}
