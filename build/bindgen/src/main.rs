//! Binds the engine's WebAssembly to JavaScript: `bindgen WASM_FILE OUT_DIR`.
//!
//! wasm-bindgen's own command would also compile a web server and an HTTP client; this needs its library alone.

use std::env;
use std::error::Error;

use wasm_bindgen_cli_support::Bindgen;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args_os().skip(1);
    let (wasm_file, folder) = arguments
        .next()
        .zip(arguments.next())
        .ok_or("usage: bindgen WASM_FILE OUT_DIR")?;
    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(wasm_file)
        .out_name("impasto")
        .web(true)?
        .omit_default_module_path(false)
        // The declarations are for checking the page's types: they are no part of the site.
        .typescript(true)
        .generate(folder)?;
    Ok(())
}
