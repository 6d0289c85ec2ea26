//! Copies between a large map and a window of it: `shaders/window.wgsl`.

use bytemuck::{Pod, Zeroable};

use super::format::{Format, stores};
use super::sources::REGION;
use crate::gpu::{Dispatch, Gpu, Kernel};
use crate::maps::{Precision, Region, Shape, Window};

const SOURCE: &str = include_str!("../../shaders/window.wgsl");

#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
struct Uniform {
    core: Region,
    width: u32,
    height: u32,
    map_width: u32,
    map_height: u32,
    x: u32,
    y: u32,
    padding: [u32; 2],
}

/// The compiled kernels.
#[derive(Debug)]
pub struct WindowCopy {
    take: Kernel,
    keep: Kernel,
    give: Kernel,
    clear: Kernel,
}

impl WindowCopy {
    /// Prepares the kernels.
    pub fn new(gpu: &Gpu, precision: Precision) -> Self {
        let compile = |entry, format| {
            let maps = stores(&[("Map", format)]);
            gpu.kernel(&[&maps, REGION, SOURCE], entry, &[])
        };
        Self {
            take: compile("take", Format::Single),
            keep: compile("keep", Format::features(precision)),
            give: compile("give", Format::Single),
            clear: compile("clear", Format::Single),
        }
    }

    /// Copies the window of a picture out of `map`, whose shape is `shape`, to `window`.
    pub fn take(
        &self,
        gpu: &Gpu,
        shape: Shape,
        place: Window,
        map: &wgpu::Buffer,
        window: &wgpu::Buffer,
    ) -> Dispatch {
        copy(gpu, &self.take, shape, place, map, window)
    }

    /// Copies the core of a window of features into `map`.
    pub fn keep(
        &self,
        gpu: &Gpu,
        shape: Shape,
        place: Window,
        map: &wgpu::Buffer,
        window: &wgpu::Buffer,
    ) -> Dispatch {
        copy(gpu, &self.keep, shape, place, map, window)
    }

    /// Adds the window of a picture's gradient to `map`.
    pub fn give(
        &self,
        gpu: &Gpu,
        shape: Shape,
        place: Window,
        map: &wgpu::Buffer,
        window: &wgpu::Buffer,
    ) -> Dispatch {
        copy(gpu, &self.give, shape, place, map, window)
    }

    /// Fills `map`, of a picture's gradient, with zeros.
    pub fn clear(&self, gpu: &Gpu, shape: Shape, map: &wgpu::Buffer) -> Dispatch {
        let uniform = gpu.uniform(&Uniform {
            core: shape.region(),
            width: shape.width,
            height: shape.height,
            map_width: shape.width,
            map_height: shape.height,
            x: 0,
            y: 0,
            padding: [0; 2],
        });
        gpu.bind(
            &self.clear,
            &[(0, &uniform), (2, map)],
            [shape.width.div_ceil(64), shape.height, shape.quads()],
        )
    }
}

fn copy(
    gpu: &Gpu,
    kernel: &Kernel,
    shape: Shape,
    place: Window,
    map: &wgpu::Buffer,
    window: &wgpu::Buffer,
) -> Dispatch {
    let uniform = gpu.uniform(&Uniform {
        core: place.core,
        width: place.width,
        height: place.height,
        map_width: shape.width,
        map_height: shape.height,
        x: place.x,
        y: place.y,
        padding: [0; 2],
    });
    gpu.bind(
        kernel,
        &[(0, &uniform), (1, window), (2, map)],
        [place.width.div_ceil(64), place.height, shape.quads()],
    )
}
