// Winograd's transform of 3x3 filters for F(4x4, 3x3) (Lavin and Gray 2015, section 4.3): U = G g G^T, 6x6 for each 3x3.
//
// G's rows are (1/4, 0, 0), (-1/6, -1/6, -1/6), (-1/6, 1/6, -1/6), (1/24, 1/12, 1/6), (1/24, -1/12, 1/6), (0, 0, 1).
//
// Layouts, where a block is the mat4x4 from four source channels (its columns) to four destination channels:
//   filters      [input quads][output quads][3 dy][3 dx] block, as conv3x3 reads them
//   transformed  [36][source quads][destination quads] block; entry 6 i + j is row i, column j of U
//
// Backward to the input, source and destination change places and the filter is flipped: the block is transposed and
// read from its last tap to its first.
//
// Tiling: an invocation computes one row of one block's 6x6. It is bound by writing, which is contiguous; that six
// invocations read the same nine blocks stays in the cache.

struct Shape {
  source_quads: u32,
  destination_quads: u32,
  backward: u32,
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> filters: array<mat4x4f>;
@group(0) @binding(2) var<storage, read_write> transformed: array<mat4x4f>;

fn tap(source: u32, destination: u32, place: u32) -> mat4x4f {
  if shape.backward == 1u {
    return transpose(filters[(destination * shape.source_quads + source) * 9u + 8u - place]);
  }
  return filters[(source * shape.destination_quads + destination) * 9u + place];
}

fn row_of_g(row: u32) -> vec3f {
  switch row {
    case 0u: { return vec3f(0.25, 0.0, 0.0); }
    case 1u: { return vec3f(-1.0, -1.0, -1.0) / 6.0; }
    case 2u: { return vec3f(-1.0, 1.0, -1.0) / 6.0; }
    case 3u: { return vec3f(1.0, 2.0, 4.0) / 24.0; }
    case 4u: { return vec3f(1.0, -2.0, 4.0) / 24.0; }
    default: { return vec3f(0.0, 0.0, 1.0); }
  }
}

@compute @workgroup_size(64)
fn transform(@builtin(global_invocation_id) id: vec3u) {
  let blocks = shape.source_quads * shape.destination_quads;
  if id.x >= blocks {
    return;
  }
  let source = id.x / shape.destination_quads;
  let destination = id.x % shape.destination_quads;
  let g = row_of_g(id.y);
  let left = g.x * tap(source, destination, 0u) + g.y * tap(source, destination, 3u) + g.z * tap(source, destination, 6u);
  let middle = g.x * tap(source, destination, 1u) + g.y * tap(source, destination, 4u) + g.z * tap(source, destination, 7u);
  let right = g.x * tap(source, destination, 2u) + g.y * tap(source, destination, 5u) + g.z * tap(source, destination, 8u);
  let place = id.y * 6u * blocks + id.x;
  let outer = left * (1.0 / 6.0) + right * (1.0 / 6.0);
  let spread = left * (1.0 / 24.0) + right * (1.0 / 6.0);
  transformed[place] = left * 0.25;
  transformed[place + blocks] = (outer + middle * (1.0 / 6.0)) * -1.0;
  transformed[place + 2u * blocks] = middle * (1.0 / 6.0) - outer;
  transformed[place + 3u * blocks] = spread + middle * (1.0 / 12.0);
  transformed[place + 4u * blocks] = spread - middle * (1.0 / 12.0);
  transformed[place + 5u * blocks] = right;
}
