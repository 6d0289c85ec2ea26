//! A style picture and how it is used.

use super::job::StyleJob;
use crate::maps::Shape;
use crate::pictures::{Mask, Picture, PictureError};

/// A style as a painter takes it.
#[derive(Debug, Clone, Copy)]
pub struct StyleView<'a> {
    /// The picture, of the size at which it is looked at.
    pub picture: &'a Picture,
    /// Its part of the whole; only proportions count.
    pub part: f32,
    /// Where it is painted, of the painting's size; without it everywhere.
    pub region: Option<&'a Mask>,
    /// What of its picture counts, of that picture's size; without it all.
    pub source: Option<&'a Mask>,
}

impl<'a> From<&'a Picture> for StyleView<'a> {
    /// A style without masks.
    fn from(picture: &'a Picture) -> Self {
        Self {
            picture,
            part: 1.0,
            region: None,
            source: None,
        }
    }
}

impl StyleView<'_> {
    /// Whether its masks leave something of it and of the painting.
    pub(super) fn counts(&self) -> bool {
        let leaves = |mask: Option<&Mask>| mask.is_none_or(|mask| !mask.is_black());
        self.part > 0.0 && leaves(self.region) && leaves(self.source)
    }

    /// What its memory depends on.
    pub fn job(&self) -> StyleJob {
        StyleJob {
            shape: self.picture.shape(),
            region: self.region.is_some(),
            source: self.source.is_some(),
        }
    }
}

/// A style picture and how it is used.
#[derive(Debug, Clone, PartialEq)]
pub struct Style {
    /// The picture.
    pub picture: Picture,
    /// Its part of the whole; only proportions count.
    pub part: f32,
    /// Its size, beside the painting's: twice as large has strokes twice as large.
    pub scale: f32,
    /// Where it is painted; without it everywhere. It is stretched to the painting.
    pub region: Option<Mask>,
    /// What of its picture counts; without it all. It is stretched to the picture.
    pub source: Option<Mask>,
}

impl Style {
    /// The whole of a picture for the whole painting.
    pub fn new(picture: Picture) -> Self {
        Self {
            picture,
            part: 1.0,
            scale: 1.0,
            region: None,
            source: None,
        }
    }

    /// What its memory depends on.
    pub fn job(&self) -> StyleJob {
        StyleJob {
            shape: self.picture.shape(),
            region: self.region.is_some(),
            source: self.source.is_some(),
        }
    }

    /// As it is for a painting of that shape whose longer side has so many pixels.
    pub(super) fn sized(&self, painting: Shape, size: u32) -> Result<Self, PictureError> {
        let side = style_side(size, self.scale);
        let picture = self.picture.clone().with_longest_side(side)?;
        let resized =
            |mask: &Option<Mask>, shape| mask.as_ref().map(|mask| mask.resized(shape)).transpose();
        Ok(Self {
            region: resized(&self.region, painting)?,
            source: resized(&self.source, picture.shape())?,
            picture,
            ..*self
        })
    }

    pub(super) fn view(&self) -> StyleView<'_> {
        StyleView {
            picture: &self.picture,
            part: self.part,
            region: self.region.as_ref(),
            source: self.source.as_ref(),
        }
    }
}

/// The longer side of a style beside a painting of that size.
pub(crate) fn style_side(size: u32, scale: f32) -> u32 {
    (f64::from(size) * f64::from(scale)).round() as u32
}
