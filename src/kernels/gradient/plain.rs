//! Gradients one by one.

use super::Magnitude;
use crate::color::to_byte_f32;
use crate::image::CHANNELS;

/// Writes a row of `scale × magnitude` in grey with the alpha of `source`. `window` holds the lines above, here and below,
/// which begin one pixel left of the row.
pub fn write(
    [above, here, below]: [&[u8]; 3],
    magnitude: Magnitude,
    scale: f32,
    source: &[[u8; CHANNELS]],
    out: &mut [[u8; CHANNELS]],
) {
    let windows = above.windows(3).zip(here.windows(3)).zip(below.windows(3));
    for ((out, pixel), ((above, here), below)) in out.iter_mut().zip(source).zip(windows) {
        let [nw, n, ne] = [0, 1, 2].map(|i| i32::from(above[i]));
        let [w, e] = [0, 2].map(|i| i32::from(here[i]));
        let [sw, s, se] = [0, 1, 2].map(|i| i32::from(below[i]));
        let gx = (ne + 2 * e + se) - (nw + 2 * w + sw);
        let gy = (sw + 2 * s + se) - (nw + 2 * n + ne);
        // The square of a gradient is at most 2·1020², which single precision holds exactly; its root is never within
        // 10⁻⁴ of a half.
        let magnitude = match magnitude {
            Magnitude::Length => ((gx * gx + gy * gy) as f32).sqrt(),
            Magnitude::Sum { x, y } => (gx.abs() * i32::from(x) + gy.abs() * i32::from(y)) as f32,
        };
        let value = to_byte_f32(scale * magnitude);
        *out = [value, value, value, pixel[3]];
    }
}
