// The loss of samples that should have the directions of others, and its gradient in the samples' place.
//
//   d = h - mean,   cosine = d . t / (|d| |t|),   loss = sum over n of 1 - cosine
//   dh = -weight * (t / (|d| |t|) - cosine * d / |d|^2)
//
// (Kolkin et al. 2022, section 3.2), where t is the style's sample that is nearest to h, centred already, and the mean is
// that of t's style. A sample without one has neither loss nor gradient; one without a direction, whose d or t is shorter than
// LEAST_LENGTH, has the loss of a right angle and no gradient.
//
// Layouts, where a quad is four neighbouring channels, stored as common/store.wgsl says:
//   samples          [all quads][pitch] Feature: h; afterwards Gradient, which is as large: dh
//   style            [all quads][style pitch] Feature: t
//   nearest          [grid height][grid width] u32 for the samples of a window's core; where LISTED [count] u32; NONE
//   inverse_lengths  [..] f32: 1 / |t|, or zero
//   owners           [..] u32: the style of each of the style's samples
//   means            [styles][all quads] vec4
//   sums             one f32 a workgroup, from `first_sum` on
//
// Tiling: 32 samples by 8 parts of the quads a workgroup, neighbours at neighbouring samples; once for the products, once
// more for the gradient. A fixed number of workgroups stride over the samples, so that the number of partial sums does not
// grow with the picture; memory bandwidth is all.

override LISTED: bool = false;

const ABREAST: u32 = 32u;
const PARTS: u32 = 8u;

struct Comparison {
  // Of the grid's window.
  core: Region,
  first_quad: u32,
  quads: u32,
  all_quads: u32,
  pitch: u32,
  count: u32,
  style_pitch: u32,
  first_length: u32,
  first_sum: u32,
  weight: f32,
  x: u32,
  y: u32,
  grid_width: u32,
}

@group(0) @binding(0) var<uniform> comparison: Comparison;
@group(0) @binding(1) var<storage, read_write> samples: array<Feature>;
@group(0) @binding(2) var<storage, read> style: array<Feature>;
@group(0) @binding(3) var<storage, read> nearest: array<u32>;
@group(0) @binding(4) var<storage, read> inverse_lengths: array<f32>;
@group(0) @binding(5) var<storage, read> owners: array<u32>;
@group(0) @binding(6) var<storage, read> means: array<vec4f>;
@group(0) @binding(7) var<storage, read_write> sums: array<f32>;

var<workgroup> products: array<vec2f, SUM_WIDTH>;

fn nearest_to(number: u32) -> u32 {
  if number >= comparison.count {
    return NONE;
  }
  if LISTED {
    return nearest[number];
  }
  let x = comparison.x + comparison.core.x + number % comparison.core.width;
  let y = comparison.y + comparison.core.y + number / comparison.core.width;
  return nearest[y * comparison.grid_width + x];
}

fn from_mean(row: u32, number: u32, owner: u32) -> vec4f {
  let value = feature_value(samples[row * comparison.pitch + number]);
  return value - means[owner * comparison.all_quads + row];
}

fn wanted(row: u32, other: u32) -> vec4f {
  return feature_value(style[row * comparison.style_pitch + other]);
}

@compute @workgroup_size(SUM_WIDTH)
fn compare(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) invocation: u32,
) {
  let abreast = invocation % ABREAST;
  let part = invocation / ABREAST;
  let end = comparison.first_quad + comparison.quads;
  var loss = 0.0;
  for (var block = workgroup.x * ABREAST; block < comparison.count; block += workgroups.x * ABREAST) {
    let number = block + abreast;
    let other = nearest_to(number);
    let counts = other != NONE;
    var owner = 0u;
    if counts {
      owner = owners[comparison.first_length + other];
    }
    var sum = vec2f(0.0);
    if counts {
      for (var row = comparison.first_quad + part; row < end; row += PARTS) {
        let change = from_mean(row, number, owner);
        sum += vec2f(dot(change, wanted(row, other)), dot(change, change));
      }
    }
    products[invocation] = sum;
    for (var half = SUM_WIDTH / 2u; half >= ABREAST; half /= 2u) {
      workgroupBarrier();
      if invocation < half {
        products[invocation] += products[invocation + half];
      }
    }
    workgroupBarrier();
    let total = products[abreast];
    // The next block's must not come before all have read this one's.
    workgroupBarrier();
    let length = sqrt(total.y);
    var cosine = 0.0;
    var toward = 0.0;
    var along = 0.0;
    if counts && length > LEAST_LENGTH {
      let inverse_length = inverse_lengths[comparison.first_length + other];
      if inverse_length > 0.0 {
        cosine = total.x / length * inverse_length;
        toward = -comparison.weight * inverse_length / length;
        along = comparison.weight * cosine / total.y;
      }
    }
    if counts && part == 0u {
      loss += 1.0 - cosine;
    }
    if number < comparison.count {
      for (var row = comparison.first_quad + part; row < end; row += PARTS) {
        var slope = vec4f(0.0);
        if counts {
          slope = toward * wanted(row, other) + along * from_mean(row, number, owner);
        }
        samples[row * comparison.pitch + number] = gradient_stored(slope);
      }
    }
  }
  let total = workgroup_sum(loss, invocation);
  if invocation == 0u {
    sums[comparison.first_sum + workgroup.x] = total;
  }
}
