//! A painting put aside, to go on with later: after a reload, a crash, or the loss of the GPU.
//!
//! It is kept as a safetensors file: the picture, Adam's moments and the mean of the pictures, each `[height, width, ...]`
//! of four floats a pixel, and what each position should become where nearest neighbours are painted, with the settings and
//! how far it is as JSON in the metadata. L-BFGS begins its history anew.
//! A file may say of which pictures it is, which the painting itself does not know.
//! What comes from a file is untrusted: it is parsed into a [`Saved`] that can be gone on with, or refused.

use std::collections::HashMap;

use safetensors::tensor::{Dtype, SafeTensorError, SafeTensors, TensorView};
use serde::{Deserialize, Serialize};

use super::provenance::Input;
use crate::maps::{Shape, coarse_levels};
use crate::settings::{Optimiser, Settings, SettingsError, StyleLoss, Variables, recorded};

/// The metadata's keys.
const KEY: &str = "impasto";
const ORIGIN_KEY: &str = "origin";

/// Numbers of four floats a pixel.
pub type Pixels = Vec<[f32; 4]>;

/// How far one size of a painting is.
#[derive(Debug, Clone, PartialEq)]
pub struct Progress {
    /// Steps done at this size.
    pub step: u32,
    /// Steps at smaller sizes that the moments know of.
    pub steps_before: u32,
    /// The picture, `[height][width]`.
    pub picture: Pixels,
    /// Adam's, `[height][width][2]`.
    pub moments: Option<Pixels>,
    /// The mean of the pictures, `[height][width]`.
    pub mean: Option<Pixels>,
    /// Adam's of the coarser levels, from the finest on, each `[height][width][2]`; empty where pixels are moved.
    pub coarse_moments: Pixels,
    /// What each position should become, where that was found.
    pub matches: Option<Matches>,
}

/// For each style and position of a grid the nearest of the style's samples.
#[derive(Debug, Clone, PartialEq)]
pub struct Matches {
    /// Columns and rows of the grid.
    pub grid: Shape,
    /// The samples' numbers, `[styles][height][width]`.
    pub nearest: Vec<u32>,
    /// Their cosines, `[styles][height][width]`.
    pub scores: Vec<f32>,
}

/// A painting put aside.
#[derive(Debug, Clone, PartialEq)]
pub struct Saved {
    /// With which it is painted.
    pub settings: Settings,
    /// Each style's part.
    pub blend: Vec<f32>,
    /// Which of its sizes it is at.
    pub scale: usize,
    /// Of that size.
    pub shape: Shape,
    /// How far it is there.
    pub progress: Progress,
}

/// What a painting was begun from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Origin {
    /// What is painted.
    pub content: Input,
    /// Like what.
    pub styles: Vec<Input>,
}

impl Origin {
    /// What such a file says of it, if it does.
    ///
    /// # Errors
    /// [`SavedError`] where it is no such file.
    pub fn from_bytes(bytes: &[u8]) -> Result<Option<Self>, SavedError> {
        let (_, header) = SafeTensors::read_metadata(bytes)?;
        let text = header
            .metadata()
            .as_ref()
            .and_then(|all| all.get(ORIGIN_KEY));
        let read = |text: &String| {
            serde_json::from_str(text).map_err(|error| SavedError::Unknown(error.to_string()))
        };
        text.map(read).transpose()
    }

    /// Whether both are the same pictures and masks, at the same sizes. The styles' parts may change while it paints.
    pub fn suits(&self, other: &Self) -> bool {
        let without_parts = |origin: &Self| {
            let styles = origin.styles.iter().cloned();
            let styles = styles.map(|style| Input { part: 1.0, ..style });
            (origin.content.sha256.clone(), styles.collect::<Vec<_>>())
        };
        without_parts(self) == without_parts(other)
    }
}

/// Why a painting cannot be gone on with.
#[derive(Debug, thiserror::Error)]
pub enum SavedError {
    /// The file is no such file, or it is damaged.
    #[error("The saved painting cannot be read ({0}). Begin it again.")]
    File(#[from] SafeTensorError),
    /// Its description is missing or not understood.
    #[error(
        "The saved painting is in a form that this version does not understand ({0}). Begin it again."
    )]
    Unknown(String),
    /// A setting is outside its range.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// Other pictures than those with which it was begun, or not all of what its settings need.
    #[error("The saved painting does not belong to these pictures. Begin it again.")]
    Mismatch,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Description {
    #[serde(deserialize_with = "recorded")]
    settings: Settings,
    blend: Vec<f32>,
    scale: usize,
    step: u32,
    steps_before: u32,
}

impl Saved {
    /// The bytes of a safetensors file.
    ///
    /// # Errors
    /// [`SavedError`] in theory only.
    pub fn to_bytes(&self) -> Result<Vec<u8>, SavedError> {
        self.serialized(HashMap::new())
    }

    /// As [`Saved::to_bytes`], with what it was begun from.
    ///
    /// # Errors
    /// [`SavedError`] in theory only.
    pub fn to_bytes_from(&self, origin: &Origin) -> Result<Vec<u8>, SavedError> {
        let text = serde_json::to_string(origin)
            .map_err(|error| SavedError::Unknown(error.to_string()))?;
        self.serialized(HashMap::from([(ORIGIN_KEY.to_owned(), text)]))
    }

    fn serialized(&self, mut metadata: HashMap<String, String>) -> Result<Vec<u8>, SavedError> {
        let progress = &self.progress;
        let description = Description {
            settings: self.settings,
            blend: self.blend.clone(),
            scale: self.scale,
            step: progress.step,
            steps_before: progress.steps_before,
        };
        let text = serde_json::to_string(&description)
            .map_err(|error| SavedError::Unknown(error.to_string()))?;
        let planes = [
            ("picture", Some(&progress.picture)),
            ("moments", progress.moments.as_ref()),
            ("mean", progress.mean.as_ref()),
        ];
        let (width, height) = (self.shape.width as usize, self.shape.height as usize);
        let views = planes.into_iter().filter_map(|(name, pixels)| {
            let pixels = pixels?;
            let depth = 4 * pixels.len() / (width * height);
            let bytes = bytemuck::cast_slice(pixels);
            let view = TensorView::new(Dtype::F32, vec![height, width, depth], bytes);
            Some(view.map(|view| (name, view)))
        });
        let mut views: Vec<_> = views.collect::<Result<_, _>>()?;
        let coarse = &progress.coarse_moments;
        if !coarse.is_empty() {
            let bytes = bytemuck::cast_slice(coarse);
            let view = TensorView::new(Dtype::F32, vec![coarse.len(), 4], bytes)?;
            views.push(("coarse_moments", view));
        }
        if let Some(matches) = &progress.matches {
            let Shape { width, height, .. } = matches.grid;
            let positions = (width * height) as usize;
            let sides = [width as usize, height as usize];
            let shape = vec![matches.nearest.len() / positions, sides[1], sides[0]];
            let nearest = bytemuck::cast_slice(&matches.nearest);
            let scores = bytemuck::cast_slice(&matches.scores);
            views.extend([
                (
                    "nearest",
                    TensorView::new(Dtype::U32, shape.clone(), nearest)?,
                ),
                ("scores", TensorView::new(Dtype::F32, shape, scores)?),
            ]);
        }
        metadata.insert(KEY.to_owned(), text);
        Ok(safetensors::serialize(views, Some(metadata))?)
    }

    /// Reads what [`Saved::to_bytes`] wrote.
    ///
    /// # Errors
    /// [`SavedError`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, SavedError> {
        let (_, header) = SafeTensors::read_metadata(bytes)?;
        let text = header.metadata().as_ref().and_then(|all| all.get(KEY));
        let text = text.ok_or_else(|| SavedError::Unknown("no description".into()))?;
        let description: Description =
            serde_json::from_str(text).map_err(|error| SavedError::Unknown(error.to_string()))?;
        description.settings.check()?;
        let tensors = SafeTensors::deserialize(bytes)?;
        let (shape, picture) = plane(&tensors, "picture", 4)?;
        let optional = |name, depth| match plane(&tensors, name, depth) {
            Ok((found, pixels)) if found == shape => Ok(Some(pixels)),
            Ok(_) => Err(SavedError::Mismatch),
            Err(SavedError::File(SafeTensorError::TensorNotFound(_))) => Ok(None),
            Err(error) => Err(error),
        };
        let saved = Self {
            settings: description.settings,
            blend: description.blend,
            scale: description.scale,
            shape,
            progress: Progress {
                step: description.step,
                steps_before: description.steps_before,
                moments: optional("moments", 8)?,
                mean: optional("mean", 4)?,
                picture,
                coarse_moments: coarse_moments(&tensors)?,
                matches: matches(&tensors)?,
            },
        };
        saved
            .is_whole()
            .then_some(saved)
            .ok_or(SavedError::Mismatch)
    }

    /// Whether everything is there that the settings need, and nothing else.
    fn is_whole(&self) -> bool {
        let Progress {
            moments,
            mean,
            coarse_moments,
            matches,
            ..
        } = &self.progress;
        let adam = self.settings.optimiser == Optimiser::Adam;
        let coarse = if adam && self.settings.variables == Variables::Pyramid {
            let levels = coarse_levels(self.shape).into_iter();
            2 * levels.map(Shape::vectors).sum::<usize>()
        } else {
            0
        };
        let nearest = self.settings.perception.style_loss == StyleLoss::Nearest;
        moments.is_some() == adam
            && mean.is_some() == (self.settings.averaging > 0.0)
            && coarse_moments.len() == coarse
            && matches.is_some() == nearest
            && matches.as_ref().is_none_or(|matches| self.suits(matches))
    }

    fn suits(&self, matches: &Matches) -> bool {
        let Matches {
            grid,
            nearest,
            scores,
        } = matches;
        let numbers = self.blend.len() as u64 * u64::from(grid.width) * u64::from(grid.height);
        (grid.width, grid.height) == (self.shape.width / 4, self.shape.height / 4)
            && nearest.len() as u64 == numbers
            && scores.len() as u64 == numbers
            && scores.iter().all(|score| score.is_finite())
    }
}

/// None where there is no such tensor.
fn found<'a>(
    tensors: &SafeTensors<'a>,
    name: &str,
    kind: Dtype,
) -> Result<Option<TensorView<'a>>, SavedError> {
    match tensors.tensor(name) {
        Ok(tensor) if tensor.dtype() == kind => Ok(Some(tensor)),
        Ok(_) => Err(SavedError::Mismatch),
        Err(SafeTensorError::TensorNotFound(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn coarse_moments(tensors: &SafeTensors<'_>) -> Result<Pixels, SavedError> {
    let Some(tensor) = found(tensors, "coarse_moments", Dtype::F32)? else {
        return Ok(Pixels::new());
    };
    let values: Vec<f32> = bytemuck::pod_collect_to_vec(tensor.data());
    let (pixels, rest) = values.as_chunks();
    if rest.is_empty() && values.iter().all(|value| value.is_finite()) {
        Ok(pixels.to_vec())
    } else {
        Err(SavedError::Mismatch)
    }
}

fn matches(tensors: &SafeTensors<'_>) -> Result<Option<Matches>, SavedError> {
    let nearest = found(tensors, "nearest", Dtype::U32)?;
    let scores = found(tensors, "scores", Dtype::F32)?;
    let (Some(nearest), Some(scores)) = (&nearest, &scores) else {
        return if nearest.is_none() && scores.is_none() {
            Ok(None)
        } else {
            Err(SavedError::Mismatch)
        };
    };
    let &[_, height, width] = nearest.shape() else {
        return Err(SavedError::Mismatch);
    };
    let (Ok(width), Ok(height)) = (u32::try_from(width), u32::try_from(height)) else {
        return Err(SavedError::Mismatch);
    };
    Ok(Some(Matches {
        grid: Shape::new(width, height, 1),
        nearest: bytemuck::pod_collect_to_vec(nearest.data()),
        scores: bytemuck::pod_collect_to_vec(scores.data()),
    }))
}

/// A tensor of so many floats a pixel, of finite numbers.
fn plane(
    tensors: &SafeTensors<'_>,
    name: &str,
    depth: usize,
) -> Result<(Shape, Pixels), SavedError> {
    let tensor = tensors.tensor(name)?;
    let (&[height, width, found], Dtype::F32) = (tensor.shape(), tensor.dtype()) else {
        return Err(SavedError::Mismatch);
    };
    let (Ok(width), Ok(height)) = (u32::try_from(width), u32::try_from(height)) else {
        return Err(SavedError::Mismatch);
    };
    let pixels: Pixels = bytemuck::pod_collect_to_vec(tensor.data());
    let finite = pixels.as_flattened().iter().all(|value| value.is_finite());
    if found == depth && finite && width > 0 && height > 0 {
        Ok((Shape::new(width, height, 3), pixels))
    } else {
        Err(SavedError::Mismatch)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by it")]
mod tests {
    use super::*;
    use crate::settings::Preset;
    use proptest::prelude::*;

    fn saved() -> Saved {
        let plane = |count, value| vec![[value, 0.25, 0.5, 1.0]; count];
        Saved {
            settings: Preset::Fine.settings(),
            blend: vec![1.0, 0.5],
            scale: 2,
            shape: Shape::new(3, 2, 3),
            progress: Progress {
                step: 17,
                steps_before: 900,
                picture: plane(6, 0.125),
                moments: Some(plane(12, -4.0)),
                mean: Some(plane(6, 0.75)),
                coarse_moments: Pixels::new(),
                matches: None,
            },
        }
    }

    #[test]
    fn what_is_written_is_read() {
        let bytes = saved().to_bytes().unwrap();
        assert_eq!(Saved::from_bytes(&bytes).unwrap(), saved());
    }

    #[test]
    fn its_pictures_are_written_and_read() {
        let origin = |content: &str, part| Origin {
            content: Input::new(content.into()),
            styles: vec![Input {
                part,
                ..Input::new("style".into())
            }],
        };
        let bytes = saved().to_bytes_from(&origin("content", 2.0)).unwrap();
        assert_eq!(Saved::from_bytes(&bytes).unwrap(), saved());
        let found = Origin::from_bytes(&bytes).unwrap().unwrap();
        assert!(found.suits(&origin("content", 1.0)));
        assert!(!found.suits(&origin("other", 2.0)));
        let bytes = saved().to_bytes().unwrap();
        assert_eq!(Origin::from_bytes(&bytes).unwrap(), None);
    }

    #[test]
    fn what_is_not_whole_is_refused() {
        for change in [
            |saved: &mut Saved| saved.progress.moments = None,
            |saved: &mut Saved| saved.progress.mean = None,
            |saved: &mut Saved| saved.settings.optimiser = Optimiser::Lbfgs,
            |saved: &mut Saved| saved.progress.picture[0][0] = f32::NAN,
            |saved: &mut Saved| saved.settings.steps = 0,
        ] {
            let mut saved = saved();
            change(&mut saved);
            let bytes = saved.to_bytes().unwrap();
            assert!(Saved::from_bytes(&bytes).is_err());
        }
    }

    proptest! {
        #[test]
        fn damaged_files_are_refused_or_whole(
            changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
            length in any::<prop::sample::Index>(),
        ) {
            let mut file = saved().to_bytes().unwrap();
            for (place, byte) in changes {
                let place = place.index(file.len());
                file[place] = byte;
            }
            let cut = length.index(file.len());
            prop_assert!(Saved::from_bytes(&file[..cut]).is_err());
            if let Ok(found) = Saved::from_bytes(&file) {
                prop_assert!(found.is_whole());
                prop_assert_eq!(found.progress.picture.len(), found.shape.positions() as usize);
            }
        }
    }
}
