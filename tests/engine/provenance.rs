//! Settings from files are untrusted: whatever is in them, they are refused or can be used.

use impasto::files::provenance::{
    Depth, Input, Provenance, ProvenanceError, from_png, settings_from_text, to_png,
};
use impasto::maps::Shape;
use impasto::settings::{Preset, Settings};
use png::text_metadata::{EncodableTextChunk, ITXtChunk};
use proptest::prelude::*;
use serde_json::{Value, json};

fn painted() -> Vec<u8> {
    let provenance = Provenance {
        version: "1".into(),
        adapter: "A GPU".into(),
        content: Input::new("ab".into()),
        styles: vec![Input::new("cd".into())],
        settings: Preset::Fine.settings(),
    };
    let shape = Shape::new(2, 2, 3);
    to_png(shape, &[[0.5; 4]; 4], Depth::Eight, &provenance).unwrap()
}

fn with_text(text: &str, compressed: bool) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut writer = png::Encoder::new(&mut bytes, 1, 1).write_header().unwrap();
    let mut chunk = ITXtChunk::new("Impasto", text);
    chunk.compressed = compressed;
    if compressed {
        chunk.compress_text().unwrap();
    }
    chunk.encode(&mut Vec::new()).unwrap();
    writer.write_text_chunk(&chunk).unwrap();
    writer.write_image_data(&[0]).unwrap();
    writer.finish().unwrap();
    bytes
}

/// Settings that were taken must be of use: nothing that the engine derives from them at first may fail or take long.
fn assert_usable(settings: &Settings) {
    settings.check().unwrap();
    assert!(settings.scales().len() < 32);
    assert!(settings.steps > 0);
}

/// The provenance of a fine painting, and so many bytes that mean nothing.
fn with_spaces(spaces: usize) -> String {
    let settings = serde_json::to_value(Preset::Fine.settings()).unwrap();
    provenance_text(&settings) + &" ".repeat(spaces)
}

/// Guards the memory: a few bytes may unpack to gigabytes. The text before the blanks is good, so that the length of all
/// can alone be the reason; the file is small enough to be read.
#[test]
fn a_short_text_that_unpacks_to_a_long_one_is_refused() {
    let bomb = with_text(&with_spaces(50_000_000), true);
    assert!(bomb.len() < 500_000);
    let refused = from_png(&bomb);
    assert!(
        matches!(refused, Err(ProvenanceError::Png(_))),
        "{refused:?}"
    );
}

/// Guards the bound itself, a megabyte, packed or not.
#[test]
fn a_text_is_read_up_to_a_megabyte_and_no_further() {
    for compressed in [false, true] {
        let read = |spaces| from_png(&with_text(&with_spaces(spaces), compressed));
        assert!(read(500_000).is_ok(), "compressed: {compressed}");
        let refused = read(1 << 20);
        assert!(
            matches!(refused, Err(ProvenanceError::Png(_))),
            "compressed: {compressed}, {refused:?}"
        );
    }
}

#[test]
fn unknown_settings_are_refused_rather_than_forgotten() {
    let mut settings = serde_json::to_value(Preset::Fine.settings()).unwrap();
    settings["sharpness"] = json!(1);
    let text = provenance_text(&settings);
    assert!(matches!(
        from_png(&with_text(&text, false)),
        Err(ProvenanceError::Unknown(_))
    ));
}

fn provenance_text(settings: &Value) -> String {
    let input = json!({"sha256": "ab"});
    json!({
        "version": "1",
        "adapter": "A GPU",
        "content": input,
        "styles": [input],
        "settings": settings,
    })
    .to_string()
}

/// Every place in the settings that has a value.
fn paths(value: &Value) -> Vec<String> {
    let Value::Object(members) = value else {
        return vec![String::new()];
    };
    let below = |(name, value): (&String, &Value)| {
        let inner = paths(value).into_iter();
        inner
            .map(|path| format!("/{name}{path}"))
            .collect::<Vec<_>>()
    };
    members.iter().flat_map(below).collect()
}

fn values() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<f64>().prop_map(|number| json!(number)),
        any::<i64>().prop_map(|number| json!(number)),
        (-3_i32..20000).prop_map(|number| json!(number)),
        "[a-z]{0,12}".prop_map(|text| json!(text)),
        Just(Value::Null),
        Just(json!([1, 2])),
        Just(json!({"block1_conv1": 1e39})),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_value_of_any_setting_is_refused_or_usable(place in any::<prop::sample::Index>(), value in values()) {
        let mut settings = serde_json::to_value(Preset::Fine.settings()).unwrap();
        let paths = paths(&settings);
        *settings.pointer_mut(&paths[place.index(paths.len())]).unwrap() = value;
        if let Ok(found) = from_png(&with_text(&provenance_text(&settings), false)) {
            assert_usable(&found.settings);
        }
    }

    #[test]
    fn damaged_files_are_refused_or_usable(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        length in any::<prop::sample::Index>(),
    ) {
        let mut file = painted();
        for (place, byte) in changes {
            let place = place.index(file.len());
            file[place] = byte;
        }
        let cut = length.index(file.len()) + 1;
        for bytes in [&file[..], &file[..cut]] {
            if let Ok(found) = from_png(bytes) {
                assert_usable(&found.settings);
            }
        }
    }

    #[test]
    fn any_text_of_a_link_is_refused_or_usable(
        place in any::<prop::sample::Index>(),
        value in values(),
        noise in any::<String>(),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut settings = serde_json::to_value(Preset::Fine.settings()).unwrap();
        let paths = paths(&settings);
        *settings.pointer_mut(&paths[place.index(paths.len())]).unwrap() = value;
        let whole = settings.to_string();
        let start: String = whole.chars().take(cut.index(whole.len())).collect();
        for text in [&whole, &noise, &(start + &noise)] {
            if let Ok(found) = settings_from_text(text) {
                assert_usable(&found);
            }
        }
    }

    #[test]
    fn any_bytes_are_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(from_png(&bytes).is_err());
    }
}

/// The page shows the package's version, and PNG files have it.
#[test]
fn the_changelog_is_of_this_version() {
    let changelog = include_str!("../../CHANGELOG.md");
    let latest = changelog.lines().find_map(|line| line.strip_prefix("## "));
    let version = latest.and_then(|title| title.split(' ').next());
    assert_eq!(version, Some(env!("CARGO_PKG_VERSION")));
}
