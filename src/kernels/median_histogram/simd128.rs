//! Counts as vectors of WebAssembly.

use super::{BINS, Counts};
use core::arch::wasm32::{
    i8x16_add, i8x16_bitmask, i8x16_narrow_i16x8, i8x16_sub, i16x8, i16x8_add, i16x8_extend_high_i8x16,
    i16x8_extend_low_i8x16, i16x8_gt, i16x8_splat, v128, v128_load, v128_store,
};

#[inline(always)]
fn load(counts: &Counts) -> v128 {
    // SAFETY: these are sixteen bytes, and the instruction asks for no alignment.
    unsafe { v128_load(counts.as_ptr().cast()) }
}

#[inline(always)]
fn store(counts: &mut Counts, vector: v128) {
    // SAFETY: as above.
    unsafe { v128_store(counts.as_mut_ptr().cast(), vector) }
}

#[inline(always)]
pub(super) fn add(counts: &mut Counts, more: &Counts) {
    store(counts, i8x16_add(load(counts), load(more)));
}

#[inline(always)]
pub(super) fn subtract(counts: &mut Counts, less: &Counts) {
    store(counts, i8x16_sub(load(counts), load(less)));
}

/// Counts of a window, at most 101²: the lower bins and the upper ones.
#[derive(Clone, Copy)]
pub(super) struct Total(v128, v128);

impl Total {
    pub(super) const EMPTY: Self = Self(i16x8(0, 0, 0, 0, 0, 0, 0, 0), i16x8(0, 0, 0, 0, 0, 0, 0, 0));

    #[inline(always)]
    pub(super) fn slide(&mut self, enters: &Counts, leaves: &Counts) {
        // Counts of a column are at most 101, so their difference fits a signed byte.
        let change = i8x16_sub(load(enters), load(leaves));
        self.0 = i16x8_add(self.0, i16x8_extend_low_i8x16(change));
        self.1 = i16x8_add(self.1, i16x8_extend_high_i8x16(change));
    }

    /// The first bin whose count is above a number; `BINS` where there is none.
    #[inline(always)]
    pub(super) fn first_above(&self, number: i32) -> usize {
        let number = i16x8_splat(number as i16);
        let above = i8x16_narrow_i16x8(i16x8_gt(self.0, number), i16x8_gt(self.1, number));
        (u32::from(i8x16_bitmask(above)) | 1 << BINS).trailing_zeros() as usize
    }

    /// The last bin whose count is not above a number, and its count. The first count must not be.
    pub(super) fn last_not_above(&self, number: i32) -> (usize, i32) {
        let bin = self.first_above(number) - 1;
        let mut counts: [Counts; 2] = Default::default();
        store(&mut counts[0], self.0);
        store(&mut counts[1], self.1);
        let count = counts.as_flattened().as_chunks().0[bin];
        (bin, u16::from_le_bytes(count).into())
    }
}
