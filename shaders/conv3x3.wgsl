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
//   partials     [slices][destination quads][height][width] vec4, written by the slices alone
//
// Tiling: an invocation computes a strip of 8 rows by 1 column by 1 quad, 32 sums in named registers. For each
// dx it reads a column of 10 inputs once and uses it for three dy, which makes 1152 multiply-adds of 66 vec4
// reads from workgroup memory. A workgroup computes TILE_WIDTH columns by 8 rows by TILE_QUADS quads, one source
// quad at a time; the next one is read into registers before the arithmetic of this one, so that it hides how long that
// takes. Neighbouring invocations take neighbouring columns, so reads and writes of feature maps are contiguous, and all of
// them share the filter block, a broadcast. A staged column has room for an eleventh value, so that neighbours begin in
// different banks; indices within a column and a block are constants, which no compiler needs to keep in bounds. The
// strip of 8 rows by 4 channels has one bit each in one mask word, so the mask needs no atomics. Small maps take small tiles,
// the picture's gradient one of a single quad, and of maps of up to 4 rows only the strip's upper half is computed; for all
// others a GPU's own measurement chooses (src/measure/tiles.rs).
//
// Where all that would be too few workgroups to fill a GPU, the source's quads are cut into slices, each of which
// `forward_slice` or `backward_slice` sums by itself; slice_sum.wgsl adds them up.

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
  // Source quads of a slice, and workgroups along z of one.
  slice_quads: u32,
  slice_groups: u32,
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> source: array<Source>;
@group(0) @binding(2) var<storage, read> filters: array<Filter>;
@group(0) @binding(3) var<storage, read> bias: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> destination: array<Destination>;
@group(0) @binding(5) var<storage, read_write> mask: array<u32>;
@group(0) @binding(6) var<storage, read_write> partials: array<vec4f>;

// Of each column its rows, the halo's with them, and room.
var<workgroup> source_columns: array<array<vec4f, 11>, TILE_WIDTH + 2u>;
var<workgroup> filter_blocks: array<array<mat4x4f, 9>, TILE_QUADS>;

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

// What an invocation brings of the next source quad: each number lies a whole workgroup behind the one before.
struct Staged {
  value0: vec4f,
  value1: vec4f,
  value2: vec4f,
  filter0: vec4f,
  filter1: vec4f,
  filter2: vec4f,
  filter3: vec4f,
  filter4: vec4f,
}

// Where that lies in the first source quad. A value outside of the picture is read at the picture's edge, so that nothing
// branches.
struct Places {
  value0: u32,
  value1: u32,
  value2: u32,
  filter0: u32,
  filter1: u32,
  filter2: u32,
  filter3: u32,
  filter4: u32,
}

fn lanes() -> u32 {
  return TILE_WIDTH * TILE_QUADS;
}

fn all_values() -> u32 {
  return (TILE_WIDTH + 2u) * (ROWS + 2u);
}

// Whether an invocation brings more than so many values; the last may be too many.
fn more_values(than: u32) -> bool {
  return all_values() > than * lanes();
}

fn more_filters(than: u32) -> bool {
  return TILE_QUADS * 36u > than * lanes();
}

// The halo's first row and column lie at -1; unsigned wrap-around puts them outside like those past the end.
fn coordinates(t: u32, origin: vec2u) -> vec2u {
  let pitch = TILE_WIDTH + 2u;
  return origin + vec2u(t % pitch, t / pitch) - 1u;
}

fn value_place(t: u32, origin: vec2u, size: Shape) -> u32 {
  let last = vec2i(i32(size.width), i32(size.height)) - 1;
  let nearest = vec2u(clamp(vec2i(coordinates(t, origin)), vec2i(0), last));
  return nearest.y * size.width + nearest.x;
}

fn filter_place(t: u32, first_destination: u32, size: Shape, backward: bool) -> u32 {
  let destination_quad = min(first_destination + t / 36u, size.destination_quads - 1u);
  return select(1u, size.source_quads, backward) * destination_quad * 36u + t % 36u;
}

// From a source quad's first place in the filter to the next one's.
fn filter_pitch(size: Shape, backward: bool) -> u32 {
  return 36u * select(size.destination_quads, 1u, backward);
}

fn fetched(places: Places, value_row: u32, filter_row: u32) -> Staged {
  var staged = Staged();
  staged.value0 = source_value(source[value_row + places.value0]);
  if more_values(1u) {
    staged.value1 = source_value(source[value_row + places.value1]);
  }
  if more_values(2u) {
    staged.value2 = source_value(source[value_row + places.value2]);
  }
  staged.filter0 = filter_value(filters[filter_row + places.filter0]);
  if more_filters(1u) {
    staged.filter1 = filter_value(filters[filter_row + places.filter1]);
  }
  if more_filters(2u) {
    staged.filter2 = filter_value(filters[filter_row + places.filter2]);
  }
  if more_filters(3u) {
    staged.filter3 = filter_value(filters[filter_row + places.filter3]);
    staged.filter4 = filter_value(filters[filter_row + places.filter4]);
  }
  return staged;
}

fn store_value(t: u32, origin: vec2u, size: Shape, value: vec4f) {
  let pitch = TILE_WIDTH + 2u;
  if t < all_values() {
    let place = coordinates(t, origin);
    let inside = size.replicate == 1u || (place.x < size.width && place.y < size.height);
    source_columns[t % pitch][t / pitch] = select(vec4f(0.0), value - size.mean, inside);
  }
}

fn store_filter(t: u32, value: vec4f) {
  if t < TILE_QUADS * 36u {
    filter_blocks[t / 36u][t % 36u / 4u][t % 4u] = value;
  }
}

fn store_staged(staged: Staged, origin: vec2u, size: Shape, invocation: u32) {
  store_value(invocation, origin, size, staged.value0);
  if more_values(1u) {
    store_value(invocation + lanes(), origin, size, staged.value1);
  }
  if more_values(2u) {
    store_value(invocation + 2u * lanes(), origin, size, staged.value2);
  }
  store_filter(invocation, staged.filter0);
  if more_filters(1u) {
    store_filter(invocation + lanes(), staged.filter1);
  }
  if more_filters(2u) {
    store_filter(invocation + 2u * lanes(), staged.filter2);
  }
  if more_filters(3u) {
    store_filter(invocation + 3u * lanes(), staged.filter3);
    store_filter(invocation + 4u * lanes(), staged.filter4);
  }
}

// What the tiles of one quad or of four columns have besides, which is too much for registers.
fn store_rest(value_row: u32, filter_row: u32, origin: vec2u, first_destination: u32, size: Shape, backward: bool, invocation: u32) {
  if more_values(3u) {
    for (var t = invocation + 3u * lanes(); t < all_values(); t += lanes()) {
      store_value(t, origin, size, source_value(source[value_row + value_place(t, origin, size)]));
    }
  }
  if more_filters(5u) {
    for (var t = invocation + 5u * lanes(); t < TILE_QUADS * 36u; t += lanes()) {
      store_filter(t, filter_value(filters[filter_row + filter_place(t, first_destination, size, backward)]));
    }
  }
}

// From four source to four destination channels, of one tap.
fn filter_block(quad: u32, tap: u32, backward: bool) -> mat4x4f {
  if backward {
    return transpose(filter_blocks[quad][8u - tap]);
  }
  return filter_blocks[quad][tap];
}

// With the taps of one column of the filter.
fn accumulate_column(dx: u32, local: vec2u, backward: bool, before: Sums) -> Sums {
  var sums = before;
  let column = &source_columns[local.x + dx];
  let value0 = (*column)[0];
  let value1 = (*column)[1];
  let value2 = (*column)[2];
  let value3 = (*column)[3];
  let value4 = (*column)[4];
  let value5 = (*column)[5];
  var value6 = vec4f();
  var value7 = vec4f();
  var value8 = vec4f();
  var value9 = vec4f();
  if ROWS > 4u {
    value6 = (*column)[6];
    value7 = (*column)[7];
    value8 = (*column)[8];
    value9 = (*column)[9];
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
  return sums;
}

// Over the source quads from `first` to before `end`.
fn convolve(workgroup: vec3u, local: vec2u, invocation: u32, size: Shape, first: u32, end: u32, backward: bool) -> Sums {
  var sums = Sums();
  let origin = workgroup.xy * vec2u(TILE_WIDTH, STRIP);
  let first_destination = workgroup.z * TILE_QUADS;
  let places = Places(
    value_place(invocation, origin, size),
    value_place(invocation + lanes(), origin, size),
    value_place(invocation + 2u * lanes(), origin, size),
    filter_place(invocation, first_destination, size, backward),
    filter_place(invocation + lanes(), first_destination, size, backward),
    filter_place(invocation + 2u * lanes(), first_destination, size, backward),
    filter_place(invocation + 3u * lanes(), first_destination, size, backward),
    filter_place(invocation + 4u * lanes(), first_destination, size, backward),
  );
  let value_pitch = size.width * size.height;
  let filter_pitch = filter_pitch(size, backward);
  var staged = fetched(places, first * value_pitch, first * filter_pitch);
  for (var quad = first; quad < end; quad++) {
    store_staged(staged, origin, size, invocation);
    store_rest(quad * value_pitch, quad * filter_pitch, origin, first_destination, size, backward, invocation);
    workgroupBarrier();
    // The last one once more, where there is no next one: a branch would keep the reads behind the arithmetic.
    let next = min(quad + 1u, end - 1u);
    staged = fetched(places, next * value_pitch, next * filter_pitch);
    sums = accumulate_column(0u, local, backward, sums);
    sums = accumulate_column(1u, local, backward, sums);
    sums = accumulate_column(2u, local, backward, sums);
    workgroupBarrier();
  }
  return sums;
}

fn store(quad: u32, y: u32, x: u32, size: Shape, value: vec4f) {
  if y < size.height {
    destination[(quad * size.height + y) * size.width + x] = destination_stored(value);
  }
}

fn store_strip(quad: u32, x: u32, y: u32, size: Shape, sums: Sums) {
  store(quad, y, x, size, sums.row0);
  store(quad, y + 1u, x, size, sums.row1);
  store(quad, y + 2u, x, size, sums.row2);
  store(quad, y + 3u, x, size, sums.row3);
  store(quad, y + 4u, x, size, sums.row4);
  store(quad, y + 5u, x, size, sums.row5);
  store(quad, y + 6u, x, size, sums.row6);
  store(quad, y + 7u, x, size, sums.row7);
}

@compute @workgroup_size(TILE_WIDTH, TILE_QUADS)
fn forward(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(local_invocation_id) local: vec3u,
  @builtin(local_invocation_index) invocation: u32,
) {
  // Read once: a compiler that cannot see that nothing writes it would read it at each use.
  let size = shape;
  var sums = convolve(workgroup, local.xy, invocation, size, 0u, size.source_quads, false);
  let x = workgroup.x * TILE_WIDTH + local.x;
  let quad = workgroup.z * TILE_QUADS + local.y;
  if x >= size.width || quad >= size.destination_quads {
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
  store_strip(quad, x, workgroup.y * STRIP, size, sums);
  mask[mask_place(quad, workgroup.y, x, size.height, size.width)] = positive_bits(sums.row0, 0u) | positive_bits(sums.row1, 1u)
    | positive_bits(sums.row2, 2u) | positive_bits(sums.row3, 3u) | positive_bits(sums.row4, 4u)
    | positive_bits(sums.row5, 5u) | positive_bits(sums.row6, 6u) | positive_bits(sums.row7, 7u);
}

@compute @workgroup_size(TILE_WIDTH, TILE_QUADS)
fn backward(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(local_invocation_id) local: vec3u,
  @builtin(local_invocation_index) invocation: u32,
) {
  let size = shape;
  var sums = convolve(workgroup, local.xy, invocation, size, 0u, size.source_quads, true);
  let x = workgroup.x * TILE_WIDTH + local.x;
  let quad = workgroup.z * TILE_QUADS + local.y;
  if x >= size.width || quad >= size.destination_quads {
    return;
  }
  if size.apply_mask == 1u {
    let word = mask[mask_place(quad, workgroup.y, x, size.height, size.width)];
    sums.row0 = masked(sums.row0, word, 0u);
    sums.row1 = masked(sums.row1, word, 1u);
    sums.row2 = masked(sums.row2, word, 2u);
    sums.row3 = masked(sums.row3, word, 3u);
    sums.row4 = masked(sums.row4, word, 4u);
    sums.row5 = masked(sums.row5, word, 5u);
    sums.row6 = masked(sums.row6, word, 6u);
    sums.row7 = masked(sums.row7, word, 7u);
  }
  store_strip(quad, x, workgroup.y * STRIP, size, sums);
}

fn store_partial(place: u32, y: u32, size: Shape, value: vec4f) {
  if y < size.height {
    partials[place + y * size.width] = value;
  }
}

fn convolve_slice(workgroup: vec3u, local: vec2u, invocation: u32, backward: bool) {
  let size = shape;
  let slice = workgroup.z / size.slice_groups;
  let group = vec3u(workgroup.xy, workgroup.z % size.slice_groups);
  let first = slice * size.slice_quads;
  let end = min(first + size.slice_quads, size.source_quads);
  let sums = convolve(group, local, invocation, size, first, end, backward);
  let x = group.x * TILE_WIDTH + local.x;
  let y = group.y * STRIP;
  let quad = group.z * TILE_QUADS + local.y;
  if x >= size.width || quad >= size.destination_quads {
    return;
  }
  let place = (slice * size.destination_quads + quad) * size.height * size.width + x;
  store_partial(place, y, size, sums.row0);
  store_partial(place, y + 1u, size, sums.row1);
  store_partial(place, y + 2u, size, sums.row2);
  store_partial(place, y + 3u, size, sums.row3);
  store_partial(place, y + 4u, size, sums.row4);
  store_partial(place, y + 5u, size, sums.row5);
  store_partial(place, y + 6u, size, sums.row6);
  store_partial(place, y + 7u, size, sums.row7);
}

@compute @workgroup_size(TILE_WIDTH, TILE_QUADS)
fn forward_slice(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(local_invocation_id) local: vec3u,
  @builtin(local_invocation_index) invocation: u32,
) {
  convolve_slice(workgroup, local.xy, invocation, false);
}

@compute @workgroup_size(TILE_WIDTH, TILE_QUADS)
fn backward_slice(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(local_invocation_id) local: vec3u,
  @builtin(local_invocation_index) invocation: u32,
) {
  convolve_slice(workgroup, local.xy, invocation, true);
}
