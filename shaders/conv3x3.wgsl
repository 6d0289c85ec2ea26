// A 3x3 convolution with stride 1 and zero padding 1, forward and backward to its input.
//
// forward:   Y[o, y, x] = relu(bias[o] + sum over i, dy, dx of W[o, i, dy, dx] * X[i, y + dy - 1, x + dx - 1])
// backward:  dX[i, y, x] = mask[i, y, x] * sum over o, dy, dx of W[o, i, 2 - dy, 2 - dx] * dY[o, y + dy - 1, x + dx - 1]
//
// The backward pass is the forward one with the filter flipped and its channels exchanged, so both share one
// body and one copy of the filter: the blocks of the filter are transposed on their way to workgroup memory.
//
// Layouts, where a quad is four neighbouring channels in one vec4:
//   source       [source quads][height][width] vec4: X, or dY
//   filter       [input quads][output quads][3 dy][3 dx][4 input channels] vec4 over four output channels
//   bias         [output quads] vec4, forward only
//   destination  [destination quads][height][width] vec4: Y, or dX
//   mask         [destination quads][ceil(height / 8)][width] u32: bit 4 r + c says that channel c of row r of
//                the strip is positive; written by forward, read by backward where `apply_mask` is 1
//
// Tiling: an invocation computes a strip of 8 rows by 1 column by 1 quad, 32 sums in named registers. For each
// dx it reads a column of 10 inputs once and uses it for three dy, which makes 1152 multiply-adds of 66 vec4
// reads from workgroup memory. A workgroup computes TILE_WIDTH columns by 8 rows by TILE_QUADS quads, one source
// quad at a time: neighbouring invocations take neighbouring columns, so reads and writes of feature maps are
// contiguous and free of bank conflicts, and all of them share the filter block, a broadcast. The strip of 8 rows
// by 4 channels has one bit each in one mask word, so the mask needs no atomics.

override TILE_WIDTH: u32 = 16u;
override TILE_QUADS: u32 = 8u;

const STRIP: u32 = 8u;
const TILE_ROWS: u32 = STRIP + 2u;

struct Shape {
  // Subtracted from every source value inside the picture: the network's mean for the first layer, else zero.
  mean: vec4f,
  width: u32,
  height: u32,
  source_quads: u32,
  destination_quads: u32,
  apply_mask: u32,
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> source: array<vec4f>;
@group(0) @binding(2) var<storage, read> filters: array<mat4x4f>;
@group(0) @binding(3) var<storage, read> bias: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> destination: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> mask: array<u32>;

var<workgroup> source_tile: array<vec4f, (TILE_WIDTH + 2u) * TILE_ROWS>;
var<workgroup> filter_tile: array<mat4x4f, TILE_QUADS * 9u>;

var<private> sum0: vec4f;
var<private> sum1: vec4f;
var<private> sum2: vec4f;
var<private> sum3: vec4f;
var<private> sum4: vec4f;
var<private> sum5: vec4f;
var<private> sum6: vec4f;
var<private> sum7: vec4f;

fn load_source_tile(quad: u32, origin: vec2u, invocation: u32) {
  let pitch = TILE_WIDTH + 2u;
  for (var t = invocation; t < pitch * TILE_ROWS; t += TILE_WIDTH * TILE_QUADS) {
    // The halo's first row and column lie at -1; unsigned wrap-around puts them outside like those past the end.
    let x = origin.x + t % pitch - 1u;
    let y = origin.y + t / pitch - 1u;
    var value = vec4f(0.0);
    if x < shape.width && y < shape.height {
      value = source[(quad * shape.height + y) * shape.width + x] - shape.mean;
    }
    source_tile[t] = value;
  }
}

fn load_filter_tile(quad: u32, first_destination: u32, backward: bool, invocation: u32) {
  for (var t = invocation; t < TILE_QUADS * 9u; t += TILE_WIDTH * TILE_QUADS) {
    let destination_quad = min(first_destination + t / 9u, shape.destination_quads - 1u);
    let tap = t % 9u;
    if backward {
      filter_tile[t] = transpose(filters[(destination_quad * shape.source_quads + quad) * 9u + 8u - tap]);
    } else {
      filter_tile[t] = filters[(quad * shape.destination_quads + destination_quad) * 9u + tap];
    }
  }
}

fn accumulate_tile(local: vec2u) {
  let pitch = TILE_WIDTH + 2u;
  for (var dx = 0u; dx < 3u; dx++) {
    let column = local.x + dx;
    let value0 = source_tile[column];
    let value1 = source_tile[column + pitch];
    let value2 = source_tile[column + 2u * pitch];
    let value3 = source_tile[column + 3u * pitch];
    let value4 = source_tile[column + 4u * pitch];
    let value5 = source_tile[column + 5u * pitch];
    let value6 = source_tile[column + 6u * pitch];
    let value7 = source_tile[column + 7u * pitch];
    let value8 = source_tile[column + 8u * pitch];
    let value9 = source_tile[column + 9u * pitch];
    let above = filter_tile[local.y * 9u + dx];
    sum0 = multiply_add(above, value0, sum0);
    sum1 = multiply_add(above, value1, sum1);
    sum2 = multiply_add(above, value2, sum2);
    sum3 = multiply_add(above, value3, sum3);
    sum4 = multiply_add(above, value4, sum4);
    sum5 = multiply_add(above, value5, sum5);
    sum6 = multiply_add(above, value6, sum6);
    sum7 = multiply_add(above, value7, sum7);
    let level = filter_tile[local.y * 9u + 3u + dx];
    sum0 = multiply_add(level, value1, sum0);
    sum1 = multiply_add(level, value2, sum1);
    sum2 = multiply_add(level, value3, sum2);
    sum3 = multiply_add(level, value4, sum3);
    sum4 = multiply_add(level, value5, sum4);
    sum5 = multiply_add(level, value6, sum5);
    sum6 = multiply_add(level, value7, sum6);
    sum7 = multiply_add(level, value8, sum7);
    let below = filter_tile[local.y * 9u + 6u + dx];
    sum0 = multiply_add(below, value2, sum0);
    sum1 = multiply_add(below, value3, sum1);
    sum2 = multiply_add(below, value4, sum2);
    sum3 = multiply_add(below, value5, sum3);
    sum4 = multiply_add(below, value6, sum4);
    sum5 = multiply_add(below, value7, sum5);
    sum6 = multiply_add(below, value8, sum6);
    sum7 = multiply_add(below, value9, sum7);
  }
}

fn convolve(workgroup: vec3u, local: vec2u, invocation: u32, backward: bool) {
  let origin = workgroup.xy * vec2u(TILE_WIDTH, STRIP);
  for (var quad = 0u; quad < shape.source_quads; quad++) {
    load_source_tile(quad, origin, invocation);
    load_filter_tile(quad, workgroup.z * TILE_QUADS, backward, invocation);
    workgroupBarrier();
    accumulate_tile(local);
    workgroupBarrier();
  }
}

fn store(quad: u32, y: u32, x: u32, value: vec4f) {
  if y < shape.height {
    destination[(quad * shape.height + y) * shape.width + x] = value;
  }
}

fn store_strip(quad: u32, x: u32, y: u32) {
  store(quad, y, x, sum0);
  store(quad, y + 1u, x, sum1);
  store(quad, y + 2u, x, sum2);
  store(quad, y + 3u, x, sum3);
  store(quad, y + 4u, x, sum4);
  store(quad, y + 5u, x, sum5);
  store(quad, y + 6u, x, sum6);
  store(quad, y + 7u, x, sum7);
}

@compute @workgroup_size(TILE_WIDTH, TILE_QUADS)
fn forward(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(local_invocation_id) local: vec3u,
  @builtin(local_invocation_index) invocation: u32,
) {
  convolve(workgroup, local.xy, invocation, false);
  let x = workgroup.x * TILE_WIDTH + local.x;
  let quad = workgroup.z * TILE_QUADS + local.y;
  if x >= shape.width || quad >= shape.destination_quads {
    return;
  }
  let offset = bias[quad];
  sum0 = max(sum0 + offset, vec4f(0.0));
  sum1 = max(sum1 + offset, vec4f(0.0));
  sum2 = max(sum2 + offset, vec4f(0.0));
  sum3 = max(sum3 + offset, vec4f(0.0));
  sum4 = max(sum4 + offset, vec4f(0.0));
  sum5 = max(sum5 + offset, vec4f(0.0));
  sum6 = max(sum6 + offset, vec4f(0.0));
  sum7 = max(sum7 + offset, vec4f(0.0));
  store_strip(quad, x, workgroup.y * STRIP);
  mask[mask_place(quad, workgroup.y, x, shape.height, shape.width)] = positive_bits(sum0, 0u) | positive_bits(sum1, 1u)
    | positive_bits(sum2, 2u) | positive_bits(sum3, 3u) | positive_bits(sum4, 4u)
    | positive_bits(sum5, 5u) | positive_bits(sum6, 6u) | positive_bits(sum7, 7u);
}

@compute @workgroup_size(TILE_WIDTH, TILE_QUADS)
fn backward(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(local_invocation_id) local: vec3u,
  @builtin(local_invocation_index) invocation: u32,
) {
  convolve(workgroup, local.xy, invocation, true);
  let x = workgroup.x * TILE_WIDTH + local.x;
  let quad = workgroup.z * TILE_QUADS + local.y;
  if x >= shape.width || quad >= shape.destination_quads {
    return;
  }
  if shape.apply_mask == 1u {
    let word = mask[mask_place(quad, workgroup.y, x, shape.height, shape.width)];
    sum0 = masked(sum0, word, 0u);
    sum1 = masked(sum1, word, 1u);
    sum2 = masked(sum2, word, 2u);
    sum3 = masked(sum3, word, 3u);
    sum4 = masked(sum4, word, 4u);
    sum5 = masked(sum5, word, 5u);
    sum6 = masked(sum6, word, 6u);
    sum7 = masked(sum7, word, 7u);
  }
  store_strip(quad, x, workgroup.y * STRIP);
}
