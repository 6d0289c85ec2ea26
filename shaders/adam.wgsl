// One step of Adam (Kingma and Ba 2015, the 'epsilon hat' form at the end of section 2, as Keras has it) on the
// picture, then clipping to [0, 1].
//
//   m = beta1 m + (1 - beta1) g        v = beta2 v + (1 - beta2) g^2
//   x = clip(x - fall(t) * learning_rate * sqrt(1 - beta2^t) / (1 - beta1^t) * m / (sqrt(v) + epsilon))
//
// where fall is one, or goes by half a cosine to LEAST_FALL over the steps at this size (Loshchilov and Hutter 2016,
// "SGDR", equation 5, without restarts): long steps find the strokes, short ones settle what long ones throw about.
//
// `turn` leaves the step itself, what is added to x, in the gradient's place: for a pyramid's levels, whose steps are brought
// to the picture together.
//
// `update` also sums g^2 for the gradient's norm. The steps done so far are counted on the GPU, so that every step is the
// same list of commands and nothing is written to the GPU between steps.
//
// Layouts:
//   progress  one u32: steps done before this one, so that t = progress + 1
//   gradient  [height][width] vec4: red, green, blue, and an unused fourth that stays 0
//   picture   [height][width] vec4; for `turn` the gradient, afterwards the step
//   moments   [height][width][2] vec4: m, v
//   sums      one f32 a workgroup, from `first_sum` on

struct Settings {
  pixels: u32,
  first_sum: u32,
  learning_rate: f32,
  beta1: f32,
  beta2: f32,
  log_beta1: f32,
  log_beta2: f32,
  epsilon: f32,
  // Steps done at smaller sizes, from which the moments come.
  steps_before: u32,
  // Steps at this size over which the learning rate falls; zero if it does not.
  falling_steps: u32,
}

// The part of the learning rate that is left in the end.
const LEAST_FALL = 0.1;
const PI = 3.14159265;

@group(0) @binding(0) var<uniform> settings: Settings;
@group(0) @binding(1) var<storage, read> progress: u32;
@group(0) @binding(2) var<storage, read> gradient: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> picture: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> moments: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> sums: array<f32>;

// 1 - e^x for x <= 0. By its series where x is small: 1 - beta^t would keep only four digits in the first steps.
fn one_minus_exp(x: f32) -> f32 {
  if x > -0.1 {
    return -x * (1.0 + x / 2.0 * (1.0 + x / 3.0 * (1.0 + x / 4.0 * (1.0 + x / 5.0))));
  }
  return 1.0 - exp(x);
}

fn fall() -> f32 {
  if settings.falling_steps == 0u {
    return 1.0;
  }
  let way = f32(min(progress, settings.falling_steps)) / f32(settings.falling_steps);
  return LEAST_FALL + (1.0 - LEAST_FALL) * 0.5 * (1.0 + cos(PI * way));
}

fn rate() -> f32 {
  let time = f32(settings.steps_before + progress + 1u);
  return fall() * settings.learning_rate * sqrt(one_minus_exp(time * settings.log_beta2))
    / one_minus_exp(time * settings.log_beta1);
}

// How far a pixel goes down its slope; where that is no number the pixel stays, with all that is known of it, so that the
// picture from before is left when the losses are found to be none.
fn way(place: u32, slope: vec4f, rate: f32) -> vec4f {
  let mean = mix(slope, moments[2u * place], settings.beta1);
  let variance = mix(slope * slope, moments[2u * place + 1u], settings.beta2);
  if !are_finite(mean) || !are_finite(variance) {
    return vec4f(0.0);
  }
  moments[2u * place] = mean;
  moments[2u * place + 1u] = variance;
  return rate * mean / (sqrt(variance) + settings.epsilon);
}

@compute @workgroup_size(SUM_WIDTH)
fn turn(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) workgroups: vec3u) {
  let rate = rate();
  for (var place = id.x; place < settings.pixels; place += workgroups.x * SUM_WIDTH) {
    picture[place] = -way(place, picture[place], rate);
  }
}

@compute @workgroup_size(SUM_WIDTH)
fn update(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) invocation: u32,
) {
  let rate = rate();
  var sum = 0.0;
  for (var place = id.x; place < settings.pixels; place += workgroups.x * SUM_WIDTH) {
    let slope = gradient[place];
    sum += dot(slope.rgb, slope.rgb);
    picture[place] = saturate(picture[place] - way(place, slope, rate));
  }
  let total = workgroup_sum(sum, invocation);
  if invocation == 0u {
    sums[settings.first_sum + workgroup.x] = total;
  }
}
