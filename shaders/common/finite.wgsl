// Whether numbers are numbers. By their bits: a compiler may take for granted that no number is infinite or none.

fn are_finite(value: vec4f) -> bool {
  return all((bitcast<vec4u>(value) & vec4u(0x7f800000u)) != vec4u(0x7f800000u));
}
