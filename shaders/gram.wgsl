// The Gram matrix of a feature map, or of a rectangle of it, in partial sums over slices of the positions.
//
//   partial[s, c, d] = sum over positions p in slice s of F[c, p] * F[d, p]
//
// or, where WEIGHTED, of weight[p] * F[c, p] * F[d, p] (Gatys et al. 2016, "Controlling Perceptual Factors in Neural Style
// Transfer", guided Gram matrices: the weight is the square of their guidance channel).
//
// The positions are those of the rectangle `core`, row by row.
//
// The matrix is symmetric: only 64x64 blocks on or above the diagonal are computed, numbered row by row
// (0,0), (0,1), ..., (0,n-1), (1,1), ...
//
// Layouts, where a quad is four neighbouring channels, stored as common/store.wgsl says:
//   features  [quads][height][width] Feature, quads a multiple of 16
//   weights   [map height][map width] f32, of a map in which this one lies at an offset; read only where WEIGHTED
//   partials  [slices][blocks][16 quads of c][16 quads of d] mat4x4: column d, row c
//
// Tiling: a workgroup of 8x8 invocations computes one block over one slice; an invocation holds 2x2 matrices of 4x4,
// 64 sums, and makes 64 multiply-adds of 4 vec4 reads. Sixteen positions at a time are staged in workgroup memory,
// transposed to [position][quad] with one quad of padding so that neither the writes along positions nor the reads
// along quads collide; the next ones are read into registers before the arithmetic of these. Slices fill the device
// where the matrix is small: block1 has one block over all the pixels.

const BLOCK_QUADS: u32 = 16u;
const DEPTH: u32 = 16u;
const PITCH: u32 = BLOCK_QUADS + 1u;

override WEIGHTED: bool = false;

struct Shape {
  core: Region,
  width: u32,
  height: u32,
  quads: u32,
  // Of one slice; a multiple of DEPTH.
  slice_positions: u32,
  weights: Place,
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> features: array<Feature>;
@group(0) @binding(2) var<storage, read_write> partials: array<mat4x4f>;
@group(0) @binding(3) var<storage, read> weights: array<f32>;

var<workgroup> row_tile: array<array<vec4f, PITCH>, DEPTH>;
var<workgroup> column_tile: array<array<vec4f, PITCH>, DEPTH>;

// What an invocation brings of the next positions: one of them, of four quads of rows and of columns.
struct Staged {
  row0: vec4f,
  row1: vec4f,
  row2: vec4f,
  row3: vec4f,
  column0: vec4f,
  column1: vec4f,
  column2: vec4f,
  column3: vec4f,
}

struct Sums {
  sum00: mat4x4f,
  sum01: mat4x4f,
  sum10: mat4x4f,
  sum11: mat4x4f,
}

// Where a position lies in a map. Where the rectangle is as wide as the map, which is most often, its positions are
// contiguous.
fn place_of(position: u32, size: Shape) -> u32 {
  if size.core.width == size.width {
    return size.core.y * size.width + position;
  }
  return (size.core.y + position / size.core.width) * size.width + size.core.x + position % size.core.width;
}

// Past the slice's end a position is read inside of it, and none of it is taken.
fn fetched(position: u32, end: u32, row_quad: u32, column_quad: u32, size: Shape) -> Staged {
  let inside = position < end;
  let place = place_of(min(position, end - 1u), size);
  let pitch = size.width * size.height;
  let row = row_quad * pitch + place;
  let column = column_quad * pitch + place;
  let none = vec4f(0.0);
  let share = weight(position, end);
  return Staged(
    share * select(none, feature_value(features[row]), inside),
    share * select(none, feature_value(features[row + 4u * pitch]), inside),
    share * select(none, feature_value(features[row + 8u * pitch]), inside),
    share * select(none, feature_value(features[row + 12u * pitch]), inside),
    select(none, feature_value(features[column]), inside),
    select(none, feature_value(features[column + 4u * pitch]), inside),
    select(none, feature_value(features[column + 8u * pitch]), inside),
    select(none, feature_value(features[column + 12u * pitch]), inside),
  );
}

fn store_staged(staged: Staged, depth: u32, quad: u32) {
  row_tile[depth][quad] = staged.row0;
  row_tile[depth][quad + 4u] = staged.row1;
  row_tile[depth][quad + 8u] = staged.row2;
  row_tile[depth][quad + 12u] = staged.row3;
  column_tile[depth][quad] = staged.column0;
  column_tile[depth][quad + 4u] = staged.column1;
  column_tile[depth][quad + 8u] = staged.column2;
  column_tile[depth][quad + 12u] = staged.column3;
}

fn accumulate_position(depth: u32, local: vec3u, before: Sums) -> Sums {
  let row0 = row_tile[depth][local.y];
  let row1 = row_tile[depth][local.y + 8u];
  let column0 = column_tile[depth][local.x];
  let column1 = column_tile[depth][local.x + 8u];
  return Sums(
    outer_add(row0, column0, before.sum00),
    outer_add(row0, column1, before.sum01),
    outer_add(row1, column0, before.sum10),
    outer_add(row1, column1, before.sum11),
  );
}

fn weight(position: u32, end: u32) -> f32 {
  if !WEIGHTED || position >= end {
    return 1.0;
  }
  let x = shape.core.x + position % shape.core.width;
  let y = shape.core.y + position / shape.core.width;
  return weights[place_in(shape.weights, x, y)];
}

// The row and column of a block, from its number.
fn block_of(number: u32) -> vec2u {
  let blocks = shape.quads / BLOCK_QUADS;
  var row = 0u;
  var rest = number;
  while rest >= blocks - row {
    rest -= blocks - row;
    row++;
  }
  return vec2u(row, row + rest);
}

@compute @workgroup_size(8, 8)
fn accumulate(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_id) local: vec3u,
  @builtin(local_invocation_index) invocation: u32,
) {
  // Read once: a compiler that cannot see that nothing writes it would read it at each use.
  let size = shape;
  let block = block_of(workgroup.x);
  let start = workgroup.y * size.slice_positions;
  let end = min(start + size.slice_positions, size.core.width * size.core.height);
  let depth = invocation % DEPTH;
  let quad = invocation / DEPTH;
  let row_quad = block.x * BLOCK_QUADS + quad;
  let column_quad = block.y * BLOCK_QUADS + quad;
  var sums = Sums();
  var staged = fetched(start + depth, end, row_quad, column_quad, size);
  for (var first = start; first < end; first += DEPTH) {
    store_staged(staged, depth, quad);
    workgroupBarrier();
    staged = fetched(first + DEPTH + depth, end, row_quad, column_quad, size);
    sums = accumulate_position(0u, local, sums);
    sums = accumulate_position(1u, local, sums);
    sums = accumulate_position(2u, local, sums);
    sums = accumulate_position(3u, local, sums);
    sums = accumulate_position(4u, local, sums);
    sums = accumulate_position(5u, local, sums);
    sums = accumulate_position(6u, local, sums);
    sums = accumulate_position(7u, local, sums);
    sums = accumulate_position(8u, local, sums);
    sums = accumulate_position(9u, local, sums);
    sums = accumulate_position(10u, local, sums);
    sums = accumulate_position(11u, local, sums);
    sums = accumulate_position(12u, local, sums);
    sums = accumulate_position(13u, local, sums);
    sums = accumulate_position(14u, local, sums);
    sums = accumulate_position(15u, local, sums);
    workgroupBarrier();
  }
  let base = (workgroup.y * workgroups.x + workgroup.x) * BLOCK_QUADS * BLOCK_QUADS;
  partials[base + local.y * BLOCK_QUADS + local.x] = sums.sum00;
  partials[base + local.y * BLOCK_QUADS + local.x + 8u] = sums.sum01;
  partials[base + (local.y + 8u) * BLOCK_QUADS + local.x] = sums.sum10;
  partials[base + (local.y + 8u) * BLOCK_QUADS + local.x + 8u] = sums.sum11;
}
