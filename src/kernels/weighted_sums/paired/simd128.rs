//! Sums of pairs with the vector instructions of wasm.

use super::super::{BLOCK, CHANNELS, Narrow, Pair, Store};
use super::Paired;
use core::arch::wasm32::{
    i8x16_shuffle, i16x8_extend_high_u8x16, i16x8_extend_low_u8x16, i16x8_shuffle, i32x4_add, i32x4_dot_i16x8,
    i32x4_shl, i32x4_shr, i32x4_splat, v128, v128_load, v128_load32_splat, v128_store,
};

/// Pairs of each row that [`write_two`] sums at once.
pub(super) const TWO: usize = BLOCK / 2;

impl Paired<'_> {
    fn check(self, length: usize) {
        assert_eq!(self.starts.len(), self.weights.len(), "each line has its weights");
        let fits = |start: &u32| *start as usize + length <= self.lines.len();
        assert!(self.starts.iter().all(fits), "lines are too short");
    }
}

/// The first and the second sums of `N` pairs from `x` on, of `R` rows that differ in their lines alone.
///
/// # Safety
/// `x + N` must be within a length that has been checked for each row.
#[inline(always)]
unsafe fn sums<const R: usize, const N: usize>(rows: [Paired<'_>; R], x: usize) -> [[[v128; N]; 2]; R] {
    let Paired { weights, starts, start, .. } = rows[0];
    let mut sums = [[[i32x4_splat(start); N]; 2]; R];
    for (start, weights) in starts.iter().zip(weights) {
        // SAFETY: two weights are 4 bytes.
        let weights = weights.each_ref().map(|weights| unsafe { v128_load32_splat(weights.as_ptr().cast()) });
        for (sums, row) in sums.iter_mut().zip(&rows) {
            // SAFETY: all lines have been checked.
            let line = unsafe { row.lines.as_ptr().add(*start as usize + x) };
            for i in 0..N {
                // SAFETY: as above; a pair is 16 bytes.
                let pair = unsafe { v128_load(line.add(i).cast()) };
                for (sums, weights) in sums.iter_mut().zip(weights) {
                    sums[i] = i32x4_add(sums[i], i32x4_dot_i16x8(pair, weights));
                }
            }
        }
    }
    sums
}

/// [`Paired::write`] for at least a block of pixels.
pub(super) fn write<F: Store>(paired: Paired<'_>, finish: F, [first, second]: [&mut [F::Out]; 2]) {
    let length = first.len();
    paired.check(length);
    for x in (0..length).step_by(BLOCK) {
        // The last block may begin in the one before it.
        let x = x.min(length - BLOCK);
        // SAFETY: `x + BLOCK` is within the length.
        let [blocks] = unsafe { sums::<1, BLOCK>([paired], x) };
        for (sums, out) in blocks.into_iter().zip([&mut *first, &mut *second]) {
            finish.store(sums, out[x..].first_chunk_mut().expect("both are as long"));
        }
    }
}

/// [`super::write_two`] for at least so many pairs.
pub(super) fn write_two(rows: [Paired<'_>; 2], Narrow(bits): Narrow, out: &mut [[Pair; 2]]) {
    let length = out.len();
    rows.iter().for_each(|row| row.check(length));
    for x in (0..length).step_by(TWO) {
        let x = x.min(length - TWO);
        // SAFETY: `x + TWO` is within the length.
        let [upper, lower] = unsafe { sums::<2, TWO>(rows, x) };
        for (i, out) in out[x..][..TWO].iter_mut().enumerate() {
            for (j, out) in out.iter_mut().enumerate() {
                // The low halves of the upper row's results, and the lower one's in the high halves.
                let [upper, lower] = [i32x4_shr(upper[j][i], bits), i32x4_shl(lower[j][i], 16 - bits)];
                let pair = i16x8_shuffle::<0, 9, 2, 11, 4, 13, 6, 15>(upper, lower);
                // SAFETY: a pair is 16 bytes.
                unsafe { v128_store(out.as_mut_ptr().cast(), pair) }
            }
        }
    }
}

/// [`super::pairs_of_bytes`] two pairs at a time; returns what is left.
pub(super) fn pairs_of_bytes<'a, 'b>(
    row: &'a [[u8; CHANNELS]],
    out: &'b mut [Pair],
) -> (&'a [[u8; CHANNELS]], &'b mut [Pair]) {
    let count = (row.len() / 4).min(out.len() / 2);
    let ((fours, row), (twos, out)) = (row.split_at(4 * count), out.split_at_mut(2 * count));
    for (four, two) in fours.as_chunks::<4>().0.iter().zip(twos.as_chunks_mut::<2>().0) {
        // SAFETY: four pixels are 16 bytes.
        let pixels = unsafe { v128_load(four.as_ptr().cast()) };
        let pairs = i8x16_shuffle::<0, 4, 1, 5, 2, 6, 3, 7, 8, 12, 9, 13, 10, 14, 11, 15>(pixels, pixels);
        let [first, second] = two;
        // SAFETY: a pair is 16 bytes.
        unsafe {
            v128_store(first.as_mut_ptr().cast(), i16x8_extend_low_u8x16(pairs));
            v128_store(second.as_mut_ptr().cast(), i16x8_extend_high_u8x16(pairs));
        }
    }
    (row, out)
}
