// Winograd's transform back for F(4x4, 3x3) (Lavin and Gray 2015, section 4.3): Y = A^T M A, 4x4 outputs of each window,
// then bias and ReLU forward, or the ReLU's mask backward.
//
// A^T's rows are (1, 1, 1, 1, 1, 0), (0, 1, -1, 2, -2, 0), (0, 1, 1, 4, 4, 0), (0, 1, -1, 8, -8, 1).
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

// Row `row` of M A at column `x` of the window's four.
fn entry(row: u32, quad: u32, window: u32, x: u32) -> vec4f {
  let pitch = shape.quads * shape.windows;
  let place = row * 6u * pitch + quad * shape.windows + window;
  let sign = select(1.0, -1.0, x % 2u == 1u);
  let inner = products[place + pitch] + sign * products[place + 2u * pitch];
  let outer = products[place + 3u * pitch] + sign * products[place + 4u * pitch];
  var sum = inner + f32(1u << x) * outer;
  if x == 0u {
    sum += products[place];
  }
  if x == 3u {
    sum += products[place + 5u * pitch];
  }
  return sum;
}

// The four rows of one column of Y, as the matrix's columns.
fn column(quad: u32, window: u32, x: u32) -> mat4x4f {
  let m0 = entry(0u, quad, window, x);
  let m1 = entry(1u, quad, window, x);
  let m2 = entry(2u, quad, window, x);
  let m3 = entry(3u, quad, window, x);
  let m4 = entry(4u, quad, window, x);
  let m5 = entry(5u, quad, window, x);
  let inner = m1 - m2;
  let outer = m3 - m4;
  return mat4x4f(
    m0 + m1 + m2 + m3 + m4,
    inner + 2.0 * outer,
    m1 + m2 + 4.0 * (m3 + m4),
    inner + 8.0 * outer + m5,
  );
}

fn store(quad: u32, y: u32, x: u32, value: vec4f) {
  if y < shape.height {
    destination[(quad * shape.height + y) * shape.width + x] = destination_stored(value);
  }
}

fn store_four(quad: u32, y: u32, x: u32, rows: mat4x4f) {
  store(quad, y, x, rows[0]);
  store(quad, y + 1u, x, rows[1]);
  store(quad, y + 2u, x, rows[2]);
  store(quad, y + 3u, x, rows[3]);
}

fn rectified(rows: mat4x4f, offset: vec4f) -> mat4x4f {
  let zero = vec4f(0.0);
  return mat4x4f(
    max(rows[0] + offset, zero),
    max(rows[1] + offset, zero),
    max(rows[2] + offset, zero),
    max(rows[3] + offset, zero),
  );
}

fn positive_rows(rows: mat4x4f, first: u32) -> u32 {
  return positive_bits(rows[0], first) | positive_bits(rows[1], first + 1u)
    | positive_bits(rows[2], first + 2u) | positive_bits(rows[3], first + 3u);
}

fn masked_rows(rows: mat4x4f, word: u32, first: u32) -> mat4x4f {
  return mat4x4f(
    masked(rows[0], word, first),
    masked(rows[1], word, first + 1u),
    masked(rows[2], word, first + 2u),
    masked(rows[3], word, first + 3u),
  );
}

@compute @workgroup_size(64)
fn forward(@builtin(global_invocation_id) id: vec3u) {
  let x = id.x;
  if x >= shape.width {
    return;
  }
  let quad = shape.first_quad + id.z;
  let strip = shape.first_strip + id.y;
  let window = 2u * id.y * shape.window_columns + x / 4u;
  let offset = bias[quad];
  let upper = rectified(column(id.z, window, x % 4u), offset);
  let lower = rectified(column(id.z, window + shape.window_columns, x % 4u), offset);
  store_four(quad, strip * 8u, x, upper);
  store_four(quad, strip * 8u + 4u, x, lower);
  mask[mask_place(quad, strip, x, shape.height, shape.width)] = positive_rows(upper, 0u) | positive_rows(lower, 4u);
}

@compute @workgroup_size(64)
fn backward(@builtin(global_invocation_id) id: vec3u) {
  let x = id.x;
  if x >= shape.width {
    return;
  }
  let quad = shape.first_quad + id.z;
  let strip = shape.first_strip + id.y;
  let window = 2u * id.y * shape.window_columns + x / 4u;
  var upper = column(id.z, window, x % 4u);
  var lower = column(id.z, window + shape.window_columns, x % 4u);
  if shape.apply_mask == 1u {
    let word = mask[mask_place(quad, strip, x, shape.height, shape.width)];
    upper = masked_rows(upper, word, 0u);
    lower = masked_rows(lower, word, 4u);
  }
  store_four(quad, strip * 8u, x, upper);
  store_four(quad, strip * 8u + 4u, x, lower);
}
