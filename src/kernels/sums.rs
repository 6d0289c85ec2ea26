//! How many workgroups stride over a map, and the partial sums that they leave.

use crate::maps::Shape;

/// Workgroups of the kernels that stride over a map of any size and leave one partial sum each.
const STRIDING_WORKGROUPS: u32 = 512;

/// The partial sums that a kernel leaves in the buffer of sums.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SumRange {
    /// Where they begin.
    pub first: u32,
    /// How many there are.
    pub count: u32,
}

impl SumRange {
    /// One range of those that follow each other.
    pub fn joined(ranges: &[Self]) -> Self {
        Self {
            first: ranges.first().map_or(0, |range| range.first),
            count: ranges.iter().map(|range| range.count).sum(),
        }
    }
}

/// Workgroups of a kernel that strides over so many elements, 256 invocations each.
pub(super) fn striding_workgroups(elements: u32) -> u32 {
    elements.div_ceil(256).clamp(1, STRIDING_WORKGROUPS)
}

/// Workgroups of 64 invocations for so many elements, and the invocations of a row of them: a dispatch has at most
/// 65535 workgroups in a dimension.
pub(super) fn linear_workgroups(elements: u32) -> ([u32; 3], u32) {
    let workgroups = elements.div_ceil(64);
    let rows = workgroups.div_ceil(65535).max(1);
    let columns = workgroups.div_ceil(rows).max(1);
    ([columns, rows, 1], columns * 64)
}

/// The partial sums that a striding kernel over so many elements leaves.
pub fn striding_sums(elements: u32) -> u32 {
    striding_workgroups(elements)
}

/// The partial sums that the style loss of a map leaves.
pub fn gram_sums(shape: Shape) -> u32 {
    (shape.channels / 64).pow(2)
}
