// The product at the heart of Winograd's convolution: for each of 36 entries, M[k, w] = sum over c of U[k, c] V[c, w].
//
// Layouts, with quads of channels c and k, and windows w:
//   values    [36][source quads][windows] vec4: V
//   filters   [36][source quads][destination quads][4 columns] vec4: U, blocks from four source to four destination
//             channels, or transposed where TRANSPOSED
//   products  [36][destination quads][windows] vec4: M
//
// Tiling: an invocation computes 8 windows by 2 quads, 64 sums in named registers; a pair of filter blocks and 8 values
// from workgroup memory make 256 multiply-adds. A workgroup has WINDOW_LANES x QUAD_LANES invocations and stages DEPTH
// source quads at a time; the next ones are read into registers before the arithmetic of these, so that it hides how long
// they take. Neighbouring invocations take neighbouring windows, whose columns of 8 values have a ninth between them, so
// that they begin in different banks; indices within a column and of a block are constants, which no compiler needs to keep
// in bounds. Blocks are staged column by column, contiguous from memory to memory, and transposed in registers, which
// costs nothing. Few windows want few window lanes and many quad lanes; for many windows a GPU's own measurement chooses
// (src/measure/tiles.rs).

override WINDOW_LANES: u32 = 8u;
override QUAD_LANES: u32 = 8u;
override DEPTH: u32 = 4u;
override TRANSPOSED: bool = false;

struct Shape {
  windows: u32,
  source_quads: u32,
  destination_quads: u32,
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> values: array<vec4f>;
@group(0) @binding(2) var<storage, read> filters: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> products: array<vec4f>;

// Of each source quad and window lane: its 8 windows, and room.
var<workgroup> value_columns: array<array<vec4f, 9>, WINDOW_LANES * DEPTH>;
var<workgroup> filter_blocks: array<mat4x4f, QUAD_LANES * 2u * DEPTH>;

// What an invocation brings of the next source quads: each number lies a whole workgroup behind the one before.
struct Staged {
  value0: vec4f,
  value1: vec4f,
  value2: vec4f,
  value3: vec4f,
  filter0: vec4f,
  filter1: vec4f,
  filter2: vec4f,
  filter3: vec4f,
  filter4: vec4f,
  filter5: vec4f,
  filter6: vec4f,
  filter7: vec4f,
}

// Where that lies from the first of the source quads on.
struct Places {
  value0: u32,
  value1: u32,
  value2: u32,
  value3: u32,
  filter0: u32,
  filter1: u32,
  filter2: u32,
  filter3: u32,
  filter4: u32,
  filter5: u32,
  filter6: u32,
  filter7: u32,
}

fn lanes() -> u32 {
  return WINDOW_LANES * QUAD_LANES;
}

// Whether an invocation brings more than so many values; the last may be too many.
fn more_values(than: u32) -> bool {
  return WINDOW_LANES * 8u * DEPTH > than * lanes();
}

fn more_filters(than: u32) -> bool {
  return QUAD_LANES * 8u * DEPTH > than * lanes();
}

fn value_place(t: u32, first_window: u32, windows: u32) -> u32 {
  let width = WINDOW_LANES * 8u;
  // Past the last window the products are not stored, so any value will do.
  return t / width * windows + min(first_window + t % width, windows - 1u);
}

fn filter_place(t: u32, first_quad: u32, pitch: u32) -> u32 {
  let width = QUAD_LANES * 8u;
  return t / width * pitch + min(first_quad * 4u + t % width, pitch - 1u);
}

fn fetched(places: Places, value_row: u32, filter_row: u32) -> Staged {
  var staged = Staged();
  staged.value0 = values[value_row + places.value0];
  if more_values(1u) {
    staged.value1 = values[value_row + places.value1];
  }
  if more_values(2u) {
    staged.value2 = values[value_row + places.value2];
    staged.value3 = values[value_row + places.value3];
  }
  staged.filter0 = filters[filter_row + places.filter0];
  if more_filters(1u) {
    staged.filter1 = filters[filter_row + places.filter1];
    staged.filter2 = filters[filter_row + places.filter2];
    staged.filter3 = filters[filter_row + places.filter3];
  }
  if more_filters(4u) {
    staged.filter4 = filters[filter_row + places.filter4];
    staged.filter5 = filters[filter_row + places.filter5];
    staged.filter6 = filters[filter_row + places.filter6];
    staged.filter7 = filters[filter_row + places.filter7];
  }
  return staged;
}

fn store_value(t: u32, value: vec4f) {
  let all = WINDOW_LANES * 8u * DEPTH;
  if all % lanes() == 0u || t < all {
    let lane = t / (WINDOW_LANES * 8u) * WINDOW_LANES + t % WINDOW_LANES;
    value_columns[lane][t / WINDOW_LANES % 8u] = value;
  }
}

fn store_filter(t: u32, value: vec4f) {
  filter_blocks[t / 4u][t % 4u] = value;
}

fn store_staged(staged: Staged, invocation: u32) {
  store_value(invocation, staged.value0);
  if more_values(1u) {
    store_value(invocation + lanes(), staged.value1);
  }
  if more_values(2u) {
    store_value(invocation + 2u * lanes(), staged.value2);
    store_value(invocation + 3u * lanes(), staged.value3);
  }
  store_filter(invocation, staged.filter0);
  if more_filters(1u) {
    store_filter(invocation + lanes(), staged.filter1);
    store_filter(invocation + 2u * lanes(), staged.filter2);
    store_filter(invocation + 3u * lanes(), staged.filter3);
  }
  if more_filters(4u) {
    store_filter(invocation + 4u * lanes(), staged.filter4);
    store_filter(invocation + 5u * lanes(), staged.filter5);
    store_filter(invocation + 6u * lanes(), staged.filter6);
    store_filter(invocation + 7u * lanes(), staged.filter7);
  }
}

// From four source to four destination channels.
fn filter_block(place: u32) -> mat4x4f {
  if TRANSPOSED {
    return transpose(filter_blocks[place]);
  }
  return filter_blocks[place];
}

fn store(place: u32, window: u32, windows: u32, value: vec4f) {
  if window < windows {
    products[place + window] = value;
  }
}

@compute @workgroup_size(WINDOW_LANES, QUAD_LANES)
fn multiply(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(local_invocation_id) local: vec3u,
  @builtin(local_invocation_index) invocation: u32,
) {
  // Read once: a compiler that cannot see that nothing writes it would read it at each use.
  let size = shape;
  let first_window = workgroup.x * WINDOW_LANES * 8u;
  let first_quad = workgroup.y * QUAD_LANES * 2u;
  let entry = workgroup.z;
  let pitch = size.destination_quads * 4u;
  let places = Places(
    value_place(invocation, first_window, size.windows),
    value_place(invocation + lanes(), first_window, size.windows),
    value_place(invocation + 2u * lanes(), first_window, size.windows),
    value_place(invocation + 3u * lanes(), first_window, size.windows),
    filter_place(invocation, first_quad, pitch),
    filter_place(invocation + lanes(), first_quad, pitch),
    filter_place(invocation + 2u * lanes(), first_quad, pitch),
    filter_place(invocation + 3u * lanes(), first_quad, pitch),
    filter_place(invocation + 4u * lanes(), first_quad, pitch),
    filter_place(invocation + 5u * lanes(), first_quad, pitch),
    filter_place(invocation + 6u * lanes(), first_quad, pitch),
    filter_place(invocation + 7u * lanes(), first_quad, pitch),
  );
  let first_row = entry * size.source_quads;
  var sums = TileSums();
  var staged = fetched(places, first_row * size.windows, first_row * pitch);
  for (var source = 0u; source < size.source_quads; source += DEPTH) {
    store_staged(staged, invocation);
    workgroupBarrier();
    // The last ones once more, where there are no next ones: a branch would keep the reads behind the arithmetic.
    let row = first_row + min(source + DEPTH, size.source_quads - DEPTH);
    staged = fetched(places, row * size.windows, row * pitch);
    let column0 = &value_columns[local.x];
    sums = accumulate_tile(
      sums,
      filter_block(local.y),
      filter_block(QUAD_LANES + local.y),
      (*column0)[0],
      (*column0)[1],
      (*column0)[2],
      (*column0)[3],
      (*column0)[4],
      (*column0)[5],
      (*column0)[6],
      (*column0)[7],
    );
    if DEPTH > 1u {
      let column1 = &value_columns[WINDOW_LANES + local.x];
      sums = accumulate_tile(
        sums,
        filter_block(2u * QUAD_LANES + local.y),
        filter_block(3u * QUAD_LANES + local.y),
        (*column1)[0],
        (*column1)[1],
        (*column1)[2],
        (*column1)[3],
        (*column1)[4],
        (*column1)[5],
        (*column1)[6],
        (*column1)[7],
      );
    }
    if DEPTH > 2u {
      let column2 = &value_columns[2u * WINDOW_LANES + local.x];
      sums = accumulate_tile(
        sums,
        filter_block(4u * QUAD_LANES + local.y),
        filter_block(5u * QUAD_LANES + local.y),
        (*column2)[0],
        (*column2)[1],
        (*column2)[2],
        (*column2)[3],
        (*column2)[4],
        (*column2)[5],
        (*column2)[6],
        (*column2)[7],
      );
      let column3 = &value_columns[3u * WINDOW_LANES + local.x];
      sums = accumulate_tile(
        sums,
        filter_block(6u * QUAD_LANES + local.y),
        filter_block(7u * QUAD_LANES + local.y),
        (*column3)[0],
        (*column3)[1],
        (*column3)[2],
        (*column3)[3],
        (*column3)[4],
        (*column3)[5],
        (*column3)[6],
        (*column3)[7],
      );
    }
    workgroupBarrier();
  }
  let window = first_window + local.x;
  let quad = first_quad + local.y;
  let place = (entry * size.destination_quads + quad) * size.windows;
  if quad < size.destination_quads {
    store(place, window, size.windows, sums.a0);
    store(place, window + WINDOW_LANES, size.windows, sums.a1);
    store(place, window + WINDOW_LANES * 2u, size.windows, sums.a2);
    store(place, window + WINDOW_LANES * 3u, size.windows, sums.a3);
    store(place, window + WINDOW_LANES * 4u, size.windows, sums.a4);
    store(place, window + WINDOW_LANES * 5u, size.windows, sums.a5);
    store(place, window + WINDOW_LANES * 6u, size.windows, sums.a6);
    store(place, window + WINDOW_LANES * 7u, size.windows, sums.a7);
  }
  if quad + QUAD_LANES < size.destination_quads {
    let second = place + QUAD_LANES * size.windows;
    store(second, window, size.windows, sums.b0);
    store(second, window + WINDOW_LANES, size.windows, sums.b1);
    store(second, window + WINDOW_LANES * 2u, size.windows, sums.b2);
    store(second, window + WINDOW_LANES * 3u, size.windows, sums.b3);
    store(second, window + WINDOW_LANES * 4u, size.windows, sums.b4);
    store(second, window + WINDOW_LANES * 5u, size.windows, sums.b5);
    store(second, window + WINDOW_LANES * 6u, size.windows, sums.b6);
    store(second, window + WINDOW_LANES * 7u, size.windows, sums.b7);
  }
}
