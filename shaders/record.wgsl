// Closes a step: adds up the partial sums of every quantity, writes them to the step's record and counts the step.
//
//   record[progress mod capacity][q] = scale[q] * sum of sums[first[q] .. first[q] + count[q]]
//
// Layouts:
//   quantities  [QUANTITIES] of first, count and scale
//   sums        the partial sums of the other kernels
//   records     [capacity][QUANTITIES + 1] f32: a ring; the last column is the number of the step, from 1
//   progress    one u32: steps done, one more after this kernel
//
// One workgroup for all: there are a few thousand numbers at most, and a single one can count the step last.

struct Quantity {
  first: u32,
  count: u32,
  scale: f32,
}

@group(0) @binding(0) var<storage, read> quantities: array<Quantity>;
@group(0) @binding(1) var<storage, read> sums: array<f32>;
@group(0) @binding(2) var<storage, read_write> records: array<f32>;
@group(0) @binding(3) var<storage, read_write> progress: u32;

override CAPACITY: u32 = 64u;

@compute @workgroup_size(SUM_WIDTH)
fn close_step(@builtin(local_invocation_index) invocation: u32) {
  let columns = arrayLength(&quantities) + 1u;
  let row = (progress % CAPACITY) * columns;
  for (var q = 0u; q + 1u < columns; q++) {
    let quantity = quantities[q];
    var sum = 0.0;
    for (var place = invocation; place < quantity.count; place += SUM_WIDTH) {
      sum += sums[quantity.first + place];
    }
    let total = workgroup_sum(sum, invocation);
    if invocation == 0u {
      records[row + q] = quantity.scale * total;
    }
  }
  if invocation == 0u {
    records[row + columns - 1u] = f32(progress + 1u);
    progress += 1u;
  }
}
