// 2x2 maximum pooling with stride 2 that drops odd edges, forward and backward.
//
// forward:   Y[c, y, x] = max over dy, dx in {0, 1} of X[c, 2 y + dy, 2 x + dx]
// backward:  dX[c, y, x] = dY[c, y / 2, x / 2] where X[c, y, x] was the maximum and positive, else 0
//
// Of equal values the first in row-major order is the maximum, as in TensorFlow. X is the output of a ReLU, so the
// backward pass applies that ReLU's mask as well and its result is the gradient before the ReLU.
//
// Layouts, where a quad is four neighbouring channels, stored as common/store.wgsl says, and (height, width) is the larger map's shape:
//   large    [quads][height][width] Map: X, or dX
//   small    [quads][height / 2][width / 2] Map: Y, or dY
//   choices  [quads][ceil(height / 8)][width / 2] u32: bits 8 r + 2 c and the next hold 2 dy + dx of the maximum of
//            channel c in row r of a strip of four rows of the smaller map
//   mask     [quads][ceil(height / 8)][width] u32, as written by conv3x3
//
// Tiling: forward, an invocation takes a strip of 4 rows of the smaller map, whose choices fill one word; backward, a
// strip of 8 rows of the larger one, whose mask fills one word. The work is a copy: memory bandwidth is all.

struct Shape {
  width: u32,
  height: u32,
  quads: u32,
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read_write> large: array<Map>;
@group(0) @binding(2) var<storage, read_write> small: array<Map>;
@group(0) @binding(3) var<storage, read_write> choices: array<u32>;
@group(0) @binding(4) var<storage, read> mask: array<u32>;

fn strips() -> u32 {
  return (shape.height + 7u) / 8u;
}

@compute @workgroup_size(32, 2, 1)
fn forward(@builtin(global_invocation_id) id: vec3u) {
  let small_width = shape.width / 2u;
  let small_height = shape.height / 2u;
  if id.x >= small_width || id.y >= strips() {
    return;
  }
  var word = 0u;
  for (var r = 0u; r < 4u; r++) {
    let y = id.y * 4u + r;
    if y < small_height {
      let corner = (id.z * shape.height + 2u * y) * shape.width + 2u * id.x;
      var best = map_value(large[corner]);
      var choice = vec4u(0u);
      for (var k = 1u; k < 4u; k++) {
        let value = map_value(large[corner + (k / 2u) * shape.width + k % 2u]);
        choice = select(choice, vec4u(k), value > best);
        best = max(best, value);
      }
      small[(id.z * small_height + y) * small_width + id.x] = map_stored(best);
      word |= dot(choice << vec4u(0u, 2u, 4u, 6u), vec4u(1u)) << (8u * r);
    }
  }
  choices[(id.z * strips() + id.y) * small_width + id.x] = word;
}

@compute @workgroup_size(32, 2, 1)
fn backward(@builtin(global_invocation_id) id: vec3u) {
  let small_width = shape.width / 2u;
  let small_height = shape.height / 2u;
  if id.x >= shape.width || id.y >= strips() {
    return;
  }
  let positive = mask[mask_place(id.z, id.y, id.x, shape.height, shape.width)];
  var chosen = 0u;
  let small_x = id.x / 2u;
  if small_x < small_width {
    chosen = choices[(id.z * strips() + id.y) * small_width + small_x];
  }
  for (var r = 0u; r < 8u; r++) {
    let y = id.y * 8u + r;
    if y < shape.height {
      var gradient = vec4f(0.0);
      if small_x < small_width && y / 2u < small_height {
        let choice = (vec4u(chosen >> (8u * (r / 2u))) >> vec4u(0u, 2u, 4u, 6u)) & vec4u(3u);
        let chosen_here = choice == vec4u(2u * (r % 2u) + id.x % 2u);
        let pooled = map_value(small[(id.z * small_height + y / 2u) * small_width + small_x]);
        gradient = masked(select(vec4f(0.0), pooled, chosen_here), positive, r);
      }
      large[(id.z * shape.height + y) * shape.width + id.x] = map_stored(gradient);
    }
  }
}
