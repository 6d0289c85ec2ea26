//! Something that each layer with a loss has.

use crate::settings::LayerWeights;

/// Something that each layer with a loss has.
#[derive(Debug)]
pub(crate) struct ByLayer<T>(Vec<(usize, T)>);

impl<T> ByLayer<T> {
    pub fn new<E>(
        weights: &LayerWeights,
        make: impl FnMut(usize) -> Result<T, E>,
    ) -> Result<Self, E> {
        let mut make = make;
        let layers = weights.layers();
        let made = layers.map(|layer| Ok((layer, make(layer)?)));
        Ok(Self(made.collect::<Result<_, E>>()?))
    }

    pub fn get(&self, layer: usize) -> Option<&T> {
        let found = self.0.iter().find(|(number, _)| *number == layer);
        found.map(|(_, value)| value)
    }

    pub fn iter_mut(&mut self) -> impl Iterator<Item = (usize, &mut T)> {
        self.0.iter_mut().map(|(layer, value)| (*layer, value))
    }

    pub fn iter(&self) -> impl Iterator<Item = (usize, &T)> {
        self.0.iter().map(|(layer, value)| (*layer, value))
    }
}
