//! What is shown of a picture: how much of it, and whose colours.

use super::error::PaintingError;
use crate::gpu::{Banded, GpuError, Memory};
use crate::network::Network;
use crate::pictures::Picture;

/// What is shown of a picture: how much of it, and whose colours.
#[derive(Debug)]
pub(crate) struct Finish {
    content: Banded,
    pub(super) finished: Banded,
    /// Owns both.
    _memory: Memory,
}

impl Finish {
    /// For a painting like this one of that content.
    pub(super) fn new(
        network: &Network,
        content: Picture,
        painted: &Banded,
    ) -> Result<Self, PaintingError> {
        let mut memory = Memory::new(network.gpu().clone());
        let (shape, bands) = (painted.shape(), painted.bands());
        let own = content.resized(shape.width, shape.height)?;
        let content = Banded::new(&mut memory, "content", bands, 1)?;
        content.write(network.gpu(), &own.to_vectors());
        Ok(Self {
            content,
            finished: Banded::new(&mut memory, "finished", bands, 1)?,
            _memory: memory,
        })
    }

    /// Mixes what was painted with the content, as [`Finish::mix`](crate::kernels::finish::Finish::mix) does.
    pub(super) fn mix(
        &self,
        network: &Network,
        painted: &Banded,
        strength: f32,
        content_colours: bool,
    ) -> Result<(), GpuError> {
        let pictures = painted
            .iter()
            .zip(self.content.iter())
            .zip(self.finished.iter());
        let commands: Vec<_> = pictures
            .map(|(((band, painted), (_, content)), (_, finished))| {
                network.kernels.finish.mix(
                    network.gpu(),
                    band.shape,
                    (painted, content),
                    finished,
                    strength,
                    content_colours,
                )
            })
            .collect();
        network.gpu().run(&commands)
    }
}
