//! One pass of a kernel with all its taps: for narrow blurs.
//!
//! Pixels of two columns, then of two rows, lie side by side, and two results are summed from them at once.

use super::fixed_point::{BYTES, FLOATS, LINE_OF_BYTES};
use super::weights::Kernel;
use crate::image::{Border, CHANNELS};
use crate::kernels::sharpen::Rule;
use crate::kernels::weighted_sums::paired::{Paired, pairs_of_bytes, write_two};
use crate::kernels::window::line;
use crate::plan::{Edge, Node, Plan};
use crate::planes::beside;
use crate::stage::{Place, RowStage, RowsMut, Shape, Window, Work};
use std::ops::Range;

/// The kernel of a blur.
#[derive(Debug, Clone)]
pub(super) struct OnePass {
    weights: Vec<[[i16; 2]; 2]>,
    reach: usize,
}

impl OnePass {
    /// `None` where there are more kernels than one, or the weight of its centre does not fit.
    pub(super) fn new(kernels: &[Kernel]) -> Option<Self> {
        let [kernel] = kernels else { return None };
        let reach = kernel.reach();
        let centre = kernel.weights[0].checked_mul(2)?;
        let sides = &kernel.weights[1..=reach];
        let all: Vec<_> = sides.iter().rev().chain([&centre]).chain(sides).copied().collect();
        Some(Self { weights: Paired::weights(&all), reach })
    }

    /// Blurs an opaque image; with a `rule`, sharpens it by the difference.
    pub(super) fn apply(self, plan: &mut Plan, source: Node, border: Border, rule: Option<Rule>) -> Node {
        let layout = plan.layout(source);
        let Self { weights, reach } = self;
        // Rows are taken in twos, the first of which is above those of the first window by as much as the kernel reaches.
        let above = (reach % 2).cast_signed();
        let steps = (0..weights.len() as u32).collect();
        let two = FilterTwo { weights: weights.clone(), steps, reach, above, width: layout.width(), border };
        let count = [layout.width(), layout.height().div_ceil(2) + reach];
        let two = plan.rows_of(&[(source, Edge::Border(border))], count, two);
        let down = Down { weights, reach, above, rule };
        let inputs = [(two, Edge::Counted), (source, Edge::Border(border))];
        plan.image(&inputs[..if rule.is_some() { 2 } else { 1 }], layout, down)
    }
}

/// Filters two rows horizontally and writes them side by side: of row `i`, rows `2i − above` and the next one.
struct FilterTwo {
    weights: Vec<[[i16; 2]; 2]>,
    /// Where the pairs of a sum begin.
    steps: Vec<u32>,
    reach: usize,
    above: isize,
    /// Columns of the image.
    width: usize,
    border: Border,
}

impl RowStage for FilterTwo {
    fn shape(&self) -> Shape {
        // Two columns are written at a time.
        Shape::shorts(PAIR).with_margin(PAIR)
    }

    fn reads(&self, _: usize, rows: Range<isize>) -> Range<isize> {
        2 * rows.start - self.above..2 * rows.end - self.above
    }

    fn reads_columns(&self, _: usize, columns: Range<usize>, width: usize) -> Range<usize> {
        beside(columns, self.reach + 1, self.border, width)
    }

    fn write(&self, place: &Place, inputs: &[Window<'_>], out: &mut RowsMut<'_>, work: &mut Work<'_>) {
        let even = place.columns.len().next_multiple_of(2);
        let length = even / 2 + self.reach;
        let mut line_buffer = work.scratch.bytes(2 * length * CHANNELS);
        let mut pairs_buffers = [(); 2].map(|()| work.scratch.shorts(length * PAIR));
        for (row, pairs) in pairs_buffers.iter_mut().enumerate() {
            let pairs = pairs.as_chunks_mut().0.as_chunks_mut().0;
            let first = place.columns.start.cast_signed() - self.reach.cast_signed();
            let held = inputs[0].columns();
            let inside = usize::try_from(first - held.start.cast_signed()).ok();
            let row_of_input = inputs[0].bytes(row).as_chunks::<CHANNELS>().0;
            match inside.and_then(|inside| row_of_input.get(inside..inside + 2 * length)) {
                Some(pixels) => pairs_of_bytes(pixels, pairs),
                None => {
                    let pixels: &mut [[u8; CHANNELS]] = line_buffer.as_chunks_mut().0;
                    let place = (first, self.border, self.width);
                    line(&inputs[0], row, place, [0; CHANNELS], pixels, &|from, to| to.copy_from_slice(from));
                    pairs_of_bytes(pixels, pairs);
                }
            }
        }
        let (start, finish) = LINE_OF_BYTES;
        let sums = pairs_buffers.each_ref().map(|pairs| {
            let lines = pairs.as_chunks().0.as_chunks().0;
            Paired { lines, starts: &self.steps, weights: &self.weights, start }
        });
        let out = out.shorts(0)[..even * PAIR].as_chunks_mut().0.as_chunks_mut().0.as_chunks_mut().0;
        write_two(sums, finish, out);
        work.scratch.give_bytes(line_buffer);
        pairs_buffers.into_iter().for_each(|pairs| work.scratch.give_shorts(pairs));
    }
}

/// 16-bit numbers of a pair of pixels.
const PAIR: usize = 2 * CHANNELS;

/// Filters vertically: two rows at a time, of rows that lie side by side.
struct Down {
    weights: Vec<[[i16; 2]; 2]>,
    reach: usize,
    above: isize,
    rule: Option<Rule>,
}

impl RowStage for Down {
    fn shape(&self) -> Shape {
        Shape::pixels(CHANNELS)
    }

    fn rows_at_once(&self) -> usize {
        2
    }

    fn reads(&self, input: usize, rows: Range<isize>) -> Range<isize> {
        if input == 1 {
            return rows;
        }
        let first = (rows.start - self.reach.cast_signed() + self.above) / 2;
        first..first + self.weights.len().cast_signed()
    }

    fn write(&self, place: &Place, inputs: &[Window<'_>], out: &mut RowsMut<'_>, work: &mut Work<'_>) {
        let count = place.columns.len();
        let mut starts = work.scratch.words(inputs[0].rows());
        starts.iter_mut().zip(inputs[0].starts()).for_each(|(to, start)| *to = start / PAIR as u32);
        let lines = inputs[0].all_shorts().as_chunks().0.as_chunks().0;
        let sum = Paired { lines, starts: &starts, weights: &self.weights, start: 0 };
        let rows = place.rows.len();
        if let Some(rule) = self.rule {
            let mut sums_buffer = work.scratch.floats(2 * count * CHANNELS);
            let (first, second) = sums_buffer.as_chunks_mut().0.split_at_mut(count);
            Paired { start: FLOATS.0, ..sum }.write(FLOATS.1, [first, second]);
            for (row, blurred) in [first, second].into_iter().enumerate().take(rows) {
                rule.write_opaque(inputs[1].pixels(row, &place.columns), blurred, out.pixels(row));
            }
            work.scratch.give_floats(sums_buffer);
        } else {
            // The row after the last one is summed too, and thrown away.
            let mut spare_buffer = work.scratch.bytes(count * CHANNELS);
            let (upper, lower) = out.two_rows();
            let lower = if lower.is_empty() { &mut spare_buffer[..] } else { lower };
            Paired { start: BYTES.0, ..sum }.write(BYTES.1, [upper.as_chunks_mut().0, lower.as_chunks_mut().0]);
            work.scratch.give_bytes(spare_buffer);
        }
        work.scratch.give_words(starts);
    }
}
