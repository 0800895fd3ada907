//! Sharpening by the difference to a blurred image.

#[cfg(target_arch = "wasm32")]
mod simd128;

use super::gaussian::Premultiplied;
use crate::color::to_byte_f32;
use crate::image::CHANNELS;

/// How a value is sharpened: `v + amount·(v − blurred)`, where the difference is larger than `threshold`.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// Share of the difference.
    pub amount: f32,
    /// Levels.
    pub threshold: f32,
}

impl Rule {
    /// Sharpens opaque pixels.
    pub fn write_opaque(self, source: &[[u8; CHANNELS]], blurred: &[Premultiplied], out: &mut [[u8; CHANNELS]]) {
        #[cfg(target_arch = "wasm32")]
        let (source, blurred, out) = simd128::write_opaque(self, source, blurred, out);
        for ((out, pixel), blurred) in out.iter_mut().zip(source).zip(blurred) {
            // Alpha stays as it is by itself: there is no difference.
            *out = std::array::from_fn(|lane| self.sharpen(pixel[lane], blurred[lane]));
        }
    }

    /// Sharpens pixels of any alpha, which is copied. Colours are those of `blurred` divided by its alpha.
    pub fn write(self, source: &[[u8; CHANNELS]], blurred: &[Premultiplied], out: &mut [[u8; CHANNELS]]) {
        for ((out, pixel), blurred) in out.iter_mut().zip(source).zip(blurred) {
            *out = if pixel[3] == 0 { *pixel } else { self.sharpen_pixel(*pixel, *blurred, 255.0 / blurred[3]) };
        }
    }

    /// Sharpens a value that is blurred to `blurred`.
    #[inline(always)]
    fn sharpen(self, value: u8, blurred: f32) -> u8 {
        let value = f32::from(value);
        let difference = value - blurred;
        let added = if difference.abs() > self.threshold { self.amount * difference } else { 0.0 };
        to_byte_f32(value + added)
    }

    /// Sharpens a pixel, where its blurred colours are `blurred` times `scale`.
    #[inline(always)]
    fn sharpen_pixel(self, pixel: [u8; CHANNELS], blurred: Premultiplied, scale: f32) -> [u8; CHANNELS] {
        // All four lanes go the same way, which is one vector; alpha is put right afterwards.
        let [r, g, b, _] = std::array::from_fn(|lane| self.sharpen(pixel[lane], blurred[lane] * scale));
        [r, g, b, pixel[3]]
    }
}
