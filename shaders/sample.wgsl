// Samples of a layer's feature map at positions of a grid that is finer or coarser than the map, and their gradient's way
// back to the map.
//
//   take:  samples[first quad + q, first + n] = scale * map[q] at the place of sample n
//   give:  gradient[q, p] = scale * sum over samples n of weight of p in sample n * samples[first quad + q, n]
//                                                                          (+ what is there, where `accumulate` is 1)
//
// then the ReLU's mask, so that the result is the gradient before the ReLU. With f = 2^|level|, of a map that is
//
//   level > 0: f times finer than the grid, the four positions in the middle of a grid position's f x f are averaged;
//   level = 0: the grid itself, there is nothing to do;
//   level < 0: f times coarser, four positions are interpolated linearly between their centres, clamped at the edges.
//
// So a grid of a quarter of the picture's sides, which is block 3's map, brings a hypercolumn together (Kolkin et al. 2022,
// section 3.2, by way of Hariharan et al. 2015), along the network's own pooling.
//
// The samples are those of the rectangle `core` of a window of the grid, row by row, or for `take_listed` those of a
// list of places of the whole grid, of which the window has those in its core. `give_listed` is for level 0 alone, with one
// place in each cell of a division of the grid (places.wgsl), so that a position knows its only sample.
//
// Layouts, where a quad is four neighbouring channels, stored as common/store.wgsl says:
//   features  [quads][height][width] Feature
//   samples   [all quads][pitch] Feature for taking; Gradient, which is as large, for giving
//   gradient  [quads][height][width] Gradient
//   mask      as common/quad.wgsl says
//   places    [samples] u32: row * columns of the grid + column
//
// Tiling: one vec4 of the result an invocation, neighbours at neighbouring positions; bound by memory.

struct Layer {
  core: Region,
  // Of the map.
  width: u32,
  height: u32,
  first_quad: u32,
  pitch: u32,
  first: u32,
  count: u32,
  level: i32,
  scale: f32,
  // Where the window's first position lies in the whole grid.
  x: u32,
  y: u32,
  grid_width: u32,
  grid_height: u32,
  cells_across: u32,
  cells_down: u32,
  accumulate: u32,
}

@group(0) @binding(0) var<uniform> layer: Layer;
@group(0) @binding(1) var<storage, read> features: array<Feature>;
@group(0) @binding(2) var<storage, read_write> samples: array<Feature>;
@group(0) @binding(3) var<storage, read> places: array<u32>;
@group(0) @binding(4) var<storage, read_write> gradient: array<Gradient>;
@group(0) @binding(5) var<storage, read> mask: array<u32>;

fn feature(quad: u32, x: u32, y: u32) -> vec4f {
  return feature_value(features[(quad * layer.height + y) * layer.width + x]);
}

fn four(quad: u32, x: vec2u, y: vec2u, across: f32, down: f32) -> vec4f {
  return mix(
    mix(feature(quad, x.x, y.x), feature(quad, x.y, y.x), across),
    mix(feature(quad, x.x, y.y), feature(quad, x.y, y.y), across),
    down,
  );
}

// Where a grid position lies in a coarser map of so many positions along that side.
fn coarse(position: u32, length: u32) -> f32 {
  let factor = f32(1u << u32(-layer.level));
  return clamp((f32(position) + 0.5) / factor - 0.5, 0.0, f32(length - 1u));
}

fn sampled(quad: u32, x: u32, y: u32) -> vec4f {
  if layer.level == 0 {
    return feature(quad, x, y);
  }
  if layer.level > 0 {
    let factor = 1u << u32(layer.level);
    let corner = factor * vec2u(x, y) + factor / 2u - 1u;
    return four(quad, vec2u(corner.x, corner.x + 1u), vec2u(corner.y, corner.y + 1u), 0.5, 0.5);
  }
  let place = vec2f(coarse(x, layer.width), coarse(y, layer.height));
  let corner = vec2u(place);
  let next = min(corner + 1u, vec2u(layer.width, layer.height) - 1u);
  let part = place - vec2f(corner);
  return four(quad, vec2u(corner.x, next.x), vec2u(corner.y, next.y), part.x, part.y);
}

fn keep(quad: u32, number: u32, x: u32, y: u32) {
  let to = (layer.first_quad + quad) * layer.pitch + layer.first + number;
  samples[to] = feature_stored(layer.scale * sampled(quad, x, y));
}

@compute @workgroup_size(64)
fn take(@builtin(global_invocation_id) id: vec3u) {
  if id.x >= layer.count {
    return;
  }
  let x = layer.core.x + id.x % layer.core.width;
  let y = layer.core.y + id.x / layer.core.width;
  keep(id.y, id.x, x, y);
}

@compute @workgroup_size(64)
fn take_listed(@builtin(global_invocation_id) id: vec3u) {
  if id.x >= layer.count {
    return;
  }
  let place = places[id.x];
  let x = place % layer.grid_width - layer.x;
  let y = place / layer.grid_width - layer.y;
  if contains(layer.core, x, y) {
    keep(id.y, id.x, x, y);
  }
}

// The gradient of the sample at a window's grid position; none outside of the core.
fn slope_at(quad: u32, x: u32, y: u32) -> vec4f {
  if !contains(layer.core, x, y) {
    return vec4f(0.0);
  }
  let number = (y - layer.core.y) * layer.core.width + x - layer.core.x;
  return gradient_value(samples[(layer.first_quad + quad) * layer.pitch + number]);
}

// The gradient of the only sample that may lie at a position.
fn slope_of_cell(quad: u32, x: u32, y: u32) -> vec4f {
  if !contains(layer.core, x, y) {
    return vec4f(0.0);
  }
  let column = layer.x + x;
  let row = layer.y + y;
  let across = ((column + 1u) * layer.cells_across - 1u) / layer.grid_width;
  let down = ((row + 1u) * layer.cells_down - 1u) / layer.grid_height;
  let number = down * layer.cells_across + across;
  if places[number] != row * layer.grid_width + column {
    return vec4f(0.0);
  }
  return gradient_value(samples[(layer.first_quad + quad) * layer.pitch + number]);
}

// Of a map's position beside a place between positions.
fn linear(place: f32, position: u32) -> f32 {
  return max(0.0, 1.0 - abs(place - f32(position)));
}

// The grid's positions, from the first to before the last, that a coarser map's position has a part in.
fn reached(position: u32, length: u32, start: u32, end: u32) -> vec2u {
  let factor = 1u << u32(-layer.level);
  let first = max(factor * position, factor / 2u) - factor / 2u;
  // The last one is taken for all that lies beyond it.
  let last = select(factor * position + factor + factor / 2u, end, position + 1u == length);
  return vec2u(max(first, start), min(last, end));
}

fn slope(quad: u32, x: u32, y: u32) -> vec4f {
  if layer.level == 0 {
    return slope_at(quad, x, y);
  }
  if layer.level > 0 {
    let factor = 1u << u32(layer.level);
    let inside = vec2u(x, y) % factor + 1u - factor / 2u;
    if any(inside > vec2u(1u)) {
      return vec4f(0.0);
    }
    return 0.25 * slope_at(quad, x / factor, y / factor);
  }
  let columns = reached(x, layer.width, layer.core.x, layer.core.x + layer.core.width);
  let rows = reached(y, layer.height, layer.core.y, layer.core.y + layer.core.height);
  var sum = vec4f(0.0);
  for (var row = rows.x; row < rows.y; row++) {
    let down = linear(coarse(row, layer.height), y);
    for (var column = columns.x; column < columns.y; column++) {
      sum += down * linear(coarse(column, layer.width), x) * slope_at(quad, column, row);
    }
  }
  return sum;
}

@compute @workgroup_size(64)
fn give(@builtin(global_invocation_id) id: vec3u) {
  if id.x < layer.width {
    add(id, slope(id.z, id.x, id.y));
  }
}

@compute @workgroup_size(64)
fn give_listed(@builtin(global_invocation_id) id: vec3u) {
  if id.x < layer.width {
    add(id, slope_of_cell(id.z, id.x, id.y));
  }
}

fn add(id: vec3u, slope: vec4f) {
  let place = (id.z * layer.height + id.y) * layer.width + id.x;
  let word = mask[mask_place(id.z, id.y / 8u, id.x, layer.height, layer.width)];
  var value = layer.scale * slope;
  if layer.accumulate == 1u {
    value += gradient_value(gradient[place]);
  }
  // What the layers above have left is not masked yet either.
  gradient[place] = gradient_stored(masked(value, word, id.y % 8u));
}
