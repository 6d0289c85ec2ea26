// Shared by the kernels that work on quads: four neighbouring channels of a feature map in one vec4.

// sum + block * value, where column i of the block holds what input channel i gives to four output channels.
// Written out with fma because a matrix product followed by a sum costs five operations where four do.
fn multiply_add(block: mat4x4f, value: vec4f, sum: vec4f) -> vec4f {
  return fma(block[3], value.wwww, fma(block[2], value.zzzz, fma(block[1], value.yyyy, fma(block[0], value.xxxx, sum))));
}

// A ReLU's mask has one word for a strip of 8 rows of a quad: bit 4 * row + channel says that the value is positive.
// This gives one row's bits in their place.
fn positive_bits(value: vec4f, row: u32) -> u32 {
  return dot(select(vec4u(0u), vec4u(1u, 2u, 4u, 8u), value > vec4f(0.0)), vec4u(1u)) << (4u * row);
}

// The value where the mask's word has its bit for that row and channel, else zero.
fn masked(value: vec4f, word: u32, row: u32) -> vec4f {
  let bits = vec4u(word >> (4u * row)) & vec4u(1u, 2u, 4u, 8u);
  return select(vec4f(0.0), value, bits != vec4u(0u));
}

// Where the mask of a map of that shape keeps the word for column x of a strip.
fn mask_place(quad: u32, strip: u32, x: u32, height: u32, width: u32) -> u32 {
  return (quad * ((height + 7u) / 8u) + strip) * width + x;
}
