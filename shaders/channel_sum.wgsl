// The sum of every channel of a feature map, or of a rectangle of it, in partial sums over slices of the positions.
//
//   partial[s, c] = sum over positions p in slice s of F[c, p]
//
// or, where WEIGHTED, of weight[p] * F[c, p]. The positions are those of the rectangle `core`, row by row; the slices are
// those of gram, and gram_sum adds them up as well.
//
// Layouts, where a quad is four neighbouring channels, stored as common/store.wgsl says:
//   features  [quads][height][width] Feature
//   weights   [map height][map width] f32, of a map in which this one lies at an offset; read only where WEIGHTED
//   partials  [slices][quads] vec4
//
// Tiling: a workgroup of 256 invocations takes one quad of one slice, neighbours at neighbouring positions, and sums in a
// tree; bound by memory.

override WEIGHTED: bool = false;

struct Shape {
  core: Region,
  width: u32,
  height: u32,
  quads: u32,
  // Of one slice.
  slice_positions: u32,
  weights: Place,
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> features: array<Feature>;
@group(0) @binding(2) var<storage, read_write> partials: array<vec4f>;
@group(0) @binding(3) var<storage, read> weights: array<f32>;

@compute @workgroup_size(VECTOR_WIDTH)
fn add(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) invocation: u32) {
  let quad = workgroup.x;
  let start = workgroup.y * shape.slice_positions;
  let end = min(start + shape.slice_positions, shape.core.width * shape.core.height);
  var sum = vec4f(0.0);
  for (var position = start + invocation; position < end; position += VECTOR_WIDTH) {
    let x = shape.core.x + position % shape.core.width;
    let y = shape.core.y + position / shape.core.width;
    var value = feature_value(features[(quad * shape.height + y) * shape.width + x]);
    if WEIGHTED {
      value *= weights[place_in(shape.weights, x, y)];
    }
    sum += value;
  }
  let total = workgroup_vector_sum(sum, invocation);
  if invocation == 0u {
    partials[workgroup.y * shape.quads + quad] = total;
  }
}
