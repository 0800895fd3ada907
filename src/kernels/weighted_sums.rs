//! Weighted sums of lines of pixels in 16-bit fixed point: the inner loop of every linear neighbourhood.
//!
//! Pixels are four `i16`, weights are `i16`, sums are `i32`, so a sum is the same in any order, wrapped or not. Taps are
//! taken in pairs, because a vector unit multiplies and adds two of them in one instruction.

pub mod paired;
#[cfg(target_arch = "wasm32")]
mod simd128;
pub mod whole;

use crate::image::CHANNELS;

#[cfg(target_arch = "wasm32")]
pub use simd128::{Blocks, Store};

/// A pixel in fixed point.
pub type Pixel = [i16; CHANNELS];

/// What becomes of a sum.
pub trait Finish: Copy {
    /// A pixel of the result.
    type Out: Copy;

    /// Makes it.
    fn finish(self, sums: [i32; CHANNELS]) -> Self::Out;
}

/// Shifts right by so many bits to a pixel in fixed point. It must fit.
#[derive(Debug, Clone, Copy)]
pub struct Narrow(pub u32);

impl Finish for Narrow {
    type Out = Pixel;

    #[inline(always)]
    fn finish(self, sums: [i32; CHANNELS]) -> Pixel {
        sums.map(|sum| (sum >> self.0) as i16)
    }
}

/// Shifts right by so many bits and clamps to bytes.
#[derive(Debug, Clone, Copy)]
pub struct Bytes(pub u32);

impl Finish for Bytes {
    type Out = [u8; CHANNELS];

    #[inline(always)]
    fn finish(self, sums: [i32; CHANNELS]) -> [u8; CHANNELS] {
        sums.map(|sum| (sum >> self.0).clamp(0, 255) as u8)
    }
}

/// Shifts right by so many bits and divides by 2 to the power of as many as are left: real numbers, exactly, where what is
/// left has at most 24 bits.
#[derive(Debug, Clone, Copy)]
pub struct Floats {
    /// Bits that are dropped.
    pub drop: u32,
    /// Bits of the fraction that are kept.
    pub keep: u32,
}

impl Floats {
    fn scale(self) -> f32 {
        1.0 / (1 << self.keep) as f32
    }
}

impl Finish for Floats {
    type Out = [f32; CHANNELS];

    #[inline(always)]
    fn finish(self, sums: [i32; CHANNELS]) -> [f32; CHANNELS] {
        sums.map(|sum| (sum >> self.drop) as f32 * self.scale())
    }
}

/// A sum to be taken: `start + Σ weight · (before + after)`. There is an even number of weights, that of the centre first,
/// which counts twice.
#[derive(Debug, Clone, Copy)]
pub struct Symmetric<'a> {
    /// All lines.
    pub lines: &'a [Pixel],
    /// Where among them those before and after begin, of each weight.
    pub places: &'a [[u32; 2]],
    /// The weights.
    pub weights: &'a [i16],
    /// What the sum begins with: a half for rounding, an offset.
    pub start: i32,
}

/// Two pixels, their lanes side by side.
pub type Pair = [[i16; 2]; CHANNELS];

/// Puts two pixels side by side.
#[must_use]
pub fn pair(first: Pixel, second: Pixel) -> Pair {
    std::array::from_fn(|lane| [first[lane], second[lane]])
}

/// A sum to be taken: `start + Σ weight · line`. There are as many lines as weights, an even number.
#[derive(Debug, Clone, Copy)]
pub struct Sum<'a> {
    /// All lines.
    pub lines: &'a [Pixel],
    /// Where among them those of the sum begin.
    pub starts: &'a [u32],
    /// Their weights.
    pub weights: &'a [i16],
    /// What the sum begins with: a half for rounding, an offset.
    pub start: i32,
}

/// Values between pixels: from each pair as many results as there are weights.
#[derive(Debug, Clone, Copy)]
pub struct Between<'a> {
    /// Each pixel and the next one.
    pub pairs: &'a [Pair],
    /// The weights of the two; 2 to the power of `bits` of them.
    pub weights: &'a [[i16; 2]],
    /// See there.
    pub bits: u32,
    /// What each sum begins with.
    pub start: i32,
}

/// Pixels that are summed at once, so that their sums stay in registers.
const BLOCK: usize = 4;

/// Sums of lines, of one kind or the other.
pub trait Sums: Copy {
    /// The sums of the `N` pixels from `x` on.
    fn block<const N: usize>(self, x: usize) -> [[i32; CHANNELS]; N];

    /// Writes the sums of as many pixels as `out` holds.
    #[cfg(not(target_arch = "wasm32"))]
    fn write<F: Finish>(self, finish: F, out: &mut [F::Out]) {
        let (blocks, rest) = out.as_chunks_mut::<BLOCK>();
        let done = blocks.len() * BLOCK;
        for (i, block) in blocks.iter_mut().enumerate() {
            *block = self.block::<BLOCK>(i * BLOCK).map(|sums| finish.finish(sums));
        }
        self.write_plain(finish, done, rest);
    }

    /// Writes the sums of as many pixels as `out` holds.
    #[cfg(target_arch = "wasm32")]
    #[inline(never)]
    fn write<F: Finish + Store>(self, finish: F, out: &mut [F::Out])
    where
        Self: Blocks,
    {
        if out.len() < BLOCK { self.write_plain(finish, 0, out) } else { simd128::write(self, finish, out) }
    }

    /// The definition of [`Sums::write`], for the pixels from `x` on.
    fn write_plain<F: Finish>(self, finish: F, x: usize, out: &mut [F::Out]) {
        for (i, out) in out.iter_mut().enumerate() {
            *out = finish.finish(self.block::<1>(x + i)[0]);
        }
    }
}

impl Sums for Symmetric<'_> {
    #[inline(always)]
    fn block<const N: usize>(self, x: usize) -> [[i32; CHANNELS]; N] {
        let line = |start: usize| -> &[Pixel; N] {
            self.lines[start + x..].first_chunk().expect("lines are as long as the result")
        };
        let mut sums = [[self.start; CHANNELS]; N];
        for (places, weight) in self.places.iter().zip(self.weights) {
            let [before, after] = places.map(|place| line(place as usize));
            for ((sum, before), after) in sums.iter_mut().zip(before).zip(after) {
                for lane in 0..CHANNELS {
                    let value = before[lane].wrapping_add(after[lane]);
                    sum[lane] = sum[lane].wrapping_add(i32::from(*weight) * i32::from(value));
                }
            }
        }
        sums
    }
}

impl Sums for Sum<'_> {
    #[inline(always)]
    fn block<const N: usize>(self, x: usize) -> [[i32; CHANNELS]; N] {
        let mut sums = [[self.start; CHANNELS]; N];
        for (start, weight) in self.starts.iter().zip(self.weights) {
            let line: &[Pixel; N] =
                self.lines[*start as usize + x..].first_chunk().expect("lines are as long as the result");
            for (sum, pixel) in sums.iter_mut().zip(line) {
                for lane in 0..CHANNELS {
                    sum[lane] = sum[lane].wrapping_add(i32::from(*weight) * i32::from(pixel[lane]));
                }
            }
        }
        sums
    }
}

impl Sums for Between<'_> {
    #[inline(always)]
    fn block<const N: usize>(self, x: usize) -> [[i32; CHANNELS]; N] {
        std::array::from_fn(|i| {
            let weights = self.weights[(x + i) & (self.weights.len() - 1)].map(i32::from);
            self.pairs[(x + i) >> self.bits].map(|[a, b]| {
                let [a, b] = [i32::from(a) * weights[0], i32::from(b) * weights[1]];
                self.start.wrapping_add(a + b)
            })
        })
    }
}
