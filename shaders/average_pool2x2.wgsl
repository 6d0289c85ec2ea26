// 2x2 average pooling with stride 2 that drops odd edges, forward and backward.
//
// forward:   Y[c, y, x] = 1/4 sum over dy, dx in {0, 1} of X[c, 2 y + dy, 2 x + dx]
// backward:  dX[c, y, x] = 1/4 dY[c, y / 2, x / 2] where X[c, y, x] was positive, else 0
//
// X is the output of a ReLU; the backward pass applies that ReLU's mask as well, so its result is the gradient before
// the ReLU.
//
// Layouts, where a quad is four neighbouring channels, stored as common/store.wgsl says, and (height, width) is the
// larger map's shape:
//   large  [quads][height][width] Map: X, or dX
//   small  [quads][height / 2][width / 2] Map: Y, or dY
//   mask   [quads][ceil(height / 8)][width] u32, as written by conv3x3
//
// Tiling: one value of the written map an invocation. The work is a copy: memory bandwidth is all.

struct Shape {
  width: u32,
  height: u32,
  quads: u32,
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read_write> large: array<Map>;
@group(0) @binding(2) var<storage, read_write> small: array<Map>;
@group(0) @binding(3) var<storage, read> mask: array<u32>;

@compute @workgroup_size(64)
fn forward(@builtin(global_invocation_id) id: vec3u) {
  let small_width = shape.width / 2u;
  let small_height = shape.height / 2u;
  if id.x >= small_width {
    return;
  }
  let corner = (id.z * shape.height + 2u * id.y) * shape.width + 2u * id.x;
  let above = map_value(large[corner]) + map_value(large[corner + 1u]);
  let below = map_value(large[corner + shape.width]) + map_value(large[corner + shape.width + 1u]);
  small[(id.z * small_height + id.y) * small_width + id.x] = map_stored(0.25 * (above + below));
}

@compute @workgroup_size(64)
fn backward(@builtin(global_invocation_id) id: vec3u) {
  let small_width = shape.width / 2u;
  let small_height = shape.height / 2u;
  if id.x >= shape.width {
    return;
  }
  var gradient = vec4f(0.0);
  if id.x / 2u < small_width && id.y / 2u < small_height {
    let pooled = map_value(small[(id.z * small_height + id.y / 2u) * small_width + id.x / 2u]);
    let word = mask[mask_place(id.z, id.y / 8u, id.x, shape.height, shape.width)];
    gradient = masked(0.25 * pooled, word, id.y % 8u);
  }
  large[(id.z * shape.height + id.y) * shape.width + id.x] = map_stored(gradient);
}
