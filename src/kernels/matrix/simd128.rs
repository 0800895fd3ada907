//! A matrix for four pixels at a time.

use super::{Columns, Pixels};
use crate::vector::to_bytes;
use core::arch::wasm32::{
    f32x4_add, f32x4_convert_i32x4, f32x4_mul, f32x4_splat, i32x4_shl, i32x4_splat, u32x4_shr, v128, v128_and,
    v128_load, v128_or, v128_store,
};

/// Applies it to the pixels of whole vectors; gives back what is left.
pub(super) fn apply<'a>(matrix: &Columns<f32>, pixels: &'a mut Pixels) -> &'a mut Pixels {
    if matrix.of_color { run::<true>(matrix, pixels) } else { run::<false>(matrix, pixels) }
}

#[inline(always)]
fn run<'a, const OF_COLOR: bool>(matrix: &Columns<f32>, pixels: &'a mut Pixels) -> &'a mut Pixels {
    let columns = matrix.columns.map(|column| column.map(|factor| f32x4_splat(factor)));
    let (blocks, rest) = pixels.as_chunks_mut::<4>();
    for block in blocks {
        let at = block.as_mut_ptr().cast::<v128>();
        // SAFETY: four pixels are 16 bytes, and loads and stores of vectors need no alignment.
        let words = unsafe { v128_load(at) };
        let channel = |bits: u32| f32x4_convert_i32x4(v128_and(u32x4_shr(words, bits), i32x4_splat(255)));
        let [r, g, b, a] = [channel(0), channel(8), channel(16), channel(24)];
        let row = |i: usize| {
            let [red, green, blue, alpha, one] = columns.map(|column| column[i]);
            // In the order of the plain loop: the sum is the same.
            let colors = f32x4_add(f32x4_add(f32x4_mul(red, r), f32x4_mul(green, g)), f32x4_mul(blue, b));
            let sum = f32x4_add(colors, one);
            to_bytes(if OF_COLOR { sum } else { f32x4_add(sum, f32x4_mul(alpha, a)) })
        };
        let alpha = if OF_COLOR { v128_and(words, i32x4_splat(0xff << 24)) } else { i32x4_shl(row(3), 24) };
        let colors = v128_or(v128_or(row(0), i32x4_shl(row(1), 8)), i32x4_shl(row(2), 16));
        // SAFETY: as above.
        unsafe { v128_store(at, v128_or(colors, alpha)) };
    }
    rest
}
