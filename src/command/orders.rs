//! What one content is painted with, and from which state it goes on.

use std::error::Error;
use std::fs;
use std::path::Path;

use super::arguments::Arguments;
use super::inputs::{OpenedStyle, open_content};
use super::works::Work;
use impasto::files::saved::{Origin, Saved};
use impasto::pictures::Picture;
use impasto::settings::Settings;

/// What one content is painted with.
#[derive(Debug)]
pub struct Order {
    /// At the painting's size.
    pub content: Picture,
    pub settings: Settings,
    pub origin: Origin,
    /// The bytes of the state from which it goes on.
    pub state: Option<Vec<u8>>,
}

/// Reads a content, and its state if it goes on from one.
///
/// # Errors
/// What is wrong with the content, or why the state is not of this painting.
pub fn order(
    arguments: &Arguments,
    settings: &Settings,
    work: &Work,
    styles: &[OpenedStyle],
) -> Result<Order, Box<dyn Error>> {
    let state = match &work.resume {
        // Of several contents those that were not begun are begun.
        Some(path) if !arguments.contents.is_empty() && !path.exists() => None,
        Some(path) => {
            let read = fs::read(path)
                .map_err(|error| format!("{} could not be read: {error}", path.display()))?;
            Some((path.as_path(), read))
        }
        None => None,
    };
    let Some((path, bytes)) = state else {
        let (content, input) = open_content(arguments, &work.content, styles, settings)?;
        let styles = styles.iter().map(|style| style.input.clone()).collect();
        return Ok(Order {
            content,
            settings: *settings,
            origin: Origin {
                content: input,
                styles,
            },
            state: None,
        });
    };
    let unusable = |error| format!("{}: {error}", path.display());
    let saved = Saved::from_bytes(&bytes).map_err(unusable)?;
    let settings = settings_of(arguments, settings, &saved, path)?;
    let (content, input) = open_content(arguments, &work.content, styles, &settings)?;
    // The parts are those of the state.
    let parts = saved.blend.iter();
    let styles: Vec<_> = styles
        .iter()
        .zip(parts)
        .map(|(style, &part)| {
            let mut input = style.input.clone();
            input.part = part;
            input
        })
        .collect();
    let origin = Origin {
        content: input,
        styles,
    };
    let same_pictures = Origin::from_bytes(&bytes)
        .map_err(unusable)?
        .is_none_or(|kept| kept.suits(&origin));
    if saved.blend.len() != arguments.style.len() || !same_pictures {
        return Err(other_pictures(path).into());
    }
    Ok(Order {
        content,
        settings,
        origin,
        state: Some(bytes),
    })
}

/// Told of a state.
pub fn other_pictures(state: &Path) -> String {
    format!(
        "{} was kept of a painting of other pictures. Give the content, the styles, their masks and their sizes with which it was begun, or leave --resume out.",
        state.display()
    )
}

/// The state's, which those that are given may only repeat; the memory may be another.
fn settings_of(
    arguments: &Arguments,
    given: &Settings,
    saved: &Saved,
    path: &Path,
) -> Result<Settings, String> {
    let gives_settings = arguments.preset.is_some()
        || arguments.settings.is_some()
        || arguments.width.is_some()
        || !arguments.given.0.is_empty();
    let kept = saved.settings;
    let memory = if gives_settings {
        given.memory
    } else {
        kept.memory
    };
    let kept = Settings { memory, ..kept };
    let parts_differ = !arguments.blend.is_empty() && arguments.blend != saved.blend;
    if parts_differ || gives_settings && kept != *given {
        return Err(format!(
            "{} was kept of a painting with other settings. Leave settings and --blend out: it goes on with its own.",
            path.display()
        ));
    }
    Ok(kept)
}
