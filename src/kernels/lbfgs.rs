//! One step of L-BFGS on the picture: `shaders/lbfgs.wgsl`.

use bytemuck::{Pod, Zeroable};

use super::{SumRange, striding_sums, striding_workgroups};
use crate::feature_map::Shape;
use crate::gpu::{Dispatch, Gpu, GpuError, Kernel, Memory};

const SOURCE: &str = include_str!("../../shaders/lbfgs.wgsl");

#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
struct Uniform {
    pixels: u32,
    history: u32,
    workgroups: u32,
    first_sum: u32,
    rate: f32,
    number: u32,
    padding: [u32; 2],
}

/// Numbers of the state before the pairs'.
const STATE: u32 = 5;
/// Rows of partial sums, in both halves.
const PARTIALS: u32 = 6;

/// What L-BFGS remembers of a picture.
#[derive(Debug)]
pub struct LbfgsBuffers {
    shape: Shape,
    history: u32,
    state: wgpu::Buffer,
    direction: wgpu::Buffer,
    before: wgpu::Buffer,
    steps: wgpu::Buffer,
    changes: wgpu::Buffer,
    partials: wgpu::Buffer,
    alphas: wgpu::Buffer,
}

impl LbfgsBuffers {
    /// Nothing remembered yet, of a picture of this shape, and room for so many pairs.
    ///
    /// # Errors
    /// As [`Memory::storage`].
    pub fn new(memory: &mut Memory, shape: Shape, history: u32) -> Result<Self, GpuError> {
        let mut make = |(label, bytes)| memory.storage::<u8>(label, bytes as usize);
        let [state, direction, before, steps, changes, partials, alphas] =
            Self::sizes(shape, history);
        Ok(Self {
            shape,
            history,
            state: make(state)?,
            direction: make(direction)?,
            before: make(before)?,
            steps: make(steps)?,
            changes: make(changes)?,
            partials: make(partials)?,
            alphas: make(alphas)?,
        })
    }

    /// Labels and bytes of the buffers.
    pub fn sizes(shape: Shape, history: u32) -> [(&'static str, u64); 7] {
        let vector = shape.vectors() as u64 * 16;
        let partials = u64::from(PARTIALS * striding_sums(shape.positions()));
        let pairs = u64::from(history);
        [
            ("L-BFGS state", u64::from(STATE + history) * 4),
            ("L-BFGS direction", vector),
            ("L-BFGS gradient", vector),
            ("L-BFGS steps", pairs * vector),
            ("L-BFGS changes", pairs * vector),
            ("L-BFGS sums", partials * 4),
            ("L-BFGS weights", pairs * 4),
        ]
    }
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
        let compile = |entry| gpu.kernel(&[super::WORKGROUP_SUM, SOURCE], entry, &[]);
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
        let workgroups = striding_workgroups(buffers.shape.positions());
        debug_assert_eq!(sums.1.count, workgroups);
        let uniform = |number| {
            gpu.uniform(&Uniform {
                pixels: buffers.shape.positions(),
                history: buffers.history,
                workgroups,
                first_sum: sums.1.first,
                rate,
                number,
                padding: [0; 2],
            })
        };
        let all = [
            (1, &buffers.state),
            (2, &buffers.state),
            (3, gradient),
            (4, picture),
            (5, &buffers.direction),
            (6, &buffers.before),
            (7, &buffers.steps),
            (8, &buffers.changes),
            (9, &buffers.partials),
            (10, &buffers.alphas),
            (11, sums.0),
        ];
        let bind = |kernel: &Kernel, number, bindings: &[u32], workgroups| {
            let uniform = uniform(number);
            let used = all
                .into_iter()
                .filter(|(binding, _)| bindings.contains(binding));
            let entries: Vec<_> = [(0, &uniform)].into_iter().chain(used).collect();
            gpu.bind(kernel, &entries, [workgroups, 1, 1])
        };
        let mut dispatches = vec![
            bind(&self.begin, 0, &[1, 3, 5, 6, 7, 8, 9, 11], workgroups),
            bind(&self.accept, 0, &[2, 9], 1),
        ];
        for number in 0..=buffers.history {
            dispatches.push(bind(
                &self.descend,
                number,
                &[1, 5, 7, 8, 9, 10],
                workgroups,
            ));
        }
        for number in 0..=buffers.history {
            dispatches.push(bind(&self.ascend, number, &[1, 5, 7, 8, 9, 10], workgroups));
        }
        dispatches.push(bind(&self.advance, 0, &[1, 4, 5, 7], workgroups));
        dispatches
    }
}
