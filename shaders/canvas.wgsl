// Draws the picture on a canvas of its size: one triangle that covers it all, one fragment a pixel. A large picture lies in
// bands of rows: of each its own rows are drawn, which a scissor sees to.
//
// Layouts:
//   picture  [height][width] vec4 from row `first` on: red, green, blue in [0, 1], sRGB values as they are shown

struct Band {
  width: u32,
  first: u32,
}

@group(0) @binding(0) var<storage, read> picture: array<vec4f>;
@group(0) @binding(1) var<uniform> band: Band;

@vertex
fn cover(@builtin(vertex_index) vertex: u32) -> @builtin(position) vec4f {
  let corner = vec2f(f32(vertex % 2u), f32(vertex / 2u));
  return vec4f(corner * 4.0 - 1.0, 0.0, 1.0);
}

@fragment
fn show(@builtin(position) position: vec4f) -> @location(0) vec4f {
  let pixel = vec2u(position.xy);
  return vec4f(picture[(pixel.y - band.first) * band.width + pixel.x].rgb, 1.0);
}
