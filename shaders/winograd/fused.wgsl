// A 3x3 convolution with stride 1 and zero padding by Winograd's F(4, 3) along the columns (Lavin and Gray 2015, section
// 4.1), in one kernel: half of the direct one's multiplications, and no transformed map in memory. Forward, and backward to
// its input, as conv3x3.wgsl has them.
//
// For every window of 6 rows of the source, whose inner 4 are the outputs' rows, and every entry t of 6:
//   M[t, x, o] = sum over i, dx of U[t, dx, i, o] * V[t, x + dx - 1, i]   V = B^T d for each column d of the window
// and the outputs' rows are A^T M, then bias and ReLU forward, or the ReLU's mask backward. B^T's rows are
// (4, 0, -5, 0, 1, 0), (0, -4, -4, 1, 1, 0), (0, 4, -4, -1, 1, 0), (0, -2, -1, 2, 1, 0), (0, 2, -1, -2, 1, 0),
// (0, 4, 0, -5, 0, 1); A^T's are in common/four_rows.wgsl; U is fused_filter.wgsl's.
//
// Layouts, where a quad is four neighbouring channels:
//   source       [source quads][height][width] Source: the input, or backward the output's gradient
//   filters      [source quads][3 dx][6][destination quads][4 source channels] vec4 over four destination channels: U
//   bias         [destination quads] vec4, forward only
//   destination  [destination quads][height][width] Destination
//   mask         [destination quads][ceil(height / 8)][width] u32, as in conv3x3
//
// Tiling: a workgroup computes a strip of 8 rows, which are two windows, by 16 columns by 32 channels, in 96 invocations. Each
// has one entry t, 8 columns of a window and 2 quads: 64 sums in named registers. A source quad's V is made of the source by
// the workgroup itself, a column and channel at a time, and staged once for three dx: with a halo of two columns it takes 10
// reads for 768 multiply-adds, and U takes 8 for each dx. U is staged by one dx at a time, into two places by turns, so that
// one barrier a dx is enough; U and the source's next values are read into registers before the arithmetic of these, so that
// it hides how long that takes. Each 8 columns have their own halo, which makes indices within them constants that no compiler
// needs to keep in bounds, and lets neighbours begin in different banks.
//
// In the end the six entries, which lie in different invocations, meet in U's memory, in four pieces: 4 columns of one quad of
// every invocation. A column and quad of the strip is one invocation's then, which owns its word of the mask. 9.8 KiB of
// workgroup memory. With 64 channels V would be made half as often, but of 192 invocations with so many registers a core holds
// one workgroup, and of 96 three.

const STRIP: u32 = 8u;
const ENTRIES: u32 = 6u;
// Invocations over the columns of a window, and over pairs of quads.
const COLUMN_LANES: u32 = 2u;
const QUAD_LANES: u32 = 4u;
const LANES: u32 = 2u * COLUMN_LANES * QUAD_LANES * ENTRIES;
// Columns of an invocation, and with their halo.
const COLUMNS: u32 = 8u;
const WITH_HALO: u32 = 10u;
// Channels of columns of V, of which an invocation makes one or two.
const MADE: u32 = 2u * COLUMN_LANES * WITH_HALO * 4u;
// Columns of the strip by quads that a piece of the sums has, each finished by one invocation.
const FINISHED: u32 = 4u * COLUMN_LANES * QUAD_LANES;

struct Shape {
  width: u32,
  height: u32,
  source_quads: u32,
  destination_quads: u32,
  apply_mask: u32,
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> source: array<Source>;
@group(0) @binding(2) var<storage, read> filters: array<vec4f>;
@group(0) @binding(3) var<storage, read> bias: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> destination: array<Destination>;
@group(0) @binding(5) var<storage, read_write> mask: array<u32>;

// Of each entry, window and column lane: V.
var<workgroup> columns: array<array<array<vec4f, WITH_HALO>, 2u * COLUMN_LANES>, ENTRIES>;
// By turns, of either quad, of each entry and quad lane: U of one dx. In the end: what the invocations exchange.
var<workgroup> blocks: array<array<array<mat4x4f, ENTRIES * QUAD_LANES>, 2>, 2>;

// Of one column and channel of a window.
struct Numbers {
  row0: f32,
  row1: f32,
  row2: f32,
  row3: f32,
  row4: f32,
  row5: f32,
}

// Where that lies in a source quad, its column and the window's first row, and whether it is inside of the picture. What is
// not is read at the picture's edge, so that nothing branches.
struct Places {
  column: u32,
  row: u32,
  inside0: bool,
  inside1: bool,
  inside2: bool,
  inside3: bool,
  inside4: bool,
  inside5: bool,
}

// What an invocation brings of U's next dx: of either quad one column of a block.
struct Staged {
  a: vec4f,
  b: vec4f,
}

// Above and left of the picture the unsigned coordinates wrap around, and so lie outside like those past the end.
fn places_of(made: u32, workgroup: vec3u, size: Shape) -> Places {
  let lane = made / (4u * WITH_HALO);
  let x = (workgroup.x * COLUMN_LANES + lane % COLUMN_LANES) * COLUMNS + made / 4u % WITH_HALO - 1u;
  let y = workgroup.y * STRIP + lane / COLUMN_LANES * 4u - 1u;
  let column = min(x, size.width - 1u);
  let within = x < size.width;
  return Places(
    column,
    y,
    within && y < size.height,
    within && y + 1u < size.height,
    within && y + 2u < size.height,
    within && y + 3u < size.height,
    within && y + 4u < size.height,
    within && y + 5u < size.height,
  );
}

fn number(place: u32, channel: u32) -> f32 {
  return source_number(source[place][source_part(channel)], channel);
}

fn fetched_numbers(places: Places, first: u32, channel: u32, size: Shape) -> Numbers {
  let last = size.height - 1u;
  let start = first + places.column;
  return Numbers(
    number(start + min(places.row, last) * size.width, channel),
    number(start + min(places.row + 1u, last) * size.width, channel),
    number(start + min(places.row + 2u, last) * size.width, channel),
    number(start + min(places.row + 3u, last) * size.width, channel),
    number(start + min(places.row + 4u, last) * size.width, channel),
    number(start + min(places.row + 5u, last) * size.width, channel),
  );
}

fn store_entry(entry: u32, made: u32, value: f32) {
  columns[entry][made / (4u * WITH_HALO)][made / 4u % WITH_HALO][made % 4u] = value;
}

// The six entries of V of one column and channel.
fn store_column(made: u32, places: Places, numbers: Numbers) {
  let d0 = select(0.0, numbers.row0, places.inside0);
  let d1 = select(0.0, numbers.row1, places.inside1);
  let d2 = select(0.0, numbers.row2, places.inside2);
  let d3 = select(0.0, numbers.row3, places.inside3);
  let d4 = select(0.0, numbers.row4, places.inside4);
  let d5 = select(0.0, numbers.row5, places.inside5);
  let even = fma(-4.0, d2, d4);
  let odd = fma(-4.0, d1, d3);
  let difference = d4 - d2;
  let slope = d3 - d1;
  store_entry(0u, made, fma(4.0, d0, fma(-5.0, d2, d4)));
  store_entry(1u, made, even + odd);
  store_entry(2u, made, even - odd);
  store_entry(3u, made, fma(2.0, slope, difference));
  store_entry(4u, made, fma(-2.0, slope, difference));
  store_entry(5u, made, fma(4.0, d1, fma(-5.0, d3, d5)));
}

// Where a vector of U of one dx lies, for quads from `first_quad` on.
fn filter_place(invocation: u32, first_quad: u32, size: Shape) -> u32 {
  let width = QUAD_LANES * 4u;
  let pitch = size.destination_quads * 4u;
  return invocation / width * pitch + min(first_quad * 4u + invocation % width, pitch - 1u);
}

fn fetched_filters(places: vec2u, row: u32) -> Staged {
  return Staged(filters[row + places.x], filters[row + places.y]);
}

fn store_filters(staged: Staged, turn: u32, invocation: u32) {
  blocks[turn][0][invocation / 4u][invocation % 4u] = staged.a;
  blocks[turn][1][invocation / 4u][invocation % 4u] = staged.b;
}

// Of an invocation's entry and quad lane, to one of its two quads.
fn block_of(turn: u32, which: u32, invocation: u32) -> mat4x4f {
  return blocks[turn][which][invocation / 4u];
}

fn convolve(workgroup: vec3u, local: vec3u, invocation: u32, size: Shape) -> TileSums {
  let first_quad = workgroup.z * 2u * QUAD_LANES;
  let filter_places = vec2u(
    filter_place(invocation, first_quad, size),
    filter_place(invocation, first_quad + QUAD_LANES, size),
  );
  let first_places = places_of(invocation, workgroup, size);
  let second_places = places_of(invocation + LANES, workgroup, size);
  // LANES is a multiple of 4.
  let channel = invocation % 4u;
  let value_pitch = size.width * size.height;
  let filter_pitch = ENTRIES * 4u * size.destination_quads;
  let last_row = (3u * size.source_quads - 1u) * filter_pitch;
  var sums = TileSums();
  var filter_row = 0u;
  var first_numbers = fetched_numbers(first_places, 0u, channel, size);
  var second_numbers = fetched_numbers(second_places, 0u, channel, size);
  var staged = fetched_filters(filter_places, filter_row);
  for (var quad = 0u; quad < size.source_quads; quad++) {
    // Of the two places for U, the one that is read at dx 0 and 2; a compiler sees that it is no other.
    let even = quad & 1u;
    let odd = (quad + 1u) & 1u;
    // The last dx of the quad before has read what is overwritten now.
    workgroupBarrier();
    store_column(invocation, first_places, first_numbers);
    if invocation + LANES < MADE {
      store_column(invocation + LANES, second_places, second_numbers);
    }
    store_filters(staged, even, invocation);
    workgroupBarrier();
    // The last ones once more, where there are no next ones: a branch would keep the reads behind the arithmetic.
    let next = min(quad + 1u, size.source_quads - 1u) * value_pitch;
    first_numbers = fetched_numbers(first_places, next, channel, size);
    second_numbers = fetched_numbers(second_places, next, channel, size);
    filter_row += filter_pitch;
    staged = fetched_filters(filter_places, filter_row);
    let column = &columns[local.z][local.x];
    let v0 = (*column)[0];
    let v1 = (*column)[1];
    let v2 = (*column)[2];
    let v3 = (*column)[3];
    let v4 = (*column)[4];
    let v5 = (*column)[5];
    let v6 = (*column)[6];
    let v7 = (*column)[7];
    sums = accumulate_tile(sums, block_of(even, 0u, invocation), block_of(even, 1u, invocation), v0, v1, v2, v3, v4, v5, v6, v7);
    store_filters(staged, odd, invocation);
    workgroupBarrier();
    filter_row += filter_pitch;
    staged = fetched_filters(filter_places, filter_row);
    let v8 = (*column)[8];
    sums = accumulate_tile(sums, block_of(odd, 0u, invocation), block_of(odd, 1u, invocation), v1, v2, v3, v4, v5, v6, v7, v8);
    store_filters(staged, even, invocation);
    workgroupBarrier();
    filter_row = min(filter_row + filter_pitch, last_row);
    staged = fetched_filters(filter_places, filter_row);
    let v9 = (*column)[9];
    sums = accumulate_tile(sums, block_of(even, 0u, invocation), block_of(even, 1u, invocation), v2, v3, v4, v5, v6, v7, v8, v9);
  }
  return sums;
}

// Which column and quad of a piece an invocation finishes.
struct Unit {
  column_lane: u32,
  quad_lane: u32,
  column: u32,
}

// The number of its unit, none if it is FINISHED or more: each piece is other invocations' turn.
fn unit_number(piece: u32, invocation: u32) -> u32 {
  return (invocation + piece * (LANES - FINISHED)) % LANES;
}

fn unit_of(number: u32) -> Unit {
  return Unit(number / 4u % COLUMN_LANES, number / 4u / COLUMN_LANES, number % 4u);
}

fn entry_of(entry: u32, window: u32, unit: Unit) -> vec4f {
  return blocks[window][unit.column_lane][entry * QUAD_LANES + unit.quad_lane][unit.column];
}

// The four rows of one window.
fn rows_of(window: u32, unit: Unit) -> mat4x4f {
  return four_rows(
    entry_of(0u, window, unit),
    entry_of(1u, window, unit),
    entry_of(2u, window, unit),
    entry_of(3u, window, unit),
    entry_of(4u, window, unit),
    entry_of(5u, window, unit),
  );
}

fn store(place: u32, y: u32, size: Shape, value: vec4f) {
  if y < size.height {
    destination[place + y * size.width] = destination_stored(value);
  }
}

fn store_four(place: u32, y: u32, size: Shape, rows: mat4x4f) {
  store(place, y, size, rows[0]);
  store(place, y + 1u, size, rows[1]);
  store(place, y + 2u, size, rows[2]);
  store(place, y + 3u, size, rows[3]);
}

// Brings one piece of every invocation's sums where the others find it.
fn exchange(four: mat4x4f, invocation: u32) {
  workgroupBarrier();
  blocks[invocation / COLUMN_LANES % 2u][invocation % COLUMN_LANES][invocation / 4u] = four;
  workgroupBarrier();
}

// Where a piece's unit lies in the destination: column, and quad.
fn place_of(unit: Unit, piece: u32, workgroup: vec3u) -> vec2u {
  return vec2u(
    (workgroup.x * COLUMN_LANES + unit.column_lane) * COLUMNS + piece % 2u * 4u + unit.column,
    (workgroup.z * 2u + piece / 2u) * QUAD_LANES + unit.quad_lane,
  );
}

fn store_strip(upper: mat4x4f, lower: mat4x4f, place: vec2u, strip: u32, size: Shape) {
  let first = place.y * size.height * size.width + place.x;
  store_four(first, strip * STRIP, size, upper);
  store_four(first, strip * STRIP + 4u, size, lower);
}

// The end of columns `4 (piece % 2)` and on of the invocations' quad `piece / 2`.
fn finish_forward(four: mat4x4f, piece: u32, workgroup: vec3u, invocation: u32, size: Shape) {
  exchange(four, invocation);
  let number = unit_number(piece, invocation);
  let unit = unit_of(number);
  let place = place_of(unit, piece, workgroup);
  if number < FINISHED && place.x < size.width && place.y < size.destination_quads {
    let offset = bias[place.y];
    let upper = rectified(rows_of(0u, unit), offset);
    let lower = rectified(rows_of(1u, unit), offset);
    store_strip(upper, lower, place, workgroup.y, size);
    mask[mask_place(place.y, workgroup.y, place.x, size.height, size.width)] = positive_rows(upper, 0u) | positive_rows(lower, 4u);
  }
}

fn finish_backward(four: mat4x4f, piece: u32, workgroup: vec3u, invocation: u32, size: Shape) {
  exchange(four, invocation);
  let number = unit_number(piece, invocation);
  let unit = unit_of(number);
  let place = place_of(unit, piece, workgroup);
  if number < FINISHED && place.x < size.width && place.y < size.destination_quads {
    var upper = rows_of(0u, unit);
    var lower = rows_of(1u, unit);
    if size.apply_mask == 1u {
      let word = mask[mask_place(place.y, workgroup.y, place.x, size.height, size.width)];
      upper = masked_rows(upper, word, 0u);
      lower = masked_rows(lower, word, 4u);
    }
    store_strip(upper, lower, place, workgroup.y, size);
  }
}

@compute @workgroup_size(2u * COLUMN_LANES, QUAD_LANES, ENTRIES)
fn forward(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(local_invocation_id) local: vec3u,
  @builtin(local_invocation_index) invocation: u32,
) {
  // Read once: a compiler that cannot see that nothing writes it would read it at each use.
  let size = shape;
  let sums = convolve(workgroup, local, invocation, size);
  finish_forward(mat4x4f(sums.a0, sums.a1, sums.a2, sums.a3), 0u, workgroup, invocation, size);
  finish_forward(mat4x4f(sums.a4, sums.a5, sums.a6, sums.a7), 1u, workgroup, invocation, size);
  finish_forward(mat4x4f(sums.b0, sums.b1, sums.b2, sums.b3), 2u, workgroup, invocation, size);
  finish_forward(mat4x4f(sums.b4, sums.b5, sums.b6, sums.b7), 3u, workgroup, invocation, size);
}

@compute @workgroup_size(2u * COLUMN_LANES, QUAD_LANES, ENTRIES)
fn backward(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(local_invocation_id) local: vec3u,
  @builtin(local_invocation_index) invocation: u32,
) {
  let size = shape;
  let sums = convolve(workgroup, local, invocation, size);
  finish_backward(mat4x4f(sums.a0, sums.a1, sums.a2, sums.a3), 0u, workgroup, invocation, size);
  finish_backward(mat4x4f(sums.a4, sums.a5, sums.a6, sums.a7), 1u, workgroup, invocation, size);
  finish_backward(mat4x4f(sums.b0, sums.b1, sums.b2, sums.b3), 2u, workgroup, invocation, size);
  finish_backward(mat4x4f(sums.b4, sums.b5, sums.b6, sums.b7), 3u, workgroup, invocation, size);
}
