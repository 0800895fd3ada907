//! Sums in 16 bits with the vector instructions of wasm.

use super::Whole;
use crate::image::CHANNELS;
use core::arch::wasm32::{
    i16x8_add, i16x8_mul, i16x8_splat, u8x16_narrow_i16x8, v128, v128_load, v128_load16_splat, v128_store,
};

/// Pixels of a vector of sums.
const PAIR: usize = 2;
/// Pixels that are summed at once, so that their sums stay in registers.
pub(super) const BLOCK: usize = 8;

/// [`Whole::write`] for at least a block of pixels.
pub(super) fn write(whole: Whole<'_>, out: &mut [[u8; CHANNELS]]) {
    let length = out.len();
    let fits = |start: &u32| *start as usize + length <= whole.lines.len();
    assert!(whole.starts.iter().all(fits), "lines are too short");
    for x in (0..length).step_by(BLOCK) {
        // The last block may begin in the one before it.
        let x = x.min(length - BLOCK);
        let out: &mut [_; BLOCK] = out[x..].first_chunk_mut().expect("there are at least as many");
        let mut sums = [i16x8_splat(whole.start); BLOCK / PAIR];
        for (start, weight) in whole.starts.iter().zip(whole.weights) {
            // SAFETY: a weight is 2 bytes.
            let weight = unsafe { v128_load16_splat(std::ptr::from_ref(weight).cast()) };
            for (i, sum) in sums.iter_mut().enumerate() {
                // SAFETY: `x + BLOCK` is within the length that all lines have been checked for, and two pixels are 16 bytes.
                let pixels = unsafe { v128_load(whole.lines.as_ptr().add(*start as usize + x + i * PAIR).cast()) };
                *sum = i16x8_add(*sum, i16x8_mul(pixels, weight));
            }
        }
        for (out, sums) in out.as_chunks_mut::<4>().0.iter_mut().zip(sums.as_chunks::<2>().0) {
            let [low, high]: [v128; 2] = *sums;
            // SAFETY: four pixels are 16 bytes.
            unsafe { v128_store(out.as_mut_ptr().cast(), u8x16_narrow_i16x8(low, high)) }
        }
    }
}
