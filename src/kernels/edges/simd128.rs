//! Edges by vectors of WebAssembly.

use super::{BLOCK, MARKS, TANGENT};
use crate::image::CHANNELS;
use core::arch::wasm32::{
    i8x16_shuffle, i16x8_abs, i16x8_add, i16x8_gt, i16x8_lt, i16x8_max, i16x8_narrow_i32x4, i16x8_splat, i16x8_sub,
    i32x4_extmul_high_i16x8, i32x4_extmul_low_i16x8, i32x4_shr, u16x8_load_extend_u8x8, v128, v128_and, v128_bitselect,
    v128_load, v128_or, v128_store, v128_xor,
};

/// Gradients and their sums of the first `count` places, and of the rest of the last block; lines begin one value left of them.
pub(super) fn gradients(lines: [&[u8]; 3], count: usize, [gx, gy, sums]: [&mut [i16]; 3]) {
    for x in (0..count).step_by(BLOCK) {
        let [above, here, below] = [bytes(lines[0], x), bytes(lines[1], x), bytes(lines[2], x)];
        let across = weighted([above, here, below].map(|line| i16x8_sub(line[2], line[0])));
        let down = weighted([0, 1, 2].map(|i| i16x8_sub(below[i], above[i])));
        store(across, gx, x);
        store(down, gy, x);
        store(i16x8_add(i16x8_abs(across), i16x8_abs(down)), sums, x);
    }
}

/// Marks a block of pixels; rows begin one value left of the first block.
#[inline(always)]
pub(super) fn thin(
    [gx, gy, above, here, below]: [&[i16]; 5],
    first: usize,
    [low, high]: [i16; 2],
    source: &[[u8; CHANNELS]; BLOCK],
    out: &mut [[u8; CHANNELS]; BLOCK],
) {
    let (gx, gy) = (load(gx, first + 1), load(gy, first + 1));
    let (across, down) = (i16x8_abs(gx), i16x8_abs(gy));
    let tangent = i16x8_splat(TANGENT as i16);
    let limit = i16x8_narrow_i32x4(
        i32x4_shr(i32x4_extmul_low_i16x8(across, tangent), 15),
        i32x4_shr(i32x4_extmul_high_i16x8(across, tangent), 15),
    );
    let is_steep = i16x8_gt(down, limit);
    let is_upright = i16x8_gt(i16x8_sub(down, i16x8_add(across, across)), limit);
    let is_falling = i16x8_lt(v128_xor(gx, gy), i16x8_splat(0));
    let choose = |falling, rising, upright, level| {
        let diagonal = v128_bitselect(falling, rising, is_falling);
        v128_bitselect(v128_bitselect(upright, diagonal, is_upright), level, is_steep)
    };
    let before = choose(load(above, first + 2), load(above, first), load(above, first + 1), load(here, first));
    // Values that are not below their neighbour on one side count, but on diagonals.
    let one = i16x8_splat(1);
    let after = choose(
        load(below, first),
        load(below, first + 2),
        i16x8_sub(load(below, first + 1), one),
        i16x8_sub(load(here, first + 2), one),
    );
    let sum = load(here, first + 1);
    let is_largest = i16x8_gt(sum, i16x8_max(i16x8_splat(low), i16x8_max(before, after)));
    let [weak, strong] = MARKS.map(|mark| i16x8_splat(i16::from(mark)));
    let mark = v128_and(is_largest, v128_or(weak, v128_and(strong, i16x8_gt(sum, i16x8_splat(high)))));
    let (sources, outs) = (source.as_ptr().cast::<v128>(), out.as_mut_ptr().cast::<v128>());
    // SAFETY: eight pixels are two vectors, and the instructions ask for no alignment.
    unsafe {
        let [low, high] = [v128_load(sources), v128_load(sources.add(1))];
        v128_store(outs, i8x16_shuffle::<0, 0, 0, 19, 2, 2, 2, 23, 4, 4, 4, 27, 6, 6, 6, 31>(mark, low));
        v128_store(
            outs.add(1),
            i8x16_shuffle::<8, 8, 8, 19, 10, 10, 10, 23, 12, 12, 12, 27, 14, 14, 14, 31>(mark, high),
        );
    }
}

/// Eight bytes of a line as 16-bit numbers, those that follow one later, and two.
#[inline(always)]
fn bytes(line: &[u8], at: usize) -> [v128; 3] {
    let bytes: &[u8; BLOCK + 2] = line[at..].first_chunk().expect("lines have room for whole blocks");
    // SAFETY: eight bytes from the first, second and third of ten, and the instruction asks for no alignment.
    unsafe {
        [
            u16x8_load_extend_u8x8(bytes.as_ptr()),
            u16x8_load_extend_u8x8(bytes[1..].as_ptr()),
            u16x8_load_extend_u8x8(bytes[2..].as_ptr()),
        ]
    }
}

/// Weighted with 1, 2, 1.
#[inline(always)]
fn weighted([a, b, c]: [v128; 3]) -> v128 {
    i16x8_add(i16x8_add(a, c), i16x8_add(b, b))
}

#[inline(always)]
fn load(values: &[i16], at: usize) -> v128 {
    let values: &[i16; BLOCK] = values[at..].first_chunk().expect("rows have room for whole blocks");
    // SAFETY: these are sixteen bytes, and the instruction asks for no alignment.
    unsafe { v128_load(values.as_ptr().cast()) }
}

#[inline(always)]
fn store(vector: v128, values: &mut [i16], at: usize) {
    let values: &mut [i16; BLOCK] = values[at..].first_chunk_mut().expect("rows have room for whole blocks");
    // SAFETY: these are sixteen bytes, and the instruction asks for no alignment.
    unsafe { v128_store(values.as_mut_ptr().cast(), vector) };
}
