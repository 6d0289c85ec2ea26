//! Pictures whose colours are not what their numbers say look on the command line as in the page: `tests/data/colours` has
//! files of all kinds, and what Chromium makes of them, to which `tests/page/colours.test.js` holds it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use impasto::pictures::Picture;

/// Of a field of one colour.
const SIDE: u32 = 16;

/// In 255ths: browsers compute in less than single precision.
const TOLERANCE: u8 = 2;

#[derive(Debug, Clone, PartialEq, serde::Deserialize)]
struct Seen {
    size: (u32, u32),
    fields: Vec<[u8; 3]>,
}

impl Seen {
    fn of(name: &str) -> Self {
        let picture = Picture::open(&folder().join(name)).unwrap();
        let shape = picture.shape();
        let middles = |side: u32| (SIDE / 2..side).step_by(SIDE as usize);
        let (pixels, _) = picture.values().as_chunks::<3>();
        let fields = middles(shape.height)
            .flat_map(|y| middles(shape.width).map(move |x| (y * shape.width + x) as usize));
        Self {
            size: (shape.width, shape.height),
            fields: fields.map(|place| pixels[place]).collect(),
        }
    }

    fn difference(&self, other: &Self) -> u8 {
        if self.size != other.size {
            return u8::MAX;
        }
        let fields = self
            .fields
            .iter()
            .flatten()
            .zip(other.fields.iter().flatten());
        fields.map(|(&a, &b)| a.abs_diff(b)).max().unwrap()
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/colours")
}

fn in_chromium() -> BTreeMap<String, Seen> {
    let numbers = std::fs::read(folder().join("colours.json")).unwrap();
    serde_json::from_slice(&numbers).unwrap()
}

#[test]
fn colours_and_orientation_are_the_browsers() {
    let in_chromium = in_chromium();
    assert!(in_chromium.len() > 40);
    let mut wrong = String::new();
    for (name, expected) in &in_chromium {
        let seen = Seen::of(name);
        if seen.difference(expected) > TOLERANCE {
            wrong += &format!("{name}: {seen:?} instead of {expected:?}\n");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// Browsers do not open TIFF; the same pixels in PNG have the same colours.
#[test]
fn colours_and_orientation_in_tiff_are_those_in_png() {
    let in_chromium = in_chromium();
    for name in ["p3", "adobe", "turned"] {
        let seen = Seen::of(&format!("{name}.tif"));
        let expected = &in_chromium[&format!("{name}.png")];
        assert!(seen.difference(expected) <= TOLERANCE, "{name}: {seen:?}");
    }
}

/// Else a command that knows nothing of colours would pass.
#[test]
fn most_of_them_differ_from_what_their_numbers_say() {
    // In which what says otherwise is broken, unfit, or not known.
    let alike = [
        "broken_profile.png",
        "chromaticities.png",
        "code_points_narrow.png",
        "colours_of_grey.png",
        "colours_of_grey.jpg",
        "gamma_near.png",
        "gamma_srgb.png",
        "grey_plain.png",
        "inks.jpg",
        "inks_by_luma.jpg",
        "inks_of_colours.jpg",
        "inks_unmarked.jpg",
        "other_profile.png",
        "plain.jpg",
        "plain.png",
        "plain.webp",
        "turned.webp",
    ];
    let in_chromium = in_chromium();
    for (name, seen) in &in_chromium {
        let plain = match name.split(['_', '.']).next().unwrap() {
            "inks" => "inks.jpg",
            "grey" => "grey_plain.png",
            _ => "plain.png",
        };
        let differs = seen.difference(&in_chromium[plain]) > 3 * TOLERANCE;
        assert_eq!(differs, !alike.contains(&name.as_str()), "{name}");
    }
}
