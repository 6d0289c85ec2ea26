//! The `impasto` command: from the arguments by way of files to a painting, and to files again.

mod arguments;
mod command;
mod given;
mod gpus;
mod inputs;
mod interruption;
mod keep;
mod log;
mod orders;
mod outputs;
mod places;
mod progress;
mod run;
mod say;
mod settings;
mod studio;
mod weights;
mod works;
mod write;

pub use command::main;
