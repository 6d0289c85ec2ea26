// How many values of the picture lie at the limits of colour, and the last picture of which not too many did.
//
//   count    sums: the number of values that are 0 or 1, of red, green and blue
//   keep     kept[p] = picture[p] in 8 bits a value, if the sums add up to at most `most` and always have
//   restore  picture[p] = kept[p] / 255
//
// A step that is far too long throws every value from one limit to the other; what was painted before can then be had back.
//
// Layouts:
//   picture  [height][width] vec4: red, green, blue in [0, 1], and an unused fourth
//   sums     f32; `count` writes one a workgroup, from `first_sum` on, and `keep` reads `all_sums` from `first_of_all` on
//   kept     [height][width] u32: red, green, blue and the fourth, from the lowest byte on; and one u32 that is not zero once
//            the sums were too many
//
// Tiling: a fixed number of workgroups stride over the pixels; bound by memory. Each workgroup of `keep` adds the same few
// hundred sums up for itself, which spares a dispatch.

struct Settings {
  pixels: u32,
  first_sum: u32,
  first_of_all: u32,
  all_sums: u32,
  most: f32,
}

@group(0) @binding(0) var<uniform> settings: Settings;
@group(0) @binding(1) var<storage, read_write> picture: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> sums: array<f32>;
@group(0) @binding(3) var<storage, read_write> kept: array<u32>;

@compute @workgroup_size(SUM_WIDTH)
fn count(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) invocation: u32,
) {
  var sum = 0.0;
  for (var place = id.x; place < settings.pixels; place += workgroups.x * SUM_WIDTH) {
    let colour = picture[place].rgb;
    sum += dot(select(vec3f(0.0), vec3f(1.0), (colour <= vec3f(0.0)) | (colour >= vec3f(1.0))), vec3f(1.0));
  }
  let total = workgroup_sum(sum, invocation);
  if invocation == 0u {
    sums[settings.first_sum + workgroup.x] = total;
  }
}

@compute @workgroup_size(SUM_WIDTH)
fn keep(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) invocation: u32,
) {
  var sum = 0.0;
  for (var place = invocation; place < settings.all_sums; place += SUM_WIDTH) {
    sum += sums[settings.first_of_all + place];
  }
  workgroup_sum(sum, invocation);
  workgroupBarrier();
  if summands[0] > settings.most {
    // All workgroups write the same, and none has to read it.
    kept[settings.pixels] = 1u;
    return;
  }
  if kept[settings.pixels] != 0u {
    return;
  }
  for (var place = id.x; place < settings.pixels; place += workgroups.x * SUM_WIDTH) {
    kept[place] = pack4x8unorm(picture[place]);
  }
}

@compute @workgroup_size(SUM_WIDTH)
fn restore(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) workgroups: vec3u) {
  for (var place = id.x; place < settings.pixels; place += workgroups.x * SUM_WIDTH) {
    picture[place] = unpack4x8unorm(kept[place]);
  }
}
