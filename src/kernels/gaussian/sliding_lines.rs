//! Filtered lines of the rows that a vertical pass reads, while its window slides down over them.

use super::weights::Kernel;
use crate::image::CHANNELS;
use crate::kernels::weighted_sums::{Pixel, Symmetric};
use crate::scratch::Scratch;
use std::ops::Range;

/// Lines of the rows that one vertical pass reads, in their order.
pub(super) struct SlidingLines {
    buffer: Vec<i16>,
    /// Pixels of a line.
    length: usize,
    /// How many there are.
    lines: usize,
    /// Lines that a pass reads, with those that weigh nothing.
    window: usize,
    /// Rows below the middle of a window, without these.
    reach: usize,
    /// The row of the first line.
    first: isize,
    /// The rows that have been added.
    rows: Range<isize>,
}

impl SlidingLines {
    pub(super) fn new(kernel: &Kernel, tile: usize, scratch: &mut Scratch) -> Self {
        // Pixels between the lines keep those of one column from falling into the same few places of a cache.
        let (length, window) = (tile + 8, 2 * kernel.padded_reach() + 1);
        // The more of them, the more rarely a window is moved back to the first; the fewer, the nearer they are.
        let lines = window + (window / 4).max(8);
        let buffer = scratch.shorts(lines * length * CHANNELS);
        Self { buffer, length, lines, window, reach: kernel.reach(), first: 0, rows: 0..0 }
    }

    /// Forgets all rows; `middle` is the first one that will be summed.
    pub(super) fn begin(&mut self, middle: isize) {
        self.first = middle - (self.window / 2).cast_signed();
        let start = middle - self.reach.cast_signed();
        self.rows = start..start;
    }

    /// Its memory.
    pub(super) fn into_buffer(self) -> Vec<i16> {
        self.buffer
    }

    fn at(&self, y: isize) -> usize {
        (y - self.first).cast_unsigned() * self.length
    }

    /// Adds row `y`, the one after the last, and returns its line.
    pub(super) fn line(&mut self, y: isize) -> &mut [Pixel] {
        let last = y - self.reach.cast_signed() + (self.window / 2).cast_signed();
        if self.at(last) >= self.lines * self.length {
            let first = last + 1 - self.window.cast_signed();
            let kept = self.at(first)..self.at(y);
            self.buffer.as_chunks_mut::<CHANNELS>().0.copy_within(kept, 0);
            self.first = first;
        }
        self.rows.end = y + 1;
        let at = self.at(y);
        &mut self.buffer.as_chunks_mut().0[at..][..self.length]
    }

    /// Whether the line of row `y` is there, and will be when one more is added.
    pub(super) fn holds(&self, y: isize) -> bool {
        self.rows.contains(&y) && y >= self.rows.end - 2 * self.reach.cast_signed()
    }

    /// Adds row `y` as a copy of another.
    pub(super) fn repeat(&mut self, other: isize, y: isize) {
        self.line(y);
        let (from, to) = (self.at(other), self.at(y));
        self.buffer.as_chunks_mut::<CHANNELS>().0.copy_within(from..from + self.length, to);
    }

    /// The sum around row `y`.
    pub(super) fn sum<'a>(&'a self, y: isize, kernel: &'a Kernel) -> Symmetric<'a> {
        let (lines, stride) = (self.buffer.as_chunks().0, kernel.step * self.length);
        Symmetric { lines, centre: self.at(y), stride, weights: &kernel.weights, start: 0 }
    }
}
