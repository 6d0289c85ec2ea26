//! A style picture and how it is used.

use super::job::StyleJob;
use super::sizes::{scales, style_on_the_way};
use crate::losses::leave_something;
use crate::maps::Shape;
use crate::pictures::{Mask, Picture, PictureError};
use crate::settings::{Scale, Settings, StyleLoss};

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

    /// Whether its masks leave anything to paint like it beside a painting of that shape, at a size on the way.
    fn is_painted(
        &self,
        painting: Shape,
        size: u32,
        settings: &Settings,
    ) -> Result<bool, PictureError> {
        let shape = style_on_the_way(self.picture.shape(), self.scale, size, settings);
        let resized =
            |mask: &Option<Mask>, shape| mask.as_ref().map(|mask| mask.resized(shape)).transpose();
        let (region, source) = (
            resized(&self.region, painting)?,
            resized(&self.source, shape)?,
        );
        Ok(leave_something(region.as_ref(), source.as_ref()))
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

/// The sizes through which the painting grows, as [`scales`] has them, without those at which all masks have vanished: fine
/// ones leave nothing of a small picture, and where nothing is compared nothing can be painted. The styles' parts do not
/// matter, since they may change meanwhile.
pub(super) fn painted_scales(
    content: Shape,
    styles: &[Style],
    settings: &Settings,
) -> Result<Vec<Scale>, PictureError> {
    let scales = scales(content, settings);
    if settings.perception.style_loss != StyleLoss::Nearest {
        return Ok(scales);
    }
    let mut painted = Vec::new();
    for scale in scales {
        let shape = content.with_longest_side(scale.size);
        let mut is_painted = scale.size == settings.size;
        for style in styles {
            is_painted = is_painted || style.is_painted(shape, scale.size, settings)?;
        }
        if is_painted {
            painted.push(scale);
        }
    }
    Ok(painted)
}
