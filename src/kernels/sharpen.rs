//! Sharpening by the difference to a blurred image.

#[cfg(target_arch = "wasm32")]
mod simd128;

use super::gaussian::Premultiplied;
use crate::color::to_byte_f32;
use crate::image::CHANNELS;
use crate::vector::F4;

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

    /// What becomes of four values that are blurred to `blurred`, before they are rounded.
    #[must_use]
    #[inline(always)]
    pub fn sharpened(self, values: F4, blurred: F4) -> F4 {
        let difference = values - blurred;
        let added = F4::splat(self.amount) * difference;
        values + difference.abs().more(F4::splat(self.threshold), added, F4::splat(0.0))
    }

    /// Sharpens a value that is blurred to `blurred`.
    #[inline(always)]
    fn sharpen(self, value: u8, blurred: f32) -> u8 {
        let value = f32::from(value);
        let difference = value - blurred;
        let added = if difference.abs() > self.threshold { self.amount * difference } else { 0.0 };
        to_byte_f32(value + added)
    }
}
