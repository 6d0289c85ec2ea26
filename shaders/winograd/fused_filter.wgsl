// Winograd's transform of 3x3 filters for F(4, 3) along the columns (Lavin and Gray 2015, section 4.1): U = G g, six rows for
// each column of three.
//
// G's rows are (1/4, 0, 0), (-1/6, -1/6, -1/6), (-1/6, 1/6, -1/6), (1/24, 1/12, 1/6), (1/24, -1/12, 1/6), (0, 0, 1).
//
// Layouts, where a block is the mat4x4 from four input channels (its columns) to four output channels:
//   filters      [input quads][output quads][3 dy][3 dx][4 columns] Filter, as conv3x3 reads them
//   transformed  [source quads][3 dx][6][destination quads][4 source channels] vec4 over four destination channels, as
//                fused.wgsl reads them
//
// Backward to the input, source and destination change places, the filter is flipped, and the blocks are transposed.
//
// Tiling: an invocation transforms one block of one dx. It runs once, when the filter is kept.

struct Shape {
  source_quads: u32,
  destination_quads: u32,
  backward: u32,
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> filters: array<Filter>;
@group(0) @binding(2) var<storage, read_write> transformed: array<vec4f>;

fn block_of(first: u32) -> mat4x4f {
  return mat4x4f(
    filter_value(filters[first]),
    filter_value(filters[first + 1u]),
    filter_value(filters[first + 2u]),
    filter_value(filters[first + 3u]),
  );
}

fn store(place: u32, block: mat4x4f) {
  transformed[place] = block[0];
  transformed[place + 1u] = block[1];
  transformed[place + 2u] = block[2];
  transformed[place + 3u] = block[3];
}

@compute @workgroup_size(64)
fn transform(@builtin(global_invocation_id) id: vec3u) {
  let quads = vec2u(shape.source_quads, shape.destination_quads);
  if id.x >= 3u * quads.x * quads.y {
    return;
  }
  let destination_quad = id.x % quads.y;
  let dx = id.x / quads.y % 3u;
  let source_quad = id.x / quads.y / 3u;
  var first = (source_quad * quads.y + destination_quad) * 36u + dx * 4u;
  var above = block_of(first);
  var level = block_of(first + 12u);
  var below = block_of(first + 24u);
  if shape.backward == 1u {
    first = (destination_quad * quads.x + source_quad) * 36u + (2u - dx) * 4u;
    above = transpose(block_of(first + 24u));
    level = transpose(block_of(first + 12u));
    below = transpose(block_of(first));
  }
  let pitch = 4u * quads.y;
  let place = (source_quad * 3u + dx) * 6u * pitch + destination_quad * 4u;
  let sum = (above + below) * (1.0 / 6.0);
  let spread = above * (1.0 / 24.0) + below * (1.0 / 6.0);
  store(place, above * 0.25);
  store(place + pitch, (sum + level * (1.0 / 6.0)) * -1.0);
  store(place + 2u * pitch, level * (1.0 / 6.0) - sum);
  store(place + 3u * pitch, spread + level * (1.0 / 12.0));
  store(place + 4u * pitch, spread - level * (1.0 / 12.0));
  store(place + 5u * pitch, below);
}
