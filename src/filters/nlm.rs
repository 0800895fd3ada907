//! Non-local means.

use crate::error::Error;
use crate::filter::Filter;
use crate::image::{Border, Sample};
use crate::params::{filter, integer, number};
use crate::plan::{Edge, Node, Plan};
use crate::planes::Sees;
use crate::scratch::Scratch;
use crate::stage::{Place, RowStage, RowsMut, Shape, Tile, Window, Work};
use crate::vector::{F4, fill, rewrite};
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

/// Makes weights of the sums of the columns of patches.
type Weigh = fn(&Means, sums: &[f32], weights: &mut [f32]);

/// Numbers that are read at once to sum the columns of the widest patch for four pixels.
const READ: usize = 16;

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
        let lines = Lines { window, columns: place.columns.clone(), margin: patch + search };
        let widest = columns + search + 2 * patch;
        let mut squares = scratch.floats((rows + search + 2 * patch) * widest);
        let mut sums = scratch.floats(widest + READ);
        let mut weights = scratch.floats(widest);
        let mut totals = scratch.floats(rows * columns);
        // The pixel itself has the weight 1.
        totals[..rows * columns].fill(1.0);
        for row in 0..rows {
            (0..3).for_each(|plane| out.plane(row, plane).copy_from_slice(lines.line([row.cast_signed(), 0], plane, columns)));
        }
        let half = std::iter::once((0, search + 1)).chain((1..=search).map(|dy| (dy, 0)));
        for (dy, dx) in half.flat_map(|(dy, first)| (first..=2 * search).map(move |dx| (dy, dx))) {
            if scratch.stopped() {
                break;
            }
            // What is weighed begins so far above the tile, and so far to the left or ends so far to the right of it, that each of its
            // pixels is at the offset from one of them.
            let (left, right) = (dx.saturating_sub(search), search.saturating_sub(dx));
            let across = left + columns + right;
            let wide = across + 2 * patch;
            self.write_squares(&lines, [dx, dy], [rows + dy + 2 * patch, wide], &mut squares);
            for row in 0..rows + dy {
                self.write_sums(&squares, row, &mut sums[..wide]);
                weigh(self, &sums, &mut weights[..across]);
                let mut add = |row: usize, from: [isize; 2], weights: &[f32]| {
                    let values = [0, 1, 2].map(|plane| lines.line(from, plane, columns));
                    let (r, rest) = out.floats(row).split_at_mut(columns);
                    let (g, b) = rest.split_at_mut(columns);
                    add_weighted([r, g, b, &mut totals[row * columns..][..columns]], values, &weights[..columns]);
                };
                let shift = dx.cast_signed() - search.cast_signed();
                if let Some(upper) = row.checked_sub(dy) {
                    add(upper, [row.cast_signed(), shift], &weights[left..]);
                }
                if row < rows {
                    add(row, [row.cast_signed() - dy.cast_signed(), -shift], &weights[right..]);
                }
            }
        }
        for row in 0..rows {
            let totals = &totals[row * columns..][..columns];
            (0..3).for_each(|plane| rewrite(out.plane(row, plane), totals, |sum, total| sum / total));
        }
        [squares, sums, weights, totals].into_iter().for_each(|floats| scratch.give_floats(floats));
    }

    /// For each row of the patches, the squares of the differences to what lies `dx − search` columns and `dy` rows away.
    fn write_squares(&self, lines: &Lines<'_>, [dx, dy]: [usize; 2], [rows, wide]: [usize; 2], squares: &mut [f32]) {
        let (patch, shift) = (self.patch.cast_signed(), dx.cast_signed() - self.search.cast_signed());
        let left = -patch - shift.max(0);
        for (row, out) in (-patch..).zip(squares.chunks_exact_mut(wide).take(rows)) {
            let here = [0, 1, 2].map(|plane| lines.line([row - dy.cast_signed(), left], plane, wide));
            let there = [0, 1, 2].map(|plane| lines.line([row, left + shift], plane, wide));
            let (blocks, rest) = out.as_chunks_mut::<4>();
            let ([a, b, c], [d, e, f]) = (here.map(|line| line.as_chunks::<4>().0), there.map(|line| line.as_chunks::<4>().0));
            let pairs = a.iter().zip(d).zip(b.iter().zip(e)).zip(c.iter().zip(f));
            for (out, (((a, d), (b, e)), (c, f))) in blocks.iter_mut().zip(pairs) {
                let [r, g, b] = [F4::load(a) - F4::load(d), F4::load(b) - F4::load(e), F4::load(c) - F4::load(f)];
                (r * r + g * g + b * b).store(out);
            }
            let mut last = [0.0; 4];
            let at = wide - rest.len();
            let [r, g, b] = [0, 1, 2].map(|plane| F4::of(&here[plane][at..]) - F4::of(&there[plane][at..]));
            (r * r + g * g + b * b).store(&mut last);
            rest.iter_mut().zip(last).for_each(|(out, square)| *out = square);
        }
    }

    /// Sums of columns over the rows of a patch, that around `row`.
    fn write_sums(&self, squares: &[f32], row: usize, sums: &mut [f32]) {
        let line = |row: usize| &squares[row * sums.len()..][..sums.len()];
        let last = row + 2 * self.patch;
        if row > 0 && self.is_whole {
            let (leaves, enters) = (line(row - 1), line(last));
            let (sums, rest) = sums.as_chunks_mut::<4>();
            let rows = leaves.as_chunks::<4>().0.iter().zip(enters.as_chunks::<4>().0);
            for (sum, (leaves, enters)) in sums.iter_mut().zip(rows) {
                (F4::load(sum) + (F4::load(enters) - F4::load(leaves))).store(sum);
            }
            let at = 4 * sums.len();
            rest.iter_mut().zip(&leaves[at..]).zip(&enters[at..]).for_each(|((sum, leaves), enters)| *sum += enters - leaves);
            return;
        }
        let [first, others @ ..] = &(row..=last).map(line).collect::<Vec<_>>()[..] else { return };
        sums.copy_from_slice(first);
        others.iter().for_each(|line| rewrite(sums, line, |sum, square| sum + square));
    }

    /// [`Weigh`] for patches with this side. Columns of a patch have `sums`, with [`READ`] spare ones.
    fn weigh<const SIDE: usize>(&self, sums: &[f32], weights: &mut [f32]) {
        let factor = F4::splat(self.factor);
        fill(weights, |at| {
            let Some(read) = sums[at..].first_chunk::<READ>() else { unreachable!("there are spare sums") };
            let column = |column: usize| read[column..].first_chunk().map_or(F4::splat(0.0), F4::load);
            (factor * (1..SIDE).fold(column(0), |sum, at| sum + column(at))).power()
        });
    }
}

/// Adds values with their weights to the sums of red, green, blue and weights.
fn add_weighted(out: [&mut [f32]; 4], values: [&[f32]; 3], weights: &[f32]) {
    let [r, g, b, w] = out.map(|out| out.as_chunks_mut::<4>());
    let ([x, y, z], (weights, last)) = (values.map(|values| values.as_chunks::<4>()), weights.as_chunks::<4>());
    let outs = r.0.iter_mut().zip(g.0).zip(b.0.iter_mut().zip(w.0));
    let values = x.0.iter().zip(y.0).zip(z.0).zip(weights);
    for (((r, g), (b, w)), (((x, y), z), weight)) in outs.zip(values) {
        let weight = F4::load(weight);
        for (out, value) in [(r, x), (g, y), (b, z)] {
            (F4::load(out) + weight * F4::load(value)).store(out);
        }
        (F4::load(w) + weight).store(w);
    }
    for (out, values) in [(r.1, x.1), (g.1, y.1), (b.1, z.1)] {
        out.iter_mut().zip(values).zip(last).for_each(|((out, value), weight)| *out += weight * value);
    }
    w.1.iter_mut().zip(last).for_each(|(out, weight)| *out += weight);
}

/// The rows that are read, with a margin on each side, counted from the first pixel that is written.
struct Lines<'a> {
    window: &'a Window<'a>,
    columns: Range<usize>,
    margin: usize,
}

impl<'a> Lines<'a> {
    /// So many values of a plane of a row, from a column on.
    fn line(&self, [row, from]: [isize; 2], plane: usize, count: usize) -> &'a [f32] {
        let [row, from] = [row, from].map(|at| at.wrapping_add_unsigned(self.margin).cast_unsigned());
        &self.window.around(row, plane, &self.columns, self.margin)[from..][..count]
    }
}
