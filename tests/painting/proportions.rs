//! Of the losses' weights only the proportions count, but for the tutorial's presets, which keep TensorFlow's epsilon.

use impasto::settings::{LossWeights, Preset, Settings};

use crate::{Studio, difference, run, shallow};

/// A power of two, near a millionth: it changes no number's digits.
const SCALE: f32 = 1.0 / (1 << 20) as f32;

fn short(name: Preset) -> Settings {
    Settings {
        size: 40,
        first_size: 20,
        first_steps: 1,
        steps: 2,
        refining_steps: 1,
        ..shallow(name)
    }
}

#[test]
fn weights_a_million_times_smaller_give_the_same_picture() {
    let studio = Studio::open();
    let paint = |settings: Settings| run(&mut studio.begin(&[(&studio.first, 1.0)], settings)).1;
    for name in [Preset::Brush, Preset::Fine, Preset::Gatys] {
        let settings = short(name);
        let weights = settings.weights;
        let small = Settings {
            weights: LossWeights {
                style: SCALE * weights.style,
                content: SCALE * weights.content,
                total_variation: SCALE * weights.total_variation,
                palette: SCALE * weights.palette,
            },
            ..settings
        };
        let (usual, small) = (paint(settings), paint(small));
        let moved = difference(&usual, &studio.content);
        let apart = difference(&usual, &small);
        // What epsilon is beside the smallest gradients moves last digits, which grow from step to step; with the tutorial's
        // epsilon the picture would hardly move.
        assert!(
            apart < moved / 20.0 && moved > 2.0,
            "{}: {apart} of {moved}",
            name.name()
        );
    }
}
