//! The nearest of a style's samples for each of the picture's: `shaders/nearest.wgsl`.

use bytemuck::{Pod, Zeroable};

use super::format::{Format, stores};
use super::samples::{GridWindow, Rows, Samples};
use super::sources::{OUTER_ADD, REGION};
use crate::gpu::{Dispatch, Gpu, Kernel};
use crate::maps::{Precision, Region};

const SOURCE: &str = include_str!("../../shaders/nearest.wgsl");

const TILE: u32 = 64;

/// Workgroups that fill a large GPU.
const WANTED_WORKGROUPS: u32 = 512;

/// Numbers of a candidate: its value and which it is.
const CANDIDATE: u32 = 2;

#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
struct Uniform {
    core: Region,
    first_quad: u32,
    quads: u32,
    pitch: u32,
    count: u32,
    style_pitch: u32,
    first: u32,
    end: u32,
    slice_tiles: u32,
    slices: u32,
    first_mean: u32,
    first_length: u32,
    style_number: u32,
    x: u32,
    y: u32,
    grid_width: u32,
    grid_height: u32,
}

/// One style's samples.
#[derive(Debug, Clone, Copy)]
pub struct StyleSpan<'a> {
    /// Of all styles, centred.
    pub samples: &'a Samples,
    /// The style's first.
    pub first: u32,
    /// The first of the next style.
    pub end: u32,
    /// Which style it is.
    pub number: u32,
    /// One over the lengths, and where those of the first sample of all styles lies.
    pub inverse_lengths: (u32, &'a wgpu::Buffer),
}

/// The picture's samples.
#[derive(Debug, Clone, Copy)]
pub struct PictureSpan<'a> {
    /// All of them.
    pub samples: &'a Samples,
    /// Which quads are compared, of both.
    pub rows: Rows,
    /// How many of them.
    pub count: u32,
    /// Their mean, and at which vec4 it begins.
    pub mean: (u32, &'a wgpu::Buffer),
}

/// Where the answer goes for a window of the picture's grid.
#[derive(Debug, Clone, Copy)]
pub struct WindowAnswer<'a> {
    /// The window.
    pub window: GridWindow,
    /// One over the lengths of the picture's samples.
    pub inverse_lengths: &'a wgpu::Buffer,
    /// `[styles][grid height][grid width]` u32.
    pub nearest: &'a wgpu::Buffer,
    /// As many f32: the cosines.
    pub scores: &'a wgpu::Buffer,
}

/// Where the answer goes for listed samples.
#[derive(Debug, Clone, Copy)]
pub struct ListedAnswer<'a> {
    /// The style of each sample.
    pub owners: &'a wgpu::Buffer,
    /// `[count]` u32; only of samples of the style.
    pub nearest: &'a wgpu::Buffer,
}

/// How the style's samples are cut into slices.
#[derive(Debug, Clone, Copy)]
struct Slicing {
    slices: u32,
    tiles: u32,
}

impl Slicing {
    fn new(count: u32, style: u32) -> Self {
        let wanted = WANTED_WORKGROUPS.div_ceil(count.div_ceil(TILE).max(1));
        let tiles = style.div_ceil(TILE).max(1);
        let slice = tiles.div_ceil(wanted.min(tiles));
        Self {
            slices: tiles.div_ceil(slice),
            tiles: slice,
        }
    }
}

/// Numbers that looking for the nearest of at most so many samples needs, for any number of the style's.
pub fn candidates(count: u32) -> u32 {
    let blocks = count.div_ceil(TILE).max(1);
    CANDIDATE * count * WANTED_WORKGROUPS.div_ceil(blocks)
}

/// The compiled kernels.
#[derive(Debug)]
pub struct Nearest {
    find: Kernel,
    choose: Kernel,
    choose_listed: Kernel,
}

impl Nearest {
    /// Prepares the kernels.
    pub fn new(gpu: &Gpu, precision: Precision) -> Self {
        let maps = stores(&[("Feature", Format::features(precision))]);
        let compile = |entry| gpu.kernel(&[&maps, OUTER_ADD, REGION, SOURCE], entry, &[]);
        Self {
            find: compile("find"),
            choose: compile("choose"),
            choose_listed: compile("choose_listed"),
        }
    }

    /// For each sample of a window's core the nearest of the style's, by way of a buffer of [`candidates`].
    pub fn in_window(
        &self,
        gpu: &Gpu,
        picture: PictureSpan<'_>,
        style: StyleSpan<'_>,
        best: &wgpu::Buffer,
        answer: WindowAnswer<'_>,
    ) -> [Dispatch; 2] {
        let GridWindow { grid, x, y, core } = answer.window;
        let uniform = gpu.uniform(&Uniform {
            core,
            x,
            y,
            grid_width: grid.width,
            grid_height: grid.height,
            ..uniform(picture, style)
        });
        let choose = gpu.bind(
            &self.choose,
            &[
                (0, &uniform),
                (4, answer.inverse_lengths),
                (5, best),
                (6, answer.nearest),
                (7, answer.scores),
            ],
            [picture.count.div_ceil(64), 1, 1],
        );
        [self.find(gpu, picture, style, best), choose]
    }

    /// For each sample that belongs to the style the nearest of the style's, by way of a buffer of [`candidates`].
    pub fn of_listed(
        &self,
        gpu: &Gpu,
        picture: PictureSpan<'_>,
        style: StyleSpan<'_>,
        best: &wgpu::Buffer,
        answer: ListedAnswer<'_>,
    ) -> [Dispatch; 2] {
        let uniform = gpu.uniform(&uniform(picture, style));
        let choose = gpu.bind(
            &self.choose_listed,
            &[
                (0, &uniform),
                (5, best),
                (6, answer.nearest),
                (8, answer.owners),
            ],
            [picture.count.div_ceil(64), 1, 1],
        );
        [self.find(gpu, picture, style, best), choose]
    }

    fn find(
        &self,
        gpu: &Gpu,
        picture: PictureSpan<'_>,
        style: StyleSpan<'_>,
        best: &wgpu::Buffer,
    ) -> Dispatch {
        let uniform = gpu.uniform(&uniform(picture, style));
        let slicing = Slicing::new(picture.count, style.end - style.first);
        gpu.bind(
            &self.find,
            &[
                (0, &uniform),
                (1, &picture.samples.buffer),
                (2, &style.samples.buffer),
                (3, picture.mean.1),
                (4, style.inverse_lengths.1),
                (5, best),
            ],
            [picture.count.div_ceil(TILE), slicing.slices, 1],
        )
    }
}

fn uniform(picture: PictureSpan<'_>, style: StyleSpan<'_>) -> Uniform {
    let slicing = Slicing::new(picture.count, style.end - style.first);
    Uniform {
        first_quad: picture.rows.first,
        quads: picture.rows.count,
        pitch: picture.samples.pitch,
        count: picture.count,
        style_pitch: style.samples.pitch,
        first: style.first,
        end: style.end,
        slice_tiles: slicing.tiles,
        slices: slicing.slices,
        first_mean: picture.mean.0,
        first_length: style.inverse_lengths.0,
        style_number: style.number,
        ..Uniform::zeroed()
    }
}
