// Shared by Winograd's products: an invocation's tile of two quads by eight places, in named registers. It needs quad.wgsl.

// Of two quads and eight places: windows, or columns of one.
struct TileSums {
  a0: vec4f,
  a1: vec4f,
  a2: vec4f,
  a3: vec4f,
  a4: vec4f,
  a5: vec4f,
  a6: vec4f,
  a7: vec4f,
  b0: vec4f,
  b1: vec4f,
  b2: vec4f,
  b3: vec4f,
  b4: vec4f,
  b5: vec4f,
  b6: vec4f,
  b7: vec4f,
}

// With the products of one source quad: `a` and `b` are the blocks to the two quads.
fn accumulate_tile(
  before: TileSums,
  a: mat4x4f,
  b: mat4x4f,
  v0: vec4f,
  v1: vec4f,
  v2: vec4f,
  v3: vec4f,
  v4: vec4f,
  v5: vec4f,
  v6: vec4f,
  v7: vec4f,
) -> TileSums {
  return TileSums(
    multiply_add(a, v0, before.a0),
    multiply_add(a, v1, before.a1),
    multiply_add(a, v2, before.a2),
    multiply_add(a, v3, before.a3),
    multiply_add(a, v4, before.a4),
    multiply_add(a, v5, before.a5),
    multiply_add(a, v6, before.a6),
    multiply_add(a, v7, before.a7),
    multiply_add(b, v0, before.b0),
    multiply_add(b, v1, before.b1),
    multiply_add(b, v2, before.b2),
    multiply_add(b, v3, before.b3),
    multiply_add(b, v4, before.b4),
    multiply_add(b, v5, before.b5),
    multiply_add(b, v6, before.b6),
    multiply_add(b, v7, before.b7),
  );
}
