//! Sums of pairs: two pixels of a row, or of a column, lie side by side, and two results are summed from them at once.

#[cfg(target_arch = "wasm32")]
mod simd128;

#[cfg(target_arch = "wasm32")]
use super::{BLOCK, Store};
use super::{Finish, Narrow, Pair, pair};
use crate::image::CHANNELS;

/// Two sums to be taken of the same pairs, for two results that lie side by side: `start + Σ weights · pair`.
#[derive(Debug, Clone, Copy)]
pub struct Paired<'a> {
    /// All lines.
    pub lines: &'a [Pair],
    /// Where each line begins.
    pub starts: &'a [u32],
    /// For each line, the weights for the first result and for the second.
    pub weights: &'a [[[i16; 2]; 2]],
    /// What both sums begin with.
    pub start: i32,
}

impl Paired<'_> {
    /// Weights for two results, the second of which is one place further on. `kernel` has an odd number of them.
    #[must_use]
    pub fn weights(kernel: &[i16]) -> Vec<[[i16; 2]; 2]> {
        let at = |i: usize| kernel.get(i).copied().unwrap_or(0);
        (0..=kernel.len() / 2).map(|i| 2 * i).map(|i| [[at(i), at(i + 1)], [at(i.wrapping_sub(1)), at(i)]]).collect()
    }

    /// Writes the first and the second sums of as many pixels as each of the results holds.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn write<F: Finish>(self, finish: F, [first, second]: [&mut [F::Out]; 2]) {
        for (x, (first, second)) in first.iter_mut().zip(second).enumerate() {
            [*first, *second] = self.sums(x).map(|sums| finish.finish(sums));
        }
    }

    /// Writes the first and the second sums of as many pixels as each of the results holds.
    #[cfg(target_arch = "wasm32")]
    #[inline(never)]
    pub fn write<F: Finish + Store>(self, finish: F, [first, second]: [&mut [F::Out]; 2]) {
        if first.len() >= BLOCK {
            return simd128::write(self, finish, [first, second]);
        }
        for (x, (first, second)) in first.iter_mut().zip(second).enumerate() {
            [*first, *second] = self.sums(x).map(|sums| finish.finish(sums));
        }
    }

    /// The two sums of pixel `x`: the definition of the others.
    #[must_use]
    #[inline(always)]
    pub fn sums(self, x: usize) -> [[i32; CHANNELS]; 2] {
        let mut sums = [[self.start; CHANNELS]; 2];
        for (start, weights) in self.starts.iter().zip(self.weights) {
            let pair = self.lines[x + *start as usize];
            for (sum, [even, odd]) in sums.iter_mut().zip(weights.map(|weights| weights.map(i32::from))) {
                for lane in 0..CHANNELS {
                    let [a, b] = pair[lane].map(i32::from);
                    sum[lane] = sum[lane].wrapping_add(a * even + b * odd);
                }
            }
        }
        sums
    }
}

/// Writes the sums of two rows side by side: each pair is a result of the upper one and that of the lower one below it.
/// `rows` differ in their lines alone.
pub fn write_two(rows: [Paired<'_>; 2], finish: Narrow, out: &mut [[Pair; 2]]) {
    #[cfg(target_arch = "wasm32")]
    if out.len() >= simd128::TWO {
        return simd128::write_two(rows, finish, out);
    }
    for (x, out) in out.iter_mut().enumerate() {
        let [upper, lower] = rows.map(|row| row.sums(x).map(|sums| finish.finish(sums)));
        *out = std::array::from_fn(|i| pair(upper[i], lower[i]));
    }
}

/// Puts each two neighbours of a row side by side.
pub fn pairs_of_bytes(row: &[[u8; CHANNELS]], out: &mut [Pair]) {
    #[cfg(target_arch = "wasm32")]
    let (row, out) = simd128::pairs_of_bytes(row, out);
    for ([first, second], out) in row.as_chunks().0.iter().zip(out) {
        *out = pair(first.map(i16::from), second.map(i16::from));
    }
}
