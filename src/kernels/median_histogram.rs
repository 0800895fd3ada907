//! Medians of large squares by histograms of columns (Perreault and Hébert, *Median filtering in constant time*, 2007).
//!
//! Each column has a histogram of its part of the window, in two levels: 16 coarse counts, and 16 segments of 16 fine
//! ones. Sliding the window adds the histogram of one column and takes another away. Medians of neighbours are mostly in
//! the same segment: as long as they are, only its counts slide, and the others are brought up to date when they are
//! needed. Counts are cumulative, so that the median is in the first bin whose count is above its rank, which takes no
//! search. They are whole, so they are the same wherever bands and tiles begin.

#[cfg(not(target_arch = "wasm32"))]
mod plain;
#[cfg(target_arch = "wasm32")]
mod simd128;

use crate::image::{Border, CHANNELS, Rows};
use crate::kernels::window::{extend, pixels};
use crate::scratch::Scratch;
#[cfg(not(target_arch = "wasm32"))]
use plain::{Window, add, subtract};
#[cfg(target_arch = "wasm32")]
use simd128::{Window, add, subtract};
use std::ops::Range;

/// Colours of a pixel.
const COLORS: usize = 3;
/// Counts of a level.
const BINS: usize = 16;
/// Columns worked on at a time, with those that windows reach beside them: their histograms stay in the second cache.
const COLUMNS: usize = 400;

/// Counts of a column: at most 2 × 50 + 1.
type Counts = [u8; BINS];
/// How many values of a column are in segments below each segment.
type Coarse = [[Counts; COLUMNS]; COLORS];
/// How many values of a column are in each segment, up to each bin. The columns of a segment are side by side.
type Fine = [[[Counts; COLUMNS]; BINS]; COLORS];

/// Ones from a bin on: what a value adds to cumulative counts.
const FROM: [Counts; BINS + 1] = {
    let mut from = [[0; BINS]; BINS + 1];
    let mut i = 0;
    while i < BINS * BINS {
        from[i / BINS][i % BINS] = (i % BINS >= i / BINS) as u8;
        i += 1;
    }
    from
};

/// The median of `(2·radius + 1)²` pixels, per colour; alpha is copied. `radius` is at most 50.
pub fn median(
    source: &Rows<'_>,
    rows: Range<usize>,
    radius: usize,
    border: Border,
    out: &mut [u8],
    scratch: &mut Scratch,
) {
    let (layout, reach) = (source.layout(), radius.cast_signed());
    let mut coarse_buffer = scratch.bytes(size_of::<Coarse>());
    let mut fine_buffer = scratch.bytes(size_of::<Fine>());
    let mut lines = scratch.bytes(2 * COLUMNS * CHANNELS);
    let coarse = coarse_buffer.as_chunks_mut().0.as_chunks_mut().0.first_chunk_mut();
    let fine = fine_buffer.as_chunks_mut().0.as_chunks_mut().0.as_chunks_mut().0.first_chunk_mut();
    let (Some(coarse), Some(fine)) = (coarse, fine) else { unreachable!("the buffers have the length of their types") };
    let mut columns = Columns { coarse, fine, side: 2 * radius + 1 };
    let (enters, leaves) = lines.as_chunks_mut().0.split_at_mut(COLUMNS);
    // The first column stays empty.
    let tile = COLUMNS - columns.side;
    for left in (0..layout.width()).step_by(tile) {
        let tile = left..(left + tile).min(layout.width());
        let length = tile.len() + 2 * radius;
        let (enters, leaves) = (&mut enters[..length], &mut leaves[..length]);
        let read = |y: isize, line: &mut [[u8; CHANNELS]]| {
            let row = source.row_at(y, border).map(pixels);
            match row {
                Some(row) => extend(row, left.cast_signed() - reach, border, [0; CHANNELS], line, |pixel| pixel),
                None => line.fill([0; CHANNELS]),
            }
        };
        columns.clear(length);
        for (y, out) in rows.clone().zip(out.chunks_exact_mut(layout.stride())) {
            if scratch.stopped() {
                break;
            }
            let at = y.cast_signed();
            if y == rows.start {
                for y in at - reach..=at + reach {
                    read(y, enters);
                    columns.add(enters);
                }
            } else {
                read(at + reach, enters);
                read(at - reach - 1, leaves);
                columns.slide(enters, leaves);
            }
            let out = &mut out.as_chunks_mut().0[tile.clone()];
            out.copy_from_slice(&pixels(source.row(y))[tile.clone()]);
            for color in 0..COLORS {
                columns.medians(color, out);
            }
        }
    }
    scratch.give_bytes(lines);
    scratch.give_bytes(fine_buffer);
    scratch.give_bytes(coarse_buffer);
}

/// Histograms of the columns of a tile and of those its windows reach beside it. Before them is an empty one: what leaves
/// the first window.
struct Columns<'a> {
    coarse: &'a mut Coarse,
    fine: &'a mut Fine,
    /// Columns of a window.
    side: usize,
}

impl Columns<'_> {
    /// Empties the first `length` columns.
    fn clear(&mut self, length: usize) {
        let lines = self.coarse.iter_mut().chain(self.fine.as_flattened_mut());
        lines.for_each(|line| line[..=length].fill([0; BINS]));
    }

    fn add(&mut self, enters: &[[u8; CHANNELS]]) {
        for (column, [r, g, b, _]) in (1..COLUMNS).zip(enters) {
            for (color, value) in [r, g, b].into_iter().enumerate() {
                self.change(color, column, *value, add);
            }
        }
    }

    fn slide(&mut self, enters: &[[u8; CHANNELS]], leaves: &[[u8; CHANNELS]]) {
        for (column, ([r, g, b, _], [old_r, old_g, old_b, _])) in (1..COLUMNS).zip(enters.iter().zip(leaves)) {
            for (color, (value, old)) in [(r, old_r), (g, old_g), (b, old_b)].into_iter().enumerate() {
                self.change(color, column, *value, add);
                self.change(color, column, *old, subtract);
            }
        }
    }

    #[inline(always)]
    fn change(&mut self, color: usize, column: usize, value: u8, change: impl Fn(&mut Counts, &Counts)) {
        let (segment, bin) = (usize::from(value) / BINS, usize::from(value) % BINS);
        change(&mut self.coarse[color][column], &FROM[segment + 1]);
        change(&mut self.fine[color][segment][column], &FROM[bin]);
    }

    /// Writes the median of every window of a row, from left to right.
    fn medians(&self, color: usize, out: &mut [[u8; CHANNELS]]) {
        let (coarse, fine, side) = (&self.coarse[color], &self.fine[color], self.side);
        let half = (side * side / 2) as i32;
        let mut all = Sliding::NOTHING;
        let mut segments = [Sliding::NOTHING; BINS];
        let search = |next: usize, all: &mut Sliding, segments: &mut [Sliding; BINS]| {
            all.bring_to(next, side, coarse);
            let (segment, below) = all.window.last_not_above(half);
            segments[segment].bring_to(next, side, &fine[segment]);
            (segment, below, segments[segment].window)
        };
        // What comes before the first window lacks one column, so this is a guess.
        let (mut segment, mut below, mut window) = search(0, &mut all, &mut segments);
        for (x, out) in out.iter_mut().enumerate() {
            below += i32::from(coarse[x + side][segment]) - i32::from(coarse[x][segment]);
            window.slide(&fine[segment][x + side], &fine[segment][x]);
            let mut bin = window.first_above(half - below);
            if below > half || bin == BINS {
                let next = x + 1;
                segments[segment] = Sliding { window, next };
                (segment, below, window) = search(next, &mut all, &mut segments);
                bin = window.first_above(half - below);
            }
            out[color] = (segment * BINS + bin) as u8;
        }
    }
}

/// Counts of a window, as they were where they were last needed.
#[derive(Clone, Copy)]
struct Sliding {
    window: Window,
    /// Where the window after it begins.
    next: usize,
}

impl Sliding {
    const NOTHING: Self = Self { window: Window::EMPTY, next: usize::MAX };

    /// Makes this the window before the one that begins at `next`.
    #[inline(never)]
    fn bring_to(&mut self, next: usize, side: usize, columns: &[Counts; COLUMNS]) {
        if self.next <= next && 2 * (next - self.next) <= side {
            for x in self.next..next {
                self.window.slide(&columns[x + side], &columns[x]);
            }
        } else {
            self.window = Window::EMPTY;
            columns[next..next + side].iter().for_each(|column| self.window.slide(column, &columns[0]));
        }
        self.next = next;
    }
}
