//! Several passes of kernels with few taps, one after another: for wide blurs.

use super::fixed::{Task, tile};
use super::fixed_point::{NOTHING, write_bytes, write_floats, write_line};
use super::sliding_lines::SlidingLines;
use super::weights::Kernel;
use crate::image::CHANNELS;
use crate::kernels::weighted_sums::{Pixel, Symmetric};
use crate::scratch::Scratch;
use std::ops::Range;

/// The kernels of a blur.
#[derive(Debug, Clone)]
pub(super) struct ManyPasses {
    /// One after another.
    kernels: Vec<Kernel>,
    /// How far each kernel and all after it reach; 0 after the last.
    reaches: Vec<usize>,
}

impl ManyPasses {
    pub(super) fn new(kernels: Vec<Kernel>) -> Self {
        let mut reaches = vec![0];
        for kernel in kernels.iter().rev() {
            reaches.push(reaches[reaches.len() - 1] + kernel.reach());
        }
        reaches.reverse();
        Self { kernels, reaches }
    }

    pub(super) fn reach(&self) -> usize {
        self.reaches[0]
    }

    /// Writes the filtered rows.
    pub(super) fn write(&self, task: &Task<'_>, out: &mut [u8], scratch: &mut Scratch) {
        let layout = task.source.layout();
        let tile = tile(layout.width(), self.reach());
        let margin = self.kernels.iter().map(|kernel| kernel.step).max().unwrap_or(0);
        let length = tile + 2 * (self.reach() + margin);
        let mut line_buffers = [scratch.shorts(length * CHANNELS), scratch.shorts(length * CHANNELS)];
        let [line, other] = line_buffers.each_mut().map(|buffer| buffer.as_chunks_mut().0);
        let mut rows = RowFilter { passes: self, task, margin, line, other };
        let mut lines: Vec<_> = self.kernels.iter().map(|kernel| SlidingLines::new(kernel, tile, scratch)).collect();
        let mut sums_buffer = scratch.floats(tile * CHANNELS);

        let (top, bottom) = (task.rows.start.cast_signed(), task.rows.end.cast_signed());
        for left in (0..layout.width()).step_by(tile) {
            let columns = left..(left + tile).min(layout.width());
            let sums = &mut sums_buffer.as_chunks_mut().0[..columns.len()];
            for (lines, ahead) in lines.iter_mut().zip(&self.reaches[1..]) {
                lines.begin(top - ahead.cast_signed());
            }
            for y in top - 2 * self.reach().cast_signed()..bottom {
                if scratch.stopped() {
                    break;
                }
                rows.filter(y + self.reach().cast_signed(), &columns, &mut lines[0]);
                for (pass, ahead) in self.reaches[1..].iter().enumerate() {
                    let middle = y + ahead.cast_signed();
                    if y < top - 2 * ahead.cast_signed() {
                        break;
                    }
                    let (lines, next) = lines.split_at_mut(pass + 1);
                    let sum = lines[pass].sum(middle, &self.kernels[pass]);
                    if let Some(next) = next.first_mut() {
                        write_line(sum, &mut next.line(middle)[..columns.len()]);
                    } else {
                        let out = task.row_of(out, y.cast_unsigned(), &columns);
                        if let Some(finish) = task.finish {
                            write_floats(sum, sums);
                            finish(task.filtered(y.cast_unsigned(), &columns, sums), out);
                        } else {
                            write_bytes(sum, out);
                        }
                    }
                }
            }
        }

        scratch.give_floats(sums_buffer);
        for buffer in lines.into_iter().map(SlidingLines::into_buffer).chain(line_buffers) {
            scratch.give_shorts(buffer);
        }
    }
}

/// Filters rows horizontally.
struct RowFilter<'a> {
    passes: &'a ManyPasses,
    task: &'a Task<'a>,
    /// Pixels before and after a line that are read, but weigh nothing.
    margin: usize,
    line: &'a mut [Pixel],
    other: &'a mut [Pixel],
}

impl RowFilter<'_> {
    /// Adds the columns of row `y`, which may lie outside the image, to the lines of the first pass.
    fn filter(&mut self, y: isize, columns: &Range<usize>, lines: &mut SlidingLines) {
        let source = self.task.source;
        let row = |y| self.task.border.index(y, source.layout().height());
        let Some(wanted) = row(y) else { return lines.line(y)[..columns.len()].fill(NOTHING) };
        // Beyond an edge a row comes again: it may still be there.
        let same =
            [y - 1, wanted.cast_signed()].into_iter().find(|other| lines.holds(*other) && row(*other) == Some(wanted));
        match same {
            Some(same) => lines.repeat(same, y),
            None => self.filter_row(source.row(wanted), columns.start, &mut lines.line(y)[..columns.len()]),
        }
    }

    fn filter_row(&mut self, row: &[u8], left: usize, out: &mut [Pixel]) {
        let ManyPasses { kernels, reaches } = self.passes;
        let first = left.cast_signed() - reaches[0].cast_signed();
        self.task.read(row, first, &mut self.line[self.margin..][..out.len() + 2 * reaches[0]]);
        for (kernel, ahead) in kernels.iter().zip(&reaches[1..]) {
            let centre = self.margin + kernel.reach();
            let sum = Symmetric { lines: self.line, centre, stride: kernel.step, weights: &kernel.weights, start: 0 };
            if *ahead == 0 {
                write_line(sum, out);
            } else {
                write_line(sum, &mut self.other[self.margin..][..out.len() + 2 * ahead]);
                std::mem::swap(&mut self.line, &mut self.other);
            }
        }
    }
}
