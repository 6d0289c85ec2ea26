// The style loss of one layer, from the sums of its Gram matrix.
//
//   G = scale * total                                          (one over the sum of the positions' weights)
//   loss = loss_scale * sum over c, d of (G[c, d] - T[c, d])^2 (its mean is taken where losses are summed up)
//   difference[c, d] = gradient_scale * (G[c, d] - T[c, d])    (what gram_gradient multiplies with)
//
// `store_target` writes G to the target instead: it runs once, on the style picture.
//
// Layouts, where a quad is four neighbouring channels in one vec4:
//   totals      [blocks][16][16] mat4x4, as written by gram_sum: blocks on or above the diagonal only
//   matrix      [quads of c][quads of d] mat4x4: the target T
//   difference  [quads of c][quads of d] mat4x4
//   sums        one f32 a workgroup, from `first_sum` on
//
// Tiling: an invocation takes one mat4x4 of the whole matrix; below the diagonal it transposes the mirrored one. The
// matrix has at most 128x128 of them, so this is small beside the sums over positions.

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

@compute @workgroup_size(BLOCK_QUADS, BLOCK_QUADS)
fn compare(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) invocation: u32,
) {
  let place = id.y * shape.quads + id.x;
  let change = gram(id.y, id.x) - matrix[place];
  difference[place] = shape.gradient_scale * change;
  let square =
    dot(change[0], change[0]) + dot(change[1], change[1]) + dot(change[2], change[2]) + dot(change[3], change[3]);
  let total = workgroup_sum(square, invocation);
  if invocation == 0u {
    sums[shape.first_sum + workgroup.y * workgroups.x + workgroup.x] = shape.loss_scale * total;
  }
}
