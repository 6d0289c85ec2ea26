// Gives a layer's gradient the length that its weight says, after the option of neural-style (Justin Johnson 2015). There
// the length is the sum of absolute values; here it is the Euclidean one, which the Gram matrix gives without a look at the
// features, so that windows need no further pass.
//
// A style loss has the gradient dF[c, p] = w[p] (sum over d of E[c, d] F[d, p] + offset[c]). Its length needs no look at the
// features: with the second moment G and the mean m of the features over positions of total weight n,
//
//   length^2 = n * (sum over c, d of E[c, d] (E G)[c, d]  +  2 offset . (E m)  +  |offset|^2)
//
// where w is 1 everywhere; where it is not, this weighs the squares of the gradient with 1 / w. A content loss has the
// gradient k (F - T), whose length is k times the root of the sum of squares that it has found already.
//
//   measure:  length^2 of a style's gradient into sums[first_sum]
//   factor:   factors[0] = strength / (sqrt(scale * sum of the partial sums) + 1e-8)
//
// Layouts, where a quad is four neighbouring channels:
//   difference, product  [quads][quads] mat4x4: E, and E G
//   offsets, mean        [quads] vec4; read only where OFFSET
//   sums                 partial sums from `first_sum` on
//   factors              [1] f32
//
// Tiling: one workgroup; the matrices have at most 128x128 blocks.

override OFFSET: bool = false;

struct Shape {
  quads: u32,
  first_sum: u32,
  sum_count: u32,
  scale: f32,
  strength: f32,
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> difference: array<mat4x4f>;
@group(0) @binding(2) var<storage, read> product: array<mat4x4f>;
@group(0) @binding(3) var<storage, read> offsets: array<vec4f>;
@group(0) @binding(4) var<storage, read> mean: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> sums: array<f32>;
@group(0) @binding(6) var<storage, read_write> factors: array<f32>;

@compute @workgroup_size(SUM_WIDTH)
fn measure(@builtin(local_invocation_index) invocation: u32) {
  var sum = 0.0;
  for (var place = invocation; place < shape.quads * shape.quads; place += SUM_WIDTH) {
    let left = difference[place];
    let right = product[place];
    sum += dot(left[0], right[0]) + dot(left[1], right[1]) + dot(left[2], right[2]) + dot(left[3], right[3]);
    if OFFSET {
      let row = place / shape.quads;
      sum += 2.0 * dot(offsets[row], left * mean[place % shape.quads]);
      if place % shape.quads == 0u {
        sum += dot(offsets[row], offsets[row]);
      }
    }
  }
  let total = workgroup_sum(sum, invocation);
  if invocation == 0u {
    sums[shape.first_sum] = shape.scale * total;
  }
}

@compute @workgroup_size(SUM_WIDTH)
fn factor(@builtin(local_invocation_index) invocation: u32) {
  var sum = 0.0;
  for (var place = invocation; place < shape.sum_count; place += SUM_WIDTH) {
    sum += sums[shape.first_sum + place];
  }
  let total = workgroup_sum(sum, invocation);
  if invocation == 0u {
    factors[0] = shape.strength / (sqrt(max(shape.scale * total, 0.0)) + 1e-8);
  }
}
