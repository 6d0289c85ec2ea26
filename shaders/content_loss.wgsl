// The content loss of one layer and its gradient to the feature map.
//
//   loss = sum over c, p of (F[c, p] - T[c, p])^2            (its mean is taken where losses are summed up)
//   dF[c, p] = factor * (F[c, p] - T[c, p])                  (+ what is there, where `accumulate` is 1)
//
// for the positions p of the rectangle `core`, which lies in the target at an offset; outside of it both are zero,
// then the ReLU's mask, so that the result is the gradient before the ReLU. `measure` finds the loss alone, and `square` the
// sum of T[c, p]^2, in units of which it may be. The target may be some of the channels, those from `first_quad` on: then the
// others are left alone.
//
// Layouts, where a quad is four neighbouring channels, stored as common/store.wgsl says:
//   features  [quads][height][width] Feature
//   target    [quads][target height][target width] Target
//   gradient  [quads][height][width] Gradient
//   sums      one f32 a workgroup, from `first_sum` on
//   factor    one f32
//
// F is the output of a ReLU, so F > 0 is its mask. Tiling: a fixed number of workgroups stride over the map, so that
// the number of partial sums does not grow with the picture; memory bandwidth is all.

struct Shape {
  core: Region,
  width: u32,
  height: u32,
  // Of the target.
  quads: u32,
  target_width: u32,
  target_height: u32,
  // Where the map's first position lies in the target.
  target_x: u32,
  target_y: u32,
  first_sum: u32,
  accumulate: u32,
  first_quad: u32,
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> features: array<Feature>;
@group(0) @binding(2) var<storage, read> target_features: array<Target>;
@group(0) @binding(3) var<storage, read_write> gradient: array<Gradient>;
@group(0) @binding(4) var<storage, read_write> sums: array<f32>;
@group(0) @binding(5) var<storage, read> factor: array<f32>;

// Of a place among the target's channels in the map of all.
fn map_place(place: u32) -> u32 {
  return shape.first_quad * shape.width * shape.height + place;
}

// The difference at a place among the target's channels; zero outside of the core.
fn change_at(place: u32) -> vec4f {
  let positions = shape.width * shape.height;
  let quad = place / positions;
  let y = place % positions / shape.width;
  let x = place % shape.width;
  if !contains(shape.core, x, y) {
    return vec4f(0.0);
  }
  let row = quad * shape.target_height + shape.target_y + y;
  let wanted = target_value(target_features[row * shape.target_width + shape.target_x + x]);
  return feature_value(features[map_place(place)]) - wanted;
}

@compute @workgroup_size(SUM_WIDTH)
fn measure(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) invocation: u32,
) {
  var sum = 0.0;
  for (var place = id.x; place < shape.quads * shape.width * shape.height; place += workgroups.x * SUM_WIDTH) {
    let change = change_at(place);
    sum += dot(change, change);
  }
  let total = workgroup_sum(sum, invocation);
  if invocation == 0u {
    sums[shape.first_sum + workgroup.x] = total;
  }
}

@compute @workgroup_size(SUM_WIDTH)
fn square(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) invocation: u32,
) {
  var sum = 0.0;
  let all = shape.quads * shape.target_width * shape.target_height;
  for (var place = id.x; place < all; place += workgroups.x * SUM_WIDTH) {
    let wanted = target_value(target_features[place]);
    sum += dot(wanted, wanted);
  }
  let total = workgroup_sum(sum, invocation);
  if invocation == 0u {
    sums[shape.first_sum + workgroup.x] = total;
  }
}

@compute @workgroup_size(SUM_WIDTH)
fn compare(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) invocation: u32,
) {
  var sum = 0.0;
  for (var place = id.x; place < shape.quads * shape.width * shape.height; place += workgroups.x * SUM_WIDTH) {
    let own = map_place(place);
    let feature = feature_value(features[own]);
    let change = change_at(place);
    sum += dot(change, change);
    var value = factor[0] * change;
    if shape.accumulate == 1u {
      value += gradient_value(gradient[own]);
    }
    gradient[own] = gradient_stored(select(vec4f(0.0), value, feature > vec4f(0.0)));
  }
  let total = workgroup_sum(sum, invocation);
  if invocation == 0u {
    sums[shape.first_sum + workgroup.x] = total;
  }
}
