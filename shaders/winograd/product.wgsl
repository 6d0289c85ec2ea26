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
// source quads at a time. Neighbouring invocations take neighbouring windows: what a GPU's 32 lanes read at once are a
// few whole lines of workgroup memory, the rest is broadcast. Blocks are staged column by column, contiguous from memory to
// memory, and transposed in registers, which costs nothing. Few windows want few window lanes and many quad lanes; for many
// windows a GPU's own measurement chooses (src/tuning.rs).

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

var<workgroup> value_block: array<vec4f, WINDOW_LANES * 8u * DEPTH>;
var<workgroup> filter_columns: array<vec4f, QUAD_LANES * 8u * DEPTH>;

fn load_values(first_window: u32, first_row: u32, invocation: u32) {
  let width = WINDOW_LANES * 8u;
  for (var t = invocation; t < width * DEPTH; t += WINDOW_LANES * QUAD_LANES) {
    // Past the last window the products are not stored, so any value will do.
    let window = min(first_window + t % width, shape.windows - 1u);
    value_block[t] = values[(first_row + t / width) * shape.windows + window];
  }
}

fn load_filters(first_quad: u32, first_row: u32, invocation: u32) {
  let width = QUAD_LANES * 8u;
  let pitch = shape.destination_quads * 4u;
  for (var t = invocation; t < width * DEPTH; t += WINDOW_LANES * QUAD_LANES) {
    let column = min(first_quad * 4u + t % width, pitch - 1u);
    filter_columns[t] = filters[(first_row + t / width) * pitch + column];
  }
}

fn filter_block(quad: u32) -> mat4x4f {
  let place = quad * 4u;
  let block = mat4x4f(
    filter_columns[place],
    filter_columns[place + 1u],
    filter_columns[place + 2u],
    filter_columns[place + 3u],
  );
  if TRANSPOSED {
    return transpose(block);
  }
  return block;
}

fn store(entry: u32, quad: u32, window: u32, value: vec4f) {
  if window < shape.windows {
    products[(entry * shape.destination_quads + quad) * shape.windows + window] = value;
  }
}

@compute @workgroup_size(WINDOW_LANES, QUAD_LANES)
fn multiply(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(local_invocation_id) local: vec3u,
  @builtin(local_invocation_index) invocation: u32,
) {
  let first_window = workgroup.x * WINDOW_LANES * 8u;
  let first_quad = workgroup.y * QUAD_LANES * 2u;
  let entry = workgroup.z;
  var a0 = vec4f(0.0);
  var a1 = vec4f(0.0);
  var a2 = vec4f(0.0);
  var a3 = vec4f(0.0);
  var a4 = vec4f(0.0);
  var a5 = vec4f(0.0);
  var a6 = vec4f(0.0);
  var a7 = vec4f(0.0);
  var b0 = vec4f(0.0);
  var b1 = vec4f(0.0);
  var b2 = vec4f(0.0);
  var b3 = vec4f(0.0);
  var b4 = vec4f(0.0);
  var b5 = vec4f(0.0);
  var b6 = vec4f(0.0);
  var b7 = vec4f(0.0);
  for (var source = 0u; source < shape.source_quads; source += DEPTH) {
    let first_row = entry * shape.source_quads + source;
    load_values(first_window, first_row, invocation);
    load_filters(first_quad, first_row, invocation);
    workgroupBarrier();
    for (var depth = 0u; depth < DEPTH; depth++) {
      let a = filter_block(depth * QUAD_LANES * 2u + local.y);
      let b = filter_block(depth * QUAD_LANES * 2u + QUAD_LANES + local.y);
      let column = depth * WINDOW_LANES * 8u + local.x;
      let v0 = value_block[column];
      a0 = multiply_add(a, v0, a0);
      b0 = multiply_add(b, v0, b0);
      let v1 = value_block[column + WINDOW_LANES];
      a1 = multiply_add(a, v1, a1);
      b1 = multiply_add(b, v1, b1);
      let v2 = value_block[column + WINDOW_LANES * 2u];
      a2 = multiply_add(a, v2, a2);
      b2 = multiply_add(b, v2, b2);
      let v3 = value_block[column + WINDOW_LANES * 3u];
      a3 = multiply_add(a, v3, a3);
      b3 = multiply_add(b, v3, b3);
      let v4 = value_block[column + WINDOW_LANES * 4u];
      a4 = multiply_add(a, v4, a4);
      b4 = multiply_add(b, v4, b4);
      let v5 = value_block[column + WINDOW_LANES * 5u];
      a5 = multiply_add(a, v5, a5);
      b5 = multiply_add(b, v5, b5);
      let v6 = value_block[column + WINDOW_LANES * 6u];
      a6 = multiply_add(a, v6, a6);
      b6 = multiply_add(b, v6, b6);
      let v7 = value_block[column + WINDOW_LANES * 7u];
      a7 = multiply_add(a, v7, a7);
      b7 = multiply_add(b, v7, b7);
    }
    workgroupBarrier();
  }
  let window = first_window + local.x;
  let quad = first_quad + local.y;
  if quad < shape.destination_quads {
    store(entry, quad, window, a0);
    store(entry, quad, window + WINDOW_LANES, a1);
    store(entry, quad, window + WINDOW_LANES * 2u, a2);
    store(entry, quad, window + WINDOW_LANES * 3u, a3);
    store(entry, quad, window + WINDOW_LANES * 4u, a4);
    store(entry, quad, window + WINDOW_LANES * 5u, a5);
    store(entry, quad, window + WINDOW_LANES * 6u, a6);
    store(entry, quad, window + WINDOW_LANES * 7u, a7);
  }
  if quad + QUAD_LANES < shape.destination_quads {
    store(entry, quad + QUAD_LANES, window, b0);
    store(entry, quad + QUAD_LANES, window + WINDOW_LANES, b1);
    store(entry, quad + QUAD_LANES, window + WINDOW_LANES * 2u, b2);
    store(entry, quad + QUAD_LANES, window + WINDOW_LANES * 3u, b3);
    store(entry, quad + QUAD_LANES, window + WINDOW_LANES * 4u, b4);
    store(entry, quad + QUAD_LANES, window + WINDOW_LANES * 5u, b5);
    store(entry, quad + QUAD_LANES, window + WINDOW_LANES * 6u, b6);
    store(entry, quad + QUAD_LANES, window + WINDOW_LANES * 7u, b7);
  }
}
