//! One step of L-BFGS on the picture: `shaders/lbfgs.wgsl`.

use std::ops::Range;

use bytemuck::{Pod, Zeroable};

use super::sources::{FINITE, WORKGROUP_SUM};
use super::sums::{SumRange, striding_sums, striding_workgroups};
use crate::gpu::{Dispatch, Gpu, GpuError, Kernel, Memory};
use crate::maps::Shape;

const SOURCE: &str = include_str!("../../shaders/lbfgs.wgsl");

#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
struct Uniform {
    first_pixel: u32,
    pixels: u32,
    first_workgroup: u32,
    band_workgroups: u32,
    workgroups: u32,
    history: u32,
    first_sum: u32,
    rate: f32,
    number: u32,
    padding: [u32; 3],
}

/// Numbers of the state before the pairs'.
const STATE: u32 = 5;

/// Rows of partial sums, in both halves.
const PARTIALS: u32 = 6;

/// Bytes of a ring's buffer at most: those that WebGPU promises of a binding. The rings of 100 pairs of a picture of 512
/// pixels are three times as large.
pub const RING_BYTES: u64 = 128 << 20;

/// Some of the picture's pixels, whose rings fit into a buffer each, and the workgroups for them.
#[derive(Debug)]
struct Band {
    pixels: Range<u32>,
    workgroups: Range<u32>,
}

/// The bands of a picture; the more, the more pairs there are.
fn bands(shape: Shape, history: u32, ring_bytes: u64) -> impl Iterator<Item = Band> {
    let pixels = shape.positions();
    let workgroups = striding_workgroups(pixels);
    let longest = (ring_bytes / vector_bytes(history)).max(1);
    let count = u64::from(pixels).div_ceil(longest);
    let part = move |all: u32, band: u64| (u64::from(all) * band / count) as u32;
    let range = move |all, band| part(all, band)..part(all, band + 1);
    (0..count).map(move |band| Band {
        pixels: range(pixels, band),
        workgroups: range(workgroups, band),
    })
}

fn vector_bytes(vectors: u32) -> u64 {
    u64::from(vectors) * 16
}

/// The rings of a band.
#[derive(Debug)]
struct Rings {
    band: Band,
    steps: wgpu::Buffer,
    changes: wgpu::Buffer,
}

/// What L-BFGS remembers of a picture.
#[derive(Debug)]
pub struct LbfgsBuffers {
    shape: Shape,
    history: u32,
    state: wgpu::Buffer,
    direction: wgpu::Buffer,
    before: wgpu::Buffer,
    rings: Vec<Rings>,
    partials: wgpu::Buffer,
    alphas: wgpu::Buffer,
}

impl LbfgsBuffers {
    /// Nothing remembered yet, of a picture of this shape, and room for so many pairs, in buffers of at most `ring_bytes`.
    ///
    /// # Errors
    /// As [`Memory::storage`].
    pub fn new(
        memory: &mut Memory,
        shape: Shape,
        history: u32,
        ring_bytes: u64,
    ) -> Result<Self, GpuError> {
        let mut make = |(label, bytes)| memory.storage::<u8>(label, bytes as usize);
        let [state, direction, before, partials, alphas] = Self::sizes(shape, history);
        let rings = bands(shape, history, ring_bytes).map(|band| {
            let [steps, changes] = ring_sizes(&band, history);
            Ok(Rings {
                band,
                steps: make(steps)?,
                changes: make(changes)?,
            })
        });
        let rings: Vec<_> = rings.collect::<Result<_, _>>()?;
        debug_assert!(
            rings.iter().all(|rings| !rings.band.workgroups.is_empty()),
            "every band has a workgroup"
        );
        Ok(Self {
            shape,
            history,
            rings,
            state: make(state)?,
            direction: make(direction)?,
            before: make(before)?,
            partials: make(partials)?,
            alphas: make(alphas)?,
        })
    }

    /// Labels and bytes of the buffers, in which no ring has more than [`RING_BYTES`].
    pub fn all_sizes(shape: Shape, history: u32) -> impl Iterator<Item = (&'static str, u64)> {
        let rings =
            bands(shape, history, RING_BYTES).flat_map(move |band| ring_sizes(&band, history));
        Self::sizes(shape, history).into_iter().chain(rings)
    }

    /// Of the buffers but the rings.
    fn sizes(shape: Shape, history: u32) -> [(&'static str, u64); 5] {
        let vector = vector_bytes(shape.positions());
        let partials = u64::from(PARTIALS * striding_sums(shape.positions()));
        [
            ("L-BFGS state", u64::from(STATE + history) * 4),
            ("L-BFGS direction", vector),
            ("L-BFGS gradient", vector),
            ("L-BFGS sums", partials * 4),
            ("L-BFGS weights", u64::from(history) * 4),
        ]
    }
}

fn ring_sizes(band: &Band, history: u32) -> [(&'static str, u64); 2] {
    let bytes = band.pixels.len() as u64 * vector_bytes(history);
    [("L-BFGS steps", bytes), ("L-BFGS changes", bytes)]
}

/// The compiled kernels.
#[derive(Debug)]
pub struct Lbfgs {
    begin: Kernel,
    accept: Kernel,
    descend: Kernel,
    ascend: Kernel,
    advance: Kernel,
}

impl Lbfgs {
    /// Prepares the kernels.
    pub fn new(gpu: &Gpu) -> Self {
        let compile = |entry| gpu.kernel(&[FINITE, WORKGROUP_SUM, SOURCE], entry, &[]);
        Self {
            begin: compile("begin"),
            accept: compile("accept"),
            descend: compile("descend"),
            ascend: compile("ascend"),
            advance: compile("advance"),
        }
    }

    /// Moves the picture by its gradient and what is remembered of the steps before; the gradient's squares go to `sums`
    /// in the given range. The picture is not cut to [0, 1], which would spoil the pairs.
    pub fn update(
        &self,
        gpu: &Gpu,
        buffers: &LbfgsBuffers,
        gradient: &wgpu::Buffer,
        picture: &wgpu::Buffer,
        rate: f32,
        sums: (&wgpu::Buffer, SumRange),
    ) -> Vec<Dispatch> {
        let pixels = buffers.shape.positions();
        let workgroups = striding_workgroups(pixels);
        debug_assert_eq!(sums.1.count, workgroups);
        let uniform = |band: &Band, number| {
            gpu.uniform(&Uniform {
                first_pixel: band.pixels.start,
                pixels: band.pixels.len() as u32,
                first_workgroup: band.workgroups.start,
                band_workgroups: band.workgroups.len() as u32,
                workgroups,
                history: buffers.history,
                first_sum: sums.1.first,
                rate,
                number,
                padding: [0; 3],
            })
        };
        let in_bands = |kernel, number, bindings: &'static [u32]| {
            buffers.rings.iter().map(move |rings| {
                let uniform = uniform(&rings.band, number);
                let all = [
                    (1, &buffers.state),
                    (3, gradient),
                    (4, picture),
                    (5, &buffers.direction),
                    (6, &buffers.before),
                    (7, &rings.steps),
                    (8, &rings.changes),
                    (9, &buffers.partials),
                    (10, &buffers.alphas),
                    (11, sums.0),
                ];
                let used = all
                    .into_iter()
                    .filter(|(binding, _)| bindings.contains(binding));
                let entries: Vec<_> = [(0, &uniform)].into_iter().chain(used).collect();
                let workgroups = rings.band.workgroups.len() as u32;
                gpu.bind(kernel, &entries, [workgroups, 1, 1])
            })
        };
        let whole = Band {
            pixels: 0..pixels,
            workgroups: 0..workgroups,
        };
        let accept = gpu.bind(
            &self.accept,
            &[
                (0, &uniform(&whole, 0)),
                (2, &buffers.state),
                (9, &buffers.partials),
            ],
            [1, 1, 1],
        );
        let mut dispatches = Vec::new();
        dispatches.extend(in_bands(&self.begin, 0, &[1, 3, 5, 6, 7, 8, 9, 11]));
        dispatches.push(accept);
        for kernel in [&self.descend, &self.ascend] {
            for number in 0..=buffers.history {
                dispatches.extend(in_bands(kernel, number, &[1, 5, 7, 8, 9, 10]));
            }
        }
        dispatches.extend(in_bands(&self.advance, 0, &[1, 4, 5, 7]));
        dispatches
    }
}
