//! The same with vectors, which hold the bytes of one pixel: each depends on the pixel before it.

use super::{Filter, rest};
use core::arch::wasm32::{
    i16x8_add, i16x8_gt, i16x8_max, i16x8_min, i16x8_splat, i16x8_sub, u8x16_narrow_i16x8, u16x8_load_extend_u8x8,
    u16x8_shr, u32x4, v128, v128_and, v128_bitselect, v128_or, v128_store64_lane,
};

/// Bytes that are read and written for each pixel, however many it has.
const REACH: usize = 8;

/// Pixels of `FROM` bytes in the row, of `TO` bytes in the others, where a fourth that the row does not have is 255.
pub(super) fn unfilter<const FROM: usize, const TO: usize>(filter: Filter, row: &[u8], above: &[u8], out: &mut [u8]) {
    match filter {
        Filter::None if FROM == TO => out.copy_from_slice(row),
        Filter::None => each::<FROM, TO>(filter, row, above, out, |_, _, _| i16x8_splat(0)),
        Filter::Sub => each::<FROM, TO>(filter, row, above, out, |before, _, _| before),
        Filter::Up => each::<FROM, TO>(filter, row, above, out, |_, above, _| above),
        Filter::Average => {
            each::<FROM, TO>(filter, row, above, out, |before, above, _| u16x8_shr(i16x8_add(before, above), 1))
        }
        Filter::Paeth => each::<FROM, TO>(filter, row, above, out, paeth),
    }
}

/// `predict` is given what the pixel before, that above, and that before it are, as numbers of 16 bits.
#[inline(always)]
fn each<const FROM: usize, const TO: usize>(
    filter: Filter,
    row: &[u8],
    above: &[u8],
    out: &mut [u8],
    predict: impl Fn(v128, v128, v128) -> v128,
) {
    let count = row.len() / FROM;
    // Of the last pixels more would be read or written than there is.
    let fast = count.saturating_sub(REACH.div_ceil(FROM.min(TO)));
    let pixels = |bytes: &[u8], size: usize| fast * size + REACH <= bytes.len();
    assert!(fast == 0 || (pixels(row, FROM) && pixels(above, TO) && pixels(out, TO)), "the rows are long enough");
    let low_bytes = i16x8_splat(255);
    let opaque = if FROM < TO { u32x4(0xFF00_0000, 0, 0, 0) } else { i16x8_splat(0) };
    let (mut before, mut corner) = (i16x8_splat(0), i16x8_splat(0));
    for i in 0..fast {
        // SAFETY: eight bytes from each pixel on are in the rows, as was asserted of the pixel behind the last of these.
        let (differences, up) = unsafe {
            (u16x8_load_extend_u8x8(row.as_ptr().add(i * FROM)), u16x8_load_extend_u8x8(above.as_ptr().add(i * TO)))
        };
        before = v128_and(i16x8_add(differences, predict(before, up, corner)), low_bytes);
        corner = up;
        let bytes = v128_or(u8x16_narrow_i16x8(before, before), opaque);
        // SAFETY: as above. What is written too much is written again by the next pixel.
        unsafe { v128_store64_lane::<0>(bytes, out.as_mut_ptr().add(i * TO).cast()) };
    }
    let mut last = [[0; TO]; 2];
    if fast > 0 {
        last[0].copy_from_slice(&out[(fast - 1) * TO..][..TO]);
        last[1].copy_from_slice(&above[(fast - 1) * TO..][..TO]);
    }
    rest::<FROM, TO>(filter, &row[fast * FROM..], &above[fast * TO..], &mut out[fast * TO..], last);
}

/// As `super::paeth`, in another form, where little depends on the pixel before, `a`: where `c` lies between `a` and `b` it is the
/// nearest or `a` or `b` is, by how far `3 c - a - b` lies out.
#[inline(always)]
fn paeth(a: v128, b: v128, c: v128) -> v128 {
    let (low, high) = (i16x8_min(a, b), i16x8_max(a, b));
    let at = i16x8_sub(i16x8_sub(i16x8_add(c, i16x8_add(c, c)), b), a);
    let low_or_c = v128_bitselect(c, low, i16x8_gt(high, at));
    v128_bitselect(low_or_c, high, i16x8_gt(at, low))
}
