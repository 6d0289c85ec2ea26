// What passes between the levels of a pyramid whose levels Adam moves.
//
//   reduce:  coarse[i] = sum over j of w(j, i) * fine[j]       the gradient of the coarser level: U^T
//                                                              (+ what is there, where `accumulate` is 1)
//   expand:  fine[j] += sum over i of w(j, i) * coarse[i]      the picture's part of the coarser level: U
//
// where U is linear interpolation between pixel centres, w(j, i) = max(0, 1 - |place(j) - i|) along each side with
// place(j) = clamp((j + 1/2) * coarse length / fine length - 1/2, 0, coarse length - 1).
//
// The picture is the sum of a Laplacian pyramid's levels (Burt and Adelson 1983), each brought up to its size. Since that is
// linear, the levels themselves need not be kept: moving each by Adam moves the picture by the sum of their steps. Each level
// has half the sides of the one below, rounded down.
//
// Either level may be one of the bands of rows in which a large one lies: of it the rows from `first` on are there, and count
// alone.
//
// Layouts: both levels [height][width] vec4.
//
// Tiling: one vec4 of the result an invocation; bound by memory.

struct Levels {
  // Of the whole levels.
  fine_width: u32,
  fine_height: u32,
  width: u32,
  height: u32,
  // Of the bands that are there.
  fine_first: u32,
  fine_rows: u32,
  first: u32,
  rows: u32,
  accumulate: u32,
}

@group(0) @binding(0) var<uniform> levels: Levels;
@group(0) @binding(1) var<storage, read_write> coarse: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> fine: array<vec4f>;

// Where a position of the finer level lies in the coarser one.
fn place(position: u32, fine_length: u32, length: u32) -> f32 {
  let between = (f32(position) + 0.5) * f32(length) / f32(fine_length) - 0.5;
  return clamp(between, 0.0, f32(length - 1u));
}

fn weight(position: u32, coarse_position: u32, fine_length: u32, length: u32) -> f32 {
  return max(0.0, 1.0 - abs(place(position, fine_length, length) - f32(coarse_position)));
}

// The finer level's positions, from the first to before the last, of which a coarser one is a part: at the ends all that lie
// beyond are too, and between them sides may be a little more than twice as long.
fn reached(position: u32, fine_length: u32) -> vec2u {
  let first = max(2u * position, 2u) - 2u;
  return vec2u(first, min(2u * position + 6u, fine_length));
}

@compute @workgroup_size(64)
fn reduce(@builtin(global_invocation_id) id: vec3u) {
  if id.x >= levels.width {
    return;
  }
  let columns = reached(id.x, levels.fine_width);
  let all_rows = reached(levels.first + id.y, levels.fine_height);
  let rows = clamp(all_rows, vec2u(levels.fine_first), vec2u(levels.fine_first + levels.fine_rows));
  var sum = vec4f(0.0);
  for (var row = rows.x; row < rows.y; row++) {
    let down = weight(row, levels.first + id.y, levels.fine_height, levels.height);
    for (var column = columns.x; column < columns.y; column++) {
      let across = weight(column, id.x, levels.fine_width, levels.width);
      sum += down * across * fine[(row - levels.fine_first) * levels.fine_width + column];
    }
  }
  let to = id.y * levels.width + id.x;
  if levels.accumulate == 1u {
    sum += coarse[to];
  }
  coarse[to] = sum;
}

fn tap(x: u32, y: u32) -> vec4f {
  // Rows before the band's first wrap around.
  let row = min(y, levels.height - 1u) - levels.first;
  if row >= levels.rows {
    return vec4f(0.0);
  }
  return coarse[row * levels.width + min(x, levels.width - 1u)];
}

@compute @workgroup_size(64)
fn expand(@builtin(global_invocation_id) id: vec3u) {
  if id.x >= levels.fine_width {
    return;
  }
  let across = place(id.x, levels.fine_width, levels.width);
  let down = place(levels.fine_first + id.y, levels.fine_height, levels.height);
  let corner = vec2u(vec2f(across, down));
  let part = vec2f(across, down) - vec2f(corner);
  let value = mix(
    mix(tap(corner.x, corner.y), tap(corner.x + 1u, corner.y), part.x),
    mix(tap(corner.x, corner.y + 1u), tap(corner.x + 1u, corner.y + 1u), part.x),
    part.y,
  );
  fine[id.y * levels.fine_width + id.x] += value;
}
