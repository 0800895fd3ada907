//! Gaussian filtering of premultiplied pixels, in two passes.
//!
//! Rows are filtered horizontally once and kept in a ring while the vertical window slides over them, a tile of columns
//! at a time so that the ring stays small. Where bands and tiles begin makes no difference: in fixed point all sums are
//! whole numbers, and in floating point they are taken in the same order.

pub mod fast;
pub mod fixed;
mod fixed_point;
mod many_passes;
pub mod of_planes;
mod one_pass;
mod weights;

use crate::color::to_byte_f32;
use crate::image::CHANNELS;

/// A premultiplied pixel: each colour times alpha / 255, and alpha, all in 0..=255.
pub type Premultiplied = [f32; CHANNELS];

/// One row of a tile, filtered.
pub struct Filtered<'a> {
    /// The unrounded result.
    pub sums: &'a [Premultiplied],
    /// Whether everything that was read is opaque: all alphas of `sums` are then the same.
    pub opaque: bool,
}

/// Makes straight pixels of filtered ones: an invisible one is 0, 0, 0, 0. `byte` rounds a colour in 0..=255.
pub fn unpremultiply(filtered: &Filtered<'_>, out: &mut [[u8; CHANNELS]], byte: impl Fn(f32) -> u8) {
    // All four lanes are rounded alike, which is one vector; alpha is put right afterwards.
    let straight = |sum: &Premultiplied, scale: f32| sum.map(|value| byte(value * scale));
    if filtered.opaque {
        // All alphas are the same sum of the same numbers, so one division does for all.
        let scale = filtered.sums.first().map_or(0.0, |sum| 255.0 / sum[3]);
        for (out, sum) in out.iter_mut().zip(filtered.sums) {
            let [r, g, b, _] = straight(sum, scale);
            *out = [r, g, b, 255];
        }
    } else {
        for (out, sum) in out.iter_mut().zip(filtered.sums) {
            let alpha = to_byte_f32(sum[3]);
            let [r, g, b, _] = straight(sum, 255.0 / sum[3]);
            *out = if alpha == 0 { [0; CHANNELS] } else { [r, g, b, alpha] };
        }
    }
}
