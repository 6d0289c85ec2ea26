// The sum of a 3x3 convolution's slices, of which each has gone over some of the source's channels: then bias and ReLU
// forward, or the ReLU's mask backward, as conv3x3 has them.
//
// forward:   Y = relu(bias + sum over s of partials[s])        backward:  dX = mask * sum over s of partials[s]
//
// Layouts, where a quad is four neighbouring channels, stored as common/store.wgsl says:
//   partials     [slices][quads][height][width] vec4
//   bias         [quads] vec4, forward only
//   destination  [quads][height][width] Destination
//   mask         [quads][ceil(height / 8)][width] u32, as in conv3x3
//
// Tiling: a workgroup has 8 rows by 8 columns of one quad, a pixel an invocation. The maps are small, and what counts is
// that much is read at once. A strip's mask word has bits of 8 invocations, which the first row's puts together.

const SIDE: u32 = 8u;

struct Shape {
  width: u32,
  height: u32,
  quads: u32,
  slices: u32,
  apply_mask: u32,
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> partials: array<vec4f>;
@group(0) @binding(2) var<storage, read> bias: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> destination: array<Destination>;
@group(0) @binding(4) var<storage, read_write> mask: array<u32>;

var<workgroup> bits: array<u32, SIDE * SIDE>;

fn sum_of_slices(place: u32, size: Shape) -> vec4f {
  let pitch = size.quads * size.height * size.width;
  var sum = vec4f(0.0);
  for (var slice = 0u; slice < size.slices; slice++) {
    sum += partials[slice * pitch + place];
  }
  return sum;
}

@compute @workgroup_size(SIDE, SIDE)
fn forward(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let size = shape;
  let x = workgroup.x * SIDE + local.x;
  let y = workgroup.y * SIDE + local.y;
  let quad = workgroup.z;
  let inside = x < size.width && y < size.height;
  var positive = 0u;
  if inside {
    let place = (quad * size.height + y) * size.width + x;
    let value = max(sum_of_slices(place, size) + bias[quad], vec4f(0.0));
    destination[place] = destination_stored(value);
    positive = positive_bits(value, local.y);
  }
  bits[local.y * SIDE + local.x] = positive;
  workgroupBarrier();
  if local.y == 0u && inside {
    var word = 0u;
    for (var row = 0u; row < SIDE; row++) {
      word |= bits[row * SIDE + local.x];
    }
    mask[mask_place(quad, workgroup.y, x, size.height, size.width)] = word;
  }
}

@compute @workgroup_size(SIDE, SIDE)
fn backward(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let size = shape;
  let x = workgroup.x * SIDE + local.x;
  let y = workgroup.y * SIDE + local.y;
  let quad = workgroup.z;
  if x >= size.width || y >= size.height {
    return;
  }
  let place = (quad * size.height + y) * size.width + x;
  var sum = sum_of_slices(place, size);
  if size.apply_mask == 1u {
    sum = masked(sum, mask[mask_place(quad, workgroup.y, x, size.height, size.width)], local.y);
  }
  destination[place] = destination_stored(sum);
}
