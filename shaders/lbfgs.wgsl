// One step of L-BFGS (Liu and Nocedal 1989, algorithm 2.1 with the two loops of Nocedal 1980) of a fixed length, as the
// tools of the style transfer papers use it (torch.optim.LBFGS without a line search).
//
//   y = g - g_before, s = x - x_before, kept as a pair if y . s > 1e-10; rho = 1 / (y . s), gamma = y . s / y . y
//   q = -g;        from the newest pair to the oldest:  alpha = rho (s . q),  q = q - alpha y
//   d = gamma q;   from the oldest pair to the newest:  beta = rho (y . d),   d = d + (alpha - beta) s
//   x = x + rate d, where the first step has min(1, 1 / |g|_1) of the rate, because nothing is known of the curvature; as
//   long as no pair was kept, because the loss curves downwards, each step has twice that of the one before
//
// Everything stays on the GPU: the pairs lie in two rings, and how many there are and where the newest is, is part of
// the state. A step is the same list of dispatches always: those for pairs that are not there yet return at once.
//
// Layouts, where a vector has one vec4 a pixel, with an unused fourth that stays 0:
//   state      as below; the pairs' rho by their place in the rings
//   gradient, picture, direction, before   vectors: g, x, q and d, g_before
//   steps, changes   [history][pixels of the band]: the rings of s and of y
//   partials   [2][3][workgroups] f32: partial sums, read from one half and written to the other
//   alphas     [history] f32, by place in the rings
//   sums       one f32 a workgroup, from `first_sum` on: of g^2
//
// Tiling: a fixed number of workgroups stride over the vectors, so every workgroup can add up all partial sums of the
// dispatch before by itself. Each dispatch makes the next pair's dot product from what it has just written: one pass over
// the vectors a pair and loop. Rings that are larger than a buffer may be are cut into bands of pixels, and each dispatch
// into one a band, which has its share of the workgroups and of the partial sums.

struct Settings {
  // Of the band.
  first_pixel: u32,
  pixels: u32,
  first_workgroup: u32,
  band_workgroups: u32,
  // Of all bands.
  workgroups: u32,
  history: u32,
  first_sum: u32,
  rate: f32,
  // The number of the pair, in the order of the loop.
  number: u32,
}

struct State {
  steps: u32,
  pairs: u32,
  // The place of the next pair in the rings.
  next: u32,
  gamma: f32,
  rate: f32,
  rho: array<f32>,
}

@group(0) @binding(0) var<uniform> settings: Settings;
@group(0) @binding(1) var<storage, read> state: State;
@group(0) @binding(2) var<storage, read_write> new_state: State;
@group(0) @binding(3) var<storage, read> gradient: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> picture: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> direction: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> before: array<vec4f>;
@group(0) @binding(7) var<storage, read_write> steps: array<vec4f>;
@group(0) @binding(8) var<storage, read_write> changes: array<vec4f>;
@group(0) @binding(9) var<storage, read_write> partials: array<f32>;
@group(0) @binding(10) var<storage, read_write> alphas: array<f32>;
@group(0) @binding(11) var<storage, read_write> sums: array<f32>;

// The sum of one row of a half of the partial sums, in every invocation. Called in uniform control flow.
fn total(half: u32, row: u32, invocation: u32) -> f32 {
  var sum = 0.0;
  for (var place = invocation; place < settings.workgroups; place += SUM_WIDTH) {
    sum += partials[(half * 3u + row) * settings.workgroups + place];
  }
  workgroup_sum(sum, invocation);
  workgroupBarrier();
  return summands[0];
}

fn leave(half: u32, row: u32, workgroup: u32, value: f32, invocation: u32) {
  let sum = workgroup_sum(value, invocation);
  if invocation == 0u {
    partials[(half * 3u + row) * settings.workgroups + settings.first_workgroup + workgroup] = sum;
  }
}

// The newest pair with the gradient's change, and q.
@compute @workgroup_size(SUM_WIDTH)
fn begin(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(local_invocation_index) invocation: u32,
) {
  let ring = state.next * settings.pixels;
  var curvature = 0.0;
  var square = 0.0;
  var absolute = 0.0;
  var slope = 0.0;
  for (var place = id.x; place < settings.pixels; place += settings.band_workgroups * SUM_WIDTH) {
    let pixel = settings.first_pixel + place;
    let g = vec4f(gradient[pixel].rgb, 0.0);
    let y = g - before[pixel];
    changes[ring + place] = y;
    before[pixel] = g;
    direction[pixel] = -g;
    curvature += dot(y, steps[ring + place]);
    square += dot(y, y);
    absolute += dot(abs(g), vec4f(1.0));
    slope += dot(g, g);
  }
  leave(0u, 0u, workgroup.x, curvature, invocation);
  leave(0u, 1u, workgroup.x, square, invocation);
  leave(0u, 2u, workgroup.x, absolute, invocation);
  let sum = workgroup_sum(slope, invocation);
  if invocation == 0u {
    sums[settings.first_sum + settings.first_workgroup + workgroup.x] = sum;
  }
}

// Keeps the pair if its curvature is positive, and chooses the length of the step.
@compute @workgroup_size(SUM_WIDTH)
fn accept(@builtin(local_invocation_index) invocation: u32) {
  let curvature = total(0u, 0u, invocation);
  let square = total(0u, 1u, invocation);
  let absolute = total(0u, 2u, invocation);
  if invocation != 0u {
    return;
  }
  if new_state.steps > 0u && curvature > 1e-10 {
    new_state.rho[new_state.next] = 1.0 / curvature;
    new_state.gamma = curvature / square;
    new_state.next = (new_state.next + 1u) % settings.history;
    new_state.pairs = min(new_state.pairs + 1u, settings.history);
  }
  new_state.rate = settings.rate;
  if new_state.pairs == 0u {
    // A step as long as the gradient would throw the picture anywhere.
    new_state.rate *= min(1.0, exp2(f32(new_state.steps)) / absolute);
    new_state.gamma = 1.0;
  }
  // One pixel's slope that is no number belongs to the step of all: the picture from before is left when the losses are
  // found to be none. Neither min nor a comparison says so of itself.
  if !are_finite(vec4f(curvature, square, absolute, 0.0)) {
    new_state.rate = 0.0;
  }
  new_state.steps += 1u;
}

// The place in the rings of the pair that many before the newest.
fn newest(number: u32) -> u32 {
  return (state.next + 2u * settings.history - 1u - number) % settings.history;
}

// The first loop: subtracts the pair before, and makes the dot product for this one.
@compute @workgroup_size(SUM_WIDTH)
fn descend(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(local_invocation_index) invocation: u32,
) {
  let number = settings.number;
  if number > state.pairs {
    return;
  }
  let pair = newest(number) * settings.pixels;
  var last = 0u;
  var alpha = 0.0;
  if number > 0u {
    let place = newest(number - 1u);
    last = place * settings.pixels;
    alpha = state.rho[place] * total((number + 1u) % 2u, 0u, invocation);
    if id.x == 0u {
      alphas[place] = alpha;
    }
  }
  var sum = 0.0;
  for (var place = id.x; place < settings.pixels; place += settings.band_workgroups * SUM_WIDTH) {
    let pixel = settings.first_pixel + place;
    var q = direction[pixel];
    if number > 0u {
      q -= alpha * changes[last + place];
      direction[pixel] = q;
    }
    if number < state.pairs {
      sum += dot(q, steps[pair + place]);
    }
  }
  leave(number % 2u, 0u, workgroup.x, sum, invocation);
}

// The second loop: adds the pair before, and makes the dot product for this one.
@compute @workgroup_size(SUM_WIDTH)
fn ascend(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(local_invocation_index) invocation: u32,
) {
  let number = settings.number;
  if number > state.pairs {
    return;
  }
  // Unsigned wrap-around after the last pair; it is not read then.
  let pair = newest((state.pairs + settings.history - 1u - number) % settings.history) * settings.pixels;
  var last = 0u;
  var weight = 0.0;
  if number > 0u {
    let place = newest(state.pairs - number);
    last = place * settings.pixels;
    weight = alphas[place] - state.rho[place] * total((number + 1u) % 2u, 0u, invocation);
  }
  var sum = 0.0;
  for (var place = id.x; place < settings.pixels; place += settings.band_workgroups * SUM_WIDTH) {
    let pixel = settings.first_pixel + place;
    var d = direction[pixel];
    if number == 0u {
      d *= state.gamma;
    } else {
      d += weight * steps[last + place];
    }
    direction[pixel] = d;
    if number < state.pairs {
      sum += dot(d, changes[pair + place]);
    }
  }
  leave(number % 2u, 0u, workgroup.x, sum, invocation);
}

// Moves the picture, and keeps the step for the next pair.
@compute @workgroup_size(SUM_WIDTH)
fn advance(@builtin(global_invocation_id) id: vec3u) {
  let ring = state.next * settings.pixels;
  for (var place = id.x; place < settings.pixels; place += settings.band_workgroups * SUM_WIDTH) {
    let pixel = settings.first_pixel + place;
    let s = state.rate * direction[pixel];
    steps[ring + place] = s;
    // No times makes a number of what is none.
    if are_finite(s) {
      picture[pixel] += s;
    }
  }
}
