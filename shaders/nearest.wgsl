// For every sample of the picture, the sample of a style whose direction is nearest.
//
//   find:    best[slice, n] = max over the style's samples s of the slice of (h[n] - mean) . t[s] * inverse_length[s]
//            with the number s; the lowest among equals
//   choose:  the best of all slices; nearest[..] = its number, scores[..] = its value * the sample's inverse length
//
// where t is centred already: the cosine but for the length of h - mean, which is the same for all s. The style's samples
// are `first` to before `end`.
//
// `choose` writes for a window of the picture's grid to the place of the sample in the whole grid, on the plane of the
// style; `choose_listed` to the sample's own number if the sample belongs to that style, and no score.
//
// Layouts, where a quad is four neighbouring channels, stored as common/store.wgsl says:
//   samples          [all quads][pitch] Feature: h
//   style            [all quads][style pitch] Feature: t
//   means            [..] vec4
//   inverse_lengths  of the style's samples for `find`, [..] f32; of the picture's for `choose`
//   best             [slices][count] value as f32, number as u32
//   nearest          [styles][grid height][grid width] u32; for `choose_listed` [count]
//   scores           as `nearest`, f32
//   owners           [count] u32: the style of each sample
//
// Tiling of `find`, that of gram: a workgroup of 8x8 invocations takes 64 samples of the picture and goes over the style's
// by tiles of 64. 16 channels at a time are staged in workgroup memory, turned so that a vec4 is one channel of four samples;
// an invocation holds 8 x 8 products in registers, by outer products of such vec4, and after a tile's last channel keeps the
// best of its 8 for each of its 8 samples. So no product is ever stored. The next channels are read into registers before
// the arithmetic of these. Where the picture's samples are too few to fill the GPU, the style's are cut into slices.

const TILE: u32 = 64u;
const GROUPS: u32 = 16u;
// Quads, of which 16 channels are staged at a time.
const DEPTH: u32 = 4u;
// One more than there are groups, so that columns lie in different banks.
const PITCH: u32 = 17u;
// Below every cosine times a length.
const LEAST: f32 = -3e38;

struct Search {
  // Of the grid's window, for `choose`.
  core: Region,
  first_quad: u32,
  quads: u32,
  pitch: u32,
  count: u32,
  style_pitch: u32,
  first: u32,
  end: u32,
  slice_tiles: u32,
  slices: u32,
  first_mean: u32,
  first_length: u32,
  style_number: u32,
  x: u32,
  y: u32,
  grid_width: u32,
  grid_height: u32,
}

struct Candidate {
  value: f32,
  number: u32,
}

@group(0) @binding(0) var<uniform> search: Search;
@group(0) @binding(1) var<storage, read> samples: array<Feature>;
@group(0) @binding(2) var<storage, read> style: array<Feature>;
@group(0) @binding(3) var<storage, read> means: array<vec4f>;
@group(0) @binding(4) var<storage, read> inverse_lengths: array<f32>;
@group(0) @binding(5) var<storage, read_write> best: array<Candidate>;
@group(0) @binding(6) var<storage, read_write> nearest: array<u32>;
@group(0) @binding(7) var<storage, read_write> scores: array<f32>;
@group(0) @binding(8) var<storage, read> owners: array<u32>;

// Of each channel, four samples a vec4.
var<workgroup> sample_tile: array<array<vec4f, PITCH>, 4u * DEPTH>;
var<workgroup> style_tile: array<array<vec4f, PITCH>, 4u * DEPTH>;
var<workgroup> values: array<vec4f, GROUPS * 8u>;
var<workgroup> numbers: array<vec4u, GROUPS * 8u>;

// Four samples' best so far.
struct Best {
  values: vec4f,
  numbers: vec4u,
}

// What an invocation brings of the next channels: a quad of four samples of the picture and of the style.
struct Staged {
  sample0: vec4f,
  sample1: vec4f,
  sample2: vec4f,
  sample3: vec4f,
  style0: vec4f,
  style1: vec4f,
  style2: vec4f,
  style3: vec4f,
}

// What is past the last one is read there, so that nothing branches, and none of it is taken.
fn sample(quad: u32, number: u32, size: Search) -> vec4f {
  let inside = quad < size.quads && number < size.count;
  let near = min(quad, size.quads - 1u);
  let value = feature_value(samples[(size.first_quad + near) * size.pitch + min(number, size.count - 1u)]);
  return select(vec4f(0.0), value - means[size.first_mean + near], inside);
}

fn style_sample(quad: u32, number: u32, size: Search) -> vec4f {
  let inside = quad < size.quads && number < size.end;
  let near = min(quad, size.quads - 1u);
  let value = feature_value(style[(size.first_quad + near) * size.style_pitch + min(number, size.end - 1u)]);
  return select(vec4f(0.0), value, inside);
}

fn fetched(quad: u32, number: u32, style_number: u32, size: Search) -> Staged {
  return Staged(
    sample(quad, number, size),
    sample(quad, number + 1u, size),
    sample(quad, number + 2u, size),
    sample(quad, number + 3u, size),
    style_sample(quad, style_number, size),
    style_sample(quad, style_number + 1u, size),
    style_sample(quad, style_number + 2u, size),
    style_sample(quad, style_number + 3u, size),
  );
}

// Turned, so that a vec4 is one channel.
fn store_staged(staged: Staged, depth: u32, four: u32) {
  let rows = transpose(mat4x4f(staged.sample0, staged.sample1, staged.sample2, staged.sample3));
  let columns = transpose(mat4x4f(staged.style0, staged.style1, staged.style2, staged.style3));
  let first = 4u * depth;
  sample_tile[first][four] = rows[0];
  sample_tile[first + 1u][four] = rows[1];
  sample_tile[first + 2u][four] = rows[2];
  sample_tile[first + 3u][four] = rows[3];
  style_tile[first][four] = columns[0];
  style_tile[first + 1u][four] = columns[1];
  style_tile[first + 2u][four] = columns[2];
  style_tile[first + 3u][four] = columns[3];
}

struct Sums {
  sum00: mat4x4f,
  sum01: mat4x4f,
  sum10: mat4x4f,
  sum11: mat4x4f,
}

fn accumulate_channel(channel: u32, local: vec3u, before: Sums) -> Sums {
  let row0 = sample_tile[channel][local.y];
  let row1 = sample_tile[channel][local.y + 8u];
  let column0 = style_tile[channel][local.x];
  let column1 = style_tile[channel][local.x + 8u];
  return Sums(
    outer_add(row0, column0, before.sum00),
    outer_add(row0, column1, before.sum01),
    outer_add(row1, column0, before.sum10),
    outer_add(row1, column1, before.sum11),
  );
}

fn better(one: Best, other: Best) -> Best {
  let takes = (other.values > one.values) | ((other.values == one.values) & (other.numbers < one.numbers));
  return Best(select(one.values, other.values, takes), select(one.numbers, other.numbers, takes));
}

fn with_one(one: Best, products: vec4f, number: u32) -> Best {
  if number >= search.end {
    return one;
  }
  let found = products * inverse_lengths[search.first_length + number];
  return better(one, Best(found, vec4u(number)));
}

fn with_four(one: Best, products: mat4x4f, number: u32) -> Best {
  let first = with_one(one, products[0], number);
  let second = with_one(first, products[1], number + 1u);
  let third = with_one(second, products[2], number + 2u);
  return with_one(third, products[3], number + 3u);
}

@compute @workgroup_size(8, 8)
fn find(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(local_invocation_id) local: vec3u,
  @builtin(local_invocation_index) invocation: u32,
) {
  // Read once: a compiler that cannot see that nothing writes it would read it at each use.
  let size = search;
  let start = workgroup.x * TILE;
  let first_tile = size.first + workgroup.y * size.slice_tiles * TILE;
  let end = min(first_tile + size.slice_tiles * TILE, size.end);
  let depth = invocation / GROUPS;
  let four = invocation % GROUPS;
  var best0 = Best(vec4f(LEAST), vec4u(size.first));
  var best1 = best0;
  for (var tile = first_tile; tile < end; tile += TILE) {
    var sums = Sums();
    var staged = fetched(depth, start + 4u * four, tile + 4u * four, size);
    for (var quad = 0u; quad < size.quads; quad += DEPTH) {
      store_staged(staged, depth, four);
      workgroupBarrier();
      staged = fetched(quad + DEPTH + depth, start + 4u * four, tile + 4u * four, size);
      sums = accumulate_channel(0u, local, sums);
      sums = accumulate_channel(1u, local, sums);
      sums = accumulate_channel(2u, local, sums);
      sums = accumulate_channel(3u, local, sums);
      sums = accumulate_channel(4u, local, sums);
      sums = accumulate_channel(5u, local, sums);
      sums = accumulate_channel(6u, local, sums);
      sums = accumulate_channel(7u, local, sums);
      sums = accumulate_channel(8u, local, sums);
      sums = accumulate_channel(9u, local, sums);
      sums = accumulate_channel(10u, local, sums);
      sums = accumulate_channel(11u, local, sums);
      sums = accumulate_channel(12u, local, sums);
      sums = accumulate_channel(13u, local, sums);
      sums = accumulate_channel(14u, local, sums);
      sums = accumulate_channel(15u, local, sums);
      workgroupBarrier();
    }
    let near = tile + 4u * local.x;
    best0 = with_four(with_four(best0, sums.sum00, near), sums.sum01, near + 32u);
    best1 = with_four(with_four(best1, sums.sum10, near), sums.sum11, near + 32u);
  }
  values[local.y * 8u + local.x] = best0.values;
  numbers[local.y * 8u + local.x] = best0.numbers;
  values[(local.y + 8u) * 8u + local.x] = best1.values;
  numbers[(local.y + 8u) * 8u + local.x] = best1.numbers;
  workgroupBarrier();
  if invocation < GROUPS {
    var all = Best(values[invocation * 8u], numbers[invocation * 8u]);
    for (var part = 1u; part < 8u; part++) {
      all = better(all, Best(values[invocation * 8u + part], numbers[invocation * 8u + part]));
    }
    for (var number = 0u; number < 4u; number++) {
      let to = start + 4u * invocation + number;
      if to < search.count {
        best[workgroup.y * search.count + to] = Candidate(all.values[number], all.numbers[number]);
      }
    }
  }
}

fn best_of_slices(number: u32) -> Candidate {
  var found = best[number];
  for (var slice = 1u; slice < search.slices; slice++) {
    let other = best[slice * search.count + number];
    if other.value > found.value || (other.value == found.value && other.number < found.number) {
      found = other;
    }
  }
  return found;
}

@compute @workgroup_size(64)
fn choose_listed(@builtin(global_invocation_id) id: vec3u) {
  if id.x < search.count && owners[id.x] == search.style_number {
    nearest[id.x] = best_of_slices(id.x).number;
  }
}

@compute @workgroup_size(64)
fn choose(@builtin(global_invocation_id) id: vec3u) {
  if id.x >= search.count {
    return;
  }
  let found = best_of_slices(id.x);
  let x = search.x + search.core.x + id.x % search.core.width;
  let y = search.y + search.core.y + id.x / search.core.width;
  let place = (search.style_number * search.grid_height + y) * search.grid_width + x;
  nearest[place] = found.number;
  scores[place] = found.value * inverse_lengths[id.x];
}
