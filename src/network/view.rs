//! What is shown of a map by windows of a grid.

use super::network::Network;
use crate::gpu::{Dispatch, GpuError, Memory};
use crate::maps::{Grid, Shape, Window};

/// A map on the GPU of which one window at a time is looked at. Where the window is the whole, both are one buffer.
#[derive(Debug)]
pub struct View {
    shape: Shape,
    /// The whole map, `[height][width]` vec4.
    pub map: wgpu::Buffer,
    /// The window of it.
    pub window: wgpu::Buffer,
}

impl View {
    /// A view of `map`, of that shape, by the windows of the grid.
    ///
    /// # Errors
    /// As [`Memory::storage`].
    pub fn new(
        memory: &mut Memory,
        label: &'static str,
        grid: &Grid,
        shape: Shape,
        map: wgpu::Buffer,
    ) -> Result<Self, GpuError> {
        let window = if grid.is_whole() {
            map.clone()
        } else {
            memory.storage::<[f32; 4]>(label, grid.window.vectors())?
        };
        Ok(Self { shape, map, window })
    }

    fn is_whole(&self) -> bool {
        self.map == self.window
    }

    /// Brings a window out of the map.
    pub fn take(&self, network: &Network, window: Window) -> Option<Dispatch> {
        let copy = &network.kernels.window;
        (!self.is_whole())
            .then(|| copy.take(network.gpu(), self.shape, window, &self.map, &self.window))
    }

    /// The map's shape.
    pub fn shape(&self) -> Shape {
        self.shape
    }
}
