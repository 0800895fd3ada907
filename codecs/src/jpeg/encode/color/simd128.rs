//! RGBA pixels to rows of Y, Cb and Cr, by vectors of WebAssembly.

use super::{CHROMA_OFFSET, Rows, convert_each};
use core::arch::wasm32::{
    i8x16_swizzle, i16x8, i32x4_add, i32x4_dot_i16x8, i32x4_shl, i32x4_splat, i32x4_sub, u8x16_splat, u16x8_shr, u32x4,
    u32x4_bitmask, u32x4_ge, u32x4_splat, v128, v128_and, v128_load, v128_or, v128_store,
};

/// Pixels whose samples fill a vector.
const PIXELS: usize = 16;

/// Converts pixels; see the definition. Not part of its callers, so that there is one of it.
#[inline(never)]
pub(in super::super) fn convert(pixels: &[[u8; 4]], rows: &mut Rows<'_>) -> bool {
    let (blocks, rest) = pixels.as_chunks::<PIXELS>();
    let (y, y_rest) = rows.y.as_chunks_mut::<PIXELS>();
    let (cb, cb_rest) = rows.cb.as_chunks_mut::<PIXELS>();
    let (cr, cr_rest) = rows.cr.as_chunks_mut::<PIXELS>();
    let mut alphas = u8x16_splat(255);
    for (((block, y), cb), cr) in blocks.iter().zip(y).zip(cb).zip(cr) {
        let fours: &[[[u8; 4]; 4]; 4] = block.as_chunks().0.first_chunk().expect("sixteen are four times four");
        let fours = fours.each_ref().map(load);
        for four in fours {
            alphas = v128_and(alphas, four);
        }
        let fours = fours.map(of_four);
        store(y, fours.map(|four| four[0]));
        store(cb, fours.map(|four| four[1]));
        store(cr, fours.map(|four| four[2]));
    }
    // Alpha is the uppermost byte of a pixel: compared as a whole, bits below it do not matter.
    let opaque = u32x4_bitmask(u32x4_ge(alphas, u32x4_splat(255 << 24))) == 15;
    convert_each(rest, y_rest, cb_rest, cr_rest) == 255 && opaque
}

/// Y, Cb and Cr of four pixels: the third lowest byte of 32-bit numbers, whose uppermost is zero.
#[inline(always)]
fn of_four(pixels: v128) -> [v128; 3] {
    // Pairs of 16-bit numbers: red and blue, green and alpha.
    let red_blue = v128_and(pixels, u32x4_splat(0x00FF_00FF));
    let green_alpha = u16x8_shr(pixels, 8);
    let weigh = |(red, green, blue): (i16, i16, i16)| {
        let a = i32x4_dot_i16x8(red_blue, i16x8(red, blue, red, blue, red, blue, red, blue));
        i32x4_add(a, i32x4_dot_i16x8(green_alpha, i16x8(green, 0, green, 0, green, 0, green, 0)))
    };
    // 38470 needs 17 bits with its sign: 65536 is taken off here and added by a shift.
    let y = i32x4_add(weigh((19595, -27066, 7471)), i32x4_shl(green_alpha, 16));
    let y = i32x4_add(y, i32x4_splat(1 << 15));
    // 32768 has no 16-bit number, -32768 has one: what is taken off the offset has the other sign.
    let cb = i32x4_sub(i32x4_splat(CHROMA_OFFSET), weigh((11059, 21709, -32768)));
    let cr = i32x4_sub(i32x4_splat(CHROMA_OFFSET), weigh((-32768, 27439, 5329)));
    [y, cb, cr]
}

#[inline(always)]
fn load(pixels: &[[u8; 4]; 4]) -> v128 {
    // SAFETY: these are sixteen bytes, and the instruction asks for no alignment.
    unsafe { v128_load(pixels.as_ptr().cast()) }
}

/// Writes the third lowest bytes of sixteen numbers.
#[inline(always)]
fn store(out: &mut [u8; PIXELS], [a, b, c, d]: [v128; 4]) {
    // Not shifted and narrowed: the compiler would add limits, since it cannot know that none is reached.
    const NONE: u32 = 0x8080_8080;
    const THIRD: u32 = 0x0E0A_0602;
    let a = i8x16_swizzle(a, u32x4(THIRD, NONE, NONE, NONE));
    let b = i8x16_swizzle(b, u32x4(NONE, THIRD, NONE, NONE));
    let c = i8x16_swizzle(c, u32x4(NONE, NONE, THIRD, NONE));
    let d = i8x16_swizzle(d, u32x4(NONE, NONE, NONE, THIRD));
    let bytes = v128_or(v128_or(a, b), v128_or(c, d));
    // SAFETY: these are sixteen bytes, and the instruction asks for no alignment.
    unsafe { v128_store(out.as_mut_ptr().cast(), bytes) };
}
