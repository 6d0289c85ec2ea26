//! Neural style transfer (Gatys et al. 2015) on the GPU, in a web page and on the command line.
//!
//! # The way from a file to a finished picture
//!
//! | step | where |
//! |---|---|
//! | A file is decoded to 8-bit sRGB and resized | [`pictures`]; in the page the browser decodes |
//! | VGG19's weights are read, whatever their format, and put in one form | [`vgg19`] |
//! | The GPU is opened and the tiles that suit it are chosen; kernels are compiled, weights uploaded | [`gpu`], [`measure::tiles`], [`kernels`], [`network`] |
//! | What is to be done is said, from a preset on | [`settings`] |
//! | Colours are matched, masks and pictures brought to the first of the painting's sizes | [`painting`], [`pictures`] |
//! | Targets are computed: what is known of the styles' features, and the content's features | [`losses`] |
//! | A step is planned once as a list of dispatches: forward, losses, backward, total variation, optimiser | [`painting::Painter`], [`network`] |
//! | Steps run in batches; their losses come back while the next batch runs | [`painting::Painter`] |
//! | The picture grows to the next size, with what the optimiser knows | [`painting::Painting`] |
//! | It can be put aside, and gone on with | [`files::saved`] |
//! | The picture is shown from the GPU, or read back and saved with its settings | `web`, [`pictures`], [`files::provenance`] |
//!
//! How fast each part is on an adapter is measured by [`measure::bench`].
//! What a painting needs of the GPU's memory is known before it begins: [`painting::Plan`].
//! Pictures larger than the GPU's memory are cut into windows: [`maps::Grid`]; those larger than a buffer lie in bands of rows:
//! [`gpu::Banded`].
//!
//! # The floors
//!
//! A folder may name only folders of lower floors, and no two files name each other in a circle: `tests/layers.rs` sees to
//! both.
//!
//! | floor | folder | what it is |
//! |---|---|---|
//! | 1 | [`maps`] | shapes, regions, windows and bands: numbers only |
//! | 2 | [`vgg19`] | the network's architecture, and its weights out of a file |
//! | 2 | [`gpu`] | wgpu's ceremony, memory, the stopwatch |
//! | 3 | [`pictures`] | pictures, colours and masks on the processor |
//! | 3 | [`settings`] | what can be set, presets, what is allowed |
//! | 4 | [`kernels`] | one module a shader, and what kernels share |
//! | 4 | [`files`] | what is written and read again: provenance, paintings put aside |
//! | 5 | [`network`] | VGG19 on the GPU, forward and back |
//! | 6 | [`losses`] | style and content: targets, values, gradients |
//! | 7 | [`painting`] | plan of memory, one size, a whole painting |
//! | 8 | [`measure`] | tiles by timing; the bench |
//! | 9 | `web` and the command | the two ways in; neither names the other |
//!
//! The engine knows nothing of the browser, and `web`, which the page's worker calls, nothing of kernels.
//!
//! # Conventions
//!
//! A feature map lies as `[channels / 4][height][width]` vec4 ([`maps::Shape`]). Every shader in `shaders/` states its
//! maths, its layouts and why its tiling is as it is; the module of the same name in [`kernels`] binds and dispatches it.

pub mod files;
pub mod gpu;
pub mod kernels;
pub mod losses;
pub mod maps;
pub mod measure;
pub mod network;
pub mod painting;
pub mod pictures;
pub mod settings;
pub mod vgg19;

#[cfg(target_arch = "wasm32")]
pub mod web;
