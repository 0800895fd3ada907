//! Luma by vectors of WebAssembly.

use super::{add_each, write_each};
use crate::image::CHANNELS;
use core::arch::wasm32::{
    i16x8, i16x8_narrow_i32x4, i32x4_add, i32x4_dot_i16x8, i32x4_extend_low_i16x8, i32x4_max, i32x4_mul, i32x4_neg,
    i32x4_shr, i32x4_shuffle, i32x4_splat, u8x16_add_sat, u8x16_narrow_i16x8, u8x16_sub_sat, u16x8_extend_high_u8x16,
    u16x8_extend_low_u8x16, u32x4_shr, v128, v128_and, v128_load, v128_load64_zero, v128_store,
};

/// Pixels whose lumas fill a vector.
const PIXELS: usize = 16;

/// Writes the luma of pixels; both slices have the same length.
pub fn write(pixels: &[[u8; CHANNELS]], out: &mut [u8]) {
    let (blocks, rest) = pixels.as_chunks::<PIXELS>();
    let (out, last) = out.as_chunks_mut::<PIXELS>();
    for (block, out) in blocks.iter().zip(out) {
        let [a, b, c, d] = [0, 4, 8, 12].map(|i| of_four(&block[i..]));
        let lumas = u8x16_narrow_i16x8(i16x8_narrow_i32x4(a, b), i16x8_narrow_i32x4(c, d));
        // SAFETY: these are sixteen bytes, and the instruction asks for no alignment.
        unsafe { v128_store(out.as_mut_ptr().cast(), lumas) };
    }
    write_each(rest, last);
}

/// Adds a number from −255 to 255 to the colours of each pixel, and clamps them; both slices have the same length.
pub fn add(pixels: &mut [[u8; CHANNELS]], deltas: &[i16]) {
    let (blocks, rest) = pixels.as_chunks_mut::<4>();
    let (deltas, last) = deltas.as_chunks::<4>();
    for (block, deltas) in blocks.iter_mut().zip(deltas) {
        // SAFETY: four deltas are eight bytes, and the instruction asks for no alignment.
        let deltas = i32x4_extend_low_i16x8(unsafe { v128_load64_zero(deltas.as_ptr().cast()) });
        // What is to be added, and what is to be taken away, once for each colour.
        let [more, less] = [deltas, i32x4_neg(deltas)]
            .map(|deltas| i32x4_mul(i32x4_max(deltas, i32x4_splat(0)), i32x4_splat(0x01_01_01)));
        let at = block.as_mut_ptr().cast();
        // SAFETY: four pixels are sixteen bytes, and the instructions ask for no alignment.
        unsafe { v128_store(at, u8x16_sub_sat(u8x16_add_sat(v128_load(at), more), less)) };
    }
    add_each(rest, last);
}

/// The lumas of the first four pixels, as 32-bit numbers.
#[inline(always)]
fn of_four(pixels: &[[u8; CHANNELS]]) -> v128 {
    let pixels: &[u8; 16] = pixels.as_flattened().first_chunk().expect("there are four");
    // SAFETY: these are sixteen bytes, and the instruction asks for no alignment.
    let pixels = unsafe { v128_load(pixels.as_ptr().cast()) };
    // The weight of green, 38470, needs 17 bits with its sign; less 65536, that is once the green too little.
    let weights = i16x8(19595, -27066, 7471, 0, 19595, -27066, 7471, 0);
    let low = i32x4_dot_i16x8(u16x8_extend_low_u8x16(pixels), weights);
    let high = i32x4_dot_i16x8(u16x8_extend_high_u8x16(pixels), weights);
    let sums = i32x4_add(i32x4_shuffle::<0, 2, 4, 6>(low, high), i32x4_shuffle::<1, 3, 5, 7>(low, high));
    let rounded = i32x4_shr(i32x4_add(sums, i32x4_splat(1 << 15)), 16);
    i32x4_add(rounded, v128_and(u32x4_shr(pixels, 8), i32x4_splat(255)))
}
