//! Lanes as vectors.

use super::COUNT;
use core::arch::wasm32::{
    i8x16_abs, i8x16_shuffle, i8x16_sub, i16x8_add, i16x8_extend_high_u8x16, i16x8_extend_low_u8x16, i16x8_gt,
    i16x8_max, i16x8_min, i16x8_sub, u8x16_avgr, u8x16_narrow_i16x8, u8x16_splat, u16x8_extadd_pairwise_u8x16,
    u32x4_add, u32x4_extadd_pairwise_u16x8, u32x4_extract_lane, u32x4_splat, v128, v128_and, v128_bitselect, v128_load,
    v128_store, v128_xor,
};

pub(in super::super) type Lanes = v128;
/// What sizes come to, in four parts: of a row of 2³¹ bytes none is past 32 bits.
pub(in super::super) type Sums = v128;

#[inline(always)]
pub(in super::super) fn load(bytes: &[u8], at: usize) -> Lanes {
    let bytes = &bytes[at..at + COUNT];
    // SAFETY: these are sixteen bytes, and the load needs no alignment.
    unsafe { v128_load(bytes.as_ptr().cast()) }
}

#[inline(always)]
pub(in super::super) fn store(lanes: Lanes, bytes: &mut [u8], at: usize) {
    let bytes = &mut bytes[at..at + COUNT];
    // SAFETY: these are sixteen bytes, and the store needs no alignment.
    unsafe { v128_store(bytes.as_mut_ptr().cast(), lanes) }
}

#[inline(always)]
pub(in super::super) fn zero() -> Lanes {
    u8x16_splat(0)
}

#[inline(always)]
pub(in super::super) fn subtract(x: Lanes, y: Lanes) -> Lanes {
    i8x16_sub(x, y)
}

/// Rounded down.
#[inline(always)]
pub(in super::super) fn average(a: Lanes, b: Lanes) -> Lanes {
    // The instruction rounds up.
    i8x16_sub(u8x16_avgr(a, b), v128_and(v128_xor(a, b), u8x16_splat(1)))
}

/// Of the bytes before, above, and before that above, the nearest to their sum without the third; of equally near ones the first.
#[inline(always)]
pub(in super::super) fn paeth(a: Lanes, b: Lanes, c: Lanes) -> Lanes {
    let low = paeth_of_words(i16x8_extend_low_u8x16(a), i16x8_extend_low_u8x16(b), i16x8_extend_low_u8x16(c));
    let high = paeth_of_words(i16x8_extend_high_u8x16(a), i16x8_extend_high_u8x16(b), i16x8_extend_high_u8x16(c));
    u8x16_narrow_i16x8(low, high)
}

/// Where `c` lies between `a` and `b` it is the nearest or one of them is, by how far `3 c - a - b` lies out.
#[inline(always)]
fn paeth_of_words(a: v128, b: v128, c: v128) -> v128 {
    let (low, high) = (i16x8_min(a, b), i16x8_max(a, b));
    let at = i16x8_sub(i16x8_sub(i16x8_add(c, i16x8_add(c, c)), b), a);
    let low_or_c = v128_bitselect(c, low, i16x8_gt(high, at));
    v128_bitselect(low_or_c, high, i16x8_gt(at, low))
}

#[inline(always)]
pub(in super::super) fn no_sums() -> Sums {
    u32x4_splat(0)
}

/// Adds the sizes of numbers from -128 to 127.
#[inline(always)]
pub(in super::super) fn add_sizes(sums: Sums, numbers: Lanes) -> Sums {
    u32x4_add(sums, u32x4_extadd_pairwise_u16x8(u16x8_extadd_pairwise_u8x16(i8x16_abs(numbers))))
}

pub(in super::super) fn total(sums: Sums) -> u64 {
    [
        u32x4_extract_lane::<0>(sums),
        u32x4_extract_lane::<1>(sums),
        u32x4_extract_lane::<2>(sums),
        u32x4_extract_lane::<3>(sums),
    ]
    .map(u64::from)
    .iter()
    .sum()
}

/// Copies pixels of four bytes without the fourth.
pub(in super::super) fn pack_rgb(pixels: &[u8], row: &mut [u8]) {
    let (fours, rest) = pixels.as_chunks::<COUNT>();
    // Four pixels less than a lot are written at once, so the last ones must not be.
    let fast = fours.len().saturating_sub(1);
    for (i, four) in fours[..fast].iter().enumerate() {
        let pixels = load(four, 0);
        let rgb = i8x16_shuffle::<0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 0, 0, 0, 0>(pixels, pixels);
        store(rgb, row, i * 12);
    }
    let last = fours[fast..].as_flattened().as_chunks::<4>().0.iter().chain(rest.as_chunks::<4>().0);
    for (pixel, rgb) in last.zip(row[fast * 12..].as_chunks_mut::<3>().0) {
        rgb.copy_from_slice(&pixel[..3]);
    }
}
