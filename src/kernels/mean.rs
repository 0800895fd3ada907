//! Means of squares, exactly: a window slides over sums of columns, and these slide over rows. All sums are whole, so the
//! order of additions does not matter.

#[cfg(not(target_arch = "wasm32"))]
mod plain;
#[cfg(target_arch = "wasm32")]
mod simd128;

use crate::image::{Border, CHANNELS};
use crate::plan::{Edge, Node, Plan};
use crate::stage::{Place, RowStage, RowsMut, Shape, Tile, Window, Work};
#[cfg(not(target_arch = "wasm32"))]
use plain as vectors;
#[cfg(target_arch = "wasm32")]
use simd128 as vectors;
use std::ops::Range;

/// Bytes of the sums of a column as 16-bit numbers: red, green, blue and alpha.
const NARROW: usize = 2 * CHANNELS;
/// Bytes of the sums of a column as 32-bit numbers: the same, or red, green and blue times alpha, and alpha.
const WIDE: usize = 4 * CHANNELS;

/// Pixels of the largest square for narrow sums, 127 × 127. Sums and their differences fit 16 bits with a sign, and a
/// product in single precision tells the mean: the number of pixels `n` is odd, so a mean is no nearer to a half than
/// `1 / 2n`; totals are below 2²⁴, and the roundings of the inverse and of the product move it by less, `255 · 2⁻²³`.
const MOST_NARROW: usize = 127 * 127;
/// Pixels of the largest square whose totals of colour times alpha fit 32 bits with a sign.
const MOST_WIDE: usize = i32::MAX as usize / (255 * 255);
/// Columns beyond the last window, so that the last pixels of a row can be taken together.
const SPARE: usize = 3;
/// 2²³: numbers from here on have no fraction, so adding this rounds.
const ROUND: f32 = 8_388_608.0;

/// The mean of `(2·radius + 1)²` pixels of an image, colour weighted with alpha. `radius` is at most 500.
pub fn of_squares(plan: &mut Plan, source: Node, radius: usize, border: Border) -> Node {
    let is_opaque = border != Border::Transparent && plan.is_opaque(source);
    let side = 2 * radius + 1;
    let (add, means, bytes): (Add, Means, usize) = match side * side {
        ..=MOST_NARROW if is_opaque => (vectors::add_bytes_narrow, vectors::means_narrow, NARROW),
        _ if is_opaque => (vectors::add_bytes, vectors::means_of_opaque, WIDE),
        ..=MOST_WIDE => (vectors::add_weighted, vectors::means, WIDE),
        _ => (vectors::add_weighted, means_of_many, WIDE),
    };
    let layout = if border == Border::Transparent { plan.with_any_alpha(source) } else { plan.layout(source) };
    let squares = Squares { width: layout.width(), side, border, add, means, bytes };
    plan.image(&[(source, Edge::Border(border))], layout, squares)
}

/// Adds a row to the sums of columns and takes one away.
type Add = fn(columns: &mut [u8], enters: &[u8], leaves: &[u8]);
/// Writes the means of squares of a side. The columns begin with an empty one, which is what leaves the first square.
type Means = fn(side: usize, columns: &[u8], out: &mut [[u8; CHANNELS]]);

struct Squares {
    width: usize,
    side: usize,
    border: Border,
    add: Add,
    means: Means,
    /// Bytes of the sums of a column.
    bytes: usize,
}

impl RowStage for Squares {
    fn shape(&self) -> Shape {
        Shape::pixels(CHANNELS)
    }

    fn reads(&self, _: usize, rows: Range<isize>) -> Range<isize> {
        let radius = (self.side / 2).cast_signed();
        // The row above the window is what leaves it.
        rows.start - radius - 1..rows.end + radius
    }

    fn memory(&self, columns: usize) -> usize {
        (columns + self.side + SPARE) * self.bytes
    }

    fn tile(&self) -> Tile {
        Tile::WholeRows
    }

    fn write(&self, _: &Place, inputs: &[Window<'_>], out: &mut RowsMut<'_>, work: &mut Work<'_>) {
        let Self { width, side, bytes, .. } = *self;
        let radius = side / 2;
        let columns = &mut work.memory[..(width + side + SPARE) * bytes];
        let left = 1 + radius;
        let inside = left * bytes..(left + width) * bytes;
        if work.continues {
            (self.add)(&mut columns[inside], inputs[0].bytes(side), inputs[0].bytes(0));
        } else {
            let nothing = work.scratch.bytes(width * CHANNELS);
            (1..=side).for_each(|row| (self.add)(&mut columns[inside.clone()], inputs[0].bytes(row), &nothing));
            work.scratch.give_bytes(nothing);
        }
        // Outside the image; what a transparent border shows stays empty.
        for i in 0..radius {
            for x in [i.cast_signed() - radius.cast_signed(), (width + i).cast_signed()] {
                if let Some(seen) = self.border.index(x, width) {
                    let seen = (left + seen) * bytes;
                    columns.copy_within(seen..seen + bytes, left.wrapping_add_signed(x) * bytes);
                }
            }
        }
        (self.means)(side, columns, out.pixels(0));
    }
}

/// The means of squares whose totals need more than 32 bits.
fn means_of_many(side: usize, columns: &[u8], out: &mut [[u8; CHANNELS]]) {
    let columns = columns.as_chunks().0;
    let numbers = |sums: &[u8; WIDE]| {
        let [r, g, b, a] = *sums.as_chunks().0 else { unreachable!("there are four sums") };
        [r, g, b, a].map(|bytes| i64::from(u32::from_le_bytes(bytes)))
    };
    let mut totals = [0; CHANNELS];
    for sums in &columns[..side] {
        totals.iter_mut().zip(numbers(sums)).for_each(|(total, enters)| *total += enters);
    }
    for (out, (enters, leaves)) in out.iter_mut().zip(columns[side..].iter().zip(columns)) {
        for (total, (enters, leaves)) in totals.iter_mut().zip(numbers(enters).into_iter().zip(numbers(leaves))) {
            *total = *total + enters - leaves;
        }
        *out = mean_of_many(totals.map(|total| total as f64), (side * side) as f64);
    }
}

fn mean_of_many([r, g, b, a]: [f64; CHANNELS], count: f64) -> [u8; CHANNELS] {
    // `⌊(2·total + count) / (2·count)⌋`, exactly: the half added to the whole numerator keeps the product as far from the
    // next integer as `½ / (2·count)`, far more than what the two roundings can move it.
    let rounded = |total: f64, count: f64, inverse: f64| ((2.0 * total + count + 0.5) * inverse) as i32 as u8;
    let alpha = rounded(a, count, 1.0 / (2.0 * count));
    if alpha == 0 {
        return [0; CHANNELS];
    }
    let inverse = 1.0 / (2.0 * a);
    [rounded(r, a, inverse), rounded(g, a, inverse), rounded(b, a, inverse), alpha]
}
