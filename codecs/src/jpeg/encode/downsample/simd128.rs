//! Means of neighbours, by vectors of WebAssembly.

use super::{halve_both_each, halve_width_each};
use core::arch::wasm32::{
    i16x8_add, u8x16_narrow_i16x8, u16x8_extadd_pairwise_u8x16, u16x8_shr, u32x4_splat, v128, v128_load, v128_store,
};

/// Samples of a row that are read at once; half of them are written.
const SAMPLES: usize = 32;

/// See the definition.
pub(in super::super) fn halve_width(row: &[u8], out: &mut [u8]) {
    let (rows, row_rest) = row.as_chunks::<SAMPLES>();
    let (outs, rest) = out.as_chunks_mut::<{ SAMPLES / 2 }>();
    for (row, out) in rows.iter().zip(outs) {
        let means = pair_sums(row).map(|sums| u16x8_shr(i16x8_add(sums, u32x4_splat(0x0001_0000)), 1));
        store(out, means);
    }
    halve_width_each(row_rest, rest);
}

/// See the definition.
pub(in super::super) fn halve_both(upper: &[u8], lower: &[u8], out: &mut [u8]) {
    let (uppers, upper_rest) = upper.as_chunks::<SAMPLES>();
    let (lowers, lower_rest) = lower.as_chunks::<SAMPLES>();
    let (outs, rest) = out.as_chunks_mut::<{ SAMPLES / 2 }>();
    for ((upper, lower), out) in uppers.iter().zip(lowers).zip(outs) {
        let (upper, lower) = (pair_sums(upper), pair_sums(lower));
        let mean = |a, b| u16x8_shr(i16x8_add(i16x8_add(a, b), u32x4_splat(0x0002_0001)), 2);
        store(out, [mean(upper[0], lower[0]), mean(upper[1], lower[1])]);
    }
    halve_both_each(upper_rest, lower_rest, rest);
}

/// Sums of neighbours as 16-bit numbers.
#[inline(always)]
fn pair_sums(row: &[u8; SAMPLES]) -> [v128; 2] {
    let (halves, _) = row.as_chunks::<16>();
    // SAFETY: these are sixteen bytes, and the instruction asks for no alignment.
    [0, 1].map(|i| u16x8_extadd_pairwise_u8x16(unsafe { v128_load(halves[i].as_ptr().cast()) }))
}

#[inline(always)]
fn store(out: &mut [u8; SAMPLES / 2], [a, b]: [v128; 2]) {
    // SAFETY: these are sixteen bytes, and the instruction asks for no alignment.
    unsafe { v128_store(out.as_mut_ptr().cast(), u8x16_narrow_i16x8(a, b)) };
}
