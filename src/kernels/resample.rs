//! Brings a picture and its moments to another size: `shaders/resample.wgsl`.

use bytemuck::{Pod, Zeroable};

use crate::gpu::{Banded, Dispatch, Flag, Gpu, Kernel};

const SOURCE: &str = include_str!("../../shaders/resample.wgsl");

#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
struct Uniform {
    source_width: u32,
    source_height: u32,
    width: u32,
    height: u32,
    source_first: u32,
    source_rows: u32,
    first: u32,
    accumulate: Flag,
    pitch: u32,
    offset: u32,
    cubic: Flag,
    saturates: Flag,
}

/// The compiled kernel.
#[derive(Debug)]
pub struct Resample {
    resample: Kernel,
}

impl Resample {
    /// Prepares the kernel.
    pub fn new(gpu: &Gpu) -> Self {
        Self {
            resample: gpu.kernel(&[SOURCE], "resample", &[]),
        }
    }

    /// The picture, `[height][width]` vec4 in [0, 1], at another size.
    pub fn picture(&self, gpu: &Gpu, source: &Banded, target: &Banded) -> Vec<Dispatch> {
        self.bind(gpu, source, target, (1, 0), true, true)
    }

    /// Adam's moments, `[height][width][2]` vec4: the first by cubic interpolation, the second, which must not become
    /// negative, by linear one.
    pub fn moments(&self, gpu: &Gpu, source: &Banded, target: &Banded) -> Vec<Dispatch> {
        let both = [(0, true), (1, false)].into_iter();
        both.flat_map(|(offset, cubic)| self.bind(gpu, source, target, (2, offset), cubic, false))
            .collect()
    }

    /// Each band of the target from all bands of the source.
    fn bind(
        &self,
        gpu: &Gpu,
        source: &Banded,
        target: &Banded,
        (pitch, offset): (u32, u32),
        cubic: bool,
        is_picture: bool,
    ) -> Vec<Dispatch> {
        let (from, to) = (source.shape(), target.shape());
        let last = source.iter().count() - 1;
        let mut commands = Vec::new();
        for (band, target) in target.iter() {
            for (number, (taps, source)) in source.iter().enumerate() {
                let uniform = gpu.uniform(&Uniform {
                    source_width: from.width,
                    source_height: from.height,
                    width: to.width,
                    height: to.height,
                    source_first: taps.first,
                    source_rows: taps.shape.height,
                    first: band.first,
                    accumulate: (number > 0).into(),
                    pitch,
                    offset,
                    cubic: cubic.into(),
                    saturates: (is_picture && number == last).into(),
                });
                commands.push(gpu.bind(
                    &self.resample,
                    &[(0, &uniform), (1, source), (2, target)],
                    [to.width.div_ceil(64), band.shape.height, 1],
                ));
            }
        }
        commands
    }
}
