//! Pictures in which there is nothing to see, and the smallest ones: what divides by a length or a variance finds zero there.

use impasto::maps::Shape;
use impasto::painting::{Painting, Style};
use impasto::pictures::Picture;
use impasto::settings::{Preset, Settings};

use super::{Studio, difference, preset, run, shallow};

fn plain(side: u32, [red, green, blue]: [u8; 3]) -> Picture {
    let pixels = [red, green, blue, 255].repeat((side * side) as usize);
    Picture::from_rgba(side, side, pixels).unwrap()
}

/// What finds zero does so in the first step at a size, and what becomes of that shows in the next.
fn quick(settings: Settings) -> Settings {
    Settings {
        size: 32,
        first_size: 20,
        first_steps: 1,
        steps: 2,
        refining_steps: 1,
        ..settings
    }
}

/// The two that are not here differ from others of these by numbers only.
const PRESETS: [Preset; 4] = [Preset::Brush, Preset::Fine, Preset::Tutorial, Preset::Gatys];

#[test]
fn there_is_a_picture_of_one_colour_like_one_colour() {
    let mut studio = Studio::open();
    let noise = studio.content.clone();
    for (content, style) in [
        (noise, plain(40, [0, 0, 0])),
        (plain(40, [255, 255, 255]), studio.first.clone()),
        (plain(40, [120, 80, 200]), plain(40, [120, 80, 200])),
    ] {
        studio.content = content;
        for name in PRESETS {
            let (records, picture) = run(&mut studio.begin(&[(&style, 1.0)], quick(shallow(name))));
            let finite = |loss: f64| loss.is_finite();
            let all_finite = records
                .iter()
                .all(|record| finite(record.loss) && finite(record.grad_norm));
            assert!(all_finite, "{}: {records:?}", name.name());
            assert!(!records.is_empty());
            // A few steps go a few levels far, and two presets begin in the style's one colour; what is thrown to the limits would be
            // half of the range away.
            if name != Preset::Gatys {
                let from = match name {
                    Preset::Brush | Preset::Fine => &style,
                    _ => &studio.content,
                };
                let Shape { width, height, .. } = picture.shape();
                let from = from.clone().resized(width, height).unwrap();
                let far = difference(&picture, &from);
                assert!(far < 64.0, "{}: {far}", name.name());
            }
        }
    }
}

#[test]
fn the_smallest_style_that_the_network_takes_is_painted_like() {
    let studio = Studio::open();
    let small = studio.first.clone().with_longest_side(16).unwrap();
    for name in PRESETS {
        for (size, scale) in [(32, 1.0), (20, 0.8)] {
            let settings = Settings {
                size,
                ..quick(preset(name))
            };
            let style = Style {
                scale,
                ..Style::new(small.clone())
            };
            let (network, content) = (studio.network.clone(), &studio.content);
            let painting = Painting::new(network, content, vec![style], None, settings);
            let (records, _) = run(&mut pollster::block_on(painting).unwrap());
            assert!(records.iter().all(|record| record.loss.is_finite()));
        }
    }
}
