//! Gradients of lines of luma, as grey: Sobel's of bytes, and those of any three weights of planes.

#[cfg(not(target_arch = "wasm32"))]
mod plain;
#[cfg(target_arch = "wasm32")]
mod simd128;

use crate::plan::{Area, AreaWindow};
use crate::scratch::Scratch;
use crate::stage::RowsMut;
use crate::vector::{F4, fill, four};

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

/// The magnitude of gradients of a plane whose differences have the weights `side`, `middle`, `side`, times `scale`.
#[derive(Debug, Clone, Copy)]
pub struct Gradients {
    /// The weight of differences in the rows, or columns, beside the pixel.
    pub side: f32,
    /// That of the difference in its own.
    pub middle: f32,
    /// What is made of the two.
    pub magnitude: Magnitude,
    /// Factor of the result.
    pub scale: f32,
}

impl Area for Gradients {
    fn reach(&self) -> [usize; 2] {
        [1, 1]
    }

    fn row(&self, window: &AreaWindow<'_>, out: &mut RowsMut<'_>, _: &mut Scratch) {
        let lines = [0, 1, 2].map(|row| window.line(row, 0));
        let scale = F4::splat(self.scale);
        let weights = [self.side, self.middle];
        let out = out.plane(0, 0);
        match self.magnitude {
            Magnitude::Length => fill(out, |x| {
                let [gx, gy] = weighted(lines, x, weights);
                scale * (gx * gx + gy * gy).sqrt()
            }),
            Magnitude::Sum { x: with_x, y: with_y } => {
                let [with_x, with_y] = [with_x, with_y].map(|with| F4::splat(f32::from(u8::from(with))));
                fill(out, |x| {
                    let [gx, gy] = weighted(lines, x, weights);
                    scale * (with_x * gx.abs() + with_y * gy.abs())
                });
            }
        }
    }
}

/// The horizontal and the vertical gradient of four values from `x` on, of lines that begin one value left of the row.
#[inline(always)]
#[must_use]
pub fn weighted(lines: [&[f32]; 3], x: usize, [side, middle]: [f32; 2]) -> [F4; 2] {
    let at = |line: usize, column: usize| four(lines[line], x + column);
    let sum = |[a, b, c]: [F4; 3]| F4::splat(side) * a + F4::splat(middle) * b + F4::splat(side) * c;
    let [nw, n, ne] = [0, 1, 2].map(|column| at(0, column));
    let [w, e] = [0, 2].map(|column| at(1, column));
    let [sw, s, se] = [0, 1, 2].map(|column| at(2, column));
    [sum([ne, e, se]) - sum([nw, w, sw]), sum([sw, s, se]) - sum([nw, n, ne])]
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
