//! What of the network a painting looks at, and how it compares.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::error::SettingsError;
use crate::vgg19::CONVOLUTIONS;

/// A weight for every layer of the network; a layer of weight zero has no loss.
///
/// Only the proportions count: a loss is the mean over its layers, weighted with these.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LayerWeights([f32; CONVOLUTIONS.len()]);

impl LayerWeights {
    /// Weights by layer, numbered as in [`CONVOLUTIONS`]; all others are zero.
    pub const fn new<const N: usize>(weights: [(usize, f32); N]) -> Self {
        let mut all = [0.0; CONVOLUTIONS.len()];
        let mut place = 0;
        while place < N {
            all[weights[place].0] = weights[place].1;
            place += 1;
        }
        Self(all)
    }

    /// Sets a weight by the layer's name.
    ///
    /// # Errors
    /// [`SettingsError::UnknownLayer`] and [`SettingsError::Weight`].
    pub fn set(&mut self, name: &str, weight: f32) -> Result<(), SettingsError> {
        let layer = CONVOLUTIONS
            .iter()
            .position(|convolution| convolution.name == name)
            .ok_or_else(|| SettingsError::UnknownLayer(name.into()))?;
        if !(weight.is_finite() && weight >= 0.0) {
            return Err(SettingsError::Weight(name.into()));
        }
        self.0[layer] = weight;
        Ok(())
    }

    /// No layer has a weight.
    pub const fn none() -> Self {
        Self([0.0; CONVOLUTIONS.len()])
    }

    /// The layers with a weight, in the network's order.
    pub fn layers(&self) -> impl DoubleEndedIterator<Item = usize> + Clone + '_ {
        (0..self.0.len()).filter(|&layer| self.0[layer] > 0.0)
    }

    /// Whether the layer has a weight.
    pub fn has(&self, layer: usize) -> bool {
        self.0.get(layer).is_some_and(|&weight| weight > 0.0)
    }

    /// The layer's part of the loss: all parts make one.
    pub fn share(&self, layer: usize) -> f64 {
        let sum: f64 = self.0.iter().map(|&weight| f64::from(weight)).sum();
        f64::from(self.0[layer]) / sum
    }
}

impl Serialize for LayerWeights {
    /// A map of names and weights.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let layers = self.layers();
        serializer.collect_map(layers.map(|layer| (CONVOLUTIONS[layer].name, self.0[layer])))
    }
}

impl<'de> Deserialize<'de> for LayerWeights {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let map = std::collections::BTreeMap::<String, f32>::deserialize(deserializer)?;
        let mut weights = Self::none();
        for (name, weight) in map {
            weights.set(&name, weight).map_err(D::Error::custom)?;
        }
        Ok(weights)
    }
}

/// How feature maps are made smaller between the network's blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Pooling {
    /// The largest of four, as the network was trained.
    #[default]
    Max,
    /// The mean of four, which Gatys et al. 2015 found to look slightly better (section 2).
    Average,
}

/// What lies outside of a picture for the network's first convolution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Padding {
    /// The mean colour, as the network was trained.
    #[default]
    Zero,
    /// The picture's own edge, which style-transfer-pytorch found to have fewer artefacts there.
    Replicate,
}

/// By what styles are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StyleLoss {
    /// Gram matrices (Gatys et al. 2015).
    #[default]
    Gram,
    /// Gram matrices too, each layer's loss in units of the mean square of the style's own matrix: so every layer and every
    /// style counts alike, as by the scaled losses of style-transfer-pytorch.
    Relative,
    /// Means and covariances, by the Wasserstein-2 distance (style-transfer-pytorch).
    Wasserstein,
    /// Each position of the painting with the position of the style that is nearest to it (Kolkin et al. 2022).
    Nearest,
}

impl StyleLoss {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Gram, Self::Relative, Self::Wasserstein, Self::Nearest];

    /// The style weight that suits it beside the content's usual one: each loss has other units.
    pub const fn usual_weight(self) -> f32 {
        match self {
            Self::Gram => 1e-2,
            Self::Relative => 2e8,
            Self::Wasserstein => 300.0,
            Self::Nearest => 5e6,
        }
    }
}

/// By what the painting is compared with the content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ContentLoss {
    /// The mean of the features' squared differences.
    #[default]
    Plain,
    /// The same in units of the mean square of the content's own features, so that every layer and every picture counts
    /// alike.
    Relative,
}

impl ContentLoss {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Plain, Self::Relative];

    /// The weight that makes each count alike.
    pub const fn usual_weight(self) -> f32 {
        match self {
            Self::Plain => 1e4,
            Self::Relative => 7e5,
        }
    }
}

/// What of the network a painting looks at, and how it compares.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Perception {
    /// The layers by which styles are compared.
    pub style_layers: LayerWeights,
    /// The layers whose features are compared.
    pub content_layers: LayerWeights,
    /// Between the blocks.
    pub pooling: Pooling,
    /// Outside of the picture.
    pub padding: Padding,
    /// How styles are compared.
    pub style_loss: StyleLoss,
    /// How contents are compared.
    pub content_loss: ContentLoss,
    /// Whether the style's picture counts turned and mirrored too, in all eight ways, where nearest positions are looked for
    /// (Kolkin et al. 2022).
    pub turned_styles: bool,
    /// Whether every layer's gradient is given the length of its weight, as by neural-style's option.
    pub normalise_gradients: bool,
}

impl Perception {
    /// Whether a layer has a loss.
    pub fn has(&self, layer: usize) -> bool {
        self.style_layers.has(layer) || self.content_layers.has(layer)
    }

    /// Whether a layer's own features are needed for its loss on the way back.
    pub fn reads(&self, layer: usize) -> bool {
        let by_samples = self.style_loss == StyleLoss::Nearest;
        self.content_layers.has(layer) || self.style_layers.has(layer) && !by_samples
    }

    /// Whether gradients are normalised: where nearest positions are compared, the cosine does that already.
    pub fn normalises(&self) -> bool {
        self.normalise_gradients && self.style_loss != StyleLoss::Nearest
    }

    /// The last layer with a loss.
    pub fn last(&self) -> usize {
        let layers = 0..CONVOLUTIONS.len();
        layers.rev().find(|&layer| self.has(layer)).unwrap_or(0)
    }
}
