// A weighted sum of two arrays: y = a x + b y.
//
// Layouts:
//   x, y  [length] vec4
//
// Tiling: one vec4 an invocation, in rows of workgroups where there are more than one dimension of a dispatch allows;
// bound by memory.

struct Weights {
  a: f32,
  b: f32,
  length: u32,
  // Invocations of a row of workgroups.
  pitch: u32,
}

@group(0) @binding(0) var<uniform> weights: Weights;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> y: array<vec4f>;

@compute @workgroup_size(64)
fn add(@builtin(global_invocation_id) id: vec3u) {
  let place = id.y * weights.pitch + id.x;
  if place < weights.length {
    y[place] = weights.a * x[place] + weights.b * y[place];
  }
}
