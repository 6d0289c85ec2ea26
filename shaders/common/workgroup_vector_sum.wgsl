// Shared by the kernels that reduce vectors: the sum of one of each of a workgroup's 256 invocations.

const VECTOR_WIDTH: u32 = 256u;

var<workgroup> vector_summands: array<vec4f, VECTOR_WIDTH>;

// Right only in the first invocation. Called once, in uniform control flow.
fn workgroup_vector_sum(value: vec4f, invocation: u32) -> vec4f {
  vector_summands[invocation] = value;
  for (var half = VECTOR_WIDTH / 2u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if invocation < half {
      vector_summands[invocation] += vector_summands[invocation + half];
    }
  }
  return vector_summands[invocation];
}
