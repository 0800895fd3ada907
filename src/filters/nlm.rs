//! Non-local means.

use crate::error::Error;
use crate::filter::Filter;
use crate::image::{Border, Sample};
use crate::params::{filter, integer, number};
use crate::plan::{Edge, Node, Plan};
use crate::planes::Sees;
use crate::scratch::Scratch;
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
    pub struct Nlm = "nlm", "Denoise (non-local means)", Noise, intensity "h" {
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

/// Rows that are written together: the sums of a patch slide down over them. The more there are, the fewer distances are worked out
/// for rows above them alone.
const ROWS: usize = 48;
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
        let weigh = match self.patch {
            1 => Self::weigh::<3>,
            2 => Self::weigh::<5>,
            3 => Self::weigh::<7>,
            4 => Self::weigh::<9>,
            _ => Self::weigh::<11>,
        };
        self.write_rows(place, &inputs[0], out, work.scratch, weigh);
    }
}

/// Numbers that loops take at once: what is kept is so much wider than it need be that nothing is left over.
const AT_ONCE: usize = 8;
/// Numbers that are read at once to sum the columns of the widest patch for that many pixels.
const READ: usize = AT_ONCE + 2 * MOST_PATCH;

/// So many numbers, and as many more as make whole blocks.
fn padded(count: usize) -> usize {
    count.next_multiple_of(AT_ONCE)
}

/// The halves of a block.
fn halves(block: &[f32; AT_ONCE]) -> [F4; 2] {
    let (first, second) = block.split_at(4);
    [first, second].map(|half| half.first_chunk().map_or(F4::splat(0.0), F4::load))
}

/// Writes the halves of a block.
fn store(halves: [F4; 2], block: &mut [f32; AT_ONCE]) {
    for (half, to) in halves.into_iter().zip(block.as_chunks_mut::<4>().0) {
        half.store(to);
    }
}

/// Makes weights of the sums of the columns of patches.
type Weigh = fn(&Means, sums: &[f32], weights: &mut [f32]);

impl Means {
    /// A pixel is as far from another as that is from it, so every distance serves both: offsets are those of half the square, down
    /// from a pixel or to the right of it. The order in which a pixel gets its sums does not depend on the tile that it is in.
    fn write_rows(
        &self,
        place: &Place,
        window: &Window<'_>,
        out: &mut RowsMut<'_>,
        scratch: &mut Scratch,
        weigh: Weigh,
    ) {
        let (rows, columns) = (place.rows.len(), place.columns.len());
        let (patch, search) = (self.patch, self.search);
        let across = padded(columns);
        let widest = padded(columns + search + 2 * patch);
        let mut values = scratch.floats(Lines::floats(window, columns, patch + search));
        let lines = Lines::new(window, &place.columns, patch + search, &mut values);
        let mut squares = scratch.floats((rows + search + 2 * patch) * widest);
        let mut sums = scratch.floats(widest + READ);
        let mut weights = scratch.floats(widest + across);
        let mut totals = scratch.floats(4 * rows * across);
        for (row, totals) in totals.chunks_exact_mut(4 * across).enumerate().take(rows) {
            let (colors, total) = totals.split_at_mut(3 * across);
            for (plane, color) in colors.chunks_exact_mut(across).enumerate() {
                color.copy_from_slice(lines.line([row.cast_signed(), 0], plane, columns));
            }
            // The pixel itself has the weight 1.
            total.fill(1.0);
        }
        let half = std::iter::once((0, search + 1)).chain((1..=search).map(|dy| (dy, 0)));
        for (dy, dx) in half.flat_map(|(dy, first)| (first..=2 * search).map(move |dx| (dy, dx))) {
            if scratch.stopped() {
                break;
            }
            // What is weighed begins so far above the tile, and so far to the left or ends so far to the right of it, that each of its
            // pixels is at the offset from one of them.
            let (left, right) = (dx.saturating_sub(search), search.saturating_sub(dx));
            let shift = dx.cast_signed() - search.cast_signed();
            let wide = padded(left + columns + right + 2 * patch);
            self.write_squares(&lines, [shift, dy.cast_signed()], [rows + dy + 2 * patch, wide], &mut squares);
            for row in 0..rows + dy {
                self.write_sums(&squares, row, &mut sums[..wide]);
                weigh(self, &sums, &mut weights[..padded(left + columns + right)]);
                let mut add = |row: usize, from: [isize; 2], weights: &[f32]| {
                    let values = [0, 1, 2].map(|plane| lines.line(from, plane, columns));
                    add_weighted(&mut totals[4 * row * across..][..4 * across], values, &weights[..across]);
                };
                if let Some(upper) = row.checked_sub(dy) {
                    add(upper, [row.cast_signed(), shift], &weights[left..]);
                }
                if row < rows {
                    add(row, [row.cast_signed() - dy.cast_signed(), -shift], &weights[right..]);
                }
            }
        }
        for (row, totals) in totals.chunks_exact(4 * across).enumerate().take(rows) {
            let (colors, total) = totals.split_at(3 * across);
            for (plane, color) in colors.chunks_exact(across).enumerate() {
                fill(out.plane(row, plane), |at| four(color, at) / four(total, at));
            }
        }
        [values, squares, sums, weights, totals].into_iter().for_each(|floats| scratch.give_floats(floats));
    }

    /// For each row of the patches, the squares of the differences to what lies so many columns and rows away.
    fn write_squares(&self, lines: &Lines<'_>, [dx, dy]: [isize; 2], [rows, wide]: [usize; 2], squares: &mut [f32]) {
        let patch = self.patch.cast_signed();
        let left = -patch - dx.max(0);
        for (row, out) in (-patch..).zip(squares.chunks_exact_mut(wide).take(rows)) {
            let [a, b, c] = [0, 1, 2].map(|plane| lines.line([row - dy, left], plane, wide).as_chunks().0);
            let [d, e, f] = [0, 1, 2].map(|plane| lines.line([row, left + dx], plane, wide).as_chunks().0);
            let pairs = a.iter().zip(d).zip(b.iter().zip(e)).zip(c.iter().zip(f));
            for (out, ((r, g), b)) in out.as_chunks_mut().0.iter_mut().zip(pairs) {
                let [r, g, b] = [r, g, b].map(|(one, other)| {
                    let (one, other) = (halves(one), halves(other));
                    [one[0] - other[0], one[1] - other[1]]
                });
                store([0, 1].map(|half| r[half] * r[half] + g[half] * g[half] + b[half] * b[half]), out);
            }
        }
    }

    /// Sums of columns over the rows of a patch, the lowest of which is so many rows below the first.
    fn write_sums(&self, squares: &[f32], row: usize, sums: &mut [f32]) {
        let line = |row: usize| &squares[row * sums.len()..][..sums.len()];
        let last = row + 2 * self.patch;
        if row > 0 && self.is_whole {
            let rows = line(row - 1).as_chunks().0.iter().zip(line(last).as_chunks().0);
            for (sum, (leaves, enters)) in sums.as_chunks_mut().0.iter_mut().zip(rows) {
                let (was, leaves, enters) = (halves(sum), halves(leaves), halves(enters));
                store([0, 1].map(|half| was[half] + (enters[half] - leaves[half])), sum);
            }
            return;
        }
        sums.copy_from_slice(line(row));
        (row + 1..=last).for_each(|row| {
            let line = &squares[row * sums.len()..][..sums.len()];
            rewrite(sums, line, |sum, square| sum + square);
        });
    }

    /// [`Weigh`] for patches with this side. Columns of a patch have `sums`, with [`READ`] spare ones.
    fn weigh<const SIDE: usize>(&self, sums: &[f32], weights: &mut [f32]) {
        let factor = F4::splat(self.factor);
        for (at, out) in (0..).step_by(AT_ONCE).zip(weights.as_chunks_mut().0) {
            let Some(read) = sums[at..].first_chunk::<READ>() else { unreachable!("there are spare sums") };
            let column = |column: usize| read[column..].first_chunk().map_or(F4::splat(0.0), F4::load);
            let sum = |first: usize| (first + 1..first + SIDE).fold(column(first), |sum, at| sum + column(at));
            store([0, 4].map(|first| (factor * sum(first)).power()), out);
        }
    }
}

/// Adds values with their weights to the sums of red, green, blue and weights.
fn add_weighted(totals: &mut [f32], values: [&[f32]; 3], weights: &[f32]) {
    let weights = weights.as_chunks().0;
    let across = totals.len() / 4;
    let mut totals = totals.chunks_exact_mut(across).map(|totals| totals.as_chunks_mut().0);
    let [Some(r), Some(g), Some(b), Some(w)] = [0; 4].map(|_| totals.next()) else { return };
    let [x, y, z] = values.map(|values| values.as_chunks().0);
    let outs = r.iter_mut().zip(g).zip(b.iter_mut().zip(w));
    for (((r, g), (b, w)), (((x, y), z), weight)) in outs.zip(x.iter().zip(y).zip(z).zip(weights)) {
        let weight = halves(weight);
        for (out, value) in [(r, x), (g, y), (b, z)] {
            let (was, value) = (halves(out), halves(value));
            store([0, 1].map(|half| was[half] + weight[half] * value[half]), out);
        }
        let was = halves(w);
        store([0, 1].map(|half| was[half] + weight[half]), w);
    }
}

/// Copies of the rows that are read, with a margin on each side, counted from the first pixel that is written, and wide enough for
/// whole blocks.
struct Lines<'a> {
    values: &'a [f32],
    stride: usize,
    margin: usize,
}

impl<'a> Lines<'a> {
    fn stride(columns: usize, margin: usize) -> usize {
        padded(columns + 2 * margin) + AT_ONCE
    }

    /// How many numbers all rows are.
    fn floats(window: &Window<'_>, columns: usize, margin: usize) -> usize {
        3 * window.rows() * Self::stride(columns, margin)
    }

    fn new(window: &Window<'_>, columns: &Range<usize>, margin: usize, values: &'a mut [f32]) -> Self {
        let stride = Self::stride(columns.len(), margin);
        for (i, line) in values.chunks_exact_mut(stride).enumerate().take(3 * window.rows()) {
            let from = window.around(i / 3, i % 3, columns, margin);
            line[..from.len()].copy_from_slice(from);
            line[from.len()..].fill(0.0);
        }
        Self { values, stride, margin }
    }

    /// So many values of a plane of a row, in whole blocks, from a column on.
    fn line(&self, [row, from]: [isize; 2], plane: usize, count: usize) -> &'a [f32] {
        let [row, from] = [row, from].map(|at| at.wrapping_add_unsigned(self.margin).cast_unsigned());
        &self.values[(3 * row + plane) * self.stride + from..][..padded(count)]
    }
}
