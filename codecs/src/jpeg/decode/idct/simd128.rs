//! Inverse DCT of eight columns at a time.

use super::{flat, write};
use crate::jpeg::grid::{Block, SIDE};
use crate::jpeg::simd128::{dot, high, load, low, transposed};
use core::arch::wasm32::{
    i8x16_add, i8x16_narrow_i16x8, i8x16_shuffle, i16x8, i16x8_add, i16x8_mul, i16x8_narrow_i32x4, i16x8_shl,
    i16x8_sub, i32x4_add, i32x4_dot_i16x8, i32x4_extend_high_i16x8, i32x4_extend_low_i16x8, i32x4_extract_lane,
    i32x4_shl, i32x4_shr, i32x4_shuffle, i32x4_splat, i32x4_sub, i64x2_shuffle, u8x16_splat, v128, v128_any_true,
    v128_or, v128_store32_lane, v128_store64_lane,
};

/// Coefficients in zigzag order that lie in the first four rows and columns.
const QUARTER: usize = 10;

/// Bits by which the sums of the first and of the second pass are scaled down.
const FIRST: u32 = 13 - 2;
const SECOND: u32 = 13 + 2 + 3;

/// Eight numbers of a column, as a row of vectors: one vector has the same number of eight columns.
type Rows = [v128; SIDE];

/// All 64 samples of a block.
#[inline(always)]
pub(super) fn whole(block: &Block, quantisation: &Block, extent: usize, samples: &mut [u8], stride: usize) {
    if extent == 1 {
        write(&[[flat(block, quantisation); SIDE]; SIDE], samples, stride);
    } else if extent <= QUARTER {
        store(quarter(block, quantisation), samples, stride);
    } else {
        store(full(block, quantisation), samples, stride);
    }
}

/// A row of a block.
#[inline(always)]
fn row(block: &Block, y: usize) -> v128 {
    let (rows, _) = block.as_chunks::<SIDE>();
    load(&rows[y & 7])
}

#[inline(always)]
fn dequantised(block: &Block, quantisation: &Block, y: usize) -> v128 {
    i16x8_mul(row(block, y), row(quantisation, y))
}

/// The columns of samples, eight numbers around 0 each, of a block that may have any coefficient.
#[inline(never)]
fn full(block: &Block, quantisation: &Block) -> Rows {
    let lower = (2..SIDE).fold(row(block, 1), |all, y| v128_or(all, row(block, y)));
    let columns = if v128_any_true(lower) {
        let rows: Rows = std::array::from_fn(|y| dequantised(block, quantisation, y));
        transposed(pass::<FIRST>(rows))
    } else {
        splat_each(i16x8_shl(dequantised(block, quantisation, 0), 2))
    };
    pass::<SECOND>(columns)
}

/// The same of a block that has only coefficients in the first four rows and columns.
#[inline(never)]
fn quarter(block: &Block, quantisation: &Block) -> Rows {
    let rows: [v128; 4] = std::array::from_fn(|y| dequantised(block, quantisation, y));
    let lower = v128_or(v128_or(row(block, 1), row(block, 2)), row(block, 3));
    let columns = if v128_any_true(lower) {
        let sums = sums_of_four(low(rows[0], rows[2]), low(rows[1], rows[3]), FIRST);
        // Two rows of four numbers in a vector: 0 and 1, 2 and 3, 4 and 5, 6 and 7.
        let pairs: [v128; 4] = std::array::from_fn(|i| i16x8_narrow_i32x4(sums[2 * i], sums[2 * i + 1]));
        let (even, odd) = (low(pairs[0], pairs[1]), high(pairs[0], pairs[1]));
        let (even_2, odd_2) = (low(pairs[2], pairs[3]), high(pairs[2], pairs[3]));
        let upper = [low(even, odd), high(even, odd)];
        let lower = [low(even_2, odd_2), high(even_2, odd_2)];
        [
            i64x2_shuffle::<0, 2>(upper[0], lower[0]),
            i64x2_shuffle::<1, 3>(upper[0], lower[0]),
            i64x2_shuffle::<0, 2>(upper[1], lower[1]),
            i64x2_shuffle::<1, 3>(upper[1], lower[1]),
        ]
    } else {
        let [a, b, c, d, ..] = splat_each(i16x8_shl(rows[0], 2));
        [a, b, c, d]
    };
    let of_low = sums_of_four(low(columns[0], columns[2]), low(columns[1], columns[3]), SECOND);
    let of_high = sums_of_four(high(columns[0], columns[2]), high(columns[1], columns[3]), SECOND);
    std::array::from_fn(|i| i16x8_narrow_i32x4(of_low[i], of_high[i]))
}

/// Each of eight numbers as a vector of its own.
#[inline(always)]
fn splat_each(row: v128) -> Rows {
    let (a, b) = (low(row, row), high(row, row));
    [
        i32x4_shuffle::<0, 0, 0, 0>(a, a),
        i32x4_shuffle::<1, 1, 1, 1>(a, a),
        i32x4_shuffle::<2, 2, 2, 2>(a, a),
        i32x4_shuffle::<3, 3, 3, 3>(a, a),
        i32x4_shuffle::<0, 0, 0, 0>(b, b),
        i32x4_shuffle::<1, 1, 1, 1>(b, b),
        i32x4_shuffle::<2, 2, 2, 2>(b, b),
        i32x4_shuffle::<3, 3, 3, 3>(b, b),
    ]
}

/// The transform of four columns whose last four numbers are 0: of pairs of the numbers 0 and 2, and of 1 and 3. The
/// products are those of `plain::line`, summed up.
#[inline(always)]
fn sums_of_four(even: v128, odd: v128, bits: u32) -> Rows {
    let half = i32x4_splat(1 << (bits - 1));
    let sums =
        [(8192, 10703), (8192, 4433), (8192, -4433), (8192, -10703)].map(|(a, b)| i32x4_add(dot(even, a, b), half));
    let odds = [(2260, -6436), (6437, -11362), (9633, -2259), (11363, 9633)].map(|(a, b)| dot(odd, a, b));
    butterflies(sums, odds, bits)
}

/// The last step of a transform.
#[inline(always)]
fn butterflies(sums: [v128; 4], odds: [v128; 4], bits: u32) -> Rows {
    std::array::from_fn(|i| {
        let sum = if i < 4 { i32x4_add(sums[i], odds[3 - i]) } else { i32x4_sub(sums[7 - i], odds[i - 4]) };
        i32x4_shr(sum, bits)
    })
}

/// The transform of eight columns.
#[inline(always)]
fn pass<const BITS: u32>(x: Rows) -> Rows {
    let (z3, z4) = (i16x8_add(x[7], x[3]), i16x8_add(x[5], x[1]));
    let (plus, minus) = (i16x8_add(x[0], x[4]), i16x8_sub(x[0], x[4]));
    let of_low = sums_of_eight(
        [i32x4_extend_low_i16x8(plus), i32x4_extend_low_i16x8(minus)],
        [low(x[2], x[6]), low(z3, z4), low(x[7], x[1]), low(x[5], x[3])],
        BITS,
    );
    let of_high = sums_of_eight(
        [i32x4_extend_high_i16x8(plus), i32x4_extend_high_i16x8(minus)],
        [high(x[2], x[6]), high(z3, z4), high(x[7], x[1]), high(x[5], x[3])],
        BITS,
    );
    std::array::from_fn(|i| i16x8_narrow_i32x4(of_low[i], of_high[i]))
}

/// The transform of four columns, of the sum and the difference of the numbers 0 and 4, and of pairs of the others.
#[inline(always)]
fn sums_of_eight([plus, minus]: [v128; 2], [x26, z34, x71, x53]: [v128; 4], bits: u32) -> Rows {
    let half = i32x4_splat(1 << (bits - 1));
    let (plus, minus) = (i32x4_add(i32x4_shl(plus, 13), half), i32x4_add(i32x4_shl(minus, 13), half));
    let (inner, outer) = (dot(x26, 4433, -10704), dot(x26, 10703, 4433));
    let (y3, y4) = (dot(z34, -6436, 9633), dot(z34, 9633, 6437));
    let odds = [
        i32x4_add(dot(x71, -4927, -7373), y3),
        i32x4_add(dot(x53, -4176, -20995), y4),
        i32x4_add(dot(x53, -20995, 4177), y3),
        i32x4_add(dot(x71, -7373, 4926), y4),
    ];
    let sums = [i32x4_add(plus, outer), i32x4_add(minus, inner), i32x4_sub(minus, inner), i32x4_sub(plus, outer)];
    butterflies(sums, odds, bits)
}

/// Writes columns of numbers around 0 as rows of samples.
#[inline(always)]
fn store(columns: Rows, samples: &mut [u8], stride: usize) {
    let low = |a, b| i8x16_shuffle::<0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23>(a, b);
    let high = |a, b| i8x16_shuffle::<8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31>(a, b);
    // Columns 0 and 1, 2 and 3, 4 and 5, 6 and 7.
    let pairs: [v128; 4] =
        std::array::from_fn(|i| i8x16_add(i8x16_narrow_i16x8(columns[2 * i], columns[2 * i + 1]), u8x16_splat(128)));
    let (even, odd) = (low(pairs[0], pairs[1]), high(pairs[0], pairs[1]));
    let (even_2, odd_2) = (low(pairs[2], pairs[3]), high(pairs[2], pairs[3]));
    let left = [low(even, odd), high(even, odd)];
    let right = [low(even_2, odd_2), high(even_2, odd_2)];
    let two_rows = [
        i32x4_shuffle::<0, 4, 1, 5>(left[0], right[0]),
        i32x4_shuffle::<2, 6, 3, 7>(left[0], right[0]),
        i32x4_shuffle::<0, 4, 1, 5>(left[1], right[1]),
        i32x4_shuffle::<2, 6, 3, 7>(left[1], right[1]),
    ];
    // One test for all rows.
    let Some(samples) = samples.get_mut(..7 * stride + SIDE) else { return };
    let first = samples.as_mut_ptr();
    for (i, pair) in two_rows.into_iter().enumerate() {
        // SAFETY: the last of the eight rows ends where `samples` do, and the stores need no alignment.
        unsafe {
            v128_store64_lane::<0>(pair, first.add(2 * i * stride).cast());
            v128_store64_lane::<1>(pair, first.add((2 * i + 1) * stride).cast());
        }
    }
}

/// The samples of a block at half the size: `super::plain::four`.
#[inline(never)]
pub(super) fn four(block: &Block, quantisation: &Block, extent: usize, samples: &mut [u8], stride: usize) {
    if extent == 1 {
        return write(&[[flat(block, quantisation); 4]; 4], samples, stride);
    }
    let [x1, x2, x3, x5, x6, x7] = [1, 2, 3, 5, 6, 7].map(|y| row(block, y));
    let lower = v128_or(v128_or(v128_or(x1, x2), v128_or(x3, x5)), v128_or(x6, x7));
    let first = dequantised(block, quantisation, 0);
    let rows = if v128_any_true(lower) {
        let [x1, x2, x3, x5, x6, x7] = [1, 2, 3, 5, 6, 7].map(|y| dequantised(block, quantisation, y));
        let of_low = sums_to_four(i32x4_extend_low_i16x8(first), [low(x2, x6), low(x3, x7), low(x1, x5)], FIRST + 1);
        let of_high =
            sums_to_four(i32x4_extend_high_i16x8(first), [high(x2, x6), high(x3, x7), high(x1, x5)], FIRST + 1);
        std::array::from_fn(|i| i16x8_narrow_i32x4(of_low[i], of_high[i]))
    } else {
        [i16x8_shl(first, 2); 4]
    };
    // Columns of four rows, two in a vector: 0 and 1, 2 and 3, 4 and 5, 6 and 7.
    let (even, odd) =
        ([low(rows[0], rows[2]), high(rows[0], rows[2])], [low(rows[1], rows[3]), high(rows[1], rows[3])]);
    let [x01, x23] = [low(even[0], odd[0]), high(even[0], odd[0])];
    let [x45, x67] = [low(even[1], odd[1]), high(even[1], odd[1])];
    let sums = sums_to_four(i32x4_extend_low_i16x8(x01), [low(x23, x67), high(x23, x67), high(x01, x45)], SECOND + 1);
    let bytes = i8x16_narrow_i16x8(i16x8_narrow_i32x4(sums[0], sums[1]), i16x8_narrow_i32x4(sums[2], sums[3]));
    let bytes = i8x16_add(bytes, u8x16_splat(128));
    // Four columns of four samples: as rows.
    let rows = i8x16_shuffle::<0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15>(bytes, bytes);
    let Some(samples) = samples.get_mut(..3 * stride + 4) else { return };
    let first = samples.as_mut_ptr();
    // SAFETY: the last of the four rows ends where `samples` do, and the stores need no alignment.
    unsafe {
        v128_store32_lane::<0>(rows, first.cast());
        v128_store32_lane::<1>(rows, first.add(stride).cast());
        v128_store32_lane::<2>(rows, first.add(2 * stride).cast());
        v128_store32_lane::<3>(rows, first.add(3 * stride).cast());
    }
}

/// The transform of four columns of eight numbers to four, of the first number and of pairs of the numbers 2 and 6, 3 and 7,
/// 1 and 5. The fifth does not matter.
#[inline(always)]
fn sums_to_four(first: v128, [x26, x37, x15]: [v128; 3], bits: u32) -> [v128; 4] {
    let even = i32x4_add(i32x4_shl(first, 14), i32x4_splat(1 << (bits - 1)));
    let rest = dot(x26, 15137, -6270);
    let inner = i32x4_add(dot(x37, -17799, -1730), dot(x15, 8697, 11893));
    let outer = i32x4_add(dot(x37, 7373, -4176), dot(x15, 20995, -4926));
    let (upper, lower) = (i32x4_add(even, rest), i32x4_sub(even, rest));
    [i32x4_add(upper, outer), i32x4_add(lower, inner), i32x4_sub(lower, inner), i32x4_sub(upper, outer)]
        .map(|sum| i32x4_shr(sum, bits))
}

/// The samples of a block at a quarter of the size: `super::plain::two`.
#[inline(never)]
pub(super) fn two(block: &Block, quantisation: &Block, samples: &mut [u8], stride: usize) {
    let [x0, x1, x3, x5, x7] = [0, 1, 3, 5, 7].map(|y| dequantised(block, quantisation, y));
    let pass = |first: v128, x13: v128, x57: v128| {
        let even = i32x4_add(i32x4_shl(first, 15), i32x4_splat(1 << (FIRST + 1)));
        let odd = i32x4_add(dot(x13, 29692, -10426), dot(x57, 6967, -5906));
        [i32x4_shr(i32x4_add(even, odd), FIRST + 2), i32x4_shr(i32x4_sub(even, odd), FIRST + 2)]
    };
    let of_low = pass(i32x4_extend_low_i16x8(x0), low(x1, x3), low(x5, x7));
    let of_high = pass(i32x4_extend_high_i16x8(x0), high(x1, x3), high(x5, x7));
    let odd_columns = i16x8(0, 29692, 0, -10426, 0, 6967, 0, -5906);
    let rows = [0, 1].map(|y| {
        let products = i32x4_dot_i16x8(i16x8_narrow_i32x4(of_low[y], of_high[y]), odd_columns);
        let sums = i32x4_add(products, i64x2_shuffle::<1, 0>(products, products));
        let odd = i32x4_extract_lane::<0>(sums).wrapping_add(i32x4_extract_lane::<1>(sums));
        // The first column alone is kept in 32 bits.
        super::plain::row_of_two(i32x4_extract_lane::<0>(of_low[y]), odd)
    });
    write(&rows, samples, stride);
}
