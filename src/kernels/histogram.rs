//! Medians of large squares by histograms of columns (Perreault and Hébert, *Median filtering in constant time*, 2007).
//!
//! Each column has a histogram of its part of the window, in two levels: 16 coarse counts, and 16 segments of 16 fine
//! ones. Sliding the window adds the histogram of one column and takes another away; only the segment that holds the
//! median is brought up to date. Counts are whole, so they are the same wherever bands and tiles begin.

use crate::filter::Scratch;
use crate::image::{Border, Rows};
use crate::kernels::window::{extend, pixels};
use std::ops::Range;

/// Columns worked on at a time: their histograms stay in the second cache.
const TILE: usize = 256;
/// Counts of a level.
const BINS: usize = 16;

/// Counts of a column: at most 2 × 50 + 1.
type Column = [u8; BINS];
/// Counts of the window: at most 101².
type Window = [u16; BINS];

/// The median of `(2·radius + 1)²` pixels, per colour; alpha is copied. `radius` is at most 50.
pub fn median(
    source: &Rows<'_>,
    rows: Range<usize>,
    radius: usize,
    border: Border,
    out: &mut [u8],
    scratch: &mut Scratch,
) {
    let size = source.size();
    let (stride, reach) = (size.stride(), radius.cast_signed());
    for (y, out) in rows.clone().zip(out.chunks_exact_mut(stride)) {
        out.copy_from_slice(source.row(y));
    }
    let length = TILE.min(size.width()) + 2 * radius;
    let mut coarse = scratch.bytes(length * BINS);
    let mut fine = scratch.bytes(length * BINS * BINS);
    let mut lines = scratch.bytes(2 * length);
    for left in (0..size.width()).step_by(TILE) {
        let tile = left..(left + TILE).min(size.width());
        let length = tile.len() + 2 * radius;
        for channel in 0..3 {
            let mut columns = Columns {
                coarse: &mut coarse.as_chunks_mut().0[..length],
                fine: &mut fine.as_chunks_mut().0[..length * BINS],
                radius,
            };
            columns.coarse.fill([0; BINS]);
            columns.fine.fill([0; BINS]);
            let read = |y: isize, line: &mut [u8]| match source.row_at(y, border) {
                Some(row) => {
                    extend(pixels(row), left.cast_signed() - reach, border, 0, line, |pixel| pixel[channel]);
                }
                None => line.fill(0),
            };
            let (enters, leaves) = lines.split_at_mut(length);
            let leaves = &mut leaves[..length];
            for (y, out) in rows.clone().zip(out.chunks_exact_mut(stride)) {
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
                let out = &mut out.as_chunks_mut::<4>().0[tile.clone()];
                columns.medians(|x, median| out[x][channel] = median);
            }
        }
    }
    scratch.give_bytes(lines);
    scratch.give_bytes(fine);
    scratch.give_bytes(coarse);
}

/// Histograms of the columns of a tile and of those its windows reach beside it.
struct Columns<'a> {
    coarse: &'a mut [Column],
    /// Segment by segment, the columns of each side by side.
    fine: &'a mut [Column],
    radius: usize,
}

impl Columns<'_> {
    fn add(&mut self, enters: &[u8]) {
        let length = self.coarse.len();
        for (column, value) in enters.iter().enumerate() {
            let (segment, bin) = split(*value);
            self.coarse[column][segment] += 1;
            self.fine[segment * length + column][bin] += 1;
        }
    }

    fn slide(&mut self, enters: &[u8], leaves: &[u8]) {
        self.add(enters);
        let length = self.coarse.len();
        for (column, value) in leaves.iter().enumerate() {
            let (segment, bin) = split(*value);
            self.coarse[column][segment] -= 1;
            self.fine[segment * length + column][bin] -= 1;
        }
    }

    /// Tells the median of every window of a row, from left to right.
    fn medians(&self, mut tell: impl FnMut(usize, u8)) {
        let length = self.coarse.len();
        let side = 2 * self.radius + 1;
        let half = (side * side / 2) as u16;
        let mut coarse = Window::default();
        let mut segments = [Segment { counts: Window::default(), at: None }; BINS];
        self.coarse[..side - 1].iter().for_each(|column| add(&mut coarse, column));
        for x in 0..=length - side {
            add(&mut coarse, &self.coarse[x + side - 1]);
            let (segment, rest) = find(&coarse, half);
            let columns = &self.fine[segment * length..][..length];
            let fine = segments[segment].brought_to(x, side, columns);
            let (bin, _) = find(fine, rest);
            tell(x, (segment * BINS + bin) as u8);
            subtract(&mut coarse, &self.coarse[x]);
        }
    }
}

/// Fine counts of the window, as they were where they were last needed.
#[derive(Clone, Copy)]
struct Segment {
    counts: Window,
    at: Option<usize>,
}

impl Segment {
    fn brought_to(&mut self, x: usize, side: usize, columns: &[Column]) -> &Window {
        match self.at {
            Some(at) if 2 * (x - at) <= side => {
                columns[at + side..x + side].iter().for_each(|column| add(&mut self.counts, column));
                columns[at..x].iter().for_each(|column| subtract(&mut self.counts, column));
            }
            _ => {
                self.counts = Window::default();
                columns[x..x + side].iter().for_each(|column| add(&mut self.counts, column));
            }
        }
        self.at = Some(x);
        &self.counts
    }
}

fn split(value: u8) -> (usize, usize) {
    (usize::from(value) / BINS, usize::from(value) % BINS)
}

fn add(window: &mut Window, column: &Column) {
    window.iter_mut().zip(column).for_each(|(count, more)| *count += u16::from(*more));
}

fn subtract(window: &mut Window, column: &Column) {
    window.iter_mut().zip(column).for_each(|(count, less)| *count -= u16::from(*less));
}

/// The bin that holds the value of this rank (from 0), and its rank within the bin.
fn find(counts: &Window, mut rank: u16) -> (usize, u16) {
    for (bin, count) in counts.iter().enumerate() {
        if rank < *count {
            return (bin, rank);
        }
        rank -= count;
    }
    unreachable!("the rank is below the number of values")
}
