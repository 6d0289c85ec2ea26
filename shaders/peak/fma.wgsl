// What the adapter can do at most: multiply-adds in registers, nothing else. The yardstick of the bench.
//
// Each invocation keeps eight independent vec4 sums busy, enough to hide the latency of the units, for ROUNDS rounds of
// 32 multiply-adds. The result is stored so that no compiler can leave the work out.
//
// Layout:
//   sums  [workgroups * 64] vec4

const ROUNDS: u32 = 256u;

@group(0) @binding(0) var<storage, read_write> sums: array<vec4f>;

@compute @workgroup_size(64)
fn multiply_add_rounds(@builtin(global_invocation_id) id: vec3u) {
  let factor = vec4f(0.999, 0.998, 0.997, 0.996);
  let start = sums[id.x];
  var a = start;
  var b = start + 1.0;
  var c = start + 2.0;
  var d = start + 3.0;
  var e = start + 4.0;
  var f = start + 5.0;
  var g = start + 6.0;
  var h = start + 7.0;
  for (var round = 0u; round < ROUNDS; round++) {
    a = fma(a, factor, start);
    b = fma(b, factor, start);
    c = fma(c, factor, start);
    d = fma(d, factor, start);
    e = fma(e, factor, start);
    f = fma(f, factor, start);
    g = fma(g, factor, start);
    h = fma(h, factor, start);
  }
  sums[id.x] = a + b + c + d + e + f + g + h;
}
