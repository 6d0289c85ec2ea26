// Adds up the partial sums of a Gram matrix, or of the channels.
//
//   total = (total, where `accumulate` is 1) + sum over slices of partial
//
// Layouts:
//   partials  [slices][blocks][16][16] mat4x4, as written by gram; or [slices][quads] vec4, by channel_sum
//   totals    [blocks][16][16] mat4x4; or [quads] vec4
//
// Tiling: an invocation takes one vec4 of the totals; slices lie apart, so reads are contiguous across invocations.

struct Shape {
  // Of one slice.
  vectors: u32,
  slices: u32,
  accumulate: u32,
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> partials: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> totals: array<vec4f>;

@compute @workgroup_size(64)
fn add_up(@builtin(global_invocation_id) id: vec3u) {
  if id.x >= shape.vectors {
    return;
  }
  var sum = vec4f(0.0);
  if shape.accumulate == 1u {
    sum = totals[id.x];
  }
  for (var slice = 0u; slice < shape.slices; slice++) {
    sum += partials[slice * shape.vectors + id.x];
  }
  totals[id.x] = sum;
}
