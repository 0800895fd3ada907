//! Sharpening with the vector instructions of wasm.

use super::Rule;
use crate::image::CHANNELS;
use crate::kernels::gaussian::Premultiplied;
use crate::vector::to_bytes;
use core::arch::wasm32::{
    f32x4_abs, f32x4_add, f32x4_convert_i32x4, f32x4_gt, f32x4_mul, f32x4_splat, f32x4_sub, i16x8_narrow_i32x4,
    u8x16_narrow_i16x8, u16x8_extend_high_u8x16, u16x8_extend_low_u8x16, u32x4_extend_high_u16x8,
    u32x4_extend_low_u16x8, v128, v128_and, v128_load, v128_store,
};

type Pixel = [u8; CHANNELS];

/// Pixels of a vector.
const BLOCK: usize = 4;

/// [`Rule::write_opaque`] four pixels at a time; returns what is left.
pub(super) fn write_opaque<'a, 'b, 'c>(
    rule: Rule,
    source: &'a [Pixel],
    blurred: &'b [Premultiplied],
    out: &'c mut [Pixel],
) -> (&'a [Pixel], &'b [Premultiplied], &'c mut [Pixel]) {
    let ((source, source_rest), (blurred, blurred_rest)) = (source.as_chunks::<BLOCK>(), blurred.as_chunks::<BLOCK>());
    let (out, out_rest) = out.as_chunks_mut::<BLOCK>();
    for ((source, blurred), out) in source.iter().zip(blurred).zip(out) {
        // SAFETY: four pixels are 16 bytes.
        let pixels = unsafe { v128_load(source.as_ptr().cast()) };
        let (low, high) = (u16x8_extend_low_u8x16(pixels), u16x8_extend_high_u8x16(pixels));
        let values = [
            u32x4_extend_low_u16x8(low),
            u32x4_extend_high_u16x8(low),
            u32x4_extend_low_u16x8(high),
            u32x4_extend_high_u16x8(high),
        ];
        let [a, b, c, d]: [v128; BLOCK] = std::array::from_fn(|i| {
            // SAFETY: four lanes are 16 bytes.
            sharpen(rule, values[i], unsafe { v128_load(blurred[i].as_ptr().cast()) })
        });
        let bytes = u8x16_narrow_i16x8(i16x8_narrow_i32x4(a, b), i16x8_narrow_i32x4(c, d));
        // SAFETY: four pixels are 16 bytes.
        unsafe { v128_store(out.as_mut_ptr().cast(), bytes) }
    }
    (source_rest, blurred_rest, out_rest)
}

/// [`Rule::sharpen`] of four values.
#[inline(always)]
fn sharpen(rule: Rule, value: v128, blurred: v128) -> v128 {
    let value = f32x4_convert_i32x4(value);
    let difference = f32x4_sub(value, blurred);
    let counts = f32x4_gt(f32x4_abs(difference), f32x4_splat(rule.threshold));
    let added = v128_and(counts, f32x4_mul(f32x4_splat(rule.amount), difference));
    to_bytes(f32x4_add(value, added))
}
