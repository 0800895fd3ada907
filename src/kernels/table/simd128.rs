//! Straight lines for sixteen bytes at a time.

use core::arch::wasm32::{
    i16x8, i16x8_narrow_i32x4, i32x4, i32x4_add, i32x4_extmul_high_i16x8, i32x4_extmul_low_i16x8, i32x4_shr,
    u8x16_narrow_i16x8, u16x8_extend_high_u8x16, u16x8_extend_low_u8x16, v128, v128_load, v128_store,
};

/// `(slope·v + offset) >> bits`, clamped, for the bytes of whole vectors; gives back what is left.
pub(super) fn apply<const BITS: u32>(pixels: &mut [u8], [r, g, b, a]: [i16; 4], offsets: [i32; 4]) -> &mut [u8] {
    let slopes = i16x8(r, g, b, a, r, g, b, a);
    let [r, g, b, a] = offsets;
    let offsets = i32x4(r, g, b, a);
    let level = |product| i32x4_shr(i32x4_add(product, offsets), BITS);
    let two = |values| {
        let low = level(i32x4_extmul_low_i16x8(values, slopes));
        i16x8_narrow_i32x4(low, level(i32x4_extmul_high_i16x8(values, slopes)))
    };
    let (blocks, rest) = pixels.as_chunks_mut::<16>();
    for block in blocks {
        let at = block.as_mut_ptr().cast::<v128>();
        // SAFETY: a block has sixteen bytes, and loads and stores of vectors need no alignment.
        let values = unsafe { v128_load(at) };
        let bytes = u8x16_narrow_i16x8(two(u16x8_extend_low_u8x16(values)), two(u16x8_extend_high_u8x16(values)));
        // SAFETY: as above.
        unsafe { v128_store(at, bytes) };
    }
    rest
}
