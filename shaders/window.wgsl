// A window of a map: a rectangle of a large map in a small map of its own.
//
//   take:   window[q, y, x] = map[q, y + y0, x + x0]
//   keep:   map[q, y + y0, x + x0] = window[q + q0, y, x]     for the positions of the rectangle `core`
//   give:   map[q, y + y0, x + x0] += window[q, y, x]
//   clear:  map[q, y, x] = 0
//
// A map too large for one buffer lies in several: a picture in bands of rows, so that of a window those rows are meant
// which the band has, and features by their channels, which begin at q0.
//
// Layouts:
//   window  [quads][height][width] Map
//   map     [quads][map height][map width] Kept
//
// Tiling: one vec4 an invocation, along rows; these copies are bound by memory.

struct Shape {
  core: Region,
  width: u32,
  height: u32,
  map_width: u32,
  map_height: u32,
  // Where the window's first position lies in the map; rows above a band are as many below zero, wrapped around.
  x: u32,
  y: u32,
  first_quad: u32,
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read_write> window: array<Map>;
@group(0) @binding(2) var<storage, read_write> map: array<Kept>;

fn map_place(id: vec3u) -> u32 {
  return (id.z * shape.map_height + shape.y + id.y) * shape.map_width + shape.x + id.x;
}

fn window_place(id: vec3u) -> u32 {
  return ((shape.first_quad + id.z) * shape.height + id.y) * shape.width + id.x;
}

fn is_in_both(id: vec3u) -> bool {
  return id.x < shape.width && shape.y + id.y < shape.map_height;
}

@compute @workgroup_size(64)
fn take(@builtin(global_invocation_id) id: vec3u) {
  if is_in_both(id) {
    window[window_place(id)] = map_stored(kept_value(map[map_place(id)]));
  }
}

@compute @workgroup_size(64)
fn keep(@builtin(global_invocation_id) id: vec3u) {
  if contains(shape.core, id.x, id.y) {
    map[map_place(id)] = kept_stored(map_value(window[window_place(id)]));
  }
}

@compute @workgroup_size(64)
fn give(@builtin(global_invocation_id) id: vec3u) {
  if is_in_both(id) {
    map[map_place(id)] = kept_stored(kept_value(map[map_place(id)]) + map_value(window[window_place(id)]));
  }
}

@compute @workgroup_size(64)
fn clear(@builtin(global_invocation_id) id: vec3u) {
  if id.x < shape.map_width {
    map[(id.z * shape.map_height + id.y) * shape.map_width + id.x] = kept_stored(vec4f(0.0));
  }
}
