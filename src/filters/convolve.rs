//! Convolution with a free kernel.

use crate::color::{to_byte, to_byte_f32};
use crate::error::Error;
use crate::filter::{Filter, Neighbourhood, Reach, Scratch, Stage};
use crate::image::{Border, CHANNELS, Layout, Rows};
use crate::kernels::correlate::Correlation;
use crate::kernels::window::{Ring, TILE, extend, pixels, reach};
use crate::params::{Length, boolean, choice, filter, integer, number, numbers};
use std::ops::Range;

const SHARPEN: &[f64] = &[0.0, -1.0, 0.0, -1.0, 5.0, -1.0, 0.0, -1.0, 0.0];
/// Changes nothing.
const CENTRE: &[f64] = &[0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0];

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
    alpha: CopiedWhere("preserveAlpha"),
    identity: Where(
        "width" = Number(3.0),
        "height" = Number(3.0),
        "kernel" = Numbers(CENTRE),
        "divisor" = Number(1.0),
        "bias" = Number(0.0),
        "preserveAlpha" = Boolean(true)
    ),
}

impl Filter for Convolve {
    fn plan(&self, source: Layout) -> Result<Vec<Stage>, Error> {
        let divisor = self.divisor.unwrap_or_else(|| default_divisor(&self.kernel));
        let weights: Vec<f64> = self.kernel.iter().map(|weight| weight / divisor).collect();
        let height = source.height();
        if self.preserve_alpha
            && let Some(correlation) = Correlation::new(&weights, [self.width, self.height], self.bias, self.border)
        {
            return Ok(vec![Stage::Neighbourhood(Box::new(InFixedPoint { correlation, height }))]);
        }
        // Sums of a row, then of the rows: at most width + height + 2 roundings of 2⁻²⁴ each.
        let largest = 255.0 * weights.iter().map(|weight| weight.abs()).sum::<f64>() + self.bias.abs();
        let error = largest * (self.width + self.height + 2) as f64 / f64::from(1 << 24);
        let Self { width, bias, border, preserve_alpha, .. } = *self;
        let window = Window { weights, width, height: self.height, bias, border, preserve_alpha, height_of_image: height };
        Ok(vec![Stage::Neighbourhood(if error < 0.005 { Box::new(InSingles::new(window)) } else { Box::new(window) })])
    }
}

/// The sum of the kernel, or 1 where that is 0, up to the roundings of the sum.
fn default_divisor(kernel: &[f64]) -> f64 {
    let sum: f64 = kernel.iter().sum();
    let size: f64 = kernel.iter().map(|weight| weight.abs()).sum();
    if sum.abs() <= 1e-12 * size { 1.0 } else { sum }
}

/// For straight colours, where 16 bits are near enough: most kernels.
struct InFixedPoint {
    correlation: Correlation,
    height: usize,
}

impl Neighbourhood for InFixedPoint {
    fn reach(&self) -> Reach {
        self.correlation.reach(self.height)
    }

    fn write(&self, source: &Rows<'_>, rows: Range<usize>, out: &mut [u8], scratch: &mut Scratch) {
        self.correlation.write(source, rows, out, scratch);
    }
}

/// The kernel in double precision, which is the definition: for weights so large that they nearly cancel out.
struct Window {
    /// Row by row, divided.
    weights: Vec<f64>,
    width: usize,
    height: usize,
    bias: f64,
    border: Border,
    preserve_alpha: bool,
    height_of_image: usize,
}

impl Neighbourhood for Window {
    fn reach(&self) -> Reach {
        reach(self.height / 2, self.border, self.height_of_image)
    }

    fn keeps_opaque(&self) -> bool {
        self.preserve_alpha
    }

    fn write(&self, source: &Rows<'_>, rows: Range<usize>, out: &mut [u8], scratch: &mut Scratch) {
        for (y, out) in rows.zip(out.chunks_exact_mut(source.layout().stride())) {
            if scratch.stopped() {
                break;
            }
            for (x, out) in out.as_chunks_mut().0.iter_mut().enumerate() {
                *out = self.finish(self.sum(source, x, y), pixels(source.row(y))[x]);
            }
        }
    }
}

impl Window {
    fn sum(&self, source: &Rows<'_>, x: usize, y: usize) -> [f64; CHANNELS] {
        let mut sums = [0.0; CHANNELS];
        let first = |at: usize, side: usize| at.cast_signed() - (side / 2).cast_signed();
        for (y, weights) in (first(y, self.height)..).zip(self.weights.chunks_exact(self.width)) {
            let Some(row) = source.row_at(y, self.border).map(pixels) else { continue };
            for (x, weight) in (first(x, self.width)..).zip(weights) {
                let Some(x) = self.border.index(x, row.len()) else { continue };
                let values = row[x].map(f64::from);
                let share = if self.preserve_alpha { 1.0 } else { values[3] / 255.0 };
                let values = [values[0] * share, values[1] * share, values[2] * share, values[3]];
                sums.iter_mut().zip(values).for_each(|(sum, value)| *sum += weight * value);
            }
        }
        sums
    }

    fn finish(&self, [r, g, b, a]: [f64; CHANNELS], pixel: [u8; CHANNELS]) -> [u8; CHANNELS] {
        let (scale, alpha) = if self.preserve_alpha { (1.0, pixel[3]) } else { (255.0 / a, to_byte(a)) };
        let [r, g, b] = [r, g, b].map(|sum| to_byte(sum * scale + self.bias));
        if alpha == 0 && !self.preserve_alpha { [0; CHANNELS] } else { [r, g, b, alpha] }
    }
}

/// The same in single precision, a tile after another.
struct InSingles {
    window: Window,
    weights: Vec<f32>,
    bias: f32,
}

impl InSingles {
    fn new(window: Window) -> Self {
        Self {
            weights: window.weights.iter().map(|weight| *weight as f32).collect(),
            bias: window.bias as f32,
            window,
        }
    }

    /// Converts the columns of a tile and what the kernel sees beside them.
    fn read(&self, row: &[u8], left: usize, line: &mut [[f32; CHANNELS]]) {
        let Window { width, border, preserve_alpha, .. } = self.window;
        let first = left.cast_signed() - (width / 2).cast_signed();
        extend(pixels(row), first, border, [0.0; CHANNELS], line, |pixel| {
            let [r, g, b, a] = pixel.map(f32::from);
            let share = if preserve_alpha { 1.0 } else { a / 255.0 };
            [r * share, g * share, b * share, a]
        });
    }

    /// The weighted sums of `N` pixels, where `lines` holds the offset of each row of the window.
    #[inline(always)]
    fn sum<const N: usize>(&self, kept: &[[f32; CHANNELS]], lines: &[u32], x: usize) -> [[f32; CHANNELS]; N] {
        let mut sums = [[0.0; CHANNELS]; N];
        for (line, weights) in lines.iter().zip(self.weights.chunks_exact(self.window.width)) {
            let line = &kept[*line as usize + x..][..self.window.width - 1 + N];
            let mut row = [[0.0; CHANNELS]; N];
            for (block, weight) in line.windows(N).zip(weights) {
                for (sum, pixel) in row.iter_mut().zip(block) {
                    for lane in 0..CHANNELS {
                        sum[lane] += *weight * pixel[lane];
                    }
                }
            }
            for (sum, row) in sums.iter_mut().zip(row) {
                for lane in 0..CHANNELS {
                    sum[lane] += row[lane];
                }
            }
        }
        sums
    }

    /// Makes bytes of sums. All four lanes are rounded alike, which is one vector; alpha is put right afterwards.
    fn finish(&self, sums: &[[f32; CHANNELS]], source: &[[u8; CHANNELS]], out: &mut [[u8; CHANNELS]]) {
        let pixels = out.iter_mut().zip(source).zip(sums);
        if self.window.preserve_alpha {
            for ((out, pixel), sums) in pixels {
                let [r, g, b, _] = sums.map(|sum| to_byte_f32(sum + self.bias));
                *out = [r, g, b, pixel[3]];
            }
        } else {
            for ((out, _), sums) in pixels {
                let (scale, alpha) = (255.0 / sums[3], to_byte_f32(sums[3]));
                let [r, g, b, _] = sums.map(|sum| to_byte_f32(sum * scale + self.bias));
                *out = if alpha == 0 { [0; CHANNELS] } else { [r, g, b, alpha] };
            }
        }
    }
}

/// Pixels that are summed at once, so that their sums stay in registers.
const BLOCK: usize = 4;

impl Neighbourhood for InSingles {
    fn reach(&self) -> Reach {
        self.window.reach()
    }

    fn keeps_opaque(&self) -> bool {
        self.window.keeps_opaque()
    }

    fn write(&self, source: &Rows<'_>, rows: Range<usize>, out: &mut [u8], scratch: &mut Scratch) {
        let Window { width, height, border, .. } = self.window;
        let layout = source.layout();
        let length = TILE + width - 1;
        let mut ring = Ring::new(height, layout.height(), border, scratch);
        let mut kept_buffer = scratch.floats(ring.lines() * length * CHANNELS);
        let kept = kept_buffer.as_chunks_mut::<CHANNELS>().0;
        let mut sums_buffer = scratch.floats(TILE * CHANNELS);
        let sums = sums_buffer.as_chunks_mut::<CHANNELS>().0;
        let mut lines = scratch.words(height);
        for left in (0..layout.width()).step_by(TILE) {
            let columns = left..(left + TILE).min(layout.width());
            ring.clear();
            for (y, out) in rows.clone().zip(out.chunks_exact_mut(layout.stride())) {
                if scratch.stopped() {
                    break;
                }
                let top = y.cast_signed() - (height / 2).cast_signed();
                ring.hold(top, length, &mut lines, |start, row| {
                    self.read(source.row(row), left, &mut kept[start..][..columns.len() + width - 1]);
                });
                let (blocks, rest) = sums[..columns.len()].as_chunks_mut::<BLOCK>();
                let done = blocks.len() * BLOCK;
                for (i, block) in blocks.iter_mut().enumerate() {
                    *block = self.sum::<BLOCK>(kept, &lines, i * BLOCK);
                }
                for (i, pixel) in rest.iter_mut().enumerate() {
                    [*pixel] = self.sum::<1>(kept, &lines, done + i);
                }
                let out = &mut out.as_chunks_mut::<CHANNELS>().0[columns.clone()];
                self.finish(sums, &pixels(source.row(y))[columns.clone()], out);
            }
        }
        scratch.give_words(lines);
        scratch.give_floats(sums_buffer);
        scratch.give_floats(kept_buffer);
        ring.close(scratch);
    }
}

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
        let layout = Layout::rgba8(5, 1).expect("not empty");
        let source = [77, 78, 79, 80].repeat(5);
        let mut out = vec![0; source.len()];
        let stage = filter.plan(layout).expect("it has the size of the source").pop();
        let Some(Stage::Neighbourhood(window)) = stage else { panic!("it reads neighbours") };
        window.write(&Rows::new(layout, 0, &source), 0..1, &mut out, &mut Scratch::default());
        assert_eq!(out, source);
    }
}
