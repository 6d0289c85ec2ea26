//! Copies between a large map and a window of it: `shaders/window.wgsl`.

use bytemuck::{Pod, Zeroable};

use super::format::{Format, stores};
use super::sources::REGION;
use super::target_part::TargetPart;
use crate::gpu::{Banded, Dispatch, Gpu, Kernel};
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
    first_quad: u32,
    padding: u32,
}

/// The compiled kernels.
#[derive(Debug)]
pub struct WindowCopy {
    take: Kernel,
    keep: Kernel,
    keep_halves: Kernel,
    give: Kernel,
    clear: Kernel,
}

impl WindowCopy {
    /// Prepares the kernels.
    pub fn new(gpu: &Gpu, precision: Precision) -> Self {
        let compile = |entry, map, kept| {
            let maps = stores(&[("Map", map), ("Kept", kept)]);
            gpu.kernel(&[&maps, REGION, SOURCE], entry, &[])
        };
        let picture = |entry| compile(entry, Format::Single, Format::Single);
        let features = Format::features(precision);
        Self {
            take: picture("take"),
            keep: compile("keep", features, features),
            keep_halves: compile("keep", features, Format::Half),
            give: picture("give"),
            clear: picture("clear"),
        }
    }

    /// Copies the window of a picture out of `picture` to `window`.
    pub fn take(
        &self,
        gpu: &Gpu,
        place: Window,
        picture: &Banded,
        window: &wgpu::Buffer,
    ) -> Vec<Dispatch> {
        by_bands(gpu, &self.take, place, picture, window)
    }

    /// Copies the core of a window of features into a part of a target, whose maps are of that shape.
    pub fn keep(
        &self,
        gpu: &Gpu,
        shape: Shape,
        place: Window,
        target: &TargetPart,
        window: &wgpu::Buffer,
    ) -> Dispatch {
        let kernel = match target.halves {
            true => &self.keep_halves,
            false => &self.keep,
        };
        let uniform = Uniform {
            first_quad: target.first_quad,
            ..uniform(shape, place)
        };
        let workgroups = [place.width.div_ceil(64), place.height, target.quads];
        let uniform = gpu.uniform(&uniform);
        let buffers = [(0, &uniform), (1, window), (2, &target.features)];
        gpu.bind(kernel, &buffers, workgroups)
    }

    /// Adds the window of a picture's gradient to `gradient`.
    pub fn give(
        &self,
        gpu: &Gpu,
        place: Window,
        gradient: &Banded,
        window: &wgpu::Buffer,
    ) -> Vec<Dispatch> {
        by_bands(gpu, &self.give, place, gradient, window)
    }

    /// Fills a picture's gradient with zeros.
    pub fn clear(&self, gpu: &Gpu, gradient: &Banded) -> Vec<Dispatch> {
        let bands = gradient.iter().map(|(band, map)| {
            let whole = Window {
                x: 0,
                y: 0,
                width: band.shape.width,
                height: band.shape.height,
                core: band.shape.region(),
            };
            let uniform = gpu.uniform(&uniform(band.shape, whole));
            let workgroups = [whole.width.div_ceil(64), whole.height, 1];
            gpu.bind(&self.clear, &[(0, &uniform), (2, map)], workgroups)
        });
        bands.collect()
    }
}

/// In each band that has rows of the window.
fn by_bands(
    gpu: &Gpu,
    kernel: &Kernel,
    place: Window,
    picture: &Banded,
    window: &wgpu::Buffer,
) -> Vec<Dispatch> {
    let bands = picture.iter().filter(|(band, _)| {
        band.first < place.y + place.height && place.y < band.first + band.shape.height
    });
    let copies = bands.map(|(band, map)| {
        let uniform = gpu.uniform(&Uniform {
            y: place.y.wrapping_sub(band.first),
            ..uniform(band.shape, place)
        });
        let workgroups = [place.width.div_ceil(64), place.height, 1];
        gpu.bind(kernel, &[(0, &uniform), (1, window), (2, map)], workgroups)
    });
    copies.collect()
}

fn uniform(map: Shape, place: Window) -> Uniform {
    Uniform {
        core: place.core,
        width: place.width,
        height: place.height,
        map_width: map.width,
        map_height: map.height,
        x: place.x,
        y: place.y,
        first_quad: 0,
        padding: 0,
    }
}
