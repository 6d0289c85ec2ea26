// A rectangle of a feature map.

struct Region {
  x: u32,
  y: u32,
  width: u32,
  height: u32,
}

// Unsigned wrap-around puts what lies left of or above the rectangle outside, like what lies past its end.
fn contains(region: Region, x: u32, y: u32) -> bool {
  return x - region.x < region.width && y - region.y < region.height;
}
