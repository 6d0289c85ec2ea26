//! The settings that the arguments ask for.

use std::error::Error;
use std::fs;
use std::path::Path;

use impasto::files::provenance;
use impasto::settings::Settings;

use super::arguments::Arguments;

/// Those of the file or the preset, with what was given besides.
///
/// # Errors
/// What is wrong with the file or a setting.
pub fn settings(arguments: &Arguments) -> Result<Settings, Box<dyn Error>> {
    let begun = match &arguments.settings {
        Some(path) => read_settings(path)?,
        None => arguments.preset.unwrap_or_default().settings(),
    };
    let mut settings = begun.with(&arguments.given.0)?;
    let longer = arguments.width.max(arguments.height);
    settings.size = longer.unwrap_or(settings.size);
    settings.check()?;
    Ok(settings)
}

fn read_settings(path: &Path) -> Result<Settings, Box<dyn Error>> {
    let bytes =
        fs::read(path).map_err(|error| format!("{} could not be read: {error}", path.display()))?;
    provenance::settings_from_file(&bytes)
        .map_err(|error| format!("{}: {error}", path.display()).into())
}
