//! One lookup per channel.

use crate::image::CHANNELS;

/// Replaces each byte by the entry of its channel's table.
pub fn look_up(tables: &[[u8; 256]; 4], pixels: &mut [u8]) {
    let [r, g, b, a] = tables;
    for pixel in pixels.chunks_exact_mut(CHANNELS) {
        pixel[0] = r[usize::from(pixel[0])];
        pixel[1] = g[usize::from(pixel[1])];
        pixel[2] = b[usize::from(pixel[2])];
        pixel[3] = a[usize::from(pixel[3])];
    }
}

/// The table that changes nothing.
#[must_use]
pub fn identity() -> [u8; 256] {
    std::array::from_fn(|value| value as u8)
}

/// The table of a function of a channel value.
#[must_use]
pub fn tabulate(function: impl Fn(f64) -> f64) -> [u8; 256] {
    std::array::from_fn(|value| crate::color::to_byte(function(value as f64)))
}
