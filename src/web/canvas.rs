//! Shows the picture on a canvas without reading it back: `shaders/canvas.wgsl`.

use crate::gpu::{Gpu, GpuError};
use crate::maps::Shape;

const SOURCE: &str = include_str!("../../shaders/canvas.wgsl");

/// A canvas to draw on.
#[derive(Debug)]
pub struct Canvas {
    surface: wgpu::Surface<'static>,
    format: wgpu::TextureFormat,
    pipeline: wgpu::RenderPipeline,
}

/// A picture bound to a canvas.
#[derive(Debug)]
pub struct Showing(wgpu::BindGroup);

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
    pub fn show(&self, gpu: &Gpu, shape: Shape, picture: &wgpu::Buffer) -> Option<Showing> {
        let mut configuration =
            self.surface
                .get_default_config(gpu.adapter(), shape.width, shape.height)?;
        configuration.format = self.format;
        self.surface.configure(gpu.device(), &configuration);
        let width = gpu.uniform(&[shape.width, 0, 0, 0]);
        let bindings = gpu.device().create_bind_group(&wgpu::BindGroupDescriptor {
            label: Some("canvas"),
            layout: &self.pipeline.get_bind_group_layout(0),
            entries: &[
                wgpu::BindGroupEntry {
                    binding: 0,
                    resource: picture.as_entire_binding(),
                },
                wgpu::BindGroupEntry {
                    binding: 1,
                    resource: width.as_entire_binding(),
                },
            ],
        });
        Some(Showing(bindings))
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
            pass.set_bind_group(0, &showing.0, &[]);
            pass.draw(0..3, 0..1);
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
