//! Errors as the page gets them: JavaScript's, whose `text` names them, so that the page can say them in its own language.

use js_sys::{Object, Reflect};
use wasm_bindgen::JsValue;

use crate::files::provenance::ProvenanceError;
use crate::files::saved::SavedError;
use crate::gpu::GpuError;
use crate::painting::{Cause, PaintingError, Part, TooNarrow, Which};
use crate::pictures::PictureError;
use crate::settings::SettingsError;
use crate::vgg19::{LEAST_SIDE, WeightsError};

/// An error whose message is English. Those that a visitor may well meet have a `text` too, `{key, values}`, whose key is
/// one of `www/texts/de.js`, and so of every other language's file.
#[derive(Debug)]
pub struct PageError(js_sys::Error);

impl PageError {
    /// One without a `text`.
    pub fn new(message: &str) -> Self {
        Self(js_sys::Error::new(message))
    }

    fn named(error: &impl std::error::Error, name: &str, values: &[(&str, &dyn ToString)]) -> Self {
        let Self(page) = Self::new(&error.to_string());
        let (text, put_in) = (Object::new(), Object::new());
        for (value, shown) in values {
            set(&put_in, value, &shown.to_string().into());
        }
        set(&text, "key", &format!("engine-{name}").into());
        set(&text, "values", &put_in);
        set(&page, "text", &text);
        Self(page)
    }
}

// Never refused by an object that was made here.
fn set(object: &JsValue, key: &str, value: &JsValue) {
    let _ = Reflect::set(object, &key.into(), value);
}

impl From<PageError> for JsValue {
    fn from(PageError(error): PageError) -> Self {
        error.into()
    }
}

impl From<GpuError> for PageError {
    fn from(error: GpuError) -> Self {
        let named = |name, values: &[(&str, &dyn ToString)]| Self::named(&error, name, values);
        match &error {
            GpuError::NoAdapter(why) => named("no-adapter", &[("why", why)]),
            GpuError::NoDevice(why) => named("no-device", &[("why", why)]),
            GpuError::Lost(why) => named("lost", &[("why", why)]),
            GpuError::OutOfMemory(why) => named("out-of-memory", &[("why", why)]),
            GpuError::TooLarge {
                allowed,
                largest: Some(largest),
            } => named("too-large", &[("allowed", allowed), ("largest", largest)]),
            GpuError::TooLarge { allowed, .. } => named("nothing-fits", &[("allowed", allowed)]),
            GpuError::BufferTooLarge { needed, allowed } => named(
                "buffer-too-large",
                &[("needed", needed), ("allowed", allowed)],
            ),
            GpuError::Validation(why) => named("mistake", &[("why", why)]),
        }
    }
}

impl From<WeightsError> for PageError {
    fn from(error: WeightsError) -> Self {
        let named = |name, values: &[(&str, &dyn ToString)]| Self::named(&error, name, values);
        match &error {
            WeightsError::NotSafetensors(why) => named("not-safetensors", &[("why", why)]),
            WeightsError::Truncated { tensor } => named("weights-cut-off", &[("tensor", tensor)]),
            WeightsError::NoVgg19 => named("no-vgg19", &[]),
            WeightsError::Missing { tensor } => named("tensor-missing", &[("tensor", tensor)]),
            WeightsError::Shape { tensor, .. } => named("tensor-shape", &[("tensor", tensor)]),
            WeightsError::Type { tensor, found, .. } => {
                named("tensor-type", &[("tensor", tensor), ("found", found)])
            }
            WeightsError::NotFinite { tensor, .. } | WeightsError::PaletteIndex { tensor, .. } => {
                named("tensor-damaged", &[("tensor", tensor)])
            }
        }
    }
}

impl From<SavedError> for PageError {
    fn from(error: SavedError) -> Self {
        Self::named(&error, "kept-unusable", &[("why", &error)])
    }
}

impl From<PaintingError> for PageError {
    fn from(error: PaintingError) -> Self {
        match error {
            PaintingError::Gpu(error) => error.into(),
            PaintingError::Picture(error) => error.into(),
            PaintingError::Saved(error) => error.into(),
            PaintingError::NoStyle => Self::named(&error, "no-style", &[]),
            PaintingError::NothingToPaint => Self::named(&error, "nothing-to-paint", &[]),
            PaintingError::TooNarrow(TooNarrow {
                which,
                width,
                height,
                ..
            }) => {
                let sides: [(_, &dyn ToString); 3] = [
                    ("width", &width),
                    ("height", &height),
                    ("least", &LEAST_SIDE),
                ];
                match which {
                    Which::Content => Self::named(&error, "content-too-narrow", &sides),
                    Which::Style(index) => {
                        let number: [(_, &dyn ToString); 1] = [("number", &(index + 1))];
                        let values = [&sides[..], &number].concat();
                        Self::named(&error, "style-too-narrow", &values)
                    }
                }
            }
            PaintingError::NotFinite { step, grown } => {
                let named = |name| Self::named(&error, name, &[("step", &step)]);
                match grown {
                    Part::Style => named("style-too-large"),
                    Part::Content => named("content-too-large"),
                    Part::Smoothness => named("smoothness-too-large"),
                    Part::Palette => named("palette-too-large"),
                }
            }
            PaintingError::AtLimits { step, cause } => {
                let named = |name| Self::named(&error, name, &[("step", &step)]);
                match cause {
                    Cause::StepSize => named("at-limits-by-step-size"),
                    Cause::Weight(Part::Style) => named("at-limits-by-style"),
                    Cause::Weight(Part::Content) => named("at-limits-by-content"),
                    Cause::Weight(Part::Smoothness) => named("at-limits-by-smoothness"),
                    Cause::Weight(Part::Palette) => named("at-limits-by-palette"),
                }
            }
            // The page has its fields say what is wrong with a setting, before the engine can.
            PaintingError::Settings(_) | PaintingError::StyleScale(_) => {
                Self::new(&error.to_string())
            }
        }
    }
}

macro_rules! without_text {
    ($($error:ty),*) => {
        $(impl From<$error> for PageError {
            fn from(error: $error) -> Self {
                Self::new(&error.to_string())
            }
        })*
    };
}

// Mistakes of the page's, or what it says itself in other words.
without_text!(
    PictureError,
    ProvenanceError,
    SettingsError,
    png::EncodingError,
    serde_json::Error
);
