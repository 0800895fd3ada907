//! The transform and its quantisation by vectors of WebAssembly: eight rows or columns at a time.

use super::{EVEN, LEVELS, ODD, SHIFTS};
use crate::jpeg::encode::quantizer::Quantizer;
use crate::jpeg::grid::{Block, SIDE};
use crate::jpeg::simd128::{dot, high, load, low, transposed};
use crate::jpeg::tables::{COEFFICIENTS, ZIGZAG};
use core::arch::wasm32::{
    i8x16_bitmask, i8x16_eq, i8x16_narrow_i16x8, i8x16_shuffle, i8x16_swizzle, i16x8_abs, i16x8_add,
    i16x8_narrow_i32x4, i16x8_q15mulr_sat, i16x8_shl, i16x8_shr, i16x8_splat, i16x8_sub, i32x4_add, i32x4_shr,
    i32x4_shuffle, i32x4_splat, u8x16, u8x16_splat, u16x8_extend_high_u8x16, u16x8_extend_low_u8x16, u16x8_shr, v128,
    v128_load64_zero, v128_or, v128_store,
};

/// See the definition.
#[inline]
pub(in super::super) fn transform(rows: [&[u8; SIDE]; SIDE], quantizer: &Quantizer, block: &mut Block) -> u64 {
    let columns = columns_of(rows);
    let mut first = first_pass(columns);
    // 128 is taken off every sample here: it changes the sums of the rows alone.
    first[0] = i16x8_sub(first[0], i16x8_splat((8 * 128) << 2));
    let rows = second_pass(transposed(first));

    let (outs, _) = block.as_chunks_mut::<SIDE>();
    let (reciprocals, _) = quantizer.reciprocals.as_chunks::<SIDE>();
    let (scales, _) = quantizer.scales.as_chunks::<SIDE>();
    let mut quotients = rows;
    for (((quotient, out), reciprocal), scale) in quotients.iter_mut().zip(outs).zip(reciprocals).zip(scales) {
        let less = i16x8_add(*quotient, i16x8_shr(*quotient, 15));
        let fraction = i16x8_q15mulr_sat(i16x8_shl(less, 1), load(reciprocal));
        *quotient = i16x8_q15mulr_sat(fraction, load(scale));
        // SAFETY: these are sixteen bytes, and the instruction asks for no alignment.
        unsafe { v128_store(out.as_mut_ptr().cast(), *quotient) };
    }
    nonzero(quotients)
}

/// See the definition.
pub(in super::super) fn levels(block: &Block) -> [u64; LEVELS] {
    let rows: [&[i16; SIDE]; SIDE] = block.as_chunks().0.first_chunk::<SIDE>().expect("eight times eight").each_ref();
    let rows = rows.map(|row| i16x8_abs(load(row)));
    [nonzero(rows), nonzero(rows.map(|row| u16x8_shr(row, 1))), nonzero(rows.map(|row| u16x8_shr(row, 2)))]
}

/// The columns of eight rows of bytes, as 16-bit numbers.
#[inline(always)]
fn columns_of(rows: [&[u8; SIDE]; SIDE]) -> [v128; SIDE] {
    // SAFETY: these are eight bytes, and the instruction asks for no alignment.
    let [a, b, c, d, e, f, g, h] = rows.map(|row| unsafe { v128_load64_zero(row.as_ptr().cast()) });
    let bytes = |a, b| i8x16_shuffle::<0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23>(a, b);
    let [ab, cd, ef, gh] = [bytes(a, b), bytes(c, d), bytes(e, f), bytes(g, h)];
    let (abcd, efgh) = ([low(ab, cd), high(ab, cd)], [low(ef, gh), high(ef, gh)]);
    let pair = |bytes| [u16x8_extend_low_u8x16(bytes), u16x8_extend_high_u8x16(bytes)];
    let [c01, c23] = [low32(abcd[0], efgh[0]), high32(abcd[0], efgh[0])].map(pair);
    let [c45, c67] = [low32(abcd[1], efgh[1]), high32(abcd[1], efgh[1])].map(pair);
    [c01[0], c01[1], c23[0], c23[1], c45[0], c45[1], c67[0], c67[1]]
}

#[inline(always)]
fn low32(a: v128, b: v128) -> v128 {
    i32x4_shuffle::<0, 4, 1, 5>(a, b)
}

#[inline(always)]
fn high32(a: v128, b: v128) -> v128 {
    i32x4_shuffle::<2, 6, 3, 7>(a, b)
}

/// Rows: results 0 and 4 have no fraction, they are shifted up.
#[inline(always)]
fn first_pass(x: [v128; SIDE]) -> [v128; SIDE] {
    pass::<{ SHIFTS[0] }>(x, |sum| i16x8_shl(sum, 2))
}

/// Columns: results 0 and 4 lose the two bits that rows kept. The largest sums are -32768 and 32512, so that 16 bits
/// are enough before and after they are rounded.
#[inline(always)]
fn second_pass(x: [v128; SIDE]) -> [v128; SIDE] {
    pass::<{ SHIFTS[1] }>(x, |sum| i16x8_shr(i16x8_add(sum, i16x8_splat(2)), 2))
}

#[inline(always)]
fn pass<const SHIFT: u32>(x: [v128; SIDE], whole: impl Fn(v128) -> v128) -> [v128; SIDE] {
    let sums = [0, 1, 2, 3].map(|i| i16x8_add(x[i], x[7 - i]));
    let differences = [0, 1, 2, 3].map(|i| i16x8_sub(x[i], x[7 - i]));
    let [outer, inner] = [i16x8_add(sums[0], sums[3]), i16x8_add(sums[1], sums[2])];
    let [zero, four] = [whole(i16x8_add(outer, inner)), whole(i16x8_sub(outer, inner))];

    let halves = pairs(i16x8_sub(sums[0], sums[3]), i16x8_sub(sums[1], sums[2]));
    let round = |sum: v128| i32x4_shr(i32x4_add(sum, i32x4_splat(1 << (SHIFT - 1))), SHIFT);
    let [two, six] = EVEN.map(|[a, b]| {
        let [low, high] = halves.map(|half| round(dot(half, a, b)));
        i16x8_narrow_i32x4(low, high)
    });

    let (first, last) = (pairs(differences[0], differences[1]), pairs(differences[2], differences[3]));
    let [one, three, five, seven] = ODD.map(|[a, b, c, d]| {
        let [low, high] = [0, 1].map(|i| round(i32x4_add(dot(first[i], a, b), dot(last[i], c, d))));
        i16x8_narrow_i32x4(low, high)
    });
    [zero, one, two, three, four, five, six, seven]
}

/// Numbers of two vectors beside each other.
#[inline(always)]
fn pairs(a: v128, b: v128) -> [v128; 2] {
    [low(a, b), high(a, b)]
}

/// Which coefficients are not zero, in zigzag order.
#[inline(always)]
fn nonzero(rows: [v128; SIDE]) -> u64 {
    // As bytes, which keep what is not zero: two rows a vector. `narrow` saturates.
    let natural = [0, 2, 4, 6].map(|i| i8x16_narrow_i16x8(rows[i], rows[i + 1]));
    let ordered = [
        // Sixteen places in zigzag order each. The first reach down to row 4, the last up to row 3.
        or3(take::<0, 0>(natural), take::<0, 1>(natural), take::<0, 2>(natural)),
        v128_or(or3(take::<1, 0>(natural), take::<1, 1>(natural), take::<1, 2>(natural)), take::<1, 3>(natural)),
        v128_or(or3(take::<2, 0>(natural), take::<2, 1>(natural), take::<2, 2>(natural)), take::<2, 3>(natural)),
        or3(take::<3, 1>(natural), take::<3, 2>(natural), take::<3, 3>(natural)),
    ];
    let zeros = ordered.map(|bytes| u64::from(i8x16_bitmask(i8x16_eq(bytes, u8x16_splat(0)))));
    !(zeros[0] | zeros[1] << 16 | zeros[2] << 32 | zeros[3] << 48)
}

#[inline(always)]
fn or3(a: v128, b: v128, c: v128) -> v128 {
    v128_or(v128_or(a, b), c)
}

/// The bytes of one vector in natural order that belong to one vector in zigzag order, at their places there.
#[inline(always)]
fn take<const ORDERED: usize, const NATURAL: usize>(natural: [v128; 4]) -> v128 {
    i8x16_swizzle(natural[NATURAL], const { places(ORDERED, NATURAL) })
}

/// From where each byte is taken; 128 gives 0.
const fn places(ordered: usize, natural: usize) -> v128 {
    let mut from = [128; 16];
    let mut i = 0;
    while i < 16 {
        let at = ZIGZAG[16 * ordered + i];
        if at as usize / 16 == natural {
            from[i] = at % 16;
        }
        i += 1;
    }
    let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = from;
    u8x16(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p)
}

// What `nonzero` leaves out: the first vector has no bytes of the last two rows, the last one none of the first two.
const _: () = {
    let mut k = 0;
    while k < COEFFICIENTS {
        let natural = ZIGZAG[k] / 16;
        assert!(!(k / 16 == 0 && natural == 3) && !(k / 16 == 3 && natural == 0));
        k += 1;
    }
};
