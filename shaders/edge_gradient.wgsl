// What a picture's edge adds to its gradient where the first convolution repeats the edge's values outside.
//
//   dX[i, y, x] += sum over positions v outside that repeat (y, x), and over o, dy, dx,
//                  of W[o, i, dy, dx] * dY[o, v.y - dy + 1, v.x - dx + 1]
//
// where (y, x) is on the edge, v lies one step outside of it, and dY is zero outside: the part of the transposed
// convolution that zero padding throws away. A corner repeats to three places.
//
// Layouts, where a quad is four neighbouring channels, stored as common/store.wgsl says:
//   gradient     [output quads][height][width] Gradient: dY
//   filters      [one input quad][output quads][3 dy][3 dx][4 input channels] Filter over four output channels
//   destination  [height][width] vec4: dX, which holds the zero-padded gradient already
//
// Tiling: one invocation a pixel of the edge; there are so few of them that nothing is shared.

struct Shape {
  width: u32,
  height: u32,
  gradient_quads: u32,
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> gradient: array<Gradient>;
@group(0) @binding(2) var<storage, read> filters: array<Filter>;
@group(0) @binding(3) var<storage, read_write> destination: array<vec4f>;

// The edge's pixels: the upper row, the lower row, then the left and right columns without their corners.
fn edge_pixel(number: u32) -> vec2i {
  let width = shape.width;
  if number < 2u * width {
    return vec2i(vec2u(number % width, select(0u, shape.height - 1u, number >= width)));
  }
  let rest = number - 2u * width;
  let inner = shape.height - 2u;
  return vec2i(vec2u(select(0u, width - 1u, rest >= inner), 1u + rest % inner));
}

// The gradient that arrives at a position outside.
fn outside(place: vec2i) -> vec4f {
  var sum = vec4f(0.0);
  let size = vec2i(vec2u(shape.width, shape.height));
  for (var tap = 0; tap < 9; tap++) {
    let source = place - vec2i(tap % 3, tap / 3) + vec2i(1);
    if any(source < vec2i(0)) || any(source >= size) {
      continue;
    }
    for (var quad = 0u; quad < shape.gradient_quads; quad++) {
      let value = gradient_value(gradient[(quad * shape.height + u32(source.y)) * shape.width + u32(source.x)]);
      let block = (quad * 9u + u32(tap)) * 4u;
      sum += vec4f(
        dot(filter_value(filters[block]), value),
        dot(filter_value(filters[block + 1u]), value),
        dot(filter_value(filters[block + 2u]), value),
        dot(filter_value(filters[block + 3u]), value),
      );
    }
  }
  return sum;
}

@compute @workgroup_size(64)
fn add(@builtin(global_invocation_id) id: vec3u) {
  if id.x >= 2u * shape.width + 2u * (shape.height - 2u) {
    return;
  }
  let pixel = edge_pixel(id.x);
  let last = vec2i(vec2u(shape.width, shape.height)) - vec2i(1);
  // One step outside in either direction, or none.
  let step = select(vec2i(0), vec2i(-1), pixel == vec2i(0)) + select(vec2i(0), vec2i(1), pixel == last);
  var sum = vec4f(0.0);
  if step.x != 0 {
    sum += outside(pixel + vec2i(step.x, 0));
  }
  if step.y != 0 {
    sum += outside(pixel + vec2i(0, step.y));
  }
  if step.x != 0 && step.y != 0 {
    sum += outside(pixel + step);
  }
  let place = u32(pixel.y) * shape.width + u32(pixel.x);
  destination[place] += sum;
}
