// What is shown of a painting: as much of it as wanted, in its own colours or the content's.
//
//   mixed = content + strength (painted - content)
//   shown = mixed, or content + Y(mixed) - Y(content) in each of red, green and blue
//
// The latter has the brightness Y of the one and the chrominance of the other: in YIQ (and YUV) a change of Y alone is
// the same change of red, green and blue. Y = 0.299 R + 0.587 G + 0.114 B (Rec. 601), of the values as they are stored.
//
// Layouts:
//   painted, content, shown  [height][width] vec4, red, green and blue in [0, 1]
//
// Tiling: one pixel an invocation; bound by memory.

struct Settings {
  strength: f32,
  content_colours: u32,
  length: u32,
  // Invocations of a row of workgroups.
  pitch: u32,
}

@group(0) @binding(0) var<uniform> settings: Settings;
@group(0) @binding(1) var<storage, read> painted: array<vec4f>;
@group(0) @binding(2) var<storage, read> content: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> shown: array<vec4f>;

const LUMA: vec3f = vec3f(0.299, 0.587, 0.114);

@compute @workgroup_size(64)
fn mix_pictures(@builtin(global_invocation_id) id: vec3u) {
  let place = id.y * settings.pitch + id.x;
  if place >= settings.length {
    return;
  }
  let before = content[place].rgb;
  var colour = mix(before, painted[place].rgb, settings.strength);
  if settings.content_colours == 1u {
    colour = before + dot(LUMA, colour - before);
  }
  shown[place] = vec4f(saturate(colour), 0.0);
}
