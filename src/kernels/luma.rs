//! Luma of many pixels.

#[cfg(target_arch = "wasm32")]
mod simd128;

use crate::color::luma;
use crate::image::CHANNELS;

/// Writes the luma of pixels; both slices have the same length.
#[cfg(not(target_arch = "wasm32"))]
pub fn write(pixels: &[[u8; CHANNELS]], out: &mut [u8]) {
    write_each(pixels, out);
}
#[cfg(target_arch = "wasm32")]
pub use simd128::write;

fn write_each(pixels: &[[u8; CHANNELS]], out: &mut [u8]) {
    for (out, [r, g, b, _]) in out.iter_mut().zip(pixels) {
        *out = luma(*r, *g, *b);
    }
}
