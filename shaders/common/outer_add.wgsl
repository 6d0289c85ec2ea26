// Shared by the kernels whose tiles are sums of outer products.

// sum + row column^T, where column i of the matrix holds the products with the i-th number of `column`.
fn outer_add(row: vec4f, column: vec4f, sum: mat4x4f) -> mat4x4f {
  return mat4x4f(
    fma(row, column.xxxx, sum[0]),
    fma(row, column.yyyy, sum[1]),
    fma(row, column.zzzz, sum[2]),
    fma(row, column.wwww, sum[3]),
  );
}
