//! How far two results are apart.

use image::RgbaImage;

/// Pixels along the border that are not compared: libraries disagree about what lies outside.
pub const MARGIN: u32 = 32;
/// Results that are further apart than this on average, in levels, are not of the same work. Libraries that cut fractions
/// off, once in each direction, come to more than 1.
pub const MOST_MEAN: f64 = 1.5;
/// The same for the sample that is furthest off. Libraries that round between the directions come to 9 at hard edges.
pub const MOST: u8 = 16;

/// The differences of two images' samples, in levels of 0 to 255.
#[derive(Debug, Clone, Copy)]
pub struct Difference {
    pub largest: u8,
    pub mean: f64,
}

impl Difference {
    /// Compares two images of `[width, height]`, away from the border.
    pub fn of(a: &[u8], b: &[u8], [width, height]: [u32; 2]) -> Self {
        let image = |pixels: &[u8]| {
            RgbaImage::from_raw(width, height, pixels.to_vec()).expect("a result has the size that was asked for")
        };
        let (a, b) = (image(a), image(b));
        let (mut largest, mut sum, mut count) = (0, 0, 0);
        for y in MARGIN..height - MARGIN {
            for x in MARGIN..width - MARGIN {
                for (a, b) in a.get_pixel(x, y).0.into_iter().zip(b.get_pixel(x, y).0) {
                    largest = largest.max(a.abs_diff(b));
                    sum += u64::from(a.abs_diff(b));
                    count += 1;
                }
            }
        }
        Self { largest, mean: sum as f64 / f64::from(count) }
    }

    /// Whether both can be told to have done the same work.
    pub fn is_small(self) -> bool {
        self.mean <= MOST_MEAN && self.largest <= MOST
    }
}
