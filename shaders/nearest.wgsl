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
// best of its 8 for each of its 8 samples. So no product is ever stored. Where the picture's samples are too few to fill the
// GPU, the style's are cut into slices.

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

var<workgroup> sample_tile: array<vec4f, PITCH * 4u * DEPTH>;
var<workgroup> style_tile: array<vec4f, PITCH * 4u * DEPTH>;
var<workgroup> values: array<vec4f, GROUPS * 8u>;
var<workgroup> numbers: array<vec4u, GROUPS * 8u>;

// Four samples' best so far.
struct Best {
  values: vec4f,
  numbers: vec4u,
}

fn sample(quad: u32, number: u32) -> vec4f {
  if quad >= search.quads || number >= search.count {
    return vec4f(0.0);
  }
  let value = feature_value(samples[(search.first_quad + quad) * search.pitch + number]);
  return value - means[search.first_mean + quad];
}

fn style_sample(quad: u32, number: u32) -> vec4f {
  if quad >= search.quads || number >= search.end {
    return vec4f(0.0);
  }
  return feature_value(style[(search.first_quad + quad) * search.style_pitch + number]);
}

// Stages one quad of four samples of the picture and of the style, a vec4 a channel.
fn stage(quad: u32, number: u32, style_number: u32, depth: u32, four: u32) {
  let rows = transpose(mat4x4f(
    sample(quad, number),
    sample(quad, number + 1u),
    sample(quad, number + 2u),
    sample(quad, number + 3u),
  ));
  let columns = transpose(mat4x4f(
    style_sample(quad, style_number),
    style_sample(quad, style_number + 1u),
    style_sample(quad, style_number + 2u),
    style_sample(quad, style_number + 3u),
  ));
  let place = 4u * depth * PITCH + four;
  sample_tile[place] = rows[0];
  sample_tile[place + PITCH] = rows[1];
  sample_tile[place + 2u * PITCH] = rows[2];
  sample_tile[place + 3u * PITCH] = rows[3];
  style_tile[place] = columns[0];
  style_tile[place + PITCH] = columns[1];
  style_tile[place + 2u * PITCH] = columns[2];
  style_tile[place + 3u * PITCH] = columns[3];
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
  let start = workgroup.x * TILE;
  let first_tile = search.first + workgroup.y * search.slice_tiles * TILE;
  let end = min(first_tile + search.slice_tiles * TILE, search.end);
  var best0 = Best(vec4f(LEAST), vec4u(search.first));
  var best1 = best0;
  for (var tile = first_tile; tile < end; tile += TILE) {
    var sum00 = mat4x4f();
    var sum01 = mat4x4f();
    var sum10 = mat4x4f();
    var sum11 = mat4x4f();
    for (var quad = 0u; quad < search.quads; quad += DEPTH) {
      let depth = invocation / GROUPS;
      let four = invocation % GROUPS;
      stage(quad + depth, start + 4u * four, tile + 4u * four, depth, four);
      workgroupBarrier();
      for (var channel = 0u; channel < 4u * DEPTH; channel++) {
        let row0 = sample_tile[channel * PITCH + local.y];
        let row1 = sample_tile[channel * PITCH + local.y + 8u];
        let column0 = style_tile[channel * PITCH + local.x];
        let column1 = style_tile[channel * PITCH + local.x + 8u];
        sum00 = outer_add(row0, column0, sum00);
        sum01 = outer_add(row0, column1, sum01);
        sum10 = outer_add(row1, column0, sum10);
        sum11 = outer_add(row1, column1, sum11);
      }
      workgroupBarrier();
    }
    let near = tile + 4u * local.x;
    best0 = with_four(with_four(best0, sum00, near), sum01, near + 32u);
    best1 = with_four(with_four(best1, sum10, near), sum11, near + 32u);
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
