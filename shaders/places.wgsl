// Places of a map drawn anew at every step, one in each cell of a division of the map, and the style that each belongs to.
//
//   x = start(i) + r * (start(i + 1) - start(i)) / 2^16,   start(i) = floor(i * width / cells across),   same for y
//
// with r from a hash of step, layer and cell (PCG's output function: Jarzynski and Olano 2020, "Hash functions for GPU
// rendering"), so that a seed gives the same places everywhere and nothing is written to the GPU between steps. One a cell
// covers the map more evenly than places drawn freely, and none is drawn twice.
//
// A place outside of the window's core has no style, so that only one window counts it; nor has one where no style is
// painted.
//
// Layouts:
//   progress  one u32: steps done
//   styles    [label height][label width] u32: each position's style, on a grid of a quarter of the picture's sides; NONE
//   places    [cells] u32: row * width + column, in the whole map
//   owners    [cells] u32: the style of each
//   nearest   [cells] u32: NONE, until it is found
//
// Tiling: one cell an invocation; there are some two thousand.

struct Draw {
  // In the window's map.
  core: Region,
  // Of the whole map.
  width: u32,
  height: u32,
  // Where the window's first position lies in the map.
  x: u32,
  y: u32,
  cells_across: u32,
  cells_down: u32,
  layer: u32,
  seed: u32,
  label_width: u32,
  label_height: u32,
  // How many times the map is finer than the styles' grid; negative, how many times coarser: exponents of two.
  level: i32,
}

@group(0) @binding(0) var<uniform> draw: Draw;
@group(0) @binding(1) var<storage, read> progress: u32;
@group(0) @binding(2) var<storage, read> styles: array<u32>;
@group(0) @binding(3) var<storage, read_write> places: array<u32>;
@group(0) @binding(4) var<storage, read_write> owners: array<u32>;
@group(0) @binding(5) var<storage, read_write> nearest: array<u32>;

fn hash(value: u32) -> u32 {
  let state = value * 747796405u + 2891336453u;
  let word = ((state >> ((state >> 28u) + 4u)) ^ state) * 277803737u;
  return (word >> 22u) ^ word;
}

fn within(cell: u32, cells: u32, length: u32, random: u32) -> u32 {
  let start = cell * length / cells;
  let end = (cell + 1u) * length / cells;
  return start + ((random * (end - start)) >> 16u);
}

fn label_of(position: u32, length: u32) -> u32 {
  if draw.level >= 0 {
    return min(position >> u32(draw.level), length - 1u);
  }
  return min(position << u32(-draw.level), length - 1u);
}

@compute @workgroup_size(64)
fn draw_places(@builtin(global_invocation_id) id: vec3u) {
  let cell = id.x;
  if cell >= draw.cells_across * draw.cells_down {
    return;
  }
  let random = hash(cell + hash(draw.layer + hash(progress + draw.seed)));
  let x = within(cell % draw.cells_across, draw.cells_across, draw.width, random & 0xffffu);
  let y = within(cell / draw.cells_across, draw.cells_down, draw.height, random >> 16u);
  places[cell] = y * draw.width + x;
  nearest[cell] = NONE;
  var owner = NONE;
  if contains(draw.core, x - draw.x, y - draw.y) {
    owner = styles[label_of(y, draw.label_height) * draw.label_width + label_of(x, draw.label_width)];
  }
  owners[cell] = owner;
}
