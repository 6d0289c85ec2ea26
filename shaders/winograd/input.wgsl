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

// Starts of rows of the source, and whether they are rows of the picture.
struct Rows {
  places: vec4u,
  inside: vec4<bool>,
}

// Above and left of the picture the unsigned coordinates wrap around, and so lie outside like those past the end. What is
// outside is read at the picture's edge, so that nothing branches.
fn rows_from(quad: u32, y: vec4u, size: Shape) -> Rows {
  let nearest = min(y, vec4u(size.height - 1u));
  return Rows((quad * size.height + nearest) * size.width, y < vec4u(size.height));
}

fn value(place: u32, inside: bool) -> vec4f {
  return select(vec4f(0.0), source_value(source[place]), inside);
}

// One entry of the first or last row of B^T d, from the first three of the rows.
fn outer_entry(rows: Rows, x: u32, size: Shape) -> vec4f {
  let places = rows.places + min(x, size.width - 1u);
  let inside = rows.inside & vec4<bool>(x < size.width);
  return 4.0 * value(places.x, inside.x) - 5.0 * value(places.y, inside.y) + value(places.z, inside.z);
}

// One of a row between them.
fn inner_entry(rows: Rows, x: u32, sign: f32, strength: vec2f, size: Shape) -> vec4f {
  let places = rows.places + min(x, size.width - 1u);
  let inside = rows.inside & vec4<bool>(x < size.width);
  let odd = strength.x * value(places.x, inside.x) - (strength.x / strength.y) * value(places.z, inside.z);
  return sign * odd - strength.y * value(places.y, inside.y) + value(places.w, inside.w);
}

// A row of B^T d.
struct Entries {
  d0: vec4f,
  d1: vec4f,
  d2: vec4f,
  d3: vec4f,
  d4: vec4f,
  d5: vec4f,
}

fn outer_row(row: u32, quad: u32, y: u32, x: u32, size: Shape) -> Entries {
  let first = y + row / 5u;
  let rows = rows_from(quad, vec4u(first, first + 2u, first + 4u, first + 4u), size);
  return Entries(
    outer_entry(rows, x, size),
    outer_entry(rows, x + 1u, size),
    outer_entry(rows, x + 2u, size),
    outer_entry(rows, x + 3u, size),
    outer_entry(rows, x + 4u, size),
    outer_entry(rows, x + 5u, size),
  );
}

fn inner_row(row: u32, quad: u32, y: u32, x: u32, size: Shape) -> Entries {
  let rows = rows_from(quad, vec4u(y + 1u, y + 2u, y + 3u, y + 4u), size);
  let strength = select(vec2f(2.0, 1.0), vec2f(4.0, 4.0), row < 3u);
  let sign = select(-1.0, 1.0, row == 2u || row == 4u);
  return Entries(
    inner_entry(rows, x, sign, strength, size),
    inner_entry(rows, x + 1u, sign, strength, size),
    inner_entry(rows, x + 2u, sign, strength, size),
    inner_entry(rows, x + 3u, sign, strength, size),
    inner_entry(rows, x + 4u, sign, strength, size),
    inner_entry(rows, x + 5u, sign, strength, size),
  );
}

@compute @workgroup_size(64)
fn transform(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) invocation: u32) {
  // Read once: a compiler that cannot see that nothing writes it would read it at each use.
  let size = shape;
  let window = workgroup.y * 64u + invocation;
  if window >= size.windows {
    return;
  }
  let quad = workgroup.z;
  let row = workgroup.x;
  let y = (size.first_window_row + window / size.window_columns) * 4u - 1u;
  let x = window % size.window_columns * 4u - 1u;
  var d = Entries();
  if row == 0u || row == 5u {
    d = outer_row(row, quad, y, x, size);
  } else {
    d = inner_row(row, quad, y, x, size);
  }
  let pitch = size.quads * size.windows;
  let place = row * 6u * pitch + quad * size.windows + window;
  transformed[place] = 4.0 * d.d0 - 5.0 * d.d2 + d.d4;
  transformed[place + pitch] = d.d3 + d.d4 - 4.0 * (d.d1 + d.d2);
  transformed[place + 2u * pitch] = d.d4 - d.d3 + 4.0 * (d.d1 - d.d2);
  transformed[place + 3u * pitch] = d.d4 - d.d2 + 2.0 * (d.d3 - d.d1);
  transformed[place + 4u * pitch] = d.d4 - d.d2 + 2.0 * (d.d1 - d.d3);
  transformed[place + 5u * pitch] = 4.0 * d.d1 - 5.0 * d.d3 + d.d5;
}
