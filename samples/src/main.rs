//! Draws the sample pictures of the web page: `draw-samples OUT_DIR`.
//!
//! Every picture is drawn by the code here from fixed seeds, so that the page ships nothing
//! whose licence is in doubt, and so that each can be drawn again, the same.

#[cfg(not(target_arch = "wasm32"))]
mod canvas;
#[cfg(not(target_arch = "wasm32"))]
mod dots;
#[cfg(not(target_arch = "wasm32"))]
mod glass;
#[cfg(not(target_arch = "wasm32"))]
mod harbour;
#[cfg(not(target_arch = "wasm32"))]
mod noise;
#[cfg(not(target_arch = "wasm32"))]
mod output;
#[cfg(not(target_arch = "wasm32"))]
mod swirls;
#[cfg(not(target_arch = "wasm32"))]
mod tracer;
#[cfg(not(target_arch = "wasm32"))]
mod vector;
#[cfg(not(target_arch = "wasm32"))]
mod woodblock;

#[cfg(not(target_arch = "wasm32"))]
fn main() -> std::process::ExitCode {
    output::run()
}

/// The crate also builds for the browser, where there is nothing to draw into.
#[cfg(target_arch = "wasm32")]
fn main() {}
