//! Edges one pixel at a time.

use super::{BLOCK, MARKS, TANGENT};
use crate::image::CHANNELS;

/// Gradients and their sums of the first `count` places; lines begin one value left of them.
pub(super) fn gradients([above, here, below]: [&[u8]; 3], count: usize, [gx, gy, sums]: [&mut [i16]; 3]) {
    for x in 0..count {
        let [nw, n, ne] = [0, 1, 2].map(|i| i16::from(above[x + i]));
        let [w, e] = [0, 2].map(|i| i16::from(here[x + i]));
        let [sw, s, se] = [0, 1, 2].map(|i| i16::from(below[x + i]));
        gx[x] = (ne + 2 * e + se) - (nw + 2 * w + sw);
        gy[x] = (sw + 2 * s + se) - (nw + 2 * n + ne);
        sums[x] = gx[x].abs() + gy[x].abs();
    }
}

/// Marks a block of pixels; rows begin one value left of the first block. Behind a row's end any numbers may stand: nobody takes
/// what comes of them, and they may be as large as they like.
pub(super) fn thin(
    [gx, gy, above, here, below]: [&[i16]; 5],
    first: usize,
    [low, high]: [i16; 2],
    source: &[[u8; CHANNELS]; BLOCK],
    out: &mut [[u8; CHANNELS]; BLOCK],
) {
    for (x, (source, out)) in (first + 1..).zip(source.iter().zip(out)) {
        let (across, down) = (gx[x].wrapping_abs(), gy[x].wrapping_abs());
        let limit = ((i32::from(across) * TANGENT) >> 15) as i16;
        // Values that are not below their neighbour on one side count, but on diagonals.
        let (before, after) = if down <= limit {
            (here[x - 1], here[x + 1].wrapping_sub(1))
        } else if down.wrapping_sub(across.wrapping_mul(2)) > limit {
            (above[x], below[x].wrapping_sub(1))
        } else if (gx[x] ^ gy[x]) < 0 {
            (above[x + 1], below[x - 1])
        } else {
            (above[x - 1], below[x + 1])
        };
        let mark = match here[x] {
            sum if sum <= low.max(before).max(after) => 0,
            sum => MARKS[usize::from(sum > high)],
        };
        *out = [mark, mark, mark, source[3]];
    }
}
