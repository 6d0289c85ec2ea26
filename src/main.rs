//! The `impasto` command: style transfer on the command line, with the engine that the page runs.

#[cfg(not(target_arch = "wasm32"))]
mod command;

#[cfg(not(target_arch = "wasm32"))]
fn main() -> std::process::ExitCode {
    command::main()
}

/// The page's entry is `impasto::web`; this binary has nothing to do there.
#[cfg(target_arch = "wasm32")]
fn main() {}
