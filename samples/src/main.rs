//! Draws the sample pictures of the web page: `draw-samples OUT_DIR`.
//!
//! Every picture is drawn by the code here from fixed seeds, so that the page ships nothing
//! whose licence is in doubt, and so that each can be drawn again, the same.

mod canvas;
mod charcoal;
mod dots;
mod forms;
mod glass;
mod harbour;
mod lake;
mod noise;
mod output;
mod portrait;
mod poster;
mod swirls;
mod tracer;
mod vector;
mod woodblock;

fn main() -> std::process::ExitCode {
    output::run()
}
