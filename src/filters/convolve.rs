//! Convolution with a free kernel.

use crate::color::{to_byte, to_byte_f32};
use crate::filter::{Filter, Neighbourhood, Reach, Scratch, Stage};
use crate::image::{Border, CHANNELS, Rows, Size};
use crate::kernels::lines::{Bytes, Scaled, Sum, Sums};
use crate::kernels::window::{Ring, TILE, extend, extend_by, pixels, reach};
use crate::params::{Length, boolean, choice, filter, integer, number, numbers};
use std::ops::{Add, Div, Mul, Range};

const SHARPEN: &[f64] = &[0.0, -1.0, 0.0, -1.0, 5.0, -1.0, 0.0, -1.0, 0.0];

filter! {
    /// Replaces each pixel by a weighted sum of its neighbourhood: a correlation, the kernel is not turned.
    pub struct Convolve = "convolve", "Convolve", Detail {
        /// Columns of the kernel.
        width: usize = integer(3.0).range(1.0, 31.0).odd(),
        /// Rows of the kernel.
        height: usize = integer(3.0).range(1.0, 31.0).odd(),
        /// The weights, row by row.
        kernel: Vec<f64> = numbers(Length::Product("width", "height"), SHARPEN),
        /// What the sum is divided by; left out, the sum of the kernel, or 1 where that is 0.
        divisor: Option<f64> = number(1.0).soft(-16.0, 16.0).step(0.5).non_zero().optional(),
        /// Levels added to each colour.
        bias: f64 = number(0.0).soft(-255.0, 255.0).step(1.0),
        /// What is seen outside the image.
        border: Border = choice::<Border>(),
        /// Copies alpha and takes colours as they are; otherwise alpha is filtered too, and colours weighted with it.
        preserve_alpha as "preserveAlpha": bool = boolean(true),
    }
}

impl Filter for Convolve {
    fn plan(&self, size: Size) -> Vec<Stage> {
        let divisor = self.divisor.unwrap_or_else(|| default_divisor(&self.kernel));
        if let Some(window) = WholeWindow::new(self, divisor, size) {
            return vec![Stage::Neighbourhood(Box::new(window))];
        }
        let weights: Vec<f64> = self.kernel.iter().map(|weight| weight / divisor).collect();
        // Sums of a row, then of the rows: at most width + height + 2 roundings of 2⁻²⁴ each.
        let largest = 255.0 * weights.iter().map(|weight| weight.abs()).sum::<f64>() + self.bias.abs();
        let error = largest * (self.width + self.height + 2) as f64 / f64::from(1 << 24);
        vec![Stage::Neighbourhood(if error < 0.005 {
            Box::new(Window::<f32>::new(self, &weights, size, |value| value as f32))
        } else {
            Box::new(Window::<f64>::new(self, &weights, size, |value| value))
        })]
    }
}

/// The sum of the kernel, or 1 where that is 0, up to the roundings of the sum.
fn default_divisor(kernel: &[f64]) -> f64 {
    let sum: f64 = kernel.iter().sum();
    let size: f64 = kernel.iter().map(|weight| weight.abs()).sum();
    if sum.abs() <= 1e-12 * size { 1.0 } else { sum }
}

/// Single or double precision.
trait Real: Copy + Default + Send + Sync + From<u8> + Add<Output = Self> + Mul<Output = Self> + Div<Output = Self> {
    fn to_byte(self) -> u8;
    fn borrow(scratch: &mut Scratch, length: usize) -> Vec<Self>;
    fn give_back(scratch: &mut Scratch, buffer: Vec<Self>);
}

impl Real for f32 {
    fn to_byte(self) -> u8 {
        to_byte_f32(self)
    }
    fn borrow(scratch: &mut Scratch, length: usize) -> Vec<Self> {
        scratch.floats(length)
    }
    fn give_back(scratch: &mut Scratch, buffer: Vec<Self>) {
        scratch.give_floats(buffer);
    }
}

impl Real for f64 {
    fn to_byte(self) -> u8 {
        to_byte(self)
    }
    fn borrow(scratch: &mut Scratch, length: usize) -> Vec<Self> {
        scratch.doubles(length)
    }
    fn give_back(scratch: &mut Scratch, buffer: Vec<Self>) {
        scratch.give_doubles(buffer);
    }
}

struct Window<T> {
    /// Row by row, divided.
    weights: Vec<T>,
    width: usize,
    height: usize,
    bias: T,
    border: Border,
    preserve_alpha: bool,
    height_of_image: usize,
}

impl<T: Real> Window<T> {
    fn new(filter: &Convolve, weights: &[f64], size: Size, convert: impl Fn(f64) -> T) -> Self {
        Self {
            weights: weights.iter().map(|weight| convert(*weight)).collect(),
            width: filter.width,
            height: filter.height,
            bias: convert(filter.bias),
            border: filter.border,
            preserve_alpha: filter.preserve_alpha,
            height_of_image: size.height(),
        }
    }

    /// Converts the columns of a tile and what the kernel sees beside them.
    fn read(&self, row: &[u8], left: usize, line: &mut [[T; CHANNELS]]) {
        let first = left.cast_signed() - (self.width / 2).cast_signed();
        let outside = [T::default(); CHANNELS];
        if self.preserve_alpha {
            extend(pixels(row), first, self.border, outside, line, |pixel| pixel.map(T::from));
        } else {
            extend(pixels(row), first, self.border, outside, line, |[r, g, b, a]| {
                let share = T::from(a) / T::from(255);
                [T::from(r) * share, T::from(g) * share, T::from(b) * share, T::from(a)]
            });
        }
    }

    /// The weighted sums of `N` pixels, where `lines` holds the offset of each row of the window.
    #[inline(always)]
    fn sum<const N: usize>(&self, kept: &[[T; CHANNELS]], lines: &[u32], x: usize) -> [[T; CHANNELS]; N] {
        let mut sums = [[T::default(); CHANNELS]; N];
        for (line, weights) in lines.iter().zip(self.weights.chunks_exact(self.width)) {
            let line = &kept[*line as usize + x..][..self.width - 1 + N];
            let mut row = [[T::default(); CHANNELS]; N];
            for (block, weight) in line.windows(N).zip(weights) {
                for (sum, pixel) in row.iter_mut().zip(block) {
                    for lane in 0..CHANNELS {
                        sum[lane] = sum[lane] + *weight * pixel[lane];
                    }
                }
            }
            for (sum, row) in sums.iter_mut().zip(row) {
                for lane in 0..CHANNELS {
                    sum[lane] = sum[lane] + row[lane];
                }
            }
        }
        sums
    }

    /// Makes bytes of sums. All four lanes are rounded alike, which is one vector; alpha is put right afterwards.
    fn finish(&self, sums: &[[T; CHANNELS]], source: &[[u8; CHANNELS]], out: &mut [[u8; CHANNELS]]) {
        let pixels = out.iter_mut().zip(source).zip(sums);
        if self.preserve_alpha {
            for ((out, pixel), sums) in pixels {
                let [r, g, b, _] = sums.map(|sum| (sum + self.bias).to_byte());
                *out = [r, g, b, pixel[3]];
            }
        } else {
            for ((out, _), sums) in pixels {
                let (scale, alpha) = (T::from(255) / sums[3], sums[3].to_byte());
                let [r, g, b, _] = sums.map(|sum| (sum * scale + self.bias).to_byte());
                *out = if alpha == 0 { [0; CHANNELS] } else { [r, g, b, alpha] };
            }
        }
    }
}

/// Pixels that are summed at once, so that their sums stay in registers.
const BLOCK: usize = 4;

impl<T: Real> Neighbourhood for Window<T> {
    fn reach(&self) -> Reach {
        reach(self.height / 2, self.border, self.height_of_image)
    }

    fn keeps_opaque(&self) -> bool {
        self.preserve_alpha
    }

    fn write(&self, source: &Rows<'_>, rows: Range<usize>, out: &mut [u8], scratch: &mut Scratch) {
        let size = source.size();
        let length = TILE + self.width - 1;
        let mut ring = Ring::new(self.height, size.height(), self.border, scratch);
        let mut kept_buffer = T::borrow(scratch, ring.lines() * length * CHANNELS);
        let kept = kept_buffer.as_chunks_mut::<CHANNELS>().0;
        let mut sums_buffer = T::borrow(scratch, TILE * CHANNELS);
        let sums = sums_buffer.as_chunks_mut::<CHANNELS>().0;
        let mut lines = scratch.words(self.height);
        for left in (0..size.width()).step_by(TILE) {
            let columns = left..(left + TILE).min(size.width());
            ring.clear();
            for (y, out) in rows.clone().zip(out.chunks_exact_mut(size.stride())) {
                if scratch.stopped() {
                    break;
                }
                let top = y.cast_signed() - (self.height / 2).cast_signed();
                for (i, start) in lines.iter_mut().enumerate() {
                    let (line, row) = ring.line(top + i.cast_signed());
                    *start = (line * length) as u32;
                    if let Some(row) = row {
                        let line = &mut kept[line * length..][..columns.len() + self.width - 1];
                        self.read(source.row(row), left, line);
                    }
                }
                let out = &mut out.as_chunks_mut::<CHANNELS>().0[columns.clone()];
                let pixels = &pixels(source.row(y))[columns.clone()];
                let (blocks, rest) = sums[..columns.len()].as_chunks_mut::<BLOCK>();
                let done = blocks.len() * BLOCK;
                for (i, block) in blocks.iter_mut().enumerate() {
                    *block = self.sum::<BLOCK>(kept, &lines, i * BLOCK);
                }
                for (i, pixel) in rest.iter_mut().enumerate() {
                    [*pixel] = self.sum::<1>(kept, &lines, done + i);
                }
                self.finish(sums, pixels, out);
            }
        }
        scratch.give_words(lines);
        T::give_back(scratch, sums_buffer);
        T::give_back(scratch, kept_buffer);
        ring.close(scratch);
    }
}

/// A kernel of whole numbers, for straight colours: its sums are exact.
struct WholeWindow {
    /// Of an even number of taps.
    weights: Vec<i16>,
    /// Column and row of each tap.
    taps: Vec<[usize; 2]>,
    width: usize,
    height: usize,
    finish: WholeFinish,
    border: Border,
    height_of_image: usize,
}

/// How a sum becomes a byte.
#[derive(Clone, Copy)]
enum WholeFinish {
    /// The divisor is a power of two: begin with a half and the bias, and shift.
    Shift(i32, u32),
    /// Anything else.
    Scale(Scaled),
}

impl WholeFinish {
    fn new(divisor: f64, bias: f64) -> Self {
        let start = bias * divisor + divisor / 2.0;
        let bits = (0..=MOST_BITS).find(|bits| f64::from(1 << bits) == divisor);
        match bits {
            Some(0) if bias.fract() == 0.0 && bias.abs() < f64::from(1 << MOST_BITS) => Self::Shift(bias as i32, 0),
            Some(bits) if start.fract() == 0.0 && start.abs() < f64::from(1 << MOST_BITS) => {
                Self::Shift(start as i32, bits)
            }
            _ => Self::Scale(Scaled { scale: (1.0 / divisor) as f32, bias: bias as f32 }),
        }
    }
}

/// Bits of a whole number that single precision holds exactly.
const MOST_BITS: u32 = 24;

impl WholeWindow {
    /// `None` where weights are not whole, or too large.
    fn new(filter: &Convolve, divisor: f64, size: Size) -> Option<Self> {
        let sign = divisor.signum();
        let taps = filter.kernel.iter().enumerate().filter(|(_, weight)| **weight != 0.0);
        let (mut taps, mut weights): (Vec<_>, Vec<_>) =
            taps.map(|(i, weight)| ([i % filter.width, i / filter.width], sign * weight)).unzip();
        let largest = 255.0 * weights.iter().map(|weight| weight.abs()).sum::<f64>();
        // Two roundings of the result and one of the factor.
        let error = 3.0 * (largest / divisor.abs() + filter.bias.abs()) / f64::from(1 << MOST_BITS);
        let is_whole = |weight: &f64| weight.fract() == 0.0 && weight.abs() <= f64::from(i16::MAX);
        if !filter.preserve_alpha || !weights.iter().all(is_whole) || largest >= f64::from(1 << MOST_BITS) || error > 0.005 {
            return None;
        }
        if taps.len() % 2 == 1 {
            taps.push([0, 0]);
            weights.push(0.0);
        }
        Some(Self {
            weights: weights.into_iter().map(|weight| weight as i16).collect(),
            taps,
            width: filter.width,
            height: filter.height,
            finish: WholeFinish::new(divisor.abs(), filter.bias),
            border: filter.border,
            height_of_image: size.height(),
        })
    }
}

impl Neighbourhood for WholeWindow {
    fn reach(&self) -> Reach {
        reach(self.height / 2, self.border, self.height_of_image)
    }

    fn write(&self, source: &Rows<'_>, rows: Range<usize>, out: &mut [u8], scratch: &mut Scratch) {
        let size = source.size();
        let length = WHOLE_TILE + self.width - 1;
        let mut ring = Ring::new(self.height, size.height(), self.border, scratch);
        let mut kept_buffer = scratch.shorts(ring.lines() * length * CHANNELS);
        let kept = kept_buffer.as_chunks_mut::<CHANNELS>().0;
        let mut lines = scratch.words(self.height);
        let mut starts = scratch.words(self.taps.len());
        for left in (0..size.width()).step_by(WHOLE_TILE) {
            let columns = left..(left + WHOLE_TILE).min(size.width());
            ring.clear();
            for (y, out) in rows.clone().zip(out.chunks_exact_mut(size.stride())) {
                if scratch.stopped() {
                    break;
                }
                let top = y.cast_signed() - (self.height / 2).cast_signed();
                for (i, start) in lines.iter_mut().enumerate() {
                    let (line, row) = ring.line(top + i.cast_signed());
                    *start = (line * length) as u32;
                    if let Some(row) = row {
                        let first = left.cast_signed() - (self.width / 2).cast_signed();
                        let line = &mut kept[line * length..][..columns.len() + self.width - 1];
                        extend_by(pixels(source.row(row)), first, self.border, [0; CHANNELS], line, |from, to| {
                            for (to, from) in to.as_flattened_mut().iter_mut().zip(from.as_flattened()) {
                                *to = i16::from(*from);
                            }
                        });
                    }
                }
                for (start, [column, row]) in starts.iter_mut().zip(&self.taps) {
                    *start = lines[*row] + *column as u32;
                }
                let out = &mut out.as_chunks_mut::<CHANNELS>().0[columns.clone()];
                let sum = Sum { lines: kept, starts: &starts, weights: &self.weights, start: 0 };
                match self.finish {
                    WholeFinish::Shift(start, bits) => Sum { start, ..sum }.write(Bytes(bits), out),
                    WholeFinish::Scale(scaled) => sum.write(scaled, out),
                }
                for (out, pixel) in out.iter_mut().zip(&pixels(source.row(y))[columns.clone()]) {
                    out[3] = pixel[3];
                }
            }
        }
        scratch.give_words(starts);
        scratch.give_words(lines);
        scratch.give_shorts(kept_buffer);
        ring.close(scratch);
    }
}

/// Columns worked on at a time: lines are a quarter as long as those of real numbers.
const WHOLE_TILE: usize = 4 * TILE;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kernels_that_sum_to_zero_are_not_divided() {
        assert_eq!(default_divisor(&[1.0, 2.0, 1.0]), 4.0);
        assert_eq!(default_divisor(&[-1.0, 0.0, 1.0]), 1.0);
        assert_eq!(default_divisor(&[0.1, 0.2, -0.3]), 1.0, "a sum of 3·10⁻¹⁷ is rounding");
        assert_eq!(default_divisor(&[0.0]), 1.0);
    }

    #[test]
    fn large_weights_that_cancel_stay_exact() {
        let filter = Convolve {
            kernel: vec![1e6, 1.0, -1e6],
            width: 3,
            height: 1,
            divisor: Some(1.0),
            bias: 0.0,
            border: Border::Clamp,
            preserve_alpha: true,
        };
        let size = Size::new(5, 1).expect("not empty");
        let source = [77, 78, 79, 80].repeat(5);
        let mut out = vec![0; source.len()];
        let Some(Stage::Neighbourhood(window)) = filter.plan(size).pop() else { panic!("it reads neighbours") };
        window.write(&Rows::new(size, 0, &source), 0..1, &mut out, &mut Scratch::default());
        assert_eq!(out, source);
    }
}
