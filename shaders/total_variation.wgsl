// The total variation of the picture and its gradient, added to the picture's gradient.
//
//   loss = sum over c, y, x of |x[c, y + 1, x] - x[c, y, x]| + |x[c, y, x + 1] - x[c, y, x]|
//   gradient[c, y, x] += weight * d loss / d x[c, y, x], where the derivative of |0| is 0
//
// Anisotropic with absolute values, as tf.image.total_variation (Rudin et al. 1992 take the Euclidean norm). Of a window of the
// picture the pixels of its core count, whose neighbours it has wherever the picture has them.
//
// Layouts:
//   picture   [height][width] vec4: red, green, blue in [0, 1], and an unused fourth
//   gradient  [height][width] vec4
//   sums      one f32 a workgroup, from `first_sum` on
//
// Tiling: a fixed number of workgroups stride over the pixels, so that the number of partial sums does not grow with
// the picture; memory bandwidth is all.

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

@compute @workgroup_size(SUM_WIDTH)
fn add_gradient(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) invocation: u32,
) {
  var sum = 0.0;
  for (var place = id.x; place < shape.width * shape.height; place += workgroups.x * SUM_WIDTH) {
    let x = place % shape.width;
    let y = place / shape.width;
    if !contains(shape.core, x, y) {
      continue;
    }
    let centre = picture[place].rgb;
    var slope = vec3f(0.0);
    if x > 0u {
      slope += sign(centre - picture[place - 1u].rgb);
    }
    if y > 0u {
      slope += sign(centre - picture[place - shape.width].rgb);
    }
    if x + 1u < shape.width {
      let step = picture[place + 1u].rgb - centre;
      slope -= sign(step);
      sum += dot(abs(step), vec3f(1.0));
    }
    if y + 1u < shape.height {
      let step = picture[place + shape.width].rgb - centre;
      slope -= sign(step);
      sum += dot(abs(step), vec3f(1.0));
    }
    gradient[place] += vec4f(shape.weight * slope, 0.0);
  }
  let total = workgroup_sum(sum, invocation);
  if invocation == 0u {
    sums[shape.first_sum + workgroup.x] = total;
  }
}
