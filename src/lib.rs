//! Neural style transfer (Gatys et al. 2015) on the GPU, in a web page and on the command line.
//!
//! # The way from a file to a finished picture
//!
//! | step | where |
//! |---|---|
//! | A file is decoded to 8-bit sRGB and resized | [`picture`]; in the page the browser decodes |
//! | VGG19's weights are read, whatever their format, and put in one form | [`weights`]; its architecture is [`vgg19`] |
//! | The GPU is opened and the tiles that suit it are chosen; kernels are compiled, weights uploaded | [`gpu`], [`tuning`], [`kernels`], [`network`] |
//! | What is to be done is said, from a preset on | [`settings`] |
//! | Colours are matched, masks and pictures brought to the first of the painting's sizes | [`painting`], [`colour`], [`mask`] |
//! | Targets are computed: what is known of the styles' features, and the content's features | [`style_loss`], [`losses`] |
//! | A step is planned once as a list of dispatches: forward, losses, backward, total variation, optimiser | [`painter`], [`network`] |
//! | Steps run in batches; their losses come back while the next batch runs | [`painter`] |
//! | The picture grows to the next size, with what the optimiser knows | [`painting`] |
//! | It can be put aside, and gone on with | [`saved`] |
//! | The picture is shown from the GPU, or read back and saved with its settings | `canvas`, [`picture`], [`provenance`] |
//!
//! How fast each part is on an adapter is measured by [`measure`].
//!
//! What a painting needs of the GPU's memory is known before it begins: [`plan`].
//! Pictures larger than the GPU's memory are cut by [`windows`].
//!
//! Data flows down this table only. The engine ([`painting`] and what is above it) knows nothing of the browser; `web`,
//! which the page's worker calls, knows nothing of kernels.
//!
//! # Conventions
//!
//! A feature map lies as `[channels / 4][height][width]` vec4 ([`feature_map`]). Every shader in `shaders/` states its
//! maths, its layouts and why its tiling is as it is; the module of the same name in [`kernels`] binds and dispatches it.

#[cfg(target_arch = "wasm32")]
pub mod canvas;
pub mod colour;
pub mod feature_map;
pub mod gpu;
pub mod kernels;
pub mod losses;
pub mod mask;
pub mod measure;
pub mod network;
pub mod painter;
pub mod painting;
pub mod picture;
pub mod plan;
pub mod provenance;
pub mod saved;
pub mod settings;
mod square_root;
pub mod style_loss;
pub mod tuning;
pub mod vgg19;
#[cfg(target_arch = "wasm32")]
pub mod web;
#[cfg(target_arch = "wasm32")]
pub mod web_bench;
#[cfg(target_arch = "wasm32")]
pub mod web_error;
pub mod weights;
pub mod windows;
