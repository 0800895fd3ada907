//! One pass of a kernel with all its taps: for narrow blurs.
//!
//! Pixels of two columns, then of two rows, lie side by side, and two results are summed from them at once.

use super::fixed::{Task, tile};
use super::fixed_point::{BYTES, FLOATS, LINE_OF_BYTES};
use super::weights::Kernel;
use crate::image::CHANNELS;
use crate::kernels::weighted_sums::Pair;
use crate::kernels::weighted_sums::paired::{Paired, pairs_of_bytes, write_two};
use crate::kernels::window::{extend, pixels};
use crate::scratch::Scratch;

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

    pub(super) fn reach(&self) -> usize {
        self.reach
    }

    /// Writes the filtered rows.
    pub(super) fn write(&self, task: &Task<'_>, out: &mut [u8], scratch: &mut Scratch) {
        let width = task.source.layout().width();
        let tile = tile(width, self.reach);
        // Pairs between the lines keep those of one column from falling into the same few places of a cache.
        let stride = tile + 4;
        let most_lines = 2 * self.weights.len();
        let mut kept_buffer = scratch.shorts(most_lines * stride * 2 * CHANNELS);
        let kept = kept_buffer.as_chunks_mut::<2>().0.as_chunks_mut::<CHANNELS>().0;
        let mut sums_buffer = scratch.floats(2 * tile * CHANNELS);
        let (first_sums, second_sums) = sums_buffer.as_chunks_mut::<CHANNELS>().0.split_at_mut(tile);
        let mut spare_buffer = scratch.bytes(tile * CHANNELS);
        let mut line_buffer = scratch.bytes((tile + 2 * self.reach) * CHANNELS);
        let mut pairs_buffers = [(); 2].map(|()| scratch.shorts((tile + 2 * self.reach) * CHANNELS));

        for left in (0..width).step_by(tile) {
            let columns = left..(left + tile).min(width);
            let (count, even) = (columns.len(), columns.len().next_multiple_of(2));
            let pairs = pairs_buffers.each_mut().map(|buffer| buffer.as_chunks_mut().0.as_chunks_mut().0);
            let line = line_buffer.as_chunks_mut().0;
            let mut rows = RowFilter { kernel: self, task, left, line, pairs };
            let (mut lines, mut row) = (0, task.rows.start.cast_signed() - self.reach.cast_signed());
            for y in task.rows.clone().step_by(2) {
                if scratch.stopped() {
                    break;
                }
                while row <= (y + self.reach).cast_signed() {
                    if lines == most_lines {
                        lines = self.weights.len() - 1;
                        kept.copy_within((most_lines - lines) * stride.., 0);
                    }
                    rows.filter_two(row, kept[lines * stride..][..even].as_chunks_mut().0);
                    (lines, row) = (lines + 1, row + 2);
                }
                let lines = &kept[(lines - self.weights.len()) * stride..];
                let sum = Paired { lines, stride, weights: &self.weights, start: 0 };
                // The row after the last one is summed too, and thrown away.
                let start = (y - task.rows.start) * task.source.layout().stride();
                let (upper, lower) = out[start..].split_at_mut(task.source.layout().stride());
                let upper = &mut upper.as_chunks_mut().0[columns.clone()];
                let lower = match lower {
                    [] => &mut spare_buffer.as_chunks_mut().0[..count],
                    lower => &mut lower.as_chunks_mut().0[columns.clone()],
                };
                let Some(finish) = task.finish else {
                    Paired { start: BYTES.0, ..sum }.write(BYTES.1, [upper, lower]);
                    continue;
                };
                let (first, second) = (&mut first_sums[..count], &mut second_sums[..count]);
                Paired { start: FLOATS.0, ..sum }.write(FLOATS.1, [first, second]);
                finish(task.filtered(y, &columns, first), upper);
                if y + 1 < task.rows.end {
                    finish(task.filtered(y + 1, &columns, second), lower);
                }
            }
        }

        scratch.give_bytes(spare_buffer);
        scratch.give_bytes(line_buffer);
        scratch.give_floats(sums_buffer);
        for buffer in [kept_buffer].into_iter().chain(pairs_buffers) {
            scratch.give_shorts(buffer);
        }
    }
}

/// Filters rows horizontally.
struct RowFilter<'a> {
    kernel: &'a OnePass,
    task: &'a Task<'a>,
    /// The first column of the result.
    left: usize,
    line: &'a mut [[u8; CHANNELS]],
    pairs: [&'a mut [Pair]; 2],
}

impl RowFilter<'_> {
    /// Filters row `row`, which may lie outside the image, and the next one; writes them side by side.
    fn filter_two(&mut self, row: isize, out: &mut [[Pair; 2]]) {
        let length = out.len() + self.kernel.reach;
        for (i, row) in [row, row + 1].into_iter().enumerate() {
            // One row too many is asked for where their number is odd.
            if row < (self.task.rows.end + self.kernel.reach).cast_signed() {
                self.read(row, i, length);
            }
        }
        let (start, finish) = LINE_OF_BYTES;
        let sums = |lines| Paired { lines, stride: 1, weights: &self.kernel.weights, start };
        let [upper, lower] = &self.pairs;
        write_two([sums(upper), sums(lower)], finish, out);
    }

    /// So many pairs of a row, the upper or the lower one.
    fn read(&mut self, row: isize, which: usize, length: usize) {
        let pairs = &mut self.pairs[which][..length];
        let Task { source, border, .. } = self.task;
        let row = pixels(source.row_at(row, *border).expect("what lies outside an opaque image is opaque too"));
        let first = self.left.cast_signed() - self.kernel.reach.cast_signed();
        if let Some(inside) = usize::try_from(first).ok().and_then(|first| row.get(first..first + 2 * length)) {
            return pairs_of_bytes(inside, pairs);
        }
        let line = &mut self.line[..2 * length];
        extend(row, first, *border, [0; CHANNELS], line, |pixel| pixel);
        pairs_of_bytes(line, pairs);
    }
}
