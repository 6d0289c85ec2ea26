//! Runs that would leave nothing but black and white end, and keep the last picture that was one.

use impasto::painting::{Cause, Painting, PaintingError, Style};
use impasto::pictures::{Mask, Picture};
use impasto::settings::{LossWeights, Preset, Settings, SettingsError};

use crate::{Studio, difference, run, shallow};

/// Steps that are far too long throw values from one limit to the other.
#[test]
fn a_picture_at_the_limits_ends_the_run_with_the_last_good_one() {
    let studio = Studio::open();
    for name in [Preset::Fine, Preset::Tutorial] {
        let settings = Settings {
            size: 40,
            first_size: 4096,
            // More than are under way when the first is found out.
            steps: 4,
            // From one limit to the other.
            learning_rate: 1.0,
            ..shallow(name)
        };
        let mut painting = studio.begin(&[(&studio.first, 1.0)], settings);
        let before = pollster::block_on(painting.picture()).unwrap();
        let error = loop {
            if let Err(error) = pollster::block_on(painting.advance(u32::MAX)) {
                break error;
            }
            assert!(!painting.finished());
        };
        let PaintingError::AtLimits { step, cause } = error else {
            panic!("{error}");
        };
        assert_eq!((step, cause), (1, Cause::StepSize));
        let record = painting.ruined().last().unwrap();
        assert!(record.step == 1 && record.at_limits > 0.9);
        let after = pollster::block_on(painting.picture()).unwrap();
        assert_eq!(difference(&before, &after), 0.0);
    }
}

/// The share of black and white.
fn at_limits(picture: &Picture) -> f64 {
    let values = picture.values();
    let there = values.iter().filter(|&&value| value == 0 || value == 255);
    there.count() as f64 / values.len() as f64
}

/// A drawing in black and white is no accident.
#[test]
fn black_and_white_like_black_and_white_is_painted_to_the_end() {
    let mut studio = Studio::open();
    let drawn =
        |picture: &Picture| picture.map_pixels(|[red, ..]| [if red > 0.5 { 1.0 } else { 0.0 }; 3]);
    studio.content = drawn(&studio.content);
    studio.first = drawn(&studio.first);
    let settings = Settings {
        size: 40,
        first_size: 4096,
        steps: 8,
        refining_steps: 2,
        ..shallow(Preset::Brush)
    };
    let mut painting = studio.begin(&[(&studio.first, 1.0)], settings);
    let (_, picture) = run(&mut painting);
    assert!(painting.finished());
    assert!(at_limits(&studio.content) > 0.99 && at_limits(&picture) > 0.0);
}

/// Where nothing counts there is nothing to wait for.
#[test]
fn what_would_leave_nothing_to_paint_is_refused_before_the_first_step() {
    let studio = Studio::open();
    let black = Mask::new(studio.first.map_pixels(|_| [0.0; 3]));
    let style = Style::new(studio.first.clone());
    let (region, source) = (style.clone(), style.clone());
    let masked = [
        Style {
            region: Some(black.clone()),
            ..region
        },
        Style {
            source: Some(black),
            ..source
        },
    ];
    let begin = |style: &Style, settings| {
        let (network, styles) = (studio.network.clone(), vec![style.clone()]);
        pollster::block_on(Painting::new(
            network,
            &studio.content,
            styles,
            None,
            settings,
        ))
        .err()
    };
    for preset in [Preset::Brush, Preset::Fine, Preset::Tutorial, Preset::Gatys] {
        let settings = Settings {
            size: 40,
            history: 2,
            ..preset.settings()
        };
        for style in &masked {
            let refused = begin(style, settings);
            assert!(
                matches!(refused, Some(PaintingError::NothingToPaint)),
                "{refused:?}"
            );
        }
        let weightless = Settings {
            weights: LossWeights {
                style: 0.0,
                content: 0.0,
                ..settings.weights
            },
            ..settings
        };
        let refused = begin(&style, weightless);
        let nothing = PaintingError::Settings(SettingsError::NothingCounts);
        assert_eq!(
            refused.map(|error| error.to_string()),
            Some(nothing.to_string())
        );
    }
}
