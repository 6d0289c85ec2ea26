// Winograd's transform of 3x3 filters for F(4x4, 3x3) (Lavin and Gray 2015, section 4.3): U = G g G^T, 6x6 for each 3x3.
//
// G's rows are (1/4, 0, 0), (-1/6, -1/6, -1/6), (-1/6, 1/6, -1/6), (1/24, 1/12, 1/6), (1/24, -1/12, 1/6), (0, 0, 1).
//
// Layouts, where a block is the mat4x4 from four input channels (its columns) to four output channels:
//   filters      [input quads][output quads][3 dy][3 dx][4 columns] Filter, as conv3x3 reads them
//   transformed  [36][source quads][destination quads][4 columns] vec4; entry 6 i + j is row i, column j of U,
//                for `destination_quads` of all from `first_destination` on
//
// Backward to the input, source and destination change places and the filter is flipped. The blocks stay as they are:
// product.wgsl transposes them where it uses them.
//
// Tiling: an invocation transforms one column of one block, nine vec4 into 36. It is bound by writing, which is
// contiguous across invocations.

struct Shape {
  source_quads: u32,
  destination_quads: u32,
  first_destination: u32,
  all_destinations: u32,
  backward: u32,
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> filters: array<Filter>;
@group(0) @binding(2) var<storage, read_write> transformed: array<vec4f>;

// Three neighbours in a row.
struct Triple {
  left: vec4f,
  middle: vec4f,
  right: vec4f,
}

// Taps `first` to `first + 2` of the filter, from its last to its first if it is flipped.
fn taps(block: u32, column: u32, first: u32) -> Triple {
  let place = block * 36u + column;
  if shape.backward == 1u {
    return Triple(
      filter_value(filters[place + (8u - first) * 4u]),
      filter_value(filters[place + (7u - first) * 4u]),
      filter_value(filters[place + (6u - first) * 4u]),
    );
  }
  return Triple(
    filter_value(filters[place + first * 4u]),
    filter_value(filters[place + first * 4u + 4u]),
    filter_value(filters[place + first * 4u + 8u]),
  );
}

fn combine(a: f32, upper: Triple, b: f32, level: Triple, c: f32, lower: Triple) -> Triple {
  return Triple(
    a * upper.left + b * level.left + c * lower.left,
    a * upper.middle + b * level.middle + c * lower.middle,
    a * upper.right + b * level.right + c * lower.right,
  );
}

// Row `row` of U from the same row of G g.
fn store_row(row: u32, id: u32, values: Triple) {
  let pitch = 4u * shape.source_quads * shape.destination_quads;
  let place = row * 6u * pitch + id;
  let sum = (values.left + values.right) / 6.0;
  let spread = values.left / 24.0 + values.right / 6.0;
  transformed[place] = values.left / 4.0;
  transformed[place + pitch] = -sum - values.middle / 6.0;
  transformed[place + 2u * pitch] = values.middle / 6.0 - sum;
  transformed[place + 3u * pitch] = spread + values.middle / 12.0;
  transformed[place + 4u * pitch] = spread - values.middle / 12.0;
  transformed[place + 5u * pitch] = values.right;
}

@compute @workgroup_size(64)
fn transform(@builtin(global_invocation_id) id: vec3u) {
  if id.x >= 4u * shape.source_quads * shape.destination_quads {
    return;
  }
  let source_quad = id.x / 4u / shape.destination_quads;
  let destination_quad = shape.first_destination + id.x / 4u % shape.destination_quads;
  var block = source_quad * shape.all_destinations + destination_quad;
  if shape.backward == 1u {
    block = destination_quad * shape.source_quads + source_quad;
  }
  let upper = taps(block, id.x % 4u, 0u);
  let level = taps(block, id.x % 4u, 3u);
  let lower = taps(block, id.x % 4u, 6u);
  store_row(0u, id.x, combine(1.0 / 4.0, upper, 0.0, level, 0.0, lower));
  store_row(1u, id.x, combine(-1.0 / 6.0, upper, -1.0 / 6.0, level, -1.0 / 6.0, lower));
  store_row(2u, id.x, combine(-1.0 / 6.0, upper, 1.0 / 6.0, level, -1.0 / 6.0, lower));
  store_row(3u, id.x, combine(1.0 / 24.0, upper, 1.0 / 12.0, level, 1.0 / 6.0, lower));
  store_row(4u, id.x, combine(1.0 / 24.0, upper, -1.0 / 12.0, level, 1.0 / 6.0, lower));
  store_row(5u, id.x, lower);
}
