// A 3x3 convolution with stride 1 and padding 1, forward and backward to its input. The padding is zero, or forward, where
// `replicate` is 1, the nearest value inside; edge_gradient then completes the way back.
//
// forward:   Y[o, y, x] = relu(bias[o] + sum over i, dy, dx of W[o, i, dy, dx] * X[i, y + dy - 1, x + dx - 1])
// backward:  dX[i, y, x] = mask[i, y, x] * sum over o, dy, dx of W[o, i, 2 - dy, 2 - dx] * dY[o, y + dy - 1, x + dx - 1]
//
// The backward pass is the forward one with the filter flipped and its channels exchanged, so both share one
// body and one copy of the filter: its blocks are staged as they lie, column by column, contiguous from memory to memory,
// and transposed in registers, which costs nothing.
//
// Layouts, where a quad is four neighbouring channels, stored as common/store.wgsl says:
//   source       [source quads][height][width] Source: X, or dY
//   filter       [input quads][output quads][3 dy][3 dx][4 input channels] Filter over four output channels
//   bias         [output quads] vec4, forward only
//   destination  [destination quads][height][width] Destination: Y, or dX
//   mask         [destination quads][ceil(height / 8)][width] u32: bit 4 r + c says that channel c of row r of
//                the strip is positive; written by forward, read by backward where `apply_mask` is 1
//
// Tiling: an invocation computes a strip of 8 rows by 1 column by 1 quad, 32 sums in named registers. For each
// dx it reads a column of 10 inputs once and uses it for three dy, which makes 1152 multiply-adds of 66 vec4
// reads from workgroup memory. A workgroup computes TILE_WIDTH columns by 8 rows by TILE_QUADS quads, one source
// quad at a time: neighbouring invocations take neighbouring columns, so reads and writes of feature maps are
// contiguous and free of bank conflicts, and all of them share the filter block, a broadcast. The strip of 8 rows
// by 4 channels has one bit each in one mask word, so the mask needs no atomics. Small maps take small tiles, the picture's
// gradient one of a single quad, and of maps of up to 4 rows only the strip's upper half is computed; for all others a GPU's
// own measurement chooses (src/tuning.rs).

override TILE_WIDTH: u32 = 16u;
override TILE_QUADS: u32 = 8u;
// Rows of a strip that are computed, 8 or 4: a map of 4 rows has no others.
override ROWS: u32 = 8u;

const STRIP: u32 = 8u;

struct Shape {
  // Subtracted from every source value inside the picture: the network's mean for the first layer, else zero.
  mean: vec4f,
  width: u32,
  height: u32,
  source_quads: u32,
  destination_quads: u32,
  apply_mask: u32,
  replicate: u32,
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> source: array<Source>;
@group(0) @binding(2) var<storage, read> filters: array<Filter>;
@group(0) @binding(3) var<storage, read> bias: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> destination: array<Destination>;
@group(0) @binding(5) var<storage, read_write> mask: array<u32>;

var<workgroup> source_tile: array<vec4f, (TILE_WIDTH + 2u) * (ROWS + 2u)>;
// The four columns of a block for each tap of each quad.
var<workgroup> filter_tile: array<vec4f, TILE_QUADS * 36u>;

// Of a strip, one vec4 a row.
struct Sums {
  row0: vec4f,
  row1: vec4f,
  row2: vec4f,
  row3: vec4f,
  row4: vec4f,
  row5: vec4f,
  row6: vec4f,
  row7: vec4f,
}

fn load_source_tile(quad: u32, origin: vec2u, invocation: u32) {
  let pitch = TILE_WIDTH + 2u;
  for (var t = invocation; t < pitch * (ROWS + 2u); t += TILE_WIDTH * TILE_QUADS) {
    // The halo's first row and column lie at -1; unsigned wrap-around puts them outside like those past the end.
    var x = origin.x + t % pitch - 1u;
    var y = origin.y + t / pitch - 1u;
    if shape.replicate == 1u {
      x = u32(clamp(i32(x), 0, i32(shape.width) - 1));
      y = u32(clamp(i32(y), 0, i32(shape.height) - 1));
    }
    var value = vec4f(0.0);
    if x < shape.width && y < shape.height {
      value = source_value(source[(quad * shape.height + y) * shape.width + x]) - shape.mean;
    }
    source_tile[t] = value;
  }
}

fn load_filter_tile(quad: u32, first_destination: u32, backward: bool, invocation: u32) {
  for (var t = invocation; t < TILE_QUADS * 36u; t += TILE_WIDTH * TILE_QUADS) {
    let destination_quad = min(first_destination + t / 36u, shape.destination_quads - 1u);
    var blocks = quad * shape.destination_quads + destination_quad;
    if backward {
      blocks = destination_quad * shape.source_quads + quad;
    }
    filter_tile[t] = filter_value(filters[blocks * 36u + t % 36u]);
  }
}

// From four source to four destination channels, of one tap.
fn filter_block(quad: u32, tap: u32, backward: bool) -> mat4x4f {
  let place = quad * 36u + 4u * select(tap, 8u - tap, backward);
  let block = mat4x4f(filter_tile[place], filter_tile[place + 1u], filter_tile[place + 2u], filter_tile[place + 3u]);
  if backward {
    return transpose(block);
  }
  return block;
}

fn accumulate_tile(local: vec2u, backward: bool, before: Sums) -> Sums {
  var sums = before;
  let pitch = TILE_WIDTH + 2u;
  for (var dx = 0u; dx < 3u; dx++) {
    let column = local.x + dx;
    let value0 = source_tile[column];
    let value1 = source_tile[column + pitch];
    let value2 = source_tile[column + 2u * pitch];
    let value3 = source_tile[column + 3u * pitch];
    let value4 = source_tile[column + 4u * pitch];
    let value5 = source_tile[column + 5u * pitch];
    var value6 = vec4f();
    var value7 = vec4f();
    var value8 = vec4f();
    var value9 = vec4f();
    if ROWS > 4u {
      value6 = source_tile[column + 6u * pitch];
      value7 = source_tile[column + 7u * pitch];
      value8 = source_tile[column + 8u * pitch];
      value9 = source_tile[column + 9u * pitch];
    }
    let above = filter_block(local.y, dx, backward);
    sums.row0 = multiply_add(above, value0, sums.row0);
    sums.row1 = multiply_add(above, value1, sums.row1);
    sums.row2 = multiply_add(above, value2, sums.row2);
    sums.row3 = multiply_add(above, value3, sums.row3);
    if ROWS > 4u {
      sums.row4 = multiply_add(above, value4, sums.row4);
      sums.row5 = multiply_add(above, value5, sums.row5);
      sums.row6 = multiply_add(above, value6, sums.row6);
      sums.row7 = multiply_add(above, value7, sums.row7);
    }
    let level = filter_block(local.y, 3u + dx, backward);
    sums.row0 = multiply_add(level, value1, sums.row0);
    sums.row1 = multiply_add(level, value2, sums.row1);
    sums.row2 = multiply_add(level, value3, sums.row2);
    sums.row3 = multiply_add(level, value4, sums.row3);
    if ROWS > 4u {
      sums.row4 = multiply_add(level, value5, sums.row4);
      sums.row5 = multiply_add(level, value6, sums.row5);
      sums.row6 = multiply_add(level, value7, sums.row6);
      sums.row7 = multiply_add(level, value8, sums.row7);
    }
    let below = filter_block(local.y, 6u + dx, backward);
    sums.row0 = multiply_add(below, value2, sums.row0);
    sums.row1 = multiply_add(below, value3, sums.row1);
    sums.row2 = multiply_add(below, value4, sums.row2);
    sums.row3 = multiply_add(below, value5, sums.row3);
    if ROWS > 4u {
      sums.row4 = multiply_add(below, value6, sums.row4);
      sums.row5 = multiply_add(below, value7, sums.row5);
      sums.row6 = multiply_add(below, value8, sums.row6);
      sums.row7 = multiply_add(below, value9, sums.row7);
    }
  }
  return sums;
}

fn convolve(workgroup: vec3u, local: vec2u, invocation: u32, backward: bool) -> Sums {
  var sums = Sums();
  let origin = workgroup.xy * vec2u(TILE_WIDTH, STRIP);
  for (var quad = 0u; quad < shape.source_quads; quad++) {
    load_source_tile(quad, origin, invocation);
    load_filter_tile(quad, workgroup.z * TILE_QUADS, backward, invocation);
    workgroupBarrier();
    sums = accumulate_tile(local, backward, sums);
    workgroupBarrier();
  }
  return sums;
}

fn store(quad: u32, y: u32, x: u32, value: vec4f) {
  if y < shape.height {
    destination[(quad * shape.height + y) * shape.width + x] = destination_stored(value);
  }
}

fn store_strip(quad: u32, x: u32, y: u32, sums: Sums) {
  store(quad, y, x, sums.row0);
  store(quad, y + 1u, x, sums.row1);
  store(quad, y + 2u, x, sums.row2);
  store(quad, y + 3u, x, sums.row3);
  store(quad, y + 4u, x, sums.row4);
  store(quad, y + 5u, x, sums.row5);
  store(quad, y + 6u, x, sums.row6);
  store(quad, y + 7u, x, sums.row7);
}

@compute @workgroup_size(TILE_WIDTH, TILE_QUADS)
fn forward(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(local_invocation_id) local: vec3u,
  @builtin(local_invocation_index) invocation: u32,
) {
  var sums = convolve(workgroup, local.xy, invocation, false);
  let x = workgroup.x * TILE_WIDTH + local.x;
  let quad = workgroup.z * TILE_QUADS + local.y;
  if x >= shape.width || quad >= shape.destination_quads {
    return;
  }
  let offset = bias[quad];
  sums.row0 = max(sums.row0 + offset, vec4f(0.0));
  sums.row1 = max(sums.row1 + offset, vec4f(0.0));
  sums.row2 = max(sums.row2 + offset, vec4f(0.0));
  sums.row3 = max(sums.row3 + offset, vec4f(0.0));
  sums.row4 = max(sums.row4 + offset, vec4f(0.0));
  sums.row5 = max(sums.row5 + offset, vec4f(0.0));
  sums.row6 = max(sums.row6 + offset, vec4f(0.0));
  sums.row7 = max(sums.row7 + offset, vec4f(0.0));
  store_strip(quad, x, workgroup.y * STRIP, sums);
  mask[mask_place(quad, workgroup.y, x, shape.height, shape.width)] = positive_bits(sums.row0, 0u) | positive_bits(sums.row1, 1u)
    | positive_bits(sums.row2, 2u) | positive_bits(sums.row3, 3u) | positive_bits(sums.row4, 4u)
    | positive_bits(sums.row5, 5u) | positive_bits(sums.row6, 6u) | positive_bits(sums.row7, 7u);
}

@compute @workgroup_size(TILE_WIDTH, TILE_QUADS)
fn backward(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(local_invocation_id) local: vec3u,
  @builtin(local_invocation_index) invocation: u32,
) {
  var sums = convolve(workgroup, local.xy, invocation, true);
  let x = workgroup.x * TILE_WIDTH + local.x;
  let quad = workgroup.z * TILE_QUADS + local.y;
  if x >= shape.width || quad >= shape.destination_quads {
    return;
  }
  if shape.apply_mask == 1u {
    let word = mask[mask_place(quad, workgroup.y, x, shape.height, shape.width)];
    sums.row0 = masked(sums.row0, word, 0u);
    sums.row1 = masked(sums.row1, word, 1u);
    sums.row2 = masked(sums.row2, word, 2u);
    sums.row3 = masked(sums.row3, word, 3u);
    sums.row4 = masked(sums.row4, word, 4u);
    sums.row5 = masked(sums.row5, word, 5u);
    sums.row6 = masked(sums.row6, word, 6u);
    sums.row7 = masked(sums.row7, word, 7u);
  }
  store_strip(quad, x, workgroup.y * STRIP, sums);
}
