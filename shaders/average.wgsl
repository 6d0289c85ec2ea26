// The mean of the pictures so far, each weighted less the older it is, corrected for its start (as Adam's moments are).
//
//   a_t = d a_{t-1} + (1 - d) x_t from a_0 = 0, divided by 1 - d^t, which is
//   mean_t = mean_{t-1} + (1 - d) / (1 - d^t) (x_t - mean_{t-1})
//
// Layouts:
//   progress  one u32: steps done before this one, so that t = progress + 1
//   picture   [height][width] vec4: x
//   mean      [height][width] vec4
//
// Tiling: one pixel an invocation; bound by memory.

struct Settings {
  decay: f32,
  log_decay: f32,
  length: u32,
  // Invocations of a row of workgroups.
  pitch: u32,
}

@group(0) @binding(0) var<uniform> settings: Settings;
@group(0) @binding(1) var<storage, read> progress: u32;
@group(0) @binding(2) var<storage, read> picture: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> mean: array<vec4f>;

@compute @workgroup_size(64)
fn add(@builtin(global_invocation_id) id: vec3u) {
  let place = id.y * settings.pitch + id.x;
  if place < settings.length {
    let time = f32(progress + 1u);
    let share = (1.0 - settings.decay) / (1.0 - exp(time * settings.log_decay));
    // The first one is the picture itself, whatever stood there: a share of one would not make it so, since a GPU may add the
    // difference from what stood there.
    mean[place] = select(mix(mean[place], picture[place], share), picture[place], progress == 0u);
  }
}
