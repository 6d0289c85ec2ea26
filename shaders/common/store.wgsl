// How four channels of one position lie in memory. Kernels compute with vec4f whatever the storage: what is halved is
// memory and its traffic, not the arithmetic, because Winograd's F(4x4, 3x3) in f32 saves more multiplications than f16
// arithmetic with F(2x2, 3x3), which is all that its range allows, would gain where f16 has twice the rate.
//
// The kernels' modules put in front what a binding holds, such as `alias Source = vec2u` with `source_value` for it, and for
// those that read one channel alone `source_part`, which part of it has that channel, and `source_number` for the part.

fn decode_single(stored: vec4f) -> vec4f {
  return stored;
}

fn part_single(channel: u32) -> u32 {
  return channel;
}

fn number_single(part: f32, channel: u32) -> f32 {
  return part;
}

fn encode_single(value: vec4f) -> vec4f {
  return value;
}

// Half floats, for feature maps and filters: 11 bits of precision up to 65504, where they saturate.
fn decode_half(stored: vec2u) -> vec4f {
  return vec4f(unpack2x16float(stored.x), unpack2x16float(stored.y));
}

fn part_half(channel: u32) -> u32 {
  return channel / 2u;
}

fn number_half(part: u32, channel: u32) -> f32 {
  return unpack2x16float(part)[channel % 2u];
}

fn encode_half(value: vec4f) -> vec2u {
  let inside = clamp(value, vec4f(-65504.0), vec4f(65504.0));
  return vec2u(pack2x16float(inside.xy), pack2x16float(inside.zw));
}

// The upper halves of floats (bfloat16), for gradients: 8 bits of precision with the whole range of f32. A gradient's
// size goes with the weights of the losses and falls by powers of ten in a run; here nothing has to be scaled.
fn decode_upper(stored: vec2u) -> vec4f {
  return bitcast<vec4f>(vec4u(stored.x << 16u, stored.x & 0xffff0000u, stored.y << 16u, stored.y & 0xffff0000u));
}

fn part_upper(channel: u32) -> u32 {
  return channel / 2u;
}

fn number_upper(part: u32, channel: u32) -> f32 {
  return bitcast<f32>(select(part << 16u, part & 0xffff0000u, channel % 2u == 1u));
}

fn encode_upper(value: vec4f) -> vec2u {
  let rounded = bitcast<vec4u>(value) + vec4u(0x8000u);
  return vec2u((rounded.x >> 16u) | (rounded.y & 0xffff0000u), (rounded.z >> 16u) | (rounded.w & 0xffff0000u));
}
