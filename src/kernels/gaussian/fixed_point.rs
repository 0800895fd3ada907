//! Lines of pixels in 16-bit fixed point, and what rounds sums of them.
//!
//! A value has 7 bits of fraction and is stored less half of full scale, so that the sum of two fits. It is rounded
//! between passes, to a 128th of a level, and once at the end.

use super::Premultiplied;
use super::weights::WEIGHT_BITS;
use crate::image::CHANNELS;
use crate::kernels::blocks;
use crate::kernels::weighted_sums::{Bytes, Floats, Narrow, Pixel, Sums, Symmetric};

/// Bits of a value's fraction.
pub(super) const FRACTION_BITS: u32 = 7;
/// What is taken off a value where it is stored.
pub(super) const OFFSET: i16 = 1 << (7 + FRACTION_BITS);
/// Transparent black.
pub(super) const NOTHING: Pixel = [-OFFSET; CHANNELS];
/// Bits that are left of a final sum, so that single precision holds it.
pub(super) const FLOAT_BITS: u32 = 16;

/// What a sum begins with and ends with to be a pixel of the next pass.
pub(super) const LINE: (i32, Narrow) = (1 << (WEIGHT_BITS - 1), Narrow(WEIGHT_BITS));
/// The same of whole numbers, the bytes of opaque pixels, instead of values.
pub(super) const LINE_OF_BYTES: (i32, Narrow) = {
    let bits = WEIGHT_BITS - FRACTION_BITS;
    ((1 << (bits - 1)) - ((OFFSET as i32) << bits), Narrow(bits))
};
/// What a sum of values begins with and ends with to be the bytes of an opaque pixel.
pub(super) const BYTES: (i32, Bytes) = (FULL + (1 << (LAST_BITS - 1)), Bytes(LAST_BITS));
/// The same to be real numbers in 0..=255. Rounded, they are those bytes.
pub(super) const FLOATS: (i32, Floats) = (FULL, Floats { drop: LAST_BITS - FLOAT_BITS, keep: FLOAT_BITS });

/// Bits of a sum's fraction.
const LAST_BITS: u32 = WEIGHT_BITS + FRACTION_BITS;
/// The offset of a sum.
const FULL: i32 = (OFFSET as i32) << WEIGHT_BITS;

/// Rounds a sum to a line for the next pass.
pub(super) fn write_line(sum: Symmetric<'_>, out: &mut [Pixel]) {
    Symmetric { start: LINE.0, ..sum }.write(LINE.1, out);
}

/// Rounds a last sum to bytes; those of opaque pixels.
pub(super) fn write_bytes(sum: Symmetric<'_>, out: &mut [[u8; CHANNELS]]) {
    Symmetric { start: BYTES.0, ..sum }.write(BYTES.1, out);
}

/// A last sum as real numbers.
pub(super) fn write_floats(sum: Symmetric<'_>, out: &mut [Premultiplied]) {
    Symmetric { start: FLOATS.0, ..sum }.write(FLOATS.1, out);
}

pub(super) fn opaque_pixels(row: &[[u8; CHANNELS]], line: &mut [Pixel]) {
    // All values are treated alike, so pixels need not be told apart.
    blocks::each::<16, _, _>(row.as_flattened(), line.as_flattened_mut(), |value, _| {
        (i16::from(value) << FRACTION_BITS) - OFFSET
    });
}

/// Colours times alpha / 255, rounded; an opaque pixel is what [`opaque_pixels`] makes of it.
pub(super) fn premultiplied([r, g, b, a]: [u8; CHANNELS]) -> Pixel {
    [r, g, b, 255].map(|value| {
        let product = (u32::from(value) * u32::from(a)) << FRACTION_BITS;
        // 1/255 is 1/256 + 1/256² + 1/256³ + …
        let value = (product + (product >> 8) + (product >> 16) + 128) >> 8;
        value as i16 - OFFSET
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_with_alpha_are_rounded() {
        for value in 0..=255 {
            let mut opaque = [NOTHING];
            opaque_pixels(&[[value, 0, 255, 255]], &mut opaque);
            assert_eq!([premultiplied([value, 0, 255, 255])], opaque);
            for alpha in 0..=255 {
                let exact = f64::from(value) * f64::from(alpha) * 128.0 / 255.0;
                let got = f64::from(premultiplied([value, 0, 0, alpha])[0]) + f64::from(OFFSET);
                assert!((got - exact).abs() < 0.51, "{value} {alpha}: {got} for {exact}");
            }
        }
    }
}
