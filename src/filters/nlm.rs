//! Non-local means.

use crate::error::Error;
use crate::filter::Filter;
use crate::image::{Border, Sample};
use crate::params::{filter, integer, number};
use crate::plan::{Edge, Node, Plan};
use crate::planes::Sees;
use crate::stage::{Place, RowStage, RowsMut, Shape, Tile, Window, Work};
use crate::vector::{F4, fill, four, rewrite};
use std::f64::consts::LOG2_E;
use std::ops::Range;

const MOST_PATCH: usize = 5;
const MOST_SEARCH: usize = 20;

filter! {
    /// Takes noise away and keeps texture: replaces each pixel by the mean of those around it, where pixels count the more the more
    /// alike the patches around them are (non-local means). Alpha is copied.
    ///
    /// With `p = patchRadius` and `s = searchRadius`, every offset `q` in the `(2·s + 1)²` square, 0 too, has the distance
    /// `d(q)`: the sum of `(v(x + δ) − v(x + q + δ))²` over red, green, blue and all `δ` in the `(2·p + 1)²` patch, in levels,
    /// divided by `3·(2·p + 1)²`. The result is `Σ w·v(x + q) / Σ w` with `w = exp(−d(q)/h²)`. Outside the image both the patches
    /// and the square see the border `reflect101`. Of a grey image the three colours are the same. Alpha has no part in it.
    ///
    /// Class N. Reference: OpenCV's `fastNlMeansDenoising` of three channels, which is up to 4 levels off: its weights are 16-bit
    /// fixed point. Its `fastNlMeansDenoisingColored` works in Lab. scikit-image's `denoise_nl_means(fast_mode=True)` has
    /// patches that are off the centre.
    pub struct Nlm = "nlm", "Denoise (non-local means)", Blur, intensity "h" {
        /// Half the side of the patches that are compared, which are 2 × patchRadius + 1 wide.
        patch_radius as "patchRadius": usize = integer(2.0).range(1.0, MOST_PATCH as f64).unit("px"),
        /// How far away patches are looked for. The time that it takes grows with its square.
        search_radius as "searchRadius": usize = integer(7.0).range(1.0, MOST_SEARCH as f64).unit("px"),
        /// How much patches may differ, in levels: about the standard deviation of the noise.
        h: f64 = number(10.0).above(0.0, f64::INFINITY).soft(1.0, 50.0).step(1.0),
    }
    alpha: Copied,
    identity: Needless,
}

impl Filter for Nlm {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let source = plan.source();
        let sample = plan.layout(source).format().sample;
        let (patch, search) = (self.patch_radius, self.search_radius);
        let border = Border::Reflect101;
        let planes = plan.planes_with_margin(source, Sees::Rgb, false, patch + search, border);
        let side = (2 * patch + 1) as f64;
        let level = f64::from(sample.level());
        // Divided by h twice: the square of a tiny h would be 0. What is left is finite in single precision.
        let factor = LOG2_E / (3.0 * side * side) / (self.h * level) / (self.h * level);
        let factor = -(factor.min(f64::from(f32::MAX)) as f32);
        let means = Means { patch, search, factor, is_whole: sample == Sample::U8 };
        let means = plan.rows(&[(planes, Edge::Border(border))], means);
        Ok(plan.store(means, source))
    }
}

/// Rows that are written together: the sums of a patch slide down over them.
const ROWS: usize = 16;
/// Columns that are written together, so that everything that is kept of them stays in the cache.
const COLUMNS: usize = 256;

struct Means {
    patch: usize,
    search: usize,
    /// What the sum of squares over a patch is multiplied with: the binary logarithm of its weight.
    factor: f32,
    /// Sums of squares are whole numbers below 2²⁴, so that what is added can be taken away.
    is_whole: bool,
}

impl RowStage for Means {
    fn shape(&self) -> Shape {
        Shape::planes(3)
    }

    fn rows_at_once(&self) -> usize {
        ROWS
    }

    fn reads(&self, _: usize, rows: Range<isize>) -> Range<isize> {
        let reach = (self.patch + self.search).cast_signed();
        rows.start - reach..rows.end + reach
    }

    fn tile(&self) -> Tile {
        Tile::Most(COLUMNS)
    }

    fn write(&self, place: &Place, inputs: &[Window<'_>], out: &mut RowsMut<'_>, work: &mut Work<'_>) {
        let (rows, columns) = (place.rows.len(), place.columns.len());
        let lines = Lines { window: &inputs[0], columns: place.columns.clone(), margin: self.patch + self.search };
        let wide = columns + 2 * self.patch;
        let mut squares = work.scratch.floats((rows + 2 * self.patch) * wide);
        let mut sums = work.scratch.floats(wide);
        let mut weights = work.scratch.floats(rows * columns);
        let mut row_weights = work.scratch.floats(columns);
        weights[..rows * columns].fill(0.0);
        for row in 0..rows {
            (0..3).for_each(|plane| out.plane(row, plane).fill(0.0));
        }
        let side = 2 * self.search + 1;
        for (dy, dx) in (0..side).flat_map(|dy| (0..side).map(move |dx| (dy, dx))) {
            if dx == 0 && work.scratch.stopped() {
                break;
            }
            self.write_squares(&lines, [dx, dy], wide, &mut squares);
            for row in 0..rows {
                self.write_sums(&squares, row, wide, &mut sums[..wide]);
                self.write_weights(&sums[..wide], &mut row_weights[..columns]);
                let weights_of_row = &row_weights[..columns];
                rewrite(&mut weights[row * columns..][..columns], weights_of_row, |sum, weight| sum + weight);
                for plane in 0..3 {
                    let values = lines.line(self.patch + row + dy, plane, self.patch + dx, columns);
                    add_products(out.plane(row, plane), weights_of_row, values);
                }
            }
        }
        for row in 0..rows {
            let weights = &weights[row * columns..][..columns];
            (0..3).for_each(|plane| rewrite(out.plane(row, plane), weights, |sum, weight| sum / weight));
        }
        work.scratch.give_floats(squares);
        work.scratch.give_floats(sums);
        work.scratch.give_floats(weights);
        work.scratch.give_floats(row_weights);
    }
}

impl Means {
    /// For each row of the patches, the squares of the differences to what lies `dx − search` columns and `dy − search` rows away.
    fn write_squares(&self, lines: &Lines<'_>, [dx, dy]: [usize; 2], wide: usize, squares: &mut [f32]) {
        for (row, out) in squares.chunks_exact_mut(wide).enumerate().take(lines.window.rows() - 2 * self.search) {
            let here = [0, 1, 2].map(|plane| lines.line(self.search + row, plane, self.search, wide));
            let there = [0, 1, 2].map(|plane| lines.line(row + dy, plane, dx, wide));
            fill(out, |x| {
                let [r, g, b] = [0, 1, 2].map(|plane| four(here[plane], x) - four(there[plane], x));
                r * r + g * g + b * b
            });
        }
    }

    /// Sums of columns over the rows of a patch, that around `row`.
    fn write_sums(&self, squares: &[f32], row: usize, wide: usize, sums: &mut [f32]) {
        let line = |row: usize| &squares[row * wide..][..wide];
        let last = row + 2 * self.patch;
        if row > 0 && self.is_whole {
            let (leaves, enters) = (line(row - 1), line(last));
            for ((sum, leaves), enters) in sums.iter_mut().zip(leaves).zip(enters) {
                *sum += enters - leaves;
            }
            return;
        }
        sums.copy_from_slice(line(row));
        (row + 1..=last).for_each(|row| rewrite(sums, line(row), |sum, square| sum + square));
    }

    /// The weights of patches by the sums of their columns.
    fn write_weights(&self, sums: &[f32], weights: &mut [f32]) {
        let (factor, side) = (F4::splat(self.factor), 2 * self.patch + 1);
        fill(weights, |x| {
            let sum = (1..side).fold(four(sums, x), |sum, column| sum + four(sums, x + column));
            (factor * sum).power()
        });
    }
}

/// Adds to each sum a weight times a value.
fn add_products(sums: &mut [f32], weights: &[f32], values: &[f32]) {
    let (blocks, rest) = sums.as_chunks_mut::<4>();
    let done = 4 * blocks.len();
    for (i, block) in blocks.iter_mut().enumerate() {
        (F4::load(block) + four(weights, 4 * i) * four(values, 4 * i)).store(block);
    }
    for ((sum, weight), value) in rest.iter_mut().zip(&weights[done..]).zip(&values[done..]) {
        *sum += weight * value;
    }
}

/// The rows that are read, with a margin on each side.
struct Lines<'a> {
    window: &'a Window<'a>,
    columns: Range<usize>,
    margin: usize,
}

impl<'a> Lines<'a> {
    /// So many values of a plane of a row, from a column of the margin on.
    fn line(&self, row: usize, plane: usize, from: usize, count: usize) -> &'a [f32] {
        &self.window.around(row, plane, &self.columns, self.margin)[from..][..count]
    }
}
