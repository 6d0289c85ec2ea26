//! Pictures larger than one buffer may be: bands of whole rows, each in a buffer of its own.

use super::feature_map::Shape;

/// Bytes of a pixel of Adam's two moments, the most that is kept of one. All that is kept of a picture's pixels is cut
/// alike, so that what looks at single pixels meets the same ones in every buffer.
const PIXEL: u64 = 32;

/// Rows of a picture that lie together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Band {
    /// The picture's first row of them.
    pub first: u32,
    /// The band as a picture of its own.
    pub shape: Shape,
}

/// How a picture is cut into bands of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bands {
    picture: Shape,
    /// Of every band but the last, which may have fewer.
    rows: u32,
}

impl Bands {
    /// As few as buffers of so many bytes allow.
    pub fn new(picture: Shape, buffer: u64) -> Self {
        let most = (buffer / PIXEL / u64::from(picture.width.max(1))).max(1);
        let count = u64::from(picture.height).div_ceil(most).max(1) as u32;
        Self {
            picture,
            rows: picture.height.div_ceil(count),
        }
    }

    /// A single one.
    pub fn whole(picture: Shape) -> Self {
        Self {
            picture,
            rows: picture.height,
        }
    }

    /// The picture's shape.
    pub fn picture(&self) -> Shape {
        self.picture
    }

    /// Whether there is one.
    pub fn is_whole(&self) -> bool {
        self.rows >= self.picture.height
    }

    /// Each band, from the top.
    pub fn iter(&self) -> impl Iterator<Item = Band> {
        let Self { picture, rows } = *self;
        (0..picture.height)
            .step_by(rows.max(1) as usize)
            .map(move |first| Band {
                first,
                shape: Shape {
                    height: rows.min(picture.height - first),
                    ..picture
                },
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn bands_are_all_rows_and_fit_their_buffers(
            width in 0_u32..50,
            height in 0_u32..500,
            rows in 1_u64..600,
        ) {
            let buffer = rows * u64::from(width) * PIXEL;
            let bands = Bands::new(Shape::new(width, height, 3), buffer);
            let mut end = 0;
            for band in bands.iter() {
                proptest::prop_assert_eq!(band.first, end);
                proptest::prop_assert!(u64::from(band.shape.positions()) * PIXEL <= buffer);
                proptest::prop_assert_eq!(band.shape.width, width);
                end += band.shape.height;
            }
            proptest::prop_assert_eq!(end, height);
            proptest::prop_assert_eq!(bands.is_whole(), bands.iter().count() <= 1);
            let fewest = u64::from(height).div_ceil(rows);
            proptest::prop_assert!(width == 0 || bands.iter().count() as u64 <= fewest);
        }
    }
}
