//! What is shown of a picture: how much of it, and whose colours.

use std::rc::Rc;

use super::error::PaintingError;
use crate::gpu::{Gpu, Memory};
use crate::maps::Shape;
use crate::pictures::Picture;

/// What is shown of a picture: how much of it, and whose colours.
#[derive(Debug)]
pub(crate) struct Finish {
    pub(super) content: wgpu::Buffer,
    pub(super) finished: wgpu::Buffer,
    /// Owns both.
    _memory: Memory,
}

impl Finish {
    pub(super) fn new(
        gpu: &Rc<Gpu>,
        content: Picture,
        shape: Shape,
    ) -> Result<Self, PaintingError> {
        let mut memory = Memory::new(gpu.clone());
        let content = content.resized(shape.width, shape.height)?;
        Ok(Self {
            content: memory.upload("content", &content.to_vectors())?,
            finished: memory.storage::<[f32; 4]>("finished", shape.vectors())?,
            _memory: memory,
        })
    }
}
