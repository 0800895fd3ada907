//! Resampling of premultiplied pixels: weighted sums along rows, then along columns.
//!
//! Rows are resampled horizontally once and kept in a ring while the rows of the result move down over them. Between the
//! two passes nothing is clamped, and rounded only as far as sixteen bits ask: see [`Fixed`].

use crate::color::{Transfer, to_byte_f32};
use crate::filter::Scratch;
use crate::image::{Border, CHANNELS, Rows, Size};
use crate::kernels::window::{Ring, pixels};
use std::ops::Range;

/// Numbers that pixels are resampled in.
pub trait Arithmetic {
    /// A channel of a pixel, or a weight.
    type Value: Copy + Default + Send + Sync;
    /// A sum of products.
    type Sum: Copy + Default;

    /// Weights of sum 1, as they are used.
    fn weights(exact: &[f64]) -> impl Iterator<Item = Self::Value>;
    /// A level of 0..=255.
    fn value(level: f32) -> Self::Value;
    /// One product more.
    fn add(sum: Self::Sum, value: Self::Value, weight: Self::Value) -> Self::Sum;
    /// What the second pass reads of a sum of the first.
    fn between(sum: Self::Sum) -> Self::Value;
    /// The level that a sum of the second pass stands for.
    fn level(sum: Self::Sum) -> f32;
    /// A buffer of values.
    fn lend(scratch: &mut Scratch, length: usize) -> Vec<Self::Value>;
    /// The buffer back.
    fn give_back(scratch: &mut Scratch, buffer: Vec<Self::Value>);
}

/// Sixteen bits: seven of a level's fraction, and fourteen of a weight's, so that weights up to 2 fit. Levels are counted
/// from the middle one, so that what a kernel overshoots fits as well; since weights add up to 1 exactly, sums of them are
/// counted from there too. All of it is whole: sums are the same in any order.
pub struct Fixed;

impl Fixed {
    const LEVEL: i32 = 1 << 7;
    const MIDDLE: i32 = 128;
    const WEIGHT: i32 = 1 << 14;
}

impl Arithmetic for Fixed {
    type Value = i16;
    type Sum = i32;

    fn weights(exact: &[f64]) -> impl Iterator<Item = i16> {
        // Each takes over what the ones before it lost in rounding, so that flat areas stay flat.
        let mut before = (0.0, 0);
        exact.iter().map(move |weight| {
            let sum = before.0 + weight * f64::from(Self::WEIGHT);
            let rounded = (sum + 0.5).floor() as i32;
            let weight = rounded - before.1;
            before = (sum, rounded);
            weight.clamp(i16::MIN.into(), i16::MAX.into()) as i16
        })
    }

    fn value(level: f32) -> i16 {
        ((level * Self::LEVEL as f32 + 0.5) as i32 - Self::MIDDLE * Self::LEVEL) as i16
    }

    fn add(sum: i32, value: i16, weight: i16) -> i32 {
        sum + i32::from(value) * i32::from(weight)
    }

    fn between(sum: i32) -> i16 {
        ((sum + (1 << 13)) >> 14).clamp(i16::MIN.into(), i16::MAX.into()) as i16
    }

    fn level(sum: i32) -> f32 {
        sum as f32 / (Self::LEVEL * Self::WEIGHT) as f32 + Self::MIDDLE as f32
    }

    fn lend(scratch: &mut Scratch, length: usize) -> Vec<i16> {
        scratch.shorts(length)
    }

    fn give_back(scratch: &mut Scratch, buffer: Vec<i16>) {
        scratch.give_shorts(buffer);
    }
}

/// Single precision, for linear light: dark tones need more of a level's fraction.
pub struct Float;

impl Arithmetic for Float {
    type Value = f32;
    type Sum = f32;

    fn weights(exact: &[f64]) -> impl Iterator<Item = f32> {
        exact.iter().map(|weight| *weight as f32)
    }

    fn value(level: f32) -> f32 {
        level
    }

    fn add(sum: f32, value: f32, weight: f32) -> f32 {
        sum + value * weight
    }

    fn between(sum: f32) -> f32 {
        sum
    }

    fn level(sum: f32) -> f32 {
        sum
    }

    fn lend(scratch: &mut Scratch, length: usize) -> Vec<f32> {
        scratch.floats(length)
    }

    fn give_back(scratch: &mut Scratch, buffer: Vec<f32>) {
        scratch.give_floats(buffer);
    }
}

/// A kernel: how far it reaches, and its weight at a distance.
pub type Kernel = (f64, fn(f64) -> f64);

/// Along one axis: what each output is made of.
struct Axis<V> {
    /// The first input of each output.
    first: Vec<u32>,
    /// Weights of each output, filled up with zeros to `taps`.
    weights: Vec<V>,
    taps: usize,
}

impl<V: Copy + Default> Axis<V> {
    /// As Pillow's `resize`: the kernel is stretched where the axis shrinks, and what it would read outside is left out.
    fn new<A: Arithmetic<Value = V>>(from: usize, to: usize, (support, kernel): Kernel) -> Self {
        if from == to {
            return Self { first: (0..to as u32).collect(), weights: A::weights(&vec![1.0; to]).collect(), taps: 1 };
        }
        let scale = from as f64 / to as f64;
        let stretch = scale.max(1.0);
        let reach = support * stretch;
        let range = |i: usize| {
            let centre = (i as f64 + 0.5) * scale;
            let first = (centre - reach + 0.5).floor().max(0.0) as usize;
            let end = ((centre + reach + 0.5).floor() as usize).min(from);
            (centre, first..end)
        };
        let taps = (0..to).map(|i| range(i).1.len()).max().unwrap_or(1);
        let mut weights = vec![V::default(); to * taps];
        let mut exact = Vec::new();
        for (i, weights) in weights.chunks_exact_mut(taps).enumerate() {
            let (centre, inputs) = range(i);
            exact.clear();
            exact.extend(inputs.map(|j| kernel((j as f64 + 0.5 - centre) / stretch)));
            let sum: f64 = exact.iter().sum();
            exact.iter_mut().for_each(|weight| *weight /= sum);
            weights.iter_mut().zip(A::weights(&exact)).for_each(|(to, weight)| *to = weight);
        }
        Self { first: (0..to).map(|i| range(i).1.start as u32).collect(), weights, taps }
    }
}

/// An image of one size made to another.
pub struct Resampler<A: Arithmetic> {
    size: Size,
    columns: Axis<A::Value>,
    rows: Axis<A::Value>,
    transfer: Option<Transfer>,
}

type Pixel<V> = [V; CHANNELS];

impl<A: Arithmetic> Resampler<A> {
    /// Prepares the weights. With a `transfer`, colour is resampled as linear light.
    #[must_use]
    pub fn new(from: Size, to: Size, kernel: Kernel, transfer: Option<Transfer>) -> Self {
        let columns = Axis::new::<A>(from.width(), to.width(), kernel);
        let rows = Axis::new::<A>(from.height(), to.height(), kernel);
        Self { size: to, columns, rows, transfer }
    }

    /// The size of the result.
    #[must_use]
    pub fn size(&self) -> Size {
        self.size
    }

    /// How many rows a row of the result is made of.
    #[must_use]
    pub fn taps(&self) -> usize {
        self.rows.taps
    }

    /// The rows of the source that rows of the result are made of.
    #[must_use]
    pub fn reads(&self, rows: &Range<usize>, source: Size) -> Range<usize> {
        let first = |row: usize| self.rows.first[row] as usize;
        first(rows.start)..(first(rows.end - 1) + self.rows.taps).min(source.height())
    }

    /// Writes rows of the result.
    pub fn run(&self, source: &Rows<'_>, rows: Range<usize>, out: &mut [u8], scratch: &mut Scratch) {
        let (from, width) = (source.size(), self.size.width());
        let mut ring = Ring::new(self.rows.taps, from.height(), Border::Clamp, scratch);
        // What weights of zero stand for lies beyond the end of the line.
        let mut line_buffer = A::lend(scratch, (from.width() + self.columns.taps) * CHANNELS);
        let mut kept_buffer = A::lend(scratch, ring.lines() * width * CHANNELS);
        let mut offsets = scratch.words(self.rows.taps);
        let line = line_buffer.as_chunks_mut::<CHANNELS>().0;
        let kept = kept_buffer.as_chunks_mut::<CHANNELS>().0;
        for (y, out) in rows.zip(out.chunks_exact_mut(self.size.stride())) {
            if scratch.stopped() {
                break;
            }
            let first = self.rows.first[y] as usize;
            for (i, offset) in offsets.iter_mut().enumerate() {
                let (slot, row) = ring.line((first + i).min(from.height() - 1).cast_signed());
                if let Some(row) = row {
                    self.read(source.row(row), line);
                    self.resample_row(line, &mut kept[slot * width..][..width]);
                }
                *offset = (slot * width) as u32;
            }
            let weights = &self.rows.weights[y * self.rows.taps..][..self.rows.taps];
            for (x, out) in out.as_chunks_mut::<CHANNELS>().0.iter_mut().enumerate() {
                let mut sums = [A::Sum::default(); CHANNELS];
                for (offset, weight) in offsets.iter().zip(weights) {
                    add::<A>(&mut sums, &kept[*offset as usize + x], *weight);
                }
                *out = self.finish(sums);
            }
        }
        ring.close(scratch);
        scratch.give_words(offsets);
        A::give_back(scratch, kept_buffer);
        A::give_back(scratch, line_buffer);
    }

    /// Premultiplies a row.
    fn read(&self, row: &[u8], line: &mut [Pixel<A::Value>]) {
        for (to, [r, g, b, a]) in line.iter_mut().zip(pixels(row)) {
            let share = f32::from(*a) / 255.0;
            let light = |byte: u8| match &self.transfer {
                Some(transfer) => transfer.decode(byte),
                None => f32::from(byte),
            };
            let [r, g, b] = [*r, *g, *b].map(|byte| A::value(light(byte) * share));
            *to = [r, g, b, A::value(f32::from(*a))];
        }
    }

    fn resample_row(&self, line: &[Pixel<A::Value>], out: &mut [Pixel<A::Value>]) {
        let taps = self.columns.taps;
        for ((out, first), weights) in
            out.iter_mut().zip(&self.columns.first).zip(self.columns.weights.chunks_exact(taps))
        {
            let mut sums = [A::Sum::default(); CHANNELS];
            for (pixel, weight) in line[*first as usize..][..taps].iter().zip(weights) {
                add::<A>(&mut sums, pixel, *weight);
            }
            *out = sums.map(A::between);
        }
    }

    /// Makes a straight pixel: an invisible one is 0, 0, 0, 0.
    fn finish(&self, sums: Pixel<A::Sum>) -> [u8; CHANNELS] {
        let [r, g, b, a] = sums.map(A::level);
        let alpha = to_byte_f32(a);
        if alpha == 0 {
            return [0; CHANNELS];
        }
        let scale = 255.0 / a;
        let byte = |level: f32| match &self.transfer {
            Some(transfer) => transfer.encode(level * scale),
            None => to_byte_f32(level * scale),
        };
        [byte(r), byte(g), byte(b), alpha]
    }
}

fn add<A: Arithmetic>(sums: &mut Pixel<A::Sum>, pixel: &Pixel<A::Value>, weight: A::Value) {
    for (sum, value) in sums.iter_mut().zip(pixel) {
        *sum = A::add(*sum, *value, weight);
    }
}
