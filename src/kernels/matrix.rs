//! A matrix of four rows and five columns over RGBA and 1, as SVG's `feColorMatrix`.

#[cfg(target_arch = "wasm32")]
mod simd128;

use crate::color::{to_byte, to_byte_f32};
use crate::image::CHANNELS;
use crate::plan::{Node, Plan};
use crate::planes::{Holds, Sees};
use crate::stage::BytePoint;

/// Rows for red, green, blue and alpha; columns for the same and a constant, where 1 is full scale.
pub type Matrix = [[f64; 5]; CHANNELS];

/// The matrix that changes nothing.
pub const IDENTITY: Matrix =
    [[1.0, 0.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 0.0, 1.0, 0.0]];

/// A matrix of colour alone: alpha is copied.
#[must_use]
pub fn of_color(rows: [[f64; 3]; 3]) -> Matrix {
    let mut matrix = IDENTITY;
    for (to, from) in matrix.iter_mut().zip(rows) {
        to[..3].copy_from_slice(&from);
    }
    matrix
}

/// Applies a matrix to an image; one that changes nothing does nothing.
pub fn apply(plan: &mut Plan, node: Node, matrix: &Matrix) -> Node {
    if *matrix == IDENTITY {
        return node;
    }
    if plan.is_bytes(node) {
        let (point, keeps_opaque) = point(matrix);
        return plan.pixels(node, point, keeps_opaque);
    }
    let (rows, full) = (*matrix, f64::from(plan.layout(node).format().sample.full()));
    if is_of_color(matrix) {
        let planes = plan.planes(node, Sees::Rgb);
        let mixed = plan.point(&[planes], 3, move |_, planes| {
            let [r, g, b] = planes else { unreachable!("there are three planes") };
            for ((r, g), b) in r.iter_mut().zip(g.iter_mut()).zip(b.iter_mut()) {
                let rgb = [*r, *g, *b].map(f64::from);
                [*r, *g, *b] = [0, 1, 2].map(|i| {
                    let [red, green, blue, _, one] = rows[i];
                    (red * rgb[0] + green * rgb[1] + blue * rgb[2] + one * full) as f32
                });
            }
        });
        return plan.store(mixed, node);
    }
    let planes = plan.planes(node, Sees::Rgba);
    let mixed = plan.point(&[planes], 4, move |_, planes| {
        let [r, g, b, a] = planes else { unreachable!("there are four planes") };
        for (((r, g), b), a) in r.iter_mut().zip(g.iter_mut()).zip(b.iter_mut()).zip(a.iter_mut()) {
            let rgba = [*r, *g, *b, *a].map(f64::from);
            let sum = |[red, green, blue, alpha, one]: [f64; 5]| {
                (red * rgba[0] + green * rgba[1] + blue * rgba[2] + alpha * rgba[3] + one * full) as f32
            };
            [*r, *g, *b, *a] = rows.map(sum);
        }
    });
    let layout = plan.with_any_alpha(node);
    plan.store_as(mixed, layout, Holds::StraightAlpha, false)
}

/// What applies a matrix to RGBA bytes, and whether it keeps opaque pixels so.
#[must_use]
pub fn point(matrix: &Matrix) -> (Box<dyn BytePoint>, bool) {
    let largest = matrix.iter().map(|row| row.iter().map(|factor| factor.abs()).sum()).fold(0.0, f64::max);
    // Six roundings of 2⁻²⁴ each, at most 32 × 255 large: 0.003 levels. Larger factors may cancel, so they get more bits.
    if largest <= 32.0 {
        let columns = Columns::<f32>::new(matrix, |factor| factor as f32);
        let keeps_opaque = columns.keeps_opaque();
        return (Box::new(columns), keeps_opaque);
    }
    let columns = Columns::<f64>::new(matrix, |factor| factor);
    let keeps_opaque = columns.keeps_opaque();
    (Box::new(columns), keeps_opaque)
}

/// Whether alpha is copied, and colours do not hear of it.
fn is_of_color(matrix: &Matrix) -> bool {
    matrix[3] == IDENTITY[3] && matrix[..3].iter().all(|row| row[3] == 0.0)
}

/// The matrix by columns.
struct Columns<T> {
    columns: [[T; CHANNELS]; 5],
    /// Alpha is copied, and colours do not hear of it.
    of_color: bool,
}

impl<T: Copy> Columns<T> {
    fn new(matrix: &Matrix, convert: impl Fn(f64) -> T) -> Self {
        let scale = [1.0, 1.0, 1.0, 1.0, 255.0];
        let column = |column: usize| std::array::from_fn(|row: usize| convert(matrix[row][column] * scale[column]));
        Self { columns: std::array::from_fn(column), of_color: is_of_color(matrix) }
    }
}

type Pixels = [[u8; CHANNELS]];

/// Goes before the loop where there is nothing faster: all pixels are left to it.
fn nothing<'a, T>(_: &Columns<T>, pixels: &'a mut Pixels) -> &'a mut Pixels {
    pixels
}

macro_rules! point {
    ($T:ty, $to_byte:ident, $first:expr) => {
        impl Columns<$T> {
            #[inline(always)]
            fn run<const OF_COLOR: bool>(&self, pixels: &mut Pixels) {
                let [red, green, blue, alpha, one] = self.columns;
                // A row of the matrix for several pixels at once is one vector, without moving channels about.
                let row = |i: usize, [r, g, b, a]: [$T; CHANNELS]| {
                    let sum = red[i] * r + green[i] * g + blue[i] * b + one[i];
                    u32::from($to_byte(if OF_COLOR { sum } else { sum + alpha[i] * a }))
                };
                for pixel in pixels {
                    let word = u32::from_le_bytes(*pixel);
                    let rgba = [0, 8, 16, 24].map(|bits| ((word >> bits) & 0xff) as i32 as $T);
                    let alpha = if OF_COLOR { word & 0xff00_0000 } else { row(3, rgba) << 24 };
                    let word = row(0, rgba) | row(1, rgba) << 8 | row(2, rgba) << 16 | alpha;
                    *pixel = word.to_le_bytes();
                }
            }
        }

        impl BytePoint for Columns<$T> {
            fn apply(&self, pixels: &mut [u8]) {
                let left = $first(self, pixels.as_chunks_mut().0);
                if self.of_color { self.run::<true>(left) } else { self.run::<false>(left) }
            }
        }

        impl Columns<$T> {
            fn keeps_opaque(&self) -> bool {
                // Colours may take alpha away, whatever else adds to it.
                let [red, green, blue, alpha, one] = self.columns.map(|column| column[3]);
                [red, green, blue].iter().all(|factor| *factor >= 0.0) && alpha * 255.0 + one >= 255.0
            }
        }
    };
}

#[cfg(target_arch = "wasm32")]
point!(f32, to_byte_f32, simd128::apply);
#[cfg(not(target_arch = "wasm32"))]
point!(f32, to_byte_f32, nothing);
point!(f64, to_byte, nothing);

#[cfg(test)]
mod tests {
    use super::*;

    fn apply(matrix: &Matrix, mut pixel: [u8; 4]) -> [u8; 4] {
        point(matrix).0.apply(&mut pixel);
        pixel
    }

    #[test]
    fn constants_are_shares_of_full_scale() {
        let mut matrix = IDENTITY;
        matrix[0][4] = 0.1;
        matrix[3][4] = -0.5;
        assert_eq!(apply(&matrix, [10, 20, 30, 255]), [36, 20, 30, 128]);
    }

    #[test]
    fn large_factors_that_cancel_stay_exact() {
        let matrix = of_color([[1.0, 1e6, -1e6], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]);
        assert_eq!(apply(&matrix, [77, 201, 201, 9]), [77, 201, 201, 9]);
    }
}
