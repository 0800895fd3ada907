//! Sums and means by vectors of WebAssembly: a vector is a pixel of 32-bit numbers.

use super::{NARROW, ROUND, SPARE, WIDE};
use crate::image::CHANNELS;
use core::arch::wasm32::{
    f32x4_add, f32x4_convert_i32x4, f32x4_div, f32x4_mul, f32x4_splat, i16x8_add, i16x8_mul, i16x8_narrow_i32x4,
    i16x8_shuffle, i16x8_splat, i16x8_sub, i32x4_add, i32x4_extend_high_i16x8, i32x4_extend_low_i16x8, i32x4_ge,
    i32x4_lt, i32x4_mul, i32x4_ne, i32x4_neg, i32x4_shl, i32x4_shuffle, i32x4_splat, i32x4_sub, u8x16_narrow_i16x8,
    u16x8_extend_high_u8x16, u16x8_extend_low_u8x16, u16x8_splat, u32x4_extend_high_u16x8, u32x4_extend_low_u16x8,
    u32x4_load_extend_u16x4, v128, v128_and, v128_load, v128_store,
};

/// Pixels that are taken together, as many as make a vector of bytes.
const PIXELS: usize = SPARE + 1;

#[inline(always)]
fn load(bytes: &[u8; 16]) -> v128 {
    // SAFETY: these are sixteen bytes, and the instruction asks for no alignment.
    unsafe { v128_load(bytes.as_ptr().cast()) }
}

#[inline(always)]
fn store(bytes: &mut [u8; 16], vector: v128) {
    // SAFETY: as above.
    unsafe { v128_store(bytes.as_mut_ptr().cast(), vector) }
}

/// Calls `block` with the sums of four columns and the bytes that enter and leave.
#[inline(always)]
fn add<const BYTES: usize>(
    columns: &mut [u8],
    enters: &[u8],
    leaves: &[u8],
    block: impl Fn(&mut [[u8; BYTES]; PIXELS], v128, v128),
) {
    let (blocks, rest) = columns.as_chunks_mut().0.as_chunks_mut();
    let (enters, last_enters) = enters.as_chunks();
    let (leaves, last_leaves) = leaves.as_chunks();
    for (sums, (enters, leaves)) in blocks.iter_mut().zip(enters.iter().zip(leaves)) {
        block(sums, load(enters), load(leaves));
    }
    let (mut sums, mut enters, mut leaves) = ([[0; BYTES]; PIXELS], [0; 16], [0; 16]);
    sums[..rest.len()].copy_from_slice(rest);
    enters[..last_enters.len()].copy_from_slice(last_enters);
    leaves[..last_leaves.len()].copy_from_slice(last_leaves);
    block(&mut sums, load(&enters), load(&leaves));
    rest.copy_from_slice(&sums[..rest.len()]);
}

pub(super) fn add_bytes_narrow(columns: &mut [u8], enters: &[u8], leaves: &[u8]) {
    add::<NARROW>(columns, enters, leaves, |sums, enters, leaves| {
        let [low, high] = sums.as_flattened_mut().as_chunks_mut().0 else { return };
        store(low, i16x8_sub(i16x8_add(load(low), u16x8_extend_low_u8x16(enters)), u16x8_extend_low_u8x16(leaves)));
        store(high, i16x8_sub(i16x8_add(load(high), u16x8_extend_high_u8x16(enters)), u16x8_extend_high_u8x16(leaves)));
    });
}

/// Adds 16-bit terms of four pixels.
#[inline(always)]
fn add_wide(sums: &mut [[u8; WIDE]; PIXELS], enters: [v128; 2], leaves: [v128; 2]) {
    for (sums, (enters, leaves)) in sums.as_chunks_mut().0.iter_mut().zip(enters.into_iter().zip(leaves)) {
        let [low, high] = sums;
        store(low, i32x4_sub(i32x4_add(load(low), u32x4_extend_low_u16x8(enters)), u32x4_extend_low_u16x8(leaves)));
        store(high, i32x4_sub(i32x4_add(load(high), u32x4_extend_high_u16x8(enters)), u32x4_extend_high_u16x8(leaves)));
    }
}

pub(super) fn add_bytes(columns: &mut [u8], enters: &[u8], leaves: &[u8]) {
    let terms = |bytes| [u16x8_extend_low_u8x16(bytes), u16x8_extend_high_u8x16(bytes)];
    add::<WIDE>(columns, enters, leaves, |sums, enters, leaves| add_wide(sums, terms(enters), terms(leaves)));
}

pub(super) fn add_weighted(columns: &mut [u8], enters: &[u8], leaves: &[u8]) {
    let terms = |bytes| {
        [u16x8_extend_low_u8x16(bytes), u16x8_extend_high_u8x16(bytes)].map(|pixels| {
            let alphas = i16x8_shuffle::<3, 3, 3, 8, 7, 7, 7, 8>(pixels, u16x8_splat(1));
            i16x8_mul(pixels, alphas)
        })
    };
    add::<WIDE>(columns, enters, leaves, |sums, enters, leaves| add_wide(sums, terms(enters), terms(leaves)));
}

/// Makes pixels of the totals of squares: each is the one before and the difference of the columns that enter and leave.
#[inline(always)]
fn slide<const BYTES: usize>(
    side: usize,
    columns: &[u8],
    out: &mut [[u8; CHANNELS]],
    sums: impl Fn(&[u8; BYTES]) -> v128,
    differences: impl Fn(&[[u8; BYTES]; PIXELS], &[[u8; BYTES]; PIXELS]) -> [v128; PIXELS],
    mean: impl Fn(v128) -> v128,
) {
    let columns = columns.as_chunks().0;
    let mut total = columns[..side].iter().fold(i32x4_splat(0), |total, column| i32x4_add(total, sums(column)));
    let blocks = columns[side..].as_chunks().0.iter().zip(columns.as_chunks().0);
    for (out, (enters, leaves)) in out.chunks_mut(PIXELS).zip(blocks) {
        let [a, b, c, d] = differences(enters, leaves).map(|difference| {
            total = i32x4_add(total, difference);
            mean(total)
        });
        let means = u8x16_narrow_i16x8(i16x8_narrow_i32x4(a, b), i16x8_narrow_i32x4(c, d));
        let out = out.as_flattened_mut();
        if let Some(out) = out.first_chunk_mut() {
            store(out, means);
        } else {
            let mut bytes = [0; 16];
            store(&mut bytes, means);
            out.copy_from_slice(&bytes[..out.len()]);
        }
    }
}

pub(super) fn means_narrow(side: usize, columns: &[u8], out: &mut [[u8; CHANNELS]]) {
    let inverse = f32x4_splat(1.0 / (side * side) as f32);
    // SAFETY: sums are eight bytes, and the instruction asks for no alignment.
    let sums = |column: &[u8; NARROW]| unsafe { u32x4_load_extend_u16x4(column.as_ptr().cast()) };
    let differences = |enters: &[[u8; NARROW]; PIXELS], leaves: &[[u8; NARROW]; PIXELS]| {
        let pairs = |columns: &[[u8; NARROW]; PIXELS]| {
            let [low, high] = columns.as_flattened().as_chunks().0 else { return [i16x8_splat(0); 2] };
            [load(low), load(high)]
        };
        let ([e, f], [g, h]) = (pairs(enters), pairs(leaves));
        let [low, high] = [i16x8_sub(e, g), i16x8_sub(f, h)];
        [
            i32x4_extend_low_i16x8(low),
            i32x4_extend_high_i16x8(low),
            i32x4_extend_low_i16x8(high),
            i32x4_extend_high_i16x8(high),
        ]
    };
    slide(side, columns, out, sums, differences, |total| nearest(f32x4_mul(f32x4_convert_i32x4(total), inverse)));
}

#[inline(always)]
fn slide_wide(side: usize, columns: &[u8], out: &mut [[u8; CHANNELS]], mean: impl Fn(v128) -> v128) {
    let differences = |enters: &[[u8; WIDE]; PIXELS], leaves: &[[u8; WIDE]; PIXELS]| {
        std::array::from_fn(|i| i32x4_sub(load(&enters[i]), load(&leaves[i])))
    };
    slide(side, columns, out, load, differences, mean);
}

pub(super) fn means_of_opaque(side: usize, columns: &[u8], out: &mut [[u8; CHANNELS]]) {
    let count = i32x4_splat((side * side) as i32);
    slide_wide(side, columns, out, |total| quotient(total, count));
}

pub(super) fn means(side: usize, columns: &[u8], out: &mut [[u8; CHANNELS]]) {
    let count = i32x4_splat((side * side) as i32);
    slide_wide(side, columns, out, |total| {
        let mean = quotient(total, i32x4_shuffle::<3, 3, 3, 4>(total, count));
        let visible = i32x4_ne(i32x4_shuffle::<3, 3, 3, 3>(mean, mean), i32x4_splat(0));
        v128_and(mean, visible)
    });
}

/// Values in 0..=255 rounded.
#[inline(always)]
fn nearest(values: v128) -> v128 {
    v128_and(f32x4_add(values, f32x4_splat(ROUND)), i32x4_splat(255))
}

/// `⌊(2·total + count) / (2·count)⌋`, which is at most 255.
#[inline(always)]
fn quotient(totals: v128, counts: v128) -> v128 {
    let inverses = f32x4_div(f32x4_splat(1.0), f32x4_convert_i32x4(counts));
    let guess = nearest(f32x4_mul(f32x4_convert_i32x4(totals), inverses));
    let twice_rest = i32x4_shl(i32x4_sub(totals, i32x4_mul(guess, counts)), 1);
    // Comparisons say yes with −1.
    let (more, less) = (i32x4_ge(twice_rest, counts), i32x4_lt(twice_rest, i32x4_neg(counts)));
    i32x4_add(i32x4_sub(guess, more), less)
}
