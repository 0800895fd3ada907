//! The loops of [`super::fixed`], two taps a multiplication. A line holds its pixels in pairs, channel by channel:
//! `r₀ r₁ g₀ g₁ b₀ b₁ a₀ a₁`, as the multiplication wants them.

use super::fixed::{Fixed, Taps, plain};
use crate::image::CHANNELS;
use core::arch::wasm32::{
    i8x16_shuffle, i16x8_narrow_i32x4, i16x8_shl, i16x8_shuffle, i16x8_splat, i16x8_sub, i32x4_add, i32x4_dot_i16x8,
    i32x4_shr, i32x4_splat, u8x16_narrow_i16x8, u16x8_extend_high_u8x16, u16x8_extend_low_u8x16, v128, v128_load,
    v128_load32_splat, v128_store, v128_store64_lane,
};

/// Two pixels.
type Pair = [i16; 2 * CHANNELS];

pub(super) fn read(row: &[u8], line: &mut [[i16; CHANNELS]]) {
    let line = line.as_flattened_mut();
    let (blocks, rest) = row.as_chunks::<16>();
    let middle = i16x8_splat((Fixed::MIDDLE << Fixed::LEVEL) as i16);
    let level = |bytes| i16x8_sub(i16x8_shl(bytes, Fixed::LEVEL), middle);
    for (block, to) in blocks.iter().zip(line.as_chunks_mut::<16>().0) {
        let bytes = load(block);
        let pairs = i8x16_shuffle::<0, 4, 1, 5, 2, 6, 3, 7, 8, 12, 9, 13, 10, 14, 11, 15>(bytes, bytes);
        let [first, second] = [u16x8_extend_low_u8x16(pairs), u16x8_extend_high_u8x16(pairs)].map(level);
        let (low, high) = to.split_at_mut(8);
        store(first, low.first_chunk_mut::<8>().expect("half of sixteen"));
        store(second, high.first_chunk_mut::<8>().expect("the other half"));
    }
    let start = blocks.len() * 16;
    for (i, byte) in rest.iter().enumerate() {
        let (pixel, channel) = (i / CHANNELS, i % CHANNELS);
        let place = start + pixel / 2 * 2 * CHANNELS + 2 * channel + pixel % 2;
        line[place] = ((i32::from(*byte) - Fixed::MIDDLE) << Fixed::LEVEL) as i16;
    }
}

pub(super) fn across(line: &[[i16; CHANNELS]], runs: Taps<'_>, out: &mut [[i16; CHANNELS]]) {
    let pairs: &[Pair] = line.as_flattened().as_chunks().0;
    let each = runs.firsts.iter().zip(runs.weights.chunks_exact(runs.taps));
    for (out, (first, weights)) in out.iter_mut().zip(each) {
        let first = *first as usize - runs.start;
        let mut sums = i32x4_splat(1 << (Fixed::WEIGHT - 1));
        for (pair, weights) in pairs[first / 2..].iter().zip(weights.as_chunks::<2>().0) {
            sums = i32x4_add(sums, i32x4_dot_i16x8(load(pair), splat(weights)));
        }
        let sums = i32x4_shr(sums, Fixed::WEIGHT);
        // SAFETY: a pixel has eight bytes, and the store needs no alignment.
        unsafe { v128_store64_lane::<0>(i16x8_narrow_i32x4(sums, sums), out.as_mut_ptr().cast()) };
    }
}

pub(super) fn down(lines: &[[i16; CHANNELS]], offsets: &[u32], weights: &[i16], out: &mut [[u8; CHANNELS]]) {
    let bits = Fixed::WEIGHT + Fixed::LEVEL;
    let start = i32x4_splat((Fixed::MIDDLE << bits) + (1 << (bits - 1)));
    let (blocks, rest) = out.as_flattened_mut().as_chunks_mut::<16>();
    let done = blocks.len() * 4;
    for (block, x) in blocks.iter_mut().zip((0..).step_by(4)) {
        let mut sums = [start; 4];
        for (offsets, weights) in offsets.as_chunks::<2>().0.iter().zip(weights.as_chunks::<2>().0) {
            let weights = splat(weights);
            let [above, below] = offsets.map(|offset| -> &[i16; 16] {
                let pixels = lines[offset as usize + x..][..4].as_flattened();
                pixels.first_chunk().expect("four pixels")
            });
            for half in 0..2 {
                let [above, below] = [above, below].map(|pixels| load(&pixels.as_chunks::<8>().0[half]));
                let low = i16x8_shuffle::<0, 8, 1, 9, 2, 10, 3, 11>(above, below);
                let high = i16x8_shuffle::<4, 12, 5, 13, 6, 14, 7, 15>(above, below);
                sums[2 * half] = i32x4_add(sums[2 * half], i32x4_dot_i16x8(low, weights));
                sums[2 * half + 1] = i32x4_add(sums[2 * half + 1], i32x4_dot_i16x8(high, weights));
            }
        }
        let [a, b, c, d] = sums.map(|sums| i32x4_shr(sums, bits));
        store(u8x16_narrow_i16x8(i16x8_narrow_i32x4(a, b), i16x8_narrow_i32x4(c, d)), block);
    }
    plain::down(&lines[done..], offsets, weights, rest.as_chunks_mut().0);
}

/// Both weights of a pair of taps, for four channels.
fn splat(weights: &[i16; 2]) -> v128 {
    // SAFETY: two weights are 32 bits, and the load needs no alignment.
    unsafe { v128_load32_splat(weights.as_ptr().cast()) }
}

fn load<T, const N: usize>(values: &[T; N]) -> v128 {
    const { assert!(size_of::<T>() * N == 16) };
    // SAFETY: the array has the size of a vector, and the load needs no alignment.
    unsafe { v128_load(values.as_ptr().cast()) }
}

fn store<T, const N: usize>(vector: v128, values: &mut [T; N]) {
    const { assert!(size_of::<T>() * N == 16) };
    // SAFETY: the array has the size of a vector, any bits are numbers, and the store needs no alignment.
    unsafe { v128_store(values.as_mut_ptr().cast(), vector) };
}
