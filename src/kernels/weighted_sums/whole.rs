//! Sums that fit in 16 bits: bytes times small whole weights, as a kernel that sharpens or finds edges has them. Twice as many are
//! summed in one instruction as of the others.

#[cfg(target_arch = "wasm32")]
mod simd128;

use super::{BLOCK, Pixel};
use crate::image::CHANNELS;

/// A sum to be taken: `start + Σ weight · line`, clamped to bytes. There are as many lines as weights.
#[derive(Debug, Clone, Copy)]
pub struct Whole<'a> {
    /// All lines, of bytes.
    pub lines: &'a [Pixel],
    /// Where among them those of the sum begin.
    pub starts: &'a [u32],
    /// Their weights. 255 times the sum of their magnitudes, and `start`, must fit in 16 bits.
    pub weights: &'a [i16],
    /// What the sum begins with.
    pub start: i16,
}

impl Whole<'_> {
    /// Writes the sums of as many pixels as `out` holds.
    #[inline(never)]
    pub fn write(self, out: &mut [[u8; CHANNELS]]) {
        #[cfg(target_arch = "wasm32")]
        if out.len() >= simd128::BLOCK {
            return simd128::write(self, out);
        }
        self.write_plain(out);
    }

    /// The definition of [`Self::write`].
    pub fn write_plain(self, out: &mut [[u8; CHANNELS]]) {
        let (blocks, rest) = out.as_chunks_mut::<BLOCK>();
        let done = blocks.len() * BLOCK;
        for (i, block) in blocks.iter_mut().enumerate() {
            *block = self.block(i * BLOCK);
        }
        for (i, out) in rest.iter_mut().enumerate() {
            [*out] = self.block(done + i);
        }
    }

    #[inline(always)]
    fn block<const N: usize>(self, x: usize) -> [[u8; CHANNELS]; N] {
        let mut sums = [[self.start; CHANNELS]; N];
        for (start, weight) in self.starts.iter().zip(self.weights) {
            let line: &[Pixel; N] =
                self.lines[*start as usize + x..].first_chunk().expect("lines are as long as the result");
            for (sum, pixel) in sums.iter_mut().zip(line) {
                for lane in 0..CHANNELS {
                    sum[lane] = sum[lane].wrapping_add(weight.wrapping_mul(pixel[lane]));
                }
            }
        }
        sums.map(|sum| sum.map(|sum| sum.clamp(0, 255) as u8))
    }
}
