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
// along quads collide. Slices fill the device where the matrix is small: block1 has one block over all the pixels.

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

var<workgroup> row_tile: array<vec4f, PITCH * DEPTH>;
var<workgroup> column_tile: array<vec4f, PITCH * DEPTH>;

fn feature(quad: u32, position: u32, end: u32) -> vec4f {
  if position >= end {
    return vec4f(0.0);
  }
  // Where the rectangle is as wide as the map, which is most often, its positions are contiguous.
  var place = shape.core.y * shape.width + position;
  if shape.core.width != shape.width {
    place = (shape.core.y + position / shape.core.width) * shape.width + shape.core.x + position % shape.core.width;
  }
  return feature_value(features[quad * shape.width * shape.height + place]);
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
  let block = block_of(workgroup.x);
  let start = workgroup.y * shape.slice_positions;
  let end = min(start + shape.slice_positions, shape.core.width * shape.core.height);
  var sum00 = mat4x4f();
  var sum01 = mat4x4f();
  var sum10 = mat4x4f();
  var sum11 = mat4x4f();
  for (var first = start; first < end; first += DEPTH) {
    for (var t = invocation; t < BLOCK_QUADS * DEPTH; t += 64u) {
      let depth = t % DEPTH;
      let quad = t / DEPTH;
      let row = feature(block.x * BLOCK_QUADS + quad, first + depth, end);
      row_tile[depth * PITCH + quad] = weight(first + depth, end) * row;
      column_tile[depth * PITCH + quad] = feature(block.y * BLOCK_QUADS + quad, first + depth, end);
    }
    workgroupBarrier();
    for (var depth = 0u; depth < DEPTH; depth++) {
      let row0 = row_tile[depth * PITCH + local.y];
      let row1 = row_tile[depth * PITCH + local.y + 8u];
      let column0 = column_tile[depth * PITCH + local.x];
      let column1 = column_tile[depth * PITCH + local.x + 8u];
      sum00 = outer_add(row0, column0, sum00);
      sum01 = outer_add(row0, column1, sum01);
      sum10 = outer_add(row1, column0, sum10);
      sum11 = outer_add(row1, column1, sum11);
    }
    workgroupBarrier();
  }
  let base = (workgroup.y * workgroups.x + workgroup.x) * BLOCK_QUADS * BLOCK_QUADS;
  partials[base + local.y * BLOCK_QUADS + local.x] = sum00;
  partials[base + local.y * BLOCK_QUADS + local.x + 8u] = sum01;
  partials[base + (local.y + 8u) * BLOCK_QUADS + local.x] = sum10;
  partials[base + (local.y + 8u) * BLOCK_QUADS + local.x + 8u] = sum11;
}
