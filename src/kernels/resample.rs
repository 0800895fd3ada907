//! Resampling of premultiplied pixels: weighted sums along rows, then along columns.
//!
//! Rows are resampled horizontally once and kept in a ring while the rows of the result move down over them. Between the
//! two passes nothing is clamped, and rounded only as far as sixteen bits ask: see [`Fixed`].

mod axis;
mod fixed;
pub mod of_planes;
#[cfg(target_arch = "wasm32")]
mod simd128;

use crate::image::{Border, CHANNELS, Rows, Size};
use crate::kernels::window::Ring;
use crate::scratch::Scratch;
use axis::Axis;
use std::ops::Range;

pub use axis::Kernel;
pub use fixed::Fixed;

/// Numbers that pixels are resampled in, and the loops over them.
pub trait Arithmetic: Sized {
    /// A channel of a pixel, or a weight.
    type Value: Copy + Default + Send + Sync;

    /// Weights of sum 1, as they are used.
    fn weights(exact: &[f64]) -> impl Iterator<Item = Self::Value>;

    /// Makes a line of a row of bytes. What lies beyond the row is read with weights of 0.
    fn read(row: &[u8], line: &mut [Pixel<Self>]);

    /// The first pass, over a line that [`Arithmetic::read`] has made.
    fn across(line: &[Pixel<Self>], axis: &Axis<Self::Value>, out: &mut [Pixel<Self>]);

    /// The second pass: a row of bytes of the lines that begin at `offsets`.
    fn down(lines: &[Pixel<Self>], offsets: &[u32], weights: &[Self::Value], out: &mut [[u8; CHANNELS]]);

    /// A buffer of values.
    fn lend(scratch: &mut Scratch, length: usize) -> Vec<Self::Value>;

    /// The buffer back.
    fn give_back(scratch: &mut Scratch, buffer: Vec<Self::Value>);
}

/// The four channels of a pixel.
pub type Pixel<A> = [<A as Arithmetic>::Value; CHANNELS];

/// An image of one size made to another.
pub struct Resampler<A: Arithmetic> {
    /// Pixels in a row of the result.
    width: usize,
    columns: Axis<A::Value>,
    rows: Axis<A::Value>,
}

impl<A: Arithmetic> Resampler<A> {
    /// Prepares the weights to make the first size the second.
    #[must_use]
    pub fn new([from, to]: [Size; 2], kernel: Kernel) -> Self {
        let columns = Axis::new::<A>(from.width(), to.width(), kernel);
        let rows = Axis::new::<A>(from.height(), to.height(), kernel);
        Self { width: to.width(), columns, rows }
    }

    /// How many rows a row of the result is made of.
    #[must_use]
    pub fn taps(&self) -> usize {
        self.rows.taps()
    }

    /// The rows of the source that rows of the result are made of.
    #[must_use]
    pub fn reads(&self, rows: &Range<usize>, source: Size) -> Range<usize> {
        let first = |row: usize| self.rows.first(row);
        first(rows.start)..(first(rows.end - 1) + self.rows.taps()).min(source.height())
    }

    /// Writes rows of the result.
    pub fn run(&self, source: &Rows<'_>, rows: Range<usize>, out: &mut [u8], scratch: &mut Scratch) {
        let (from, width) = (source.layout(), self.width);
        let mut ring = Ring::new(self.rows.taps(), from.height(), Border::Clamp, scratch);
        // What weights of zero stand for lies beyond the end of the line.
        let mut line_buffer = A::lend(scratch, (from.width() + self.columns.taps()) * CHANNELS);
        let mut kept_buffer = A::lend(scratch, ring.lines() * width * CHANNELS);
        let mut offsets = scratch.words(self.rows.taps());
        let line = line_buffer.as_chunks_mut::<CHANNELS>().0;
        let kept = kept_buffer.as_chunks_mut::<CHANNELS>().0;
        for (y, out) in rows.zip(out.as_chunks_mut::<CHANNELS>().0.chunks_exact_mut(width)) {
            if scratch.stopped() {
                break;
            }
            let first = self.rows.first(y);
            for (i, offset) in offsets.iter_mut().enumerate() {
                let (slot, row) = ring.line((first + i).min(from.height() - 1).cast_signed());
                if let Some(row) = row {
                    A::read(source.row(row), line);
                    A::across(line, &self.columns, &mut kept[slot * width..][..width]);
                }
                *offset = (slot * width) as u32;
            }
            A::down(kept, &offsets, self.rows.weights_of(y), out);
        }
        ring.close(scratch);
        scratch.give_words(offsets);
        A::give_back(scratch, kept_buffer);
        A::give_back(scratch, line_buffer);
    }
}
