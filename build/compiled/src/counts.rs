//! What a walk through a kernel counts.

use std::collections::BTreeMap;

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Count {
    /// Multiply-adds in f32, and multiplications.
    pub multiply_adds: u64,
    /// All operations, those among them, each part of a vector for itself, and reads and writes of up to 16 bytes.
    pub operations: u64,
    /// How often it waits for buffers: once in each turn of a loop that reads of one, and between two barriers.
    pub waits: u64,
}

/// What is read of one buffer and written to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Traffic {
    /// Bytes, as often as they are read or written.
    pub bytes: u64,
    /// From the first byte to the last one's end; none where that is not known.
    pub extent: Option<(u64, u64)>,
}

/// One invocation's work.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Walk {
    /// All of it.
    pub count: Count,
    /// By binding.
    pub traffic: BTreeMap<u32, Traffic>,
}

/// The reach of both.
pub fn joined(one: Option<(u64, u64)>, other: Option<(u64, u64)>) -> Option<(u64, u64)> {
    let ((from, to), (other_from, other_to)) = one.zip(other)?;
    Some((from.min(other_from), to.max(other_to)))
}
