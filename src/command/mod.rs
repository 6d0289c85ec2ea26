//! The `impasto` command: from the arguments by way of files to a painting, and to files again.

mod arguments;
mod command;
mod given;
mod inputs;
mod outputs;
mod places;
mod settings;
mod works;
mod write;

pub use command::main;
