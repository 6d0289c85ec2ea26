//! What is written and read again: how a picture came to be, and paintings that were put aside.

pub mod provenance;
pub mod saved;
