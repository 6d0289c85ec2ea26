//! Travel poster: sun, peaks and a sailing boat in four flat inks, printed a little askew.

mod scene;

use self::scene::{NAVY, RED, TEAL, YELLOW, inks_at};
use crate::canvas::Canvas;
use crate::noise::{clouds, noise};
use crate::vector::{Vec3, ramp, rgb, vec3};

const WIDTH: usize = 768;
const HEIGHT: usize = 576;

const PAPER: Vec3 = rgb(0xf6ead0);

/// One colour's screen: how it lies askew on the paper, and how it wears.
struct Plate {
    ink: u8,
    colour: Vec3,
    off: (f32, f32),
    turn: f32,
    layer: i32,
}

const PLATES: [Plate; 4] = [
    Plate {
        ink: YELLOW,
        colour: rgb(0xf2b53c),
        off: (-1.3, 0.9),
        turn: 0.0012,
        layer: 600,
    },
    Plate {
        ink: RED,
        colour: rgb(0xe2553f),
        off: (1.5, -0.8),
        turn: -0.0016,
        layer: 610,
    },
    Plate {
        ink: TEAL,
        colour: rgb(0x3f9c98),
        off: (0.7, 1.4),
        turn: 0.0010,
        layer: 620,
    },
    Plate {
        ink: NAVY,
        colour: rgb(0x233457),
        off: (0.0, 0.0),
        turn: 0.0,
        layer: 630,
    },
];

/// Draws the picture.
pub fn draw() -> Canvas {
    Canvas::sampled(WIDTH, HEIGHT, 3, |x, y| {
        let fibre = 0.97
            + 0.04 * noise(x * 0.45, y * 0.45, 640)
            + 0.02 * clouds(x * 0.02, y * 0.02, 3, 641);
        let mut colour = PAPER * fibre;
        for plate in &PLATES {
            // Inks are glazes: what is printed below shows through.
            let glaze = vec3(1.0, 1.0, 1.0).mix(plate.colour, plate.laid(x, y));
            colour = colour * glaze;
        }
        colour
    })
}

impl Plate {
    /// How much ink this screen leaves at a point, from 0 to 1.
    fn laid(&self, x: f32, y: f32) -> f32 {
        let (across, down) = (x - WIDTH as f32 * 0.5, y - HEIGHT as f32 * 0.5);
        // A cut stencil is never quite smooth.
        let rough = |layer| 1.1 * (noise(x * 0.16, y * 0.16, layer) - 0.5);
        let shown_x = x + self.off.0 - down * self.turn + rough(self.layer);
        let shown_y = y + self.off.1 + across * self.turn + rough(self.layer + 1);
        if inks_at(shown_x, shown_y) & self.ink == 0 {
            return 0.0;
        }
        let speck = noise(x * 0.7, y * 0.7, self.layer + 2) * 0.7
            + noise(x * 0.31, y * 0.31, self.layer + 3) * 0.3;
        let dry = clouds(x * 0.010, y * 0.014, 3, self.layer + 4);
        let pinholes = ramp(0.80 - 0.16 * dry, 0.92 - 0.12 * dry, speck);
        let rolled = 0.90 + 0.12 * clouds(x * 0.006, y * 0.05, 3, self.layer + 8);
        rolled.min(1.0) * (1.0 - 0.75 * pinholes)
    }
}
