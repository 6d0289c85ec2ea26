//! How far the picture's colours are from those of the style, and the gradient: `shaders/palette.wgsl`.

use super::pixel_loss;
use super::sources::{REGION, WORKGROUP_SUM};
use super::sums::SumRange;
use crate::gpu::{Dispatch, Gpu, GpuError, Kernel, Memory};
use crate::maps::{Region, Shape};
use crate::pictures::{Palette, palette::CELLS};

const SOURCE: &str = include_str!("../../shaders/palette.wgsl");

/// How far from the nearest colour costs nothing: what lies between the middle of a cell and its corner, and a little.
pub const MARGIN: f32 = 0.03;

/// A palette on the GPU.
#[derive(Debug)]
pub struct PaletteBuffer(wgpu::Buffer);

impl PaletteBuffer {
    /// Its size.
    pub const BYTES: u64 = 4 * CELLS.pow(3) as u64;

    /// Brings it there.
    ///
    /// # Errors
    /// As [`Memory::upload`].
    pub fn new(memory: &mut Memory, palette: &Palette) -> Result<Self, GpuError> {
        let colours = palette.colours().iter();
        let words: Vec<_> = colours
            .map(|&[red, green, blue]| u32::from_le_bytes([red, green, blue, 0]))
            .collect();
        Ok(Self(memory.upload("palette", &words)?))
    }
}

/// The compiled kernel.
#[derive(Debug)]
pub struct PaletteLoss {
    add_gradient: Kernel,
}

impl PaletteLoss {
    /// Prepares the kernel.
    pub fn new(gpu: &Gpu) -> Self {
        let constants = [("SIDE", f64::from(CELLS)), ("MARGIN", f64::from(MARGIN))];
        Self {
            add_gradient: gpu.kernel(&[REGION, WORKGROUP_SUM, SOURCE], "add_gradient", &constants),
        }
    }

    /// Adds `weight` times the gradient of the sum of squares of how far the pixels are from the palette to `gradient`, at the
    /// pixels of the core of a window of the picture; the sum itself, not weighted, goes to `sums` in the given range.
    pub fn add_gradient(
        &self,
        gpu: &Gpu,
        (shape, core): (Shape, Region),
        picture: &wgpu::Buffer,
        palette: &PaletteBuffer,
        gradient: &wgpu::Buffer,
        weight: f32,
        sums: (&wgpu::Buffer, SumRange),
    ) -> Dispatch {
        let kernel = &self.add_gradient;
        let buffers = (picture, gradient);
        pixel_loss::add_gradient(
            gpu,
            kernel,
            (shape, core),
            buffers,
            weight,
            sums,
            &[(4, &palette.0)],
        )
    }
}
