//! Decoded pictures.
