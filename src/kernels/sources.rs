//! What several shaders share: `shaders/common/`.

pub(crate) const QUAD: &str = include_str!("../../shaders/common/quad.wgsl");

pub(super) const FINITE: &str = include_str!("../../shaders/common/finite.wgsl");

/// It needs [`QUAD`].
pub(super) const TILE_SUMS: &str = include_str!("../../shaders/common/tile_sums.wgsl");

/// It needs [`QUAD`].
pub(crate) const FOUR_ROWS: &str = include_str!("../../shaders/common/four_rows.wgsl");

pub(super) const OUTER_ADD: &str = include_str!("../../shaders/common/outer_add.wgsl");

pub(super) const REGION: &str = include_str!("../../shaders/common/region.wgsl");

pub(super) const SAMPLES: &str = include_str!("../../shaders/common/samples.wgsl");

pub(super) const WORKGROUP_SUM: &str = include_str!("../../shaders/common/workgroup_sum.wgsl");

pub(super) const WORKGROUP_VECTOR_SUM: &str =
    include_str!("../../shaders/common/workgroup_vector_sum.wgsl");
