//! What the engine as a whole promises, each promise in a module: one program, because each takes long to be linked.

#![allow(clippy::unwrap_used, reason = "a test fails by it")]

mod colours;
#[path = "../common/mod.rs"]
mod common;
mod plan;
mod precision;
mod provenance;
mod reference_run;
mod tuning;
mod weights;
mod windows;
