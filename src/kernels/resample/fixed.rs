//! Resampling of opaque images in sixteen bits.

use super::axis::{Axis, Kernel};
use crate::image::{Border, CHANNELS, Layout};
use crate::plan::{Edge, Node, Plan};
use crate::stage::{Place, RowStage, RowsMut, Shape, Window, Work};
use std::ops::Range;

/// Sixteen bits: seven of a level's fraction, and fourteen of a weight's, so that weights up to 2 fit. Levels are counted
/// from the middle one, so that what a kernel overshoots fits as well; since weights add up to 1 exactly, sums of them are
/// counted from there too. All of it is whole: sums are the same in any order, and alpha stays 255.
pub(super) struct Fixed;

impl Fixed {
    /// Bits of a level's fraction.
    pub(super) const LEVEL: u32 = 7;
    /// Bits of a weight's fraction.
    pub(super) const WEIGHT: u32 = 14;
    /// Where levels are counted from.
    pub(super) const MIDDLE: i32 = 128;
}

/// Weights of sum 1, as they are used.
pub(super) fn weights(exact: &[f64]) -> impl Iterator<Item = i16> {
    let scale = f64::from(1 << Fixed::WEIGHT);
    // Each takes over what the ones before it lost in rounding, so that flat areas stay flat.
    let mut before = (0.0, 0);
    exact.iter().map(move |weight| {
        let sum = before.0 + weight * scale;
        let rounded = (sum + 0.5).floor() as i32;
        let weight = rounded - before.1;
        before = (sum, rounded);
        weight.clamp(i16::MIN.into(), i16::MAX.into()) as i16
    })
}

/// Makes an opaque image the size of another layout.
pub fn resample(plan: &mut Plan, source: Node, result: Layout, kernel: Kernel) -> Node {
    let layout = plan.layout(source);
    let clamp = Edge::Border(Border::Clamp);
    let across = Across { axis: Axis::new(layout.width(), result.width(), kernel), width: layout.width() };
    let across = plan.rows_of(&[(source, clamp)], [result.width(), layout.height()], across);
    let down = Down { axis: Axis::new(layout.height(), result.height(), kernel) };
    plan.image(&[(across, clamp)], result, down)
}

/// Which numbers of a line each output is made of.
#[derive(Clone, Copy)]
pub(super) struct Taps<'a> {
    pub(super) firsts: &'a [u32],
    pub(super) weights: &'a [i16],
    pub(super) taps: usize,
    /// The input that the line begins with.
    pub(super) start: usize,
}

impl<'a> Taps<'a> {
    fn of(axis: &'a Axis, outputs: Range<usize>, start: usize) -> Self {
        let (firsts, weights) = axis.runs(outputs);
        Self { firsts, weights, taps: axis.taps(), start }
    }
}

/// The first pass.
struct Across {
    axis: Axis,
    /// Columns of the source.
    width: usize,
}

impl RowStage for Across {
    fn shape(&self) -> Shape {
        Shape::shorts(CHANNELS)
    }

    fn reads_columns(&self, _: usize, columns: Range<usize>, width: usize) -> Range<usize> {
        let reads = self.axis.reads(&columns);
        reads.start..reads.end.min(width)
    }

    fn write(&self, place: &Place, inputs: &[Window<'_>], out: &mut RowsMut<'_>, work: &mut Work<'_>) {
        let reads = self.axis.reads(&place.columns);
        // What weights of zero stand for lies beyond the end of the row.
        let mut line_buffer = work.scratch.shorts(reads.len() * CHANNELS);
        let line = line_buffer.as_chunks_mut().0;
        let row = inputs[0].pixels::<CHANNELS>(0, &(reads.start..reads.end.min(self.width)));
        let runs = Taps::of(&self.axis, place.columns.clone(), reads.start);
        let out = out.shorts(0).as_chunks_mut().0;
        #[cfg(target_arch = "wasm32")]
        {
            super::simd128::read(row.as_flattened(), line);
            super::simd128::across(line, runs, out);
        }
        #[cfg(not(target_arch = "wasm32"))]
        {
            plain::read(row.as_flattened(), line);
            plain::across(line, runs, out);
        }
        work.scratch.give_shorts(line_buffer);
    }
}

/// The second pass.
struct Down {
    axis: Axis,
}

impl RowStage for Down {
    fn shape(&self) -> Shape {
        Shape::pixels(CHANNELS)
    }

    fn reads(&self, _: usize, rows: Range<isize>) -> Range<isize> {
        // Rows beyond the last are read with weights of zero.
        let reads = self.axis.reads(&(rows.start.cast_unsigned()..rows.end.cast_unsigned()));
        reads.start.cast_signed()..reads.end.cast_signed()
    }

    fn most_rows(&self, _: usize) -> usize {
        self.axis.taps()
    }

    fn write(&self, place: &Place, inputs: &[Window<'_>], out: &mut RowsMut<'_>, work: &mut Work<'_>) {
        let mut offsets = work.scratch.words(inputs[0].rows());
        for (offset, start) in offsets.iter_mut().zip(inputs[0].starts()) {
            *offset = start / CHANNELS as u32;
        }
        let weights = self.axis.weights_of(place.rows.start.cast_unsigned());
        let lines = inputs[0].all_shorts().as_chunks().0;
        #[cfg(target_arch = "wasm32")]
        super::simd128::down(lines, &offsets, weights, out.pixels(0));
        #[cfg(not(target_arch = "wasm32"))]
        plain::down(lines, &offsets, weights, out.pixels(0));
        work.scratch.give_words(offsets);
    }
}

/// The definition. Natively it is what runs.
#[cfg_attr(target_arch = "wasm32", allow(dead_code, reason = "the vector form is compared with it in tests"))]
pub(super) mod plain {
    use super::{CHANNELS, Fixed, Taps};
    use crate::kernels::window::pixels;

    type Sums = [i32; CHANNELS];

    pub(in crate::kernels::resample) fn read(row: &[u8], line: &mut [[i16; CHANNELS]]) {
        for (to, pixel) in line.iter_mut().zip(pixels(row)) {
            *to = pixel.map(|byte| ((i32::from(byte) - Fixed::MIDDLE) << Fixed::LEVEL) as i16);
        }
    }

    #[cfg_attr(target_arch = "wasm32", allow(dead_code, reason = "the vector form runs"))]
    pub(in crate::kernels::resample) fn across(line: &[[i16; CHANNELS]], runs: Taps<'_>, out: &mut [[i16; CHANNELS]]) {
        let each = runs.firsts.iter().zip(runs.weights.chunks_exact(runs.taps));
        for (out, (first, weights)) in out.iter_mut().zip(each) {
            let first = *first as usize - runs.start;
            let mut sums = [1 << (Fixed::WEIGHT - 1); CHANNELS];
            for (pixel, weight) in line[first..].iter().zip(weights) {
                add(&mut sums, pixel, *weight);
            }
            *out = sums.map(|sum| (sum >> Fixed::WEIGHT).clamp(i16::MIN.into(), i16::MAX.into()) as i16);
        }
    }

    pub(in crate::kernels::resample) fn down(
        lines: &[[i16; CHANNELS]],
        offsets: &[u32],
        weights: &[i16],
        out: &mut [[u8; CHANNELS]],
    ) {
        let bits = Fixed::WEIGHT + Fixed::LEVEL;
        for (x, out) in out.iter_mut().enumerate() {
            let mut sums = [(Fixed::MIDDLE << bits) + (1 << (bits - 1)); CHANNELS];
            for (offset, weight) in offsets.iter().zip(weights) {
                add(&mut sums, &lines[*offset as usize + x], *weight);
            }
            *out = sums.map(|sum| (sum >> bits).clamp(0, 255) as u8);
        }
    }

    fn add(sums: &mut Sums, pixel: &[i16; CHANNELS], weight: i16) {
        for (sum, value) in sums.iter_mut().zip(pixel) {
            *sum += i32::from(*value) * i32::from(weight);
        }
    }
}
