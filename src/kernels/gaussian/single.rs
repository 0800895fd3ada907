//! One pass of a kernel with all its taps: for narrow blurs.
//!
//! Pixels of two columns, then of two rows, lie side by side, and two results are summed from them at once.

use super::fixed::{Task, tile};
use super::level::{BYTES, FLOATS, LINE, NOTHING};
use super::weights::Kernel;
use crate::filter::Scratch;
use crate::image::CHANNELS;
use crate::kernels::lines::{Paired, Pixel, pair};
use std::ops::Range;

/// The kernel of a blur.
#[derive(Debug, Clone)]
pub(super) struct Single {
    weights: Vec<[[i16; 2]; 2]>,
    reach: usize,
}

impl Single {
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
        let width = task.source.size().width();
        let tile = tile(width, self.reach);
        // Pairs between the lines keep those of one column from falling into the same few places of a cache.
        let stride = tile + 4;
        let most_lines = 2 * self.weights.len();
        let mut kept_buffer = scratch.shorts(most_lines * stride * 2 * CHANNELS);
        let kept = kept_buffer.as_chunks_mut::<2>().0.as_chunks_mut::<CHANNELS>().0;
        let mut sums_buffer = scratch.floats(2 * tile * CHANNELS);
        let (first_sums, second_sums) = sums_buffer.as_chunks_mut::<CHANNELS>().0.split_at_mut(tile);
        let mut spare_buffer = scratch.bytes(tile * CHANNELS);
        let mut line_buffers = [(); 4].map(|()| scratch.shorts((tile + 2 * self.reach) * CHANNELS));

        for left in (0..width).step_by(tile) {
            let columns = left..(left + tile).min(width);
            let (count, even) = (columns.len(), columns.len().next_multiple_of(2));
            let [line, pairs, first, second] = line_buffers.each_mut().map(|buffer| buffer.as_mut_slice());
            let mut line = Line { single: self, task, line, pairs };
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
                    let rows = [first.as_chunks_mut().0, second.as_chunks_mut().0].map(|line| &mut line[..even]);
                    let [first, second] = line.filter_two(row, &columns, rows);
                    for (to, (first, second)) in kept[lines * stride..].iter_mut().zip(first.iter().zip(second)) {
                        *to = pair(*first, *second);
                    }
                    (lines, row) = (lines + 1, row + 2);
                }
                let lines = &kept[(lines - self.weights.len()) * stride..];
                let sum = Paired { lines, stride, weights: &self.weights, start: 0 };
                // The row after the last one is summed too, and thrown away.
                let start = (y - task.rows.start) * task.source.size().stride();
                let (upper, lower) = out[start..].split_at_mut(task.source.size().stride());
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
        scratch.give_floats(sums_buffer);
        for buffer in [kept_buffer].into_iter().chain(line_buffers) {
            scratch.give_shorts(buffer);
        }
    }
}

/// Filters rows horizontally.
struct Line<'a> {
    single: &'a Single,
    task: &'a Task<'a>,
    line: &'a mut [i16],
    pairs: &'a mut [i16],
}

impl Line<'_> {
    /// Filters the columns of row `row`, which may lie outside the image, and of the next one.
    fn filter_two<'a>(&mut self, row: isize, columns: &Range<usize>, out: [&'a mut [Pixel]; 2]) -> [&'a [Pixel]; 2] {
        let [first, second] = out;
        self.filter(row, columns, first);
        // One row too many is asked for where their number is odd.
        if row + 1 < (self.task.rows.end + self.single.reach).cast_signed() {
            self.filter(row + 1, columns, second);
        }
        [first, second]
    }

    fn filter(&mut self, row: isize, columns: &Range<usize>, out: &mut [Pixel]) {
        let Some(row) = self.task.source.row_at(row, self.task.border) else { return out.fill(NOTHING) };
        let reach = self.single.reach;
        let line = &mut self.line.as_chunks_mut().0[..out.len() + 2 * reach];
        self.task.read(row, columns.start.cast_signed() - reach.cast_signed(), line);
        let pairs = self.pairs.as_chunks_mut::<2>().0.as_chunks_mut::<CHANNELS>().0;
        for (to, [first, second]) in pairs.iter_mut().zip(line.as_chunks().0) {
            *to = pair(*first, *second);
        }
        let sum = Paired { lines: pairs, stride: 1, weights: &self.single.weights, start: LINE.0 };
        sum.write_line(LINE.1, out.as_chunks_mut().0);
    }
}
