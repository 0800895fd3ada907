//! Sobel's gradient of lines of luma, as grey.

#[cfg(not(target_arch = "wasm32"))]
mod plain;
#[cfg(target_arch = "wasm32")]
mod simd128;

#[cfg(not(target_arch = "wasm32"))]
pub use plain::write;
#[cfg(target_arch = "wasm32")]
pub use simd128::write;

/// Lines are so much longer than the row, so that its last pixels can be taken with what follows.
pub const SPARE: usize = 2 + 7;

/// What is made of the horizontal and the vertical gradient.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Magnitude {
    /// Its length.
    Length,
    /// The sum of the absolute values of those that count.
    Sum {
        /// Whether the horizontal one does.
        x: bool,
        /// Whether the vertical one does.
        y: bool,
    },
}

/// Sobel's horizontal and vertical gradients of `N` values from `x` on, of lines in single precision that begin one value left
/// of the row.
#[inline(always)]
#[must_use]
pub fn of_lines<const N: usize>(lines: [&[f32]; 3], x: usize) -> [[f32; N]; 2] {
    let at = |line: usize, column: usize| -> &[f32; N] {
        lines[line][x + column..].first_chunk().expect("lines have a margin")
    };
    let [nw, n, ne] = [0, 1, 2].map(|column| at(0, column));
    let [w, e] = [0, 2].map(|column| at(1, column));
    let [sw, s, se] = [0, 1, 2].map(|column| at(2, column));
    let gx = std::array::from_fn(|i| (ne[i] + 2.0 * e[i] + se[i]) - (nw[i] + 2.0 * w[i] + sw[i]));
    let gy = std::array::from_fn(|i| (sw[i] + 2.0 * s[i] + se[i]) - (nw[i] + 2.0 * n[i] + ne[i]));
    [gx, gy]
}
