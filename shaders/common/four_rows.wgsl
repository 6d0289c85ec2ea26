// Shared by the kernels that end Winograd's F(4, 3) along the rows: a strip's upper or lower four rows of a column, as a
// matrix's columns.

// From the six entries of a column (Lavin and Gray 2015, section 4.3): A^T m, where A^T's rows are (1, 1, 1, 1, 1, 0),
// (0, 1, -1, 2, -2, 0), (0, 1, 1, 4, 4, 0), (0, 1, -1, 8, -8, 1).
fn four_rows(m0: vec4f, m1: vec4f, m2: vec4f, m3: vec4f, m4: vec4f, m5: vec4f) -> mat4x4f {
  let inner = m1 - m2;
  let outer = m3 - m4;
  return mat4x4f(
    m0 + m1 + m2 + m3 + m4,
    inner + 2.0 * outer,
    m1 + m2 + 4.0 * (m3 + m4),
    inner + 8.0 * outer + m5,
  );
}

fn rectified(rows: mat4x4f, offset: vec4f) -> mat4x4f {
  let zero = vec4f(0.0);
  return mat4x4f(
    max(rows[0] + offset, zero),
    max(rows[1] + offset, zero),
    max(rows[2] + offset, zero),
    max(rows[3] + offset, zero),
  );
}

// The mask's bits of rows `first` to `first + 3` of the strip.
fn positive_rows(rows: mat4x4f, first: u32) -> u32 {
  return positive_bits(rows[0], first) | positive_bits(rows[1], first + 1u)
    | positive_bits(rows[2], first + 2u) | positive_bits(rows[3], first + 3u);
}

fn masked_rows(rows: mat4x4f, word: u32, first: u32) -> mat4x4f {
  return mat4x4f(
    masked(rows[0], word, first),
    masked(rows[1], word, first + 1u),
    masked(rows[2], word, first + 2u),
    masked(rows[3], word, first + 3u),
  );
}
