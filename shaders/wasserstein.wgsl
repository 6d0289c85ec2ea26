// The Wasserstein-2 distance between the features of a layer and those of the style, each taken as normally distributed
// (the style loss of style-transfer-pytorch, Katherine Crowson 2021).
//
//   loss = loss_scale * (mean over c of (m - m')[c]^2 + trace(C + C' - 2 (R C R)^(1/2)) / channels)
//
// with means m, m', covariances C, C' and R the square root of C'. Its gradient to C is D = (I - R (R C R)^(-1/2) R) /
// channels, because the gradient of trace(M^(1/2)) to M is M^(-1/2) / 2; so that to the features is, with w the weight of a
// position over the sum of all weights,
//
//   dF[c, p] = w[p] * (sum over d of 2 D[c, d] F[d, p] + offset[c])
//   offset = 2 (m - m') / channels - 2 D m
//
//   covariance:  C = second moment - m m^T + ridge
//                ridge = max(epsilon, rounding * the second moment's diagonal), on the diagonal: where a channel hardly
//                varies, as in a picture of one colour, the difference is nothing but rounding, and may be less than zero,
//                of which there is no root
//   measure:     the loss
//   offset:      offset, multiplied with gradient_scale and the first factor, from 2 D that has been multiplied already
//
// Layouts, where a quad is four neighbouring channels:
//   second, target_second  [quads of c][quads of d] mat4x4: the second moments, column d, row c
//   mean, target_mean      [quads] vec4
//   covariance_matrix      [quads][quads] mat4x4: C
//   root                   [quads][quads] mat4x4: Y, of which factors[2] Y is the root of R C R
//   factors                [4] f32, as matrix leaves them
//   difference             [quads][quads] mat4x4: gradient_scale 2 D
//   offsets                [quads] vec4
//   sums                   one f32 at `first_sum`
//
// Tiling: one mat4x4, or one quad of a vector, an invocation; all of this is small beside the square root's products.

struct Shape {
  quads: u32,
  first_sum: u32,
  gradient_scale: f32,
  loss_scale: f32,
  epsilon: f32,
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> second: array<mat4x4f>;
@group(0) @binding(2) var<storage, read> mean: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> covariance_matrix: array<mat4x4f>;
@group(0) @binding(4) var<storage, read> target_second: array<mat4x4f>;
@group(0) @binding(5) var<storage, read> target_mean: array<vec4f>;
@group(0) @binding(6) var<storage, read> root: array<mat4x4f>;
@group(0) @binding(7) var<storage, read> factors: array<f32>;
@group(0) @binding(8) var<storage, read_write> sums: array<f32>;
@group(0) @binding(9) var<storage, read> difference: array<mat4x4f>;
@group(0) @binding(10) var<storage, read_write> offsets: array<vec4f>;

// Errors of a sum of products in f32, some 2^-22 of it, times the root of the channels.
const ROUNDING = 4e-6;

fn diagonal(block: mat4x4f) -> vec4f {
  return vec4f(block[0].x, block[1].y, block[2].z, block[3].w);
}

fn ridge(second_moment: mat4x4f) -> vec4f {
  return max(vec4f(shape.epsilon), ROUNDING * diagonal(second_moment));
}

@compute @workgroup_size(8, 8)
fn covariance(@builtin(global_invocation_id) id: vec3u) {
  let place = id.y * shape.quads + id.x;
  let row = mean[id.y];
  let column = mean[id.x];
  var block = second[place] - mat4x4f(row * column.x, row * column.y, row * column.z, row * column.w);
  if id.x == id.y {
    let added = ridge(second[place]);
    block[0].x += added.x;
    block[1].y += added.y;
    block[2].z += added.z;
    block[3].w += added.w;
  }
  covariance_matrix[place] = block;
}

@compute @workgroup_size(SUM_WIDTH)
fn measure(@builtin(local_invocation_index) invocation: u32) {
  var sum = 0.0;
  for (var quad = invocation; quad < shape.quads; quad += SUM_WIDTH) {
    let place = quad * shape.quads + quad;
    let wanted = target_mean[quad];
    let change = mean[quad] - wanted;
    let target_variance = diagonal(target_second[place]) - wanted * wanted + ridge(target_second[place]);
    let variances = diagonal(covariance_matrix[place]) + target_variance - 2.0 * factors[2] * diagonal(root[place]);
    sum += dot(change, change) + dot(variances, vec4f(1.0));
  }
  let total = workgroup_sum(sum, invocation);
  if invocation == 0u {
    sums[shape.first_sum] = shape.loss_scale * total / f32(4u * shape.quads);
  }
}

@compute @workgroup_size(64)
fn offset(@builtin(global_invocation_id) id: vec3u) {
  if id.x >= shape.quads {
    return;
  }
  var product = vec4f(0.0);
  for (var quad = 0u; quad < shape.quads; quad++) {
    product += difference[id.x * shape.quads + quad] * mean[quad];
  }
  let scale = 2.0 * factors[0] * shape.gradient_scale / f32(4u * shape.quads);
  offsets[id.x] = scale * (mean[id.x] - target_mean[id.x]) - product;
}
