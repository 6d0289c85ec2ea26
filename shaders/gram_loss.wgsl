// The style loss of one layer, from the sums of its Gram matrix.
//
//   G = scale * total                                          (one over the sum of the positions' weights)
//   loss = loss_scale * sum over c, d of (G[c, d] - T[c, d])^2 (its mean is taken where losses are summed up)
//   difference[c, d] = gradient_scale * (G[c, d] - T[c, d])    (what gram_gradient multiplies with)
//
// `store_target` writes G to the target instead: it runs once, on the style picture. Where RELATIVE, the loss and
// the difference are multiplied by one over the mean of T^2, which `measure_target` finds once a target: so a loss of one
// means as far from the style as a picture without any features, at every layer and for every style.
//
// Layouts, where a quad is four neighbouring channels in one vec4:
//   totals      [blocks][16][16] mat4x4, as written by gram_sum: blocks on or above the diagonal only
//   matrix      [quads of c][quads of d] mat4x4: the target T
//   difference  [quads of c][quads of d] mat4x4
//   sums        one f32 a workgroup, from `first_sum` on
//   unit        one f32: one over the mean of T^2; read only where RELATIVE
//   new_unit    the same, as `measure_target` writes it
//
// Tiling: an invocation takes one mat4x4 of the whole matrix; below the diagonal it transposes the mirrored one. The
// matrix has at most 128x128 of them, so this is small beside the sums over positions.

override RELATIVE: bool = false;

const BLOCK_QUADS: u32 = 16u;

struct Shape {
  scale: f32,
  quads: u32,
  first_sum: u32,
  gradient_scale: f32,
  loss_scale: f32,
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> totals: array<mat4x4f>;
@group(0) @binding(2) var<storage, read_write> matrix: array<mat4x4f>;
@group(0) @binding(3) var<storage, read_write> difference: array<mat4x4f>;
@group(0) @binding(4) var<storage, read_write> sums: array<f32>;
@group(0) @binding(5) var<storage, read> unit: f32;
@group(0) @binding(6) var<storage, read_write> new_unit: f32;

fn gram(c: u32, d: u32) -> mat4x4f {
  let mirrored = c / BLOCK_QUADS > d / BLOCK_QUADS;
  let row = select(c, d, mirrored);
  let column = select(d, c, mirrored);
  let blocks = shape.quads / BLOCK_QUADS;
  let block_row = row / BLOCK_QUADS;
  // Blocks in the rows above: blocks + (blocks - 1) + ..., block_row terms.
  let block = block_row * blocks - block_row * (block_row + 1u) / 2u + column / BLOCK_QUADS;
  let place = (block * BLOCK_QUADS + row % BLOCK_QUADS) * BLOCK_QUADS + column % BLOCK_QUADS;
  let mean = shape.scale * totals[place];
  if mirrored {
    return transpose(mean);
  }
  return mean;
}

@compute @workgroup_size(BLOCK_QUADS, BLOCK_QUADS)
fn store_target(@builtin(global_invocation_id) id: vec3u) {
  matrix[id.y * shape.quads + id.x] = gram(id.y, id.x);
}

fn square(block: mat4x4f) -> f32 {
  return dot(block[0], block[0]) + dot(block[1], block[1]) + dot(block[2], block[2]) + dot(block[3], block[3]);
}

// In one workgroup.
@compute @workgroup_size(SUM_WIDTH)
fn measure_target(@builtin(local_invocation_index) invocation: u32) {
  let blocks = shape.quads * shape.quads;
  var sum = 0.0;
  for (var place = invocation; place < blocks; place += SUM_WIDTH) {
    sum += square(matrix[place]);
  }
  let total = workgroup_sum(sum, invocation);
  if invocation == 0u {
    // A style whose mask has vanished in a small map has nothing there to compare with.
    new_unit = select(0.0, 16.0 * f32(blocks) / total, total > 0.0);
  }
}

@compute @workgroup_size(BLOCK_QUADS, BLOCK_QUADS)
fn compare(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) invocation: u32,
) {
  var factor = 1.0;
  if RELATIVE {
    factor = unit;
  }
  let place = id.y * shape.quads + id.x;
  let change = gram(id.y, id.x) - matrix[place];
  difference[place] = factor * shape.gradient_scale * change;
  let total = workgroup_sum(square(change), invocation);
  if invocation == 0u {
    sums[shape.first_sum + workgroup.y * workgroups.x + workgroup.x] = factor * shape.loss_scale * total;
  }
}
