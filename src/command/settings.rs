//! The settings that the arguments ask for.

use std::error::Error;
use std::fs;
use std::path::Path;

use super::arguments::Arguments;
use impasto::files::provenance;
use impasto::settings::Settings;

pub fn settings(arguments: &Arguments) -> Result<Settings, Box<dyn Error>> {
    let mut settings = match &arguments.settings {
        Some(path) => read_settings(path)?,
        None => arguments.preset.settings(),
    };
    fn set<T: Copy>(setting: &mut T, argument: Option<T>) {
        *setting = argument.unwrap_or(*setting);
    }
    let Arguments { width, height, .. } = arguments;
    set(&mut settings.size, arguments.size.or(*width.max(height)));
    set(&mut settings.steps, arguments.steps);
    set(&mut settings.first_size, arguments.first_size);
    set(&mut settings.first_steps, arguments.first_steps);
    if let Some(style_loss) = arguments.style_loss {
        settings.compare_styles_by(style_loss);
    }
    set(&mut settings.weights.style, arguments.style_weight);
    set(&mut settings.weights.content, arguments.content_weight);
    set(&mut settings.weights.total_variation, arguments.tv_weight);
    set(&mut settings.smoothness, arguments.smoothness);
    set(
        &mut settings.perception.style_layers,
        arguments.style_layers,
    );
    set(
        &mut settings.perception.content_layers,
        arguments.content_layers,
    );
    let perception = &mut settings.perception;
    set(&mut perception.pooling, arguments.pooling);
    set(&mut perception.padding, arguments.padding);
    set(
        &mut perception.normalise_gradients,
        arguments.normalise_gradients,
    );
    set(&mut settings.colour, arguments.colour);
    set(&mut settings.strength, arguments.strength);
    set(&mut settings.noise, arguments.noise);
    set(&mut settings.seed, arguments.seed);
    set(&mut settings.optimiser, arguments.optimiser);
    set(&mut settings.learning_rate, arguments.learning_rate);
    set(&mut settings.beta1, arguments.beta1);
    set(&mut settings.beta2, arguments.beta2);
    set(&mut settings.history, arguments.history);
    set(&mut settings.averaging, arguments.averaging);
    set(&mut settings.precision, arguments.precision);
    let limit = arguments
        .memory_limit
        .map(|gigabytes| (gigabytes * 1e9) as u64);
    set(&mut settings.memory, limit);
    settings.check()?;
    Ok(settings)
}

fn read_settings(path: &Path) -> Result<Settings, Box<dyn Error>> {
    let bytes =
        fs::read(path).map_err(|error| format!("{} could not be read: {error}", path.display()))?;
    if bytes.trim_ascii_start().starts_with(b"{") {
        return serde_json::from_slice(&bytes)
            .map_err(|error| format!("{} has no usable settings: {error}", path.display()).into());
    }
    let provenance =
        provenance::from_png(&bytes).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(provenance.settings)
}
