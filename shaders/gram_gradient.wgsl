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
// Tiling: a workgroup of 16x8 invocations computes 128 positions by 16 quads, four quads of d at a time; an invocation
// takes 8 positions (16 apart, so that reads and writes are contiguous) by 2 quads: 256 multiply-adds of 16 vec4
// reads from workgroup memory, 64 sums. The next quads are read into registers before the arithmetic of these. Staged
// columns of 8 positions have room for a ninth, so that neighbours begin in different banks; indices within a column and a
// block are constants, which no compiler needs to keep in bounds.

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

// Of each quad of d and lane: its 8 positions, and room.
var<workgroup> feature_columns: array<array<vec4f, 9>, DEPTH * LANES>;
// Of each quad of c, the blocks of four quads of d.
var<workgroup> matrix_blocks: array<mat4x4f, DEPTH * TILE_QUADS>;

// What an invocation brings of the next quads: a position of four of d, and two columns of blocks.
struct Staged {
  features0: vec4f,
  features1: vec4f,
  features2: vec4f,
  features3: vec4f,
  column0: vec4f,
  column1: vec4f,
}

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

// Where a column of a block begins, from the first of a row of blocks on.
fn matrix_place(t: u32, first_quad: u32, size: Shape) -> u32 {
  let pitch = DEPTH * 4u;
  return (first_quad + t / pitch) * size.quads * 4u + t % pitch;
}

fn fetched(first_depth: u32, position: u32, positions: u32, place0: u32, place1: u32) -> Staged {
  let place = first_depth * positions + position;
  return Staged(
    feature_value(features[place]),
    feature_value(features[place + positions]),
    feature_value(features[place + 2u * positions]),
    feature_value(features[place + 3u * positions]),
    difference[place0 + first_depth * 4u],
    difference[place1 + first_depth * 4u],
  );
}

fn store_staged(staged: Staged, invocation: u32) {
  let lane = invocation % LANES;
  let row = invocation / LANES;
  feature_columns[lane][row] = staged.features0;
  feature_columns[LANES + lane][row] = staged.features1;
  feature_columns[2u * LANES + lane][row] = staged.features2;
  feature_columns[3u * LANES + lane][row] = staged.features3;
  matrix_blocks[invocation / 4u][invocation % 4u] = staged.column0;
  let second = invocation + LANES * ROWS;
  matrix_blocks[second / 4u][second % 4u] = staged.column1;
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
  // Read once: a compiler that cannot see that nothing writes it would read it at each use.
  let size = shape;
  let first_position = workgroup.x * TILE_POSITIONS;
  let first_quad = workgroup.y * TILE_QUADS;
  let positions = size.width * size.height;
  // Past the last position nothing is stored, so any value will do.
  let brought = min(first_position + invocation, positions - 1u);
  let place0 = matrix_place(invocation, first_quad, size);
  let place1 = matrix_place(invocation + LANES * ROWS, first_quad, size);
  var upper = Sums();
  var lower = Sums();
  var staged = fetched(0u, brought, positions, place0, place1);
  for (var first_depth = 0u; first_depth < size.quads; first_depth += DEPTH) {
    store_staged(staged, invocation);
    workgroupBarrier();
    // The last ones once more, where there are no next ones: a branch would keep the reads behind the arithmetic.
    let next = min(first_depth + DEPTH, size.quads - DEPTH);
    staged = fetched(next, brought, positions, place0, place1);
    let column0 = &feature_columns[local.x];
    let values0 = Sums(
      (*column0)[0],
      (*column0)[1],
      (*column0)[2],
      (*column0)[3],
      (*column0)[4],
      (*column0)[5],
      (*column0)[6],
      (*column0)[7],
    );
    upper = multiply_add_all(matrix_blocks[local.y * DEPTH], values0, upper);
    lower = multiply_add_all(matrix_blocks[(local.y + ROWS) * DEPTH], values0, lower);
    let column1 = &feature_columns[LANES + local.x];
    let values1 = Sums(
      (*column1)[0],
      (*column1)[1],
      (*column1)[2],
      (*column1)[3],
      (*column1)[4],
      (*column1)[5],
      (*column1)[6],
      (*column1)[7],
    );
    upper = multiply_add_all(matrix_blocks[local.y * DEPTH + 1u], values1, upper);
    lower = multiply_add_all(matrix_blocks[(local.y + ROWS) * DEPTH + 1u], values1, lower);
    let column2 = &feature_columns[2u * LANES + local.x];
    let values2 = Sums(
      (*column2)[0],
      (*column2)[1],
      (*column2)[2],
      (*column2)[3],
      (*column2)[4],
      (*column2)[5],
      (*column2)[6],
      (*column2)[7],
    );
    upper = multiply_add_all(matrix_blocks[local.y * DEPTH + 2u], values2, upper);
    lower = multiply_add_all(matrix_blocks[(local.y + ROWS) * DEPTH + 2u], values2, lower);
    let column3 = &feature_columns[3u * LANES + local.x];
    let values3 = Sums(
      (*column3)[0],
      (*column3)[1],
      (*column3)[2],
      (*column3)[3],
      (*column3)[4],
      (*column3)[5],
      (*column3)[6],
      (*column3)[7],
    );
    upper = multiply_add_all(matrix_blocks[local.y * DEPTH + 3u], values3, upper);
    lower = multiply_add_all(matrix_blocks[(local.y + ROWS) * DEPTH + 3u], values3, lower);
    workgroupBarrier();
  }
  let position = first_position + local.x;
  store_all(first_quad + local.y, position, upper);
  store_all(first_quad + local.y + ROWS, position, lower);
}
