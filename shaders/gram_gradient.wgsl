// The gradient of a layer's style loss to its feature map: a product with a symmetric matrix.
//
//   dF[c, p] = sum over d of difference[c, d] * F[d, p]      (+ what is there, where `accumulate` is 1)
//
// The sum has offset[c] added where OFFSET, and is multiplied with weight[p] where WEIGHTED. It holds
// for the positions of the rectangle `core`, and zero instead of the sum outside of it,
// then the ReLU's mask, so that the result is the gradient before the ReLU.
//
// Layouts, where a quad is four neighbouring channels, stored as common/store.wgsl says:
//   features    [quads][height * width] Feature, quads a multiple of 16
//   difference  [quads of c][quads of d][4 columns d] vec4 over rows c; symmetric as a whole, scaled by gram_loss
//   gradient    [quads][height * width] Gradient
//   offset      [quads] vec4, read only where OFFSET
//   weights     [map height][map width] f32, of a map in which this one lies at an offset; read only where WEIGHTED
//   mask        [quads][ceil(height / 8)][width] u32, as written by conv3x3
//
// Tiling: a workgroup of 16x8 invocations computes 128 positions by 16 quads, two quads of d at a time; an invocation
// takes 8 positions (16 apart, so that reads and writes are contiguous) by 2 quads: 256 multiply-adds of 16 vec4
// reads from workgroup memory, 64 sums.

const LANES: u32 = 16u;
const ROWS: u32 = 8u;
const TILE_POSITIONS: u32 = 128u;
const TILE_QUADS: u32 = 16u;
const DEPTH: u32 = 4u;

override OFFSET: bool = false;
override WEIGHTED: bool = false;

struct Shape {
  core: Region,
  weights: Place,
  width: u32,
  height: u32,
  quads: u32,
  accumulate: u32,
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> features: array<Feature>;
@group(0) @binding(2) var<storage, read> difference: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> gradient: array<Gradient>;
@group(0) @binding(4) var<storage, read> mask: array<u32>;
@group(0) @binding(5) var<storage, read> offset: array<vec4f>;
@group(0) @binding(6) var<storage, read> weights: array<f32>;

var<workgroup> feature_tile: array<vec4f, DEPTH * TILE_POSITIONS>;
// The four columns of each block, staged one by one so that reads and writes are contiguous.
var<workgroup> matrix_tile: array<vec4f, DEPTH * TILE_QUADS * 4u>;

struct Sums {
  at0: vec4f,
  at1: vec4f,
  at2: vec4f,
  at3: vec4f,
  at4: vec4f,
  at5: vec4f,
  at6: vec4f,
  at7: vec4f,
}

fn multiply_add_all(block: mat4x4f, values: Sums, sums: Sums) -> Sums {
  return Sums(
    multiply_add(block, values.at0, sums.at0),
    multiply_add(block, values.at1, sums.at1),
    multiply_add(block, values.at2, sums.at2),
    multiply_add(block, values.at3, sums.at3),
    multiply_add(block, values.at4, sums.at4),
    multiply_add(block, values.at5, sums.at5),
    multiply_add(block, values.at6, sums.at6),
    multiply_add(block, values.at7, sums.at7),
  );
}

fn load_tiles(first_position: u32, first_quad: u32, first_depth: u32, invocation: u32) {
  let positions = shape.width * shape.height;
  for (var t = invocation; t < DEPTH * TILE_POSITIONS; t += LANES * ROWS) {
    let position = min(first_position + t % TILE_POSITIONS, positions - 1u);
    feature_tile[t] = feature_value(features[(first_depth + t / TILE_POSITIONS) * positions + position]);
  }
  let pitch = DEPTH * 4u;
  for (var t = invocation; t < pitch * TILE_QUADS; t += LANES * ROWS) {
    matrix_tile[t] = difference[((first_quad + t / pitch) * shape.quads + first_depth) * 4u + t % pitch];
  }
}

fn matrix_block(place: u32) -> mat4x4f {
  let first = place * 4u;
  return mat4x4f(matrix_tile[first], matrix_tile[first + 1u], matrix_tile[first + 2u], matrix_tile[first + 3u]);
}

fn store(quad: u32, position: u32, sum: vec4f) {
  let positions = shape.width * shape.height;
  if position >= positions {
    return;
  }
  let place = quad * positions + position;
  let y = position / shape.width;
  let x = position % shape.width;
  var value = sum;
  if OFFSET {
    value += offset[quad];
  }
  if WEIGHTED {
    value *= weights[place_in(shape.weights, x, y)];
  }
  value = select(vec4f(0.0), value, contains(shape.core, x, y));
  if shape.accumulate == 1u {
    value += gradient_value(gradient[place]);
  }
  let word = mask[mask_place(quad, y / 8u, x, shape.height, shape.width)];
  gradient[place] = gradient_stored(masked(value, word, y % 8u));
}

fn store_all(quad: u32, position: u32, sums: Sums) {
  store(quad, position, sums.at0);
  store(quad, position + LANES, sums.at1);
  store(quad, position + 2u * LANES, sums.at2);
  store(quad, position + 3u * LANES, sums.at3);
  store(quad, position + 4u * LANES, sums.at4);
  store(quad, position + 5u * LANES, sums.at5);
  store(quad, position + 6u * LANES, sums.at6);
  store(quad, position + 7u * LANES, sums.at7);
}

@compute @workgroup_size(LANES, ROWS)
fn multiply(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(local_invocation_id) local: vec3u,
  @builtin(local_invocation_index) invocation: u32,
) {
  let first_position = workgroup.x * TILE_POSITIONS;
  let first_quad = workgroup.y * TILE_QUADS;
  var upper = Sums();
  var lower = Sums();
  for (var first_depth = 0u; first_depth < shape.quads; first_depth += DEPTH) {
    load_tiles(first_position, first_quad, first_depth, invocation);
    workgroupBarrier();
    for (var depth = 0u; depth < DEPTH; depth++) {
      let place = depth * TILE_POSITIONS + local.x;
      let values = Sums(
        feature_tile[place],
        feature_tile[place + LANES],
        feature_tile[place + 2u * LANES],
        feature_tile[place + 3u * LANES],
        feature_tile[place + 4u * LANES],
        feature_tile[place + 5u * LANES],
        feature_tile[place + 6u * LANES],
        feature_tile[place + 7u * LANES],
      );
      upper = multiply_add_all(matrix_block(local.y * DEPTH + depth), values, upper);
      lower = multiply_add_all(matrix_block((local.y + ROWS) * DEPTH + depth), values, lower);
    }
    workgroupBarrier();
  }
  let position = first_position + local.x;
  store_all(first_quad + local.y, position, upper);
  store_all(first_quad + local.y + ROWS, position, lower);
}
