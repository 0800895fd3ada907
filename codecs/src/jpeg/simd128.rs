//! What both transforms do with vectors of WebAssembly: eight numbers of 16 bits each.

use super::grid::SIDE;
use core::arch::wasm32::{i16x8, i16x8_shuffle, i32x4_dot_i16x8, v128, v128_load};

/// Eight numbers.
#[inline(always)]
pub(super) fn load(numbers: &[i16; SIDE]) -> v128 {
    // SAFETY: these are sixteen bytes, and the instruction asks for no alignment.
    unsafe { v128_load(numbers.as_ptr().cast()) }
}

/// Numbers 0 to 3 of either, by turns.
#[inline(always)]
pub(super) fn low(a: v128, b: v128) -> v128 {
    i16x8_shuffle::<0, 8, 1, 9, 2, 10, 3, 11>(a, b)
}

/// Numbers 4 to 7 of either, by turns.
#[inline(always)]
pub(super) fn high(a: v128, b: v128) -> v128 {
    i16x8_shuffle::<4, 12, 5, 13, 6, 14, 7, 15>(a, b)
}

/// Sums of pairs of neighbours, weighed.
#[inline(always)]
pub(super) fn dot(pairs: v128, a: i16, b: i16) -> v128 {
    i32x4_dot_i16x8(pairs, i16x8(a, b, a, b, a, b, a, b))
}

/// Rows as columns.
#[inline(always)]
pub(super) fn transposed(x: [v128; SIDE]) -> [v128; SIDE] {
    let a: [v128; 4] = std::array::from_fn(|i| low(x[i], x[i + 4]));
    let b: [v128; 4] = std::array::from_fn(|i| high(x[i], x[i + 4]));
    let [a0, a1, a2, a3] = [low(a[0], a[2]), high(a[0], a[2]), low(a[1], a[3]), high(a[1], a[3])];
    let [b0, b1, b2, b3] = [low(b[0], b[2]), high(b[0], b[2]), low(b[1], b[3]), high(b[1], b[3])];
    [low(a0, a2), high(a0, a2), low(a1, a3), high(a1, a3), low(b0, b2), high(b0, b2), low(b1, b3), high(b1, b3)]
}
