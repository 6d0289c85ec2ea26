// What the adapter's memory can do at most: a copy. The bench's other yardstick.
//
// Layouts:
//   source, destination  [workgroups * 64] vec4; an invocation copies one

@group(0) @binding(0) var<storage, read> source: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> destination: array<vec4f>;

@compute @workgroup_size(64)
fn copy(@builtin(global_invocation_id) id: vec3u) {
  destination[id.x] = source[id.x];
}
