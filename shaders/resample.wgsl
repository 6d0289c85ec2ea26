// A picture at another size, by cubic or linear interpolation between pixel centres, as PyTorch's `interpolate` without
// `align_corners` and without anti-aliasing has it: this is for growing.
//
//   target[y, x] = sum over taps of weight(taps) * source[taps],   at ((y + 1/2) * source height / height - 1/2, same for x)
//                                                                  (+ what is there, where `accumulate` is 1)
//
// The cubic is Keys' (1981) with a = -3/4. Taps outside take the nearest pixel. A picture has one vec4 a pixel; several
// pictures may lie interleaved. Either picture may be one of the bands of rows in which a large one lies: of it the rows from
// `first` on are there, and count alone.
//
// Layouts:
//   source  [source height][source width][pitch] vec4, the picture at `offset`
//   target  [height][width][pitch] vec4
//
// Tiling: one pixel an invocation, once a size; nothing here needs to be fast.

struct Shape {
  // Of the whole pictures.
  source_width: u32,
  source_height: u32,
  width: u32,
  height: u32,
  // Of the bands that are there.
  source_first: u32,
  source_rows: u32,
  first: u32,
  accumulate: u32,
  pitch: u32,
  offset: u32,
  // 1: cubic. 0: linear, which stays positive.
  cubic: u32,
  // Whether the sum is complete now, and a picture's, which is cut to [0, 1].
  saturates: u32,
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> source: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> target_picture: array<vec4f>;

fn tap(y: i32, x: i32) -> vec4f {
  // Rows before the band's first wrap around.
  let row = u32(clamp(y, 0, i32(shape.source_height) - 1)) - shape.source_first;
  if row >= shape.source_rows {
    return vec4f(0.0);
  }
  let column = u32(clamp(x, 0, i32(shape.source_width) - 1));
  return source[(row * shape.source_width + column) * shape.pitch + shape.offset];
}

// Of the taps at -1, 0, 1 and 2, for a place `t` past tap 0.
fn weights(t: f32) -> vec4f {
  if shape.cubic == 0u {
    return vec4f(0.0, 1.0 - t, t, 0.0);
  }
  let a = -0.75;
  let s = 1.0 - t;
  return vec4f(
    ((a * (t + 1.0) - 5.0 * a) * (t + 1.0) + 8.0 * a) * (t + 1.0) - 4.0 * a,
    ((a + 2.0) * t - (a + 3.0)) * t * t + 1.0,
    ((a + 2.0) * s - (a + 3.0)) * s * s + 1.0,
    ((a * (s + 1.0) - 5.0 * a) * (s + 1.0) + 8.0 * a) * (s + 1.0) - 4.0 * a,
  );
}

fn row(y: i32, x: i32, across: vec4f) -> vec4f {
  return across.x * tap(y, x - 1) + across.y * tap(y, x) + across.z * tap(y, x + 1) + across.w * tap(y, x + 2);
}

@compute @workgroup_size(64)
fn resample(@builtin(global_invocation_id) id: vec3u) {
  if id.x >= shape.width {
    return;
  }
  let place = (vec2f(f32(id.x), f32(shape.first + id.y)) + 0.5) * vec2f(f32(shape.source_width), f32(shape.source_height))
    / vec2f(f32(shape.width), f32(shape.height)) - 0.5;
  let corner = floor(place);
  let x = i32(corner.x);
  let y = i32(corner.y);
  let across = weights(place.x - corner.x);
  let down = weights(place.y - corner.y);
  var value = down.x * row(y - 1, x, across) + down.y * row(y, x, across)
    + down.z * row(y + 1, x, across) + down.w * row(y + 2, x, across);
  let to = (id.y * shape.width + id.x) * shape.pitch + shape.offset;
  if shape.accumulate == 1u {
    value += target_picture[to];
  }
  if shape.saturates == 1u {
    value = saturate(value);
  }
  target_picture[to] = value;
}
