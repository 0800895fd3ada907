//! Correlation of straight colours with any kernel, in 16-bit fixed point.

use super::blocks::{self, copy_alpha};
use super::weighted_sums::{Bytes, Pixel, Sum, Sums};
use super::window::{Ring, TILE, extend_by, pixels, reach};
use crate::image::{Border, CHANNELS, Rows};
use crate::legacy::Reach;
use crate::scratch::Scratch;
use std::ops::Range;

/// A kernel, and how it reads outside the image.
#[derive(Debug)]
pub struct Correlation {
    /// In units of 2 to the power of `-bits`; an even number of them, none for taps that weigh nothing.
    weights: Vec<i16>,
    /// Column and row of each tap.
    taps: Vec<[usize; 2]>,
    width: usize,
    height: usize,
    bits: u32,
    /// The bias, and a half for rounding.
    start: i32,
    border: Border,
}

/// Columns worked on at a time.
const TILE_OF_SHORTS: usize = 4 * TILE;
/// What values may be off by at worst: half of what the definition of rounding leaves open.
const LARGEST_ERROR: f64 = 0.005;

impl Correlation {
    /// `weights` row by row, of a `width × height` window; `bias` in levels. `None` where a value could be off by too much.
    #[must_use]
    pub fn new(weights: &[f64], [width, height]: [usize; 2], bias: f64, border: Border) -> Option<Self> {
        let heaviest = weights.iter().fold(0.0, |most: f64, weight| most.max(weight.abs()));
        let largest = 255.0 * weights.iter().map(|weight| weight.abs()).sum::<f64>() + bias.abs() + 1.0;
        let fits = |bits: &i32| {
            let one = f64::from(1 << bits);
            heaviest * one <= f64::from(i16::MAX) && largest * one <= f64::from(i32::MAX)
        };
        let bits = (0..31).rev().find(fits)?;
        let one = f64::from(1 << bits);
        // Sums are whole numbers: what is below one of them makes no difference.
        let start = libm::floor((bias + 0.5) * one);
        let mut correlation = Self {
            weights: Vec::new(),
            taps: Vec::new(),
            width,
            height,
            bits: bits as u32,
            start: start as i32,
            border,
        };
        let mut error = 0.0;
        for (i, weight) in weights.iter().enumerate().filter(|(_, weight)| **weight != 0.0) {
            let rounded = libm::round(weight * one);
            error += 255.0 * (weight * one - rounded).abs();
            correlation.weights.push(rounded as i16);
            correlation.taps.push([i % width, i / width]);
        }
        if correlation.taps.len() % 2 == 1 {
            correlation.weights.push(0);
            correlation.taps.push([0, 0]);
        }
        (error / one <= LARGEST_ERROR).then_some(correlation)
    }

    /// The rows it reads of an image.
    #[must_use]
    pub fn reach(&self, height: usize) -> Reach {
        reach(self.height / 2, self.border, height)
    }

    /// Writes rows. Alpha is copied.
    pub fn write(&self, source: &Rows<'_>, rows: Range<usize>, out: &mut [u8], scratch: &mut Scratch) {
        let layout = source.layout();
        let length = TILE_OF_SHORTS + self.width - 1;
        let mut ring = Ring::new(self.height, layout.height(), self.border, scratch);
        let mut kept_buffer = scratch.shorts(ring.lines() * length * CHANNELS);
        let kept = kept_buffer.as_chunks_mut::<CHANNELS>().0;
        let mut lines = scratch.words(self.height);
        let mut starts = scratch.words(self.taps.len());
        for left in (0..layout.width()).step_by(TILE_OF_SHORTS) {
            let columns = left..(left + TILE_OF_SHORTS).min(layout.width());
            ring.clear();
            for (y, out) in rows.clone().zip(out.chunks_exact_mut(layout.stride())) {
                if scratch.stopped() {
                    break;
                }
                let top = y.cast_signed() - (self.height / 2).cast_signed();
                ring.hold(top, length, &mut lines, |start, row| {
                    self.read(source.row(row), left, &mut kept[start..][..columns.len() + self.width - 1]);
                });
                for (start, [column, row]) in starts.iter_mut().zip(&self.taps) {
                    *start = lines[*row] + *column as u32;
                }
                let out = &mut out.as_chunks_mut::<CHANNELS>().0[columns.clone()];
                let sum = Sum { lines: kept, starts: &starts, weights: &self.weights, start: self.start };
                sum.write(Bytes(self.bits), out);
                copy_alpha(&pixels(source.row(y))[columns.clone()], out);
            }
        }
        scratch.give_words(starts);
        scratch.give_words(lines);
        scratch.give_shorts(kept_buffer);
        ring.close(scratch);
    }

    /// Widens the columns of a tile and what the kernel sees beside them.
    fn read(&self, row: &[u8], left: usize, line: &mut [Pixel]) {
        let first = left.cast_signed() - (self.width / 2).cast_signed();
        extend_by(pixels(row), first, self.border, [0; CHANNELS], line, &|from, to| {
            blocks::each::<16, _, _>(from.as_flattened(), to.as_flattened_mut(), |value, _| i16::from(value));
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bits(weights: &[f64], bias: f64) -> Option<u32> {
        Correlation::new(weights, [weights.len(), 1], bias, Border::Clamp).map(|correlation| correlation.bits)
    }

    #[test]
    fn kernels_are_as_fine_as_they_fit() {
        assert_eq!(bits(&[-1.0, 5.0, -1.0], 0.0), Some(12), "5 · 2¹² is the last that fits in 16 bits");
        assert_eq!(bits(&[1.0 / 9.0; 9], 0.0), Some(18));
        assert_eq!(bits(&[0.0; 3], 17.25), Some(26));
        assert_eq!(bits(&[32767.0, -32767.0, 1.0], 0.0), Some(0));
        assert_eq!(bits(&[32768.0], 0.0), None, "it does not fit");
        assert_eq!(bits(&[300.3, -300.2, 1.0], 0.0), None, "too much is rounded away");
        assert_eq!(bits(&[1.0], 1e-3), Some(14));
        assert_eq!(bits(&[20000.0], 0.3), Some(0), "so fine that a fraction of the bias does not matter");
    }
}
