// Shared by the kernels that reduce: the sum of one value of each of a workgroup's 256 invocations.

const SUM_WIDTH: u32 = 256u;

var<workgroup> summands: array<f32, SUM_WIDTH>;

// Right only in the first invocation. Called in uniform control flow.
fn workgroup_sum(value: f32, invocation: u32) -> f32 {
  workgroupBarrier();
  summands[invocation] = value;
  for (var half = SUM_WIDTH / 2u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if invocation < half {
      summands[invocation] += summands[invocation + half];
    }
  }
  return summands[invocation];
}
