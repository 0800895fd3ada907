//! Non-local means.

use crate::error::Error;
use crate::filter::Filter;
use crate::image::{Border, Sample};
use crate::params::{filter, integer, number};
use crate::plan::{Edge, Node, Plan};
use crate::planes::Sees;
use crate::scratch::Scratch;
use crate::stage::{Place, RowStage, RowsMut, Shape, Tile, Window, Work};
use crate::vector::{F4, rewrite};
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

/// Rows that are written together: the sums of a patch slide down over them.
const ROWS: usize = 24;
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
        let add = match self.patch {
            1 => Self::add::<3>,
            2 => Self::add::<5>,
            3 => Self::add::<7>,
            4 => Self::add::<9>,
            _ => Self::add::<11>,
        };
        self.write_rows(place, &inputs[0], out, work.scratch, add);
    }
}

/// Adds values with the weights of their patches to the sums of red, green, blue and weights.
type Add = fn(&Means, sums: &[f32], values: [&[f32]; 3], out: [&mut [f32]; 4]);

/// Numbers that are read at once to sum the columns of the widest patch for four pixels.
const READ: usize = 16;

impl Means {
    fn write_rows(
        &self,
        place: &Place,
        window: &Window<'_>,
        out: &mut RowsMut<'_>,
        scratch: &mut Scratch,
        add: Add,
    ) {
        let (rows, columns) = (place.rows.len(), place.columns.len());
        let lines = Lines { window, columns: place.columns.clone(), margin: self.patch + self.search };
        let wide = columns + 2 * self.patch;
        let mut squares = scratch.floats((rows + 2 * self.patch) * wide);
        let mut sums = scratch.floats(wide + READ);
        let mut weights = scratch.floats(rows * columns);
        weights[..rows * columns].fill(0.0);
        for row in 0..rows {
            (0..3).for_each(|plane| out.plane(row, plane).fill(0.0));
        }
        let side = 2 * self.search + 1;
        for (dy, dx) in (0..side).flat_map(|dy| (0..side).map(move |dx| (dy, dx))) {
            if dx == 0 && scratch.stopped() {
                break;
            }
            self.write_squares(&lines, [dx, dy], wide, &mut squares);
            for row in 0..rows {
                self.write_sums(&squares, row, &mut sums[..wide]);
                let values = [0, 1, 2].map(|plane| lines.line(self.patch + row + dy, plane, self.patch + dx, columns));
                let (r, rest) = out.floats(row).split_at_mut(columns);
                let (g, b) = rest.split_at_mut(columns);
                add(self, &sums, values, [r, g, b, &mut weights[row * columns..][..columns]]);
            }
        }
        for row in 0..rows {
            let weights = &weights[row * columns..][..columns];
            (0..3).for_each(|plane| rewrite(out.plane(row, plane), weights, |sum, weight| sum / weight));
        }
        scratch.give_floats(squares);
        scratch.give_floats(sums);
        scratch.give_floats(weights);
    }

    /// For each row of the patches, the squares of the differences to what lies `dx − search` columns and `dy − search` rows away.
    fn write_squares(&self, lines: &Lines<'_>, [dx, dy]: [usize; 2], wide: usize, squares: &mut [f32]) {
        for (row, out) in squares.chunks_exact_mut(wide).enumerate().take(lines.window.rows() - 2 * self.search) {
            let here = [0, 1, 2].map(|plane| lines.line(self.search + row, plane, self.search, wide));
            let there = [0, 1, 2].map(|plane| lines.line(row + dy, plane, dx, wide));
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

    /// [`Add`] for patches with this side. Columns of a patch have `sums`, with [`READ`] spare ones.
    fn add<const SIDE: usize>(&self, sums: &[f32], values: [&[f32]; 3], out: [&mut [f32]; 4]) {
        let factor = F4::splat(self.factor);
        let weight = |at: usize| {
            let Some(read) = sums[at..].first_chunk::<READ>() else { unreachable!("there are spare sums") };
            let column = |column: usize| read[column..].first_chunk().map_or(F4::splat(0.0), F4::load);
            (factor * (1..SIDE).fold(column(0), |sum, at| sum + column(at))).power()
        };
        let count = values[0].len();
        let whole = count - count % 4;
        let [a, b, c] = values.map(|line| line.as_chunks::<4>().0);
        let [r, g, b_out, w] = out;
        let (r, r_rest) = r.as_chunks_mut::<4>();
        let (g, g_rest) = g.as_chunks_mut::<4>();
        let (b_out, b_rest) = b_out.as_chunks_mut::<4>();
        let (w, w_rest) = w.as_chunks_mut::<4>();
        let outs = r.iter_mut().zip(g).zip(b_out.iter_mut().zip(w));
        let values_of = a.iter().zip(b).zip(c);
        for (i, (((r, g), (b_out, w)), ((a, b), c))) in outs.zip(values_of).enumerate() {
            let weight = weight(4 * i);
            (F4::load(r) + weight * F4::load(a)).store(r);
            (F4::load(g) + weight * F4::load(b)).store(g);
            (F4::load(b_out) + weight * F4::load(c)).store(b_out);
            (F4::load(w) + weight).store(w);
        }
        let mut last = [0.0; 4];
        weight(whole).store(&mut last);
        for (rest, values) in [r_rest, g_rest, b_rest].into_iter().zip(values) {
            for ((sum, weight), value) in rest.iter_mut().zip(last).zip(&values[whole..]) {
                *sum += weight * value;
            }
        }
        w_rest.iter_mut().zip(last).for_each(|(sum, weight)| *sum += weight);
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
