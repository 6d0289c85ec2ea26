// Winograd's transform of a feature map for F(4x4, 3x3) (Lavin and Gray 2015, section 4.3): V = B^T d B for every 6x6
// window d, whose inner 4x4 are the outputs' places.
//
// B^T's rows are (4, 0, -5, 0, 1, 0), (0, -4, -4, 1, 1, 0), (0, 4, -4, -1, 1, 0), (0, -2, -1, 2, 1, 0),
// (0, 2, -1, -2, 1, 0), (0, 4, 0, -5, 0, 1).
//
// Layouts:
//   source       [quads][height][width] Source, zero outside
//   transformed  [36][quads][windows] vec4; entry 6 i + j is row i, column j of V. The windows are those of some strips
//                of eight rows, row by row: two rows of windows a strip, a window every four columns.
//
// Tiling: an invocation computes one row of one window's V for one quad. All 36 at once would hold 36 vec4 registers,
// more than many GPUs give; so the three or four rows of d that a row of V needs are read again, from the cache: the six
// workgroups that need them start one after the other. All invocations of a workgroup have the same row and so take the
// same way.

struct Shape {
  width: u32,
  height: u32,
  quads: u32,
  window_columns: u32,
  // The windows of this dispatch, and the row of windows where they begin.
  windows: u32,
  first_window_row: u32,
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> source: array<Source>;
@group(0) @binding(2) var<storage, read_write> transformed: array<vec4f>;

// Above and left of the picture the unsigned coordinates wrap around, and so lie outside like those past the end.
fn value(quad: u32, y: u32, x: u32) -> vec4f {
  if x < shape.width && y < shape.height {
    return source_value(source[(quad * shape.height + y) * shape.width + x]);
  }
  return vec4f(0.0);
}

// One entry of a row of B^T d.
fn entry(row: u32, quad: u32, y: u32, x: u32) -> vec4f {
  if row == 0u || row == 5u {
    let first = y + row / 5u;
    return 4.0 * value(quad, first, x) - 5.0 * value(quad, first + 2u, x) + value(quad, first + 4u, x);
  }
  let strength = select(vec2f(2.0, 1.0), vec2f(4.0, 4.0), row < 3u);
  let sign = select(-1.0, 1.0, row == 2u || row == 4u);
  let odd = strength.x * value(quad, y + 1u, x) - (strength.x / strength.y) * value(quad, y + 3u, x);
  return sign * odd - strength.y * value(quad, y + 2u, x) + value(quad, y + 4u, x);
}

@compute @workgroup_size(64)
fn transform(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) invocation: u32) {
  let window = workgroup.y * 64u + invocation;
  if window >= shape.windows {
    return;
  }
  let quad = workgroup.z;
  let row = workgroup.x;
  let y = (shape.first_window_row + window / shape.window_columns) * 4u - 1u;
  let x = window % shape.window_columns * 4u - 1u;
  let d0 = entry(row, quad, y, x);
  let d1 = entry(row, quad, y, x + 1u);
  let d2 = entry(row, quad, y, x + 2u);
  let d3 = entry(row, quad, y, x + 3u);
  let d4 = entry(row, quad, y, x + 4u);
  let d5 = entry(row, quad, y, x + 5u);
  let pitch = shape.quads * shape.windows;
  let place = row * 6u * pitch + quad * shape.windows + window;
  transformed[place] = 4.0 * d0 - 5.0 * d2 + d4;
  transformed[place + pitch] = d3 + d4 - 4.0 * (d1 + d2);
  transformed[place + 2u * pitch] = d4 - d3 + 4.0 * (d1 - d2);
  transformed[place + 3u * pitch] = d4 - d2 + 2.0 * (d3 - d1);
  transformed[place + 4u * pitch] = d4 - d2 + 2.0 * (d1 - d3);
  transformed[place + 5u * pitch] = 4.0 * d1 - 5.0 * d3 + d5;
}
