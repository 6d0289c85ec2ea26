// Rectangles of feature maps.

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

// Where a map lies in a larger one of a single channel.
struct Place {
  pitch: u32,
  x: u32,
  y: u32,
  padding: u32,
}

fn place_in(place: Place, x: u32, y: u32) -> u32 {
  return (place.y + y) * place.pitch + place.x + x;
}
