//! What is shown of a picture by windows of a grid.

use super::network::Network;
use crate::gpu::{Banded, Dispatch, GpuError, Memory};
use crate::maps::{Bands, Grid, Shape, Window};

/// A picture on the GPU of which one window at a time is looked at. Where the window is the whole, and that in one buffer,
/// both are that buffer.
#[derive(Debug)]
pub struct View {
    /// The whole picture, `[height][width]` vec4.
    pub picture: Banded,
    /// The window of it.
    pub window: wgpu::Buffer,
}

impl View {
    /// A view of a picture by the windows of the grid.
    ///
    /// # Errors
    /// As [`Memory::storage`].
    pub fn new(
        memory: &mut Memory,
        label: &'static str,
        grid: &Grid,
        picture: Banded,
    ) -> Result<Self, GpuError> {
        let own = picture
            .whole()
            .filter(|_| !Self::copies(grid, picture.bands()));
        let window = match own {
            Some(buffer) => buffer.clone(),
            None => memory.storage::<[f32; 4]>(label, grid.window.vectors())?,
        };
        Ok(Self { picture, window })
    }

    /// Whether windows have a buffer of their own.
    pub fn copies(grid: &Grid, bands: Bands) -> bool {
        !(grid.is_whole() && bands.is_whole())
    }

    /// Brings a window out of the picture.
    pub fn take(&self, network: &Network, window: Window) -> Vec<Dispatch> {
        if self.picture.whole() == Some(&self.window) {
            return Vec::new();
        }
        let copy = &network.kernels.window;
        copy.take(network.gpu(), window, &self.picture, &self.window)
    }

    /// The picture's shape.
    pub fn shape(&self) -> Shape {
        self.picture.shape()
    }
}
