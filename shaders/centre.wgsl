// What cosines need of samples: their mean, and their lengths from a mean.
//
//   add_up:   sums[q] (+)= sum over n of samples[first quad + q, first + n]
//   mean:     means[first mean + q] = scale * sums[q]
//   centre:   samples[first quad + q, first + n] -= means[first mean + q]
//   measure:  inverse_lengths[first length + n] = 1 / |samples[.., first + n] - means[first mean + ..]|
//             or zero where the length is below LEAST_LENGTH, since a sample without a direction has none to be compared
//
// where q goes over the quads of a group of layers, and in `measure` the mean counts as zero where `centred` is 1.
//
// Layouts, where a quad is four neighbouring channels, stored as common/store.wgsl says:
//   samples          [all quads][pitch] Feature
//   sums             [quads] vec4
//   means            [..] vec4
//   inverse_lengths  [..] f32
//
// Tiling: `add_up` has a workgroup of 256 invocations a quad, which sums in a tree; `centre` one vec4 an invocation;
// `measure` 32 samples by 8 parts of the quads a workgroup, neighbours at neighbouring samples. All are bound by memory, and
// run once a size but for `measure`.

const WIDTH: u32 = 256u;
const ABREAST: u32 = 32u;
const PARTS: u32 = 8u;

struct Group {
  first_quad: u32,
  quads: u32,
  pitch: u32,
  first: u32,
  count: u32,
  first_mean: u32,
  first_length: u32,
  scale: f32,
  // For `add_up` whether there is something to add to, for `measure` whether the samples are centred.
  flag: u32,
}

@group(0) @binding(0) var<uniform> group: Group;
@group(0) @binding(1) var<storage, read_write> samples: array<Feature>;
@group(0) @binding(2) var<storage, read_write> sums: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> means: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> inverse_lengths: array<f32>;

var<workgroup> squares: array<f32, WIDTH>;

fn place(quad: u32, number: u32) -> u32 {
  return (group.first_quad + quad) * group.pitch + group.first + number;
}

@compute @workgroup_size(VECTOR_WIDTH)
fn add_up(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) invocation: u32) {
  let quad = workgroup.x;
  var sum = vec4f(0.0);
  for (var number = invocation; number < group.count; number += VECTOR_WIDTH) {
    sum += feature_value(samples[place(quad, number)]);
  }
  var total = workgroup_vector_sum(sum, invocation);
  if invocation == 0u {
    if group.flag == 1u {
      total += sums[quad];
    }
    sums[quad] = total;
  }
}

@compute @workgroup_size(64)
fn mean(@builtin(global_invocation_id) id: vec3u) {
  if id.x < group.quads {
    means[group.first_mean + id.x] = group.scale * sums[id.x];
  }
}

@compute @workgroup_size(64)
fn centre(@builtin(global_invocation_id) id: vec3u) {
  if id.x < group.count {
    let own = place(id.y, id.x);
    samples[own] = feature_stored(feature_value(samples[own]) - means[group.first_mean + id.y]);
  }
}

@compute @workgroup_size(WIDTH)
fn measure(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) invocation: u32) {
  let number = workgroup.x * ABREAST + invocation % ABREAST;
  var sum = 0.0;
  if number < group.count {
    for (var quad = invocation / ABREAST; quad < group.quads; quad += PARTS) {
      var value = feature_value(samples[place(quad, number)]);
      if group.flag == 0u {
        value -= means[group.first_mean + quad];
      }
      sum += dot(value, value);
    }
  }
  squares[invocation] = sum;
  for (var half = WIDTH / 2u; half >= ABREAST; half /= 2u) {
    workgroupBarrier();
    if invocation < half {
      squares[invocation] += squares[invocation + half];
    }
  }
  if invocation < ABREAST && number < group.count {
    let length = sqrt(squares[invocation]);
    inverse_lengths[group.first_length + number] = select(0.0, 1.0 / length, length > LEAST_LENGTH);
  }
}
