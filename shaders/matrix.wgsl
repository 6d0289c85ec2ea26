// Arithmetic of square matrices of channels x channels.
//
//   multiply:  R = factor * alpha * A B + beta * I
//   scale:     R = factor * alpha * A + beta * I
//   norm:      factors = 1, 1 / |A|, sqrt(|A|), 1 / sqrt(|A|), with |A| the root of the sum of A's squares
//
// where `factor` is one of the factors, chosen by its number.
//
// Layouts, where a quad is four neighbouring channels:
//   a, b, result  [quads of c][quads of d] mat4x4: column d, row c; quads a multiple of 8
//   factors       [4] f32
//
// Tiling of multiply: a workgroup of 8x8 invocations computes 8x8 blocks of 4x4, one an invocation, 16 sums; 8x8 blocks of
// A and of B are staged in workgroup memory, so that a block is read from the buffers once a workgroup and 8 blocks of the
// sum. The matrices have at most 128x128 blocks: more sums an invocation would leave a large GPU idle.

const TILE: u32 = 8u;

struct Operation {
  quads: u32,
  alpha: f32,
  beta: f32,
  // Which of the factors.
  factor: u32,
}

@group(0) @binding(0) var<uniform> operation: Operation;
@group(0) @binding(1) var<storage, read> a: array<mat4x4f>;
@group(0) @binding(2) var<storage, read> b: array<mat4x4f>;
@group(0) @binding(3) var<storage, read_write> result: array<mat4x4f>;
@group(0) @binding(4) var<storage, read_write> factors: array<f32>;

var<workgroup> a_tile: array<mat4x4f, TILE * TILE>;
var<workgroup> b_tile: array<mat4x4f, TILE * TILE>;

fn with_identity(row: u32, column: u32, block: mat4x4f) -> mat4x4f {
  if row != column {
    return block;
  }
  return block + operation.beta * mat4x4f(
    vec4f(1.0, 0.0, 0.0, 0.0),
    vec4f(0.0, 1.0, 0.0, 0.0),
    vec4f(0.0, 0.0, 1.0, 0.0),
    vec4f(0.0, 0.0, 0.0, 1.0),
  );
}

@compute @workgroup_size(TILE, TILE)
fn multiply(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(local_invocation_id) local: vec3u,
  @builtin(local_invocation_index) invocation: u32,
) {
  var sum = mat4x4f();
  for (var first = 0u; first < operation.quads; first += TILE) {
    a_tile[invocation] = a[id.y * operation.quads + first + local.x];
    b_tile[invocation] = b[(first + local.y) * operation.quads + id.x];
    workgroupBarrier();
    for (var depth = 0u; depth < TILE; depth++) {
      sum += a_tile[local.y * TILE + depth] * b_tile[depth * TILE + local.x];
    }
    workgroupBarrier();
  }
  let scaled = (factors[operation.factor] * operation.alpha) * sum;
  result[id.y * operation.quads + id.x] = with_identity(id.y, id.x, scaled);
}

@compute @workgroup_size(TILE, TILE)
fn scale(@builtin(global_invocation_id) id: vec3u) {
  let place = id.y * operation.quads + id.x;
  let scaled = (factors[operation.factor] * operation.alpha) * a[place];
  result[place] = with_identity(id.y, id.x, scaled);
}

@compute @workgroup_size(SUM_WIDTH)
fn norm(@builtin(local_invocation_index) invocation: u32) {
  var sum = 0.0;
  for (var place = invocation; place < operation.quads * operation.quads; place += SUM_WIDTH) {
    let block = a[place];
    sum += dot(block[0], block[0]) + dot(block[1], block[1]) + dot(block[2], block[2]) + dot(block[3], block[3]);
  }
  let length = sqrt(workgroup_sum(sum, invocation));
  if invocation == 0u {
    factors[0] = 1.0;
    factors[1] = 1.0 / length;
    factors[2] = sqrt(length);
    factors[3] = 1.0 / sqrt(length);
  }
}
