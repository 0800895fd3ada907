//! Correlation of straight colours with any kernel, in 16-bit fixed point.

use super::blocks::{self, copy_alpha};
use super::weighted_sums::whole::Whole;
use super::weighted_sums::{Bytes, Pixel, Sum, Sums};
use super::window::line;
use crate::image::{Border, CHANNELS};
use crate::plan::{Edge, Node, Plan};
use crate::planes::beside;
use crate::stage::{Place, RowStage, RowsMut, Shape, Window, Work};
use std::ops::Range;

/// A kernel, and how it reads outside the image.
#[derive(Debug)]
pub struct Correlation {
    /// In units of 2 to the power of `-bits`, none for taps that weigh nothing; an even number of them where they are not whole.
    weights: Vec<i16>,
    /// Column and row of each tap.
    taps: Vec<[usize; 2]>,
    width: usize,
    height: usize,
    bits: u32,
    /// No bits are needed, and sums fit in 16 bits.
    is_whole: bool,
    /// The bias, and a half for rounding.
    start: i32,
    border: Border,
}

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
        let is_whole = largest <= f64::from(i16::MAX) && weights.iter().all(|weight| libm::trunc(*weight) == *weight);
        let bits = if is_whole { 0 } else { (0..31).rev().find(fits)? };
        let one = f64::from(1 << bits);
        // Sums are whole numbers: what is below one of them makes no difference.
        let start = libm::floor((bias + 0.5) * one);
        let mut correlation = Self {
            weights: Vec::new(),
            taps: Vec::new(),
            width,
            height,
            bits: bits as u32,
            is_whole,
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
        if correlation.taps.len() % 2 == 1 && !is_whole {
            correlation.weights.push(0);
            correlation.taps.push([0, 0]);
        }
        (error / one <= LARGEST_ERROR).then_some(correlation)
    }

    /// The weighted sums of an image's colours. Alpha is copied.
    pub fn apply(self, plan: &mut Plan, source: Node) -> Node {
        let (layout, border) = (plan.layout(source), self.border);
        let wide = Wide { width: layout.width(), margin: self.width / 2, border };
        let wide = plan.rows(&[(source, Edge::Border(border))], wide);
        plan.image(&[(wide, Edge::Border(border)), (source, Edge::Border(border))], layout, self)
    }
}

impl RowStage for Correlation {
    fn shape(&self) -> Shape {
        Shape::pixels(CHANNELS)
    }

    fn reads(&self, input: usize, rows: Range<isize>) -> Range<isize> {
        let reach = if input == 0 { (self.height / 2).cast_signed() } else { 0 };
        rows.start - reach..rows.end + reach
    }

    fn write(&self, place: &Place, inputs: &[Window<'_>], out: &mut RowsMut<'_>, work: &mut Work<'_>) {
        let mut starts = work.scratch.words(self.taps.len());
        for (start, [column, row]) in starts.iter_mut().zip(&self.taps) {
            *start = inputs[0].starts()[*row] / CHANNELS as u32 + *column as u32;
        }
        let lines = inputs[0].all_shorts().as_chunks().0;
        let (starts_of_lines, weights, start) = (&*starts, &*self.weights, self.start);
        let out = out.pixels(0);
        if self.is_whole {
            Whole { lines, starts: starts_of_lines, weights, start: start as i16 }.write(out);
        } else {
            Sum { lines, starts: starts_of_lines, weights, start }.write(Bytes(self.bits), out);
        }
        copy_alpha(inputs[1].pixels(0, &place.columns), out);
        work.scratch.give_words(starts);
    }
}

/// Widens pixels to 16 bits, with what the kernel sees beside them.
struct Wide {
    width: usize,
    margin: usize,
    border: Border,
}

impl RowStage for Wide {
    fn shape(&self) -> Shape {
        Shape::shorts(CHANNELS).with_margin(2 * self.margin * CHANNELS)
    }

    fn reads_columns(&self, _: usize, columns: Range<usize>, width: usize) -> Range<usize> {
        beside(columns, self.margin, self.border, width)
    }

    fn write(&self, place: &Place, inputs: &[Window<'_>], out: &mut RowsMut<'_>, _: &mut Work<'_>) {
        let first = place.columns.start.cast_signed() - self.margin.cast_signed();
        let out: &mut [Pixel] = out.shorts(0).as_chunks_mut().0;
        line(&inputs[0], 0, (first, self.border, self.width), [0; CHANNELS], out, &|from: &[[u8; CHANNELS]], to| {
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
        assert_eq!(bits(&[-1.5, 5.0, -1.0], 0.0), Some(12), "5 · 2¹² is the last that fits in 16 bits");
        assert_eq!(bits(&[1.0 / 9.0; 9], 0.0), Some(18));
        assert_eq!(bits(&[32767.0, -32767.0, 1.0], 0.0), Some(0));
        assert_eq!(bits(&[32768.0], 0.0), None, "it does not fit");
        assert_eq!(bits(&[300.3, -300.2, 1.0], 0.0), None, "too much is rounded away");
        assert_eq!(bits(&[1.5], 1e-3), Some(14));
        assert_eq!(bits(&[20000.0], 0.3), Some(0), "so fine that a fraction of the bias does not matter");
    }

    #[test]
    fn whole_kernels_are_whole_as_long_as_their_sums_fit() {
        let is_whole = |weights: &[f64], bias: f64| {
            Correlation::new(weights, [weights.len(), 1], bias, Border::Clamp)
                .is_some_and(|correlation| correlation.is_whole)
        };
        assert!(is_whole(&[-1.0, 5.0, -1.0], 0.0));
        assert!(is_whole(&[0.0; 3], 17.25));
        assert!(is_whole(&[64.0, -64.0], 126.0), "128 · 255 + 126 + 1 = 2¹⁵ − 1");
        assert!(!is_whole(&[64.0, -64.0], 127.0));
        assert!(!is_whole(&[1.0, 0.5], 0.0));
    }
}
