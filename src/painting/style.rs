//! A style picture and how it is used.

use super::job::StyleJob;
use super::sizes::style_on_the_way;
use crate::maps::Shape;
use crate::pictures::{Mask, Picture, PictureError};
use crate::settings::Settings;

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

    /// As it is beside a painting of that shape, at a size on the way.
    pub(super) fn sized(
        &self,
        painting: Shape,
        size: u32,
        settings: &Settings,
    ) -> Result<Self, PictureError> {
        let shape = style_on_the_way(self.picture.shape(), self.scale, size, settings);
        let resized =
            |mask: &Option<Mask>, shape| mask.as_ref().map(|mask| mask.resized(shape)).transpose();
        Ok(Self {
            picture: self.picture.clone().resized(shape.width, shape.height)?,
            region: resized(&self.region, painting)?,
            source: resized(&self.source, shape)?,
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
