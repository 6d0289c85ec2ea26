// Winograd's transform back for F(4x4, 3x3) (Lavin and Gray 2015, section 4.3): Y = A^T M A, 4x4 outputs of each window,
// then bias and ReLU forward, or the ReLU's mask backward. A^T's rows are in common/four_rows.wgsl.
//
// Layouts:
//   products     [36][quads][windows] vec4: M, the windows of some strips of eight rows, as input.wgsl has them,
//                of `quads` quads from `first_quad` on
//   bias         [all quads] vec4, forward only
//   destination  [all quads][height][width] Destination
//   mask         [all quads][ceil(height / 8)][width] u32, as in conv3x3
//
// Tiling: an invocation computes a strip of 8 rows by 1 column by 1 quad, which are two windows, so that it owns a word
// of the mask. The four invocations of a window read the same entries of M at the same time, which the memory
// gives once; writes are contiguous.

struct Shape {
  width: u32,
  height: u32,
  quads: u32,
  window_columns: u32,
  // The windows of this dispatch, and the strip where they begin.
  windows: u32,
  first_strip: u32,
  // The quad where the products begin.
  first_quad: u32,
  apply_mask: u32,
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> products: array<vec4f>;
@group(0) @binding(2) var<storage, read> bias: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> destination: array<Destination>;
@group(0) @binding(4) var<storage, read_write> mask: array<u32>;

// Where a window's entries lie.
struct Window {
  place: u32,
  pitch: u32,
  // The column of the four that is computed.
  x: u32,
}

// Row `row` of M A. The first and the last column have one entry more, which the others read too, so that nothing branches.
fn entry(row: u32, window: Window) -> vec4f {
  let pitch = window.pitch;
  let place = window.place + row * 6u * pitch;
  let sign = select(1.0, -1.0, window.x % 2u == 1u);
  let edge = products[place + select(0u, 5u * pitch, window.x == 3u)];
  let inner = products[place + pitch] + sign * products[place + 2u * pitch];
  let outer = products[place + 3u * pitch] + sign * products[place + 4u * pitch];
  let sum = inner + f32(1u << window.x) * outer;
  return select(sum, sum + edge, window.x == 0u || window.x == 3u);
}

// The four rows of one column of Y, as the matrix's columns.
fn column(window: Window) -> mat4x4f {
  return four_rows(
    entry(0u, window),
    entry(1u, window),
    entry(2u, window),
    entry(3u, window),
    entry(4u, window),
    entry(5u, window),
  );
}

fn store(place: u32, height: u32, y: u32, width: u32, value: vec4f) {
  if y < height {
    destination[place + y * width] = destination_stored(value);
  }
}

fn store_four(place: u32, y: u32, size: Shape, rows: mat4x4f) {
  store(place, size.height, y, size.width, rows[0]);
  store(place, size.height, y + 1u, size.width, rows[1]);
  store(place, size.height, y + 2u, size.width, rows[2]);
  store(place, size.height, y + 3u, size.width, rows[3]);
}

// The upper of the strip's two windows.
fn upper_window(id: vec3u, size: Shape) -> Window {
  let window = 2u * id.y * size.window_columns + id.x / 4u;
  return Window(id.z * size.windows + window, size.quads * size.windows, id.x % 4u);
}

fn lower_window(upper: Window, size: Shape) -> Window {
  return Window(upper.place + size.window_columns, upper.pitch, upper.x);
}

@compute @workgroup_size(64)
fn forward(@builtin(global_invocation_id) id: vec3u) {
  // Read once: a compiler that cannot see that nothing writes it would read it at each use.
  let size = shape;
  if id.x >= size.width {
    return;
  }
  let quad = size.first_quad + id.z;
  let strip = size.first_strip + id.y;
  let window = upper_window(id, size);
  let offset = bias[quad];
  let upper = rectified(column(window), offset);
  let lower = rectified(column(lower_window(window, size)), offset);
  let place = quad * size.height * size.width + id.x;
  store_four(place, strip * 8u, size, upper);
  store_four(place, strip * 8u + 4u, size, lower);
  mask[mask_place(quad, strip, id.x, size.height, size.width)] = positive_rows(upper, 0u) | positive_rows(lower, 4u);
}

@compute @workgroup_size(64)
fn backward(@builtin(global_invocation_id) id: vec3u) {
  let size = shape;
  if id.x >= size.width {
    return;
  }
  let quad = size.first_quad + id.z;
  let strip = size.first_strip + id.y;
  let window = upper_window(id, size);
  var upper = column(window);
  var lower = column(lower_window(window, size));
  if size.apply_mask == 1u {
    let word = mask[mask_place(quad, strip, id.x, size.height, size.width)];
    upper = masked_rows(upper, word, 0u);
    lower = masked_rows(lower, word, 4u);
  }
  let place = quad * size.height * size.width + id.x;
  store_four(place, strip * 8u, size, upper);
  store_four(place, strip * 8u + 4u, size, lower);
}
