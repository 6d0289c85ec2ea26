// How far the picture's colours are from those that the style has, and the gradient of it, added to the picture's gradient.
//
//   n[p]        = the style's colour that is nearest to the middle of the cell of x[p]: palette[round((SIDE - 1) * x[p])]
//   beyond[p]   = max(0, |x[p] - n[p]| - MARGIN)
//   loss        = sum over pixels p of beyond[p]^2
//   gradient[p] += weight * 2 * beyond[p] * (x[p] - n[p]) / |x[p] - n[p]|, where n[p] counts as constant
//
// The margin is what the cells' size leaves uncertain, so that a picture made of the style's own colours has next to no loss.
// Of a window of the picture the pixels of its core count.
//
// Layouts:
//   picture   [height][width] vec4: red, green, blue in [0, 1], and an unused fourth
//   gradient  [height][width] vec4
//   sums      one f32 a workgroup, from `first_sum` on
//   palette   [red][green][blue] u32, SIDE cells along each: red, green and blue, from the lowest byte on
//
// Tiling: a fixed number of workgroups stride over the pixels, so that the number of partial sums does not grow with
// the picture; memory bandwidth is all. The palette, an eighth of a megabyte, stays in the cache: neighbours have like colours.

struct Shape {
  core: Region,
  width: u32,
  height: u32,
  first_sum: u32,
  weight: f32,
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> picture: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> gradient: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> sums: array<f32>;
@group(0) @binding(4) var<storage, read> palette: array<u32>;

override SIDE: u32 = 32u;
override MARGIN: f32 = 0.03;

fn nearest(colour: vec3f) -> vec3f {
  let cell = vec3u(clamp(colour, vec3f(0.0), vec3f(1.0)) * f32(SIDE - 1u) + 0.5);
  return unpack4x8unorm(palette[(cell.r * SIDE + cell.g) * SIDE + cell.b]).rgb;
}

@compute @workgroup_size(SUM_WIDTH)
fn add_gradient(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) invocation: u32,
) {
  var sum = 0.0;
  for (var place = id.x; place < shape.width * shape.height; place += workgroups.x * SUM_WIDTH) {
    if !contains(shape.core, place % shape.width, place / shape.width) {
      continue;
    }
    let colour = picture[place].rgb;
    let away = colour - nearest(colour);
    let distance = length(away);
    let beyond = distance - MARGIN;
    if beyond > 0.0 {
      sum += beyond * beyond;
      gradient[place] += vec4f(shape.weight * 2.0 * beyond / distance * away, 0.0);
    }
  }
  let total = workgroup_sum(sum, invocation);
  if invocation == 0u {
    sums[shape.first_sum + workgroup.x] = total;
  }
}
