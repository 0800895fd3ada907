//! Rows of pixels, sixteen at a time: upsampling and conversion of YCbCr in one go.

use super::{Line, MOST_COMPONENTS};
use core::arch::wasm32::{
    i8x16_shuffle, i16x8, i16x8_add, i16x8_narrow_i32x4, i16x8_q15mulr_sat, i16x8_shl, i16x8_shuffle, i16x8_splat,
    i16x8_sub, i32x4_add, i32x4_dot_i16x8, i32x4_shr, i32x4_shuffle, i32x4_splat, u8x16_narrow_i16x8, u8x16_splat,
    u16x8_load_extend_u8x8, u16x8_shr, v128, v128_and, v128_load, v128_store,
};

/// Pixels that are made together.
const PIXELS: usize = 16;

/// Sixteen samples: those in even places, and those in odd ones.
type EvenOdd = (v128, v128);

/// Writes pixels of YCbCr, where the lines are of a kind that is written at once; else it does nothing and says so.
pub(super) fn write_ycc(lines: &[Line; MOST_COMPONENTS], out: &mut [[u8; 4]]) -> bool {
    match *lines {
        [Line::As(y), Line::As(cb), Line::As(cr), _] => write(y, as_they_are(cb), as_they_are(cr), out),
        [Line::As(y), Line::Across(cb), Line::Across(cr), _] => write(y, across(cb), across(cr), out),
        [Line::As(y), Line::Both { near: cb, far: far_cb }, Line::Both { near: cr, far: far_cr }, _] => {
            write(y, both(cb, far_cb), both(cr, far_cr), out);
        }
        _ => return false,
    }
    true
}

#[inline(always)]
fn write(y: &[u8], mut cb: impl FnMut(usize) -> EvenOdd, mut cr: impl FnMut(usize) -> EvenOdd, out: &mut [[u8; 4]]) {
    let mut y = as_they_are(y);
    let (blocks, rest) = out.as_chunks_mut::<PIXELS>();
    let count = blocks.len();
    for (i, block) in blocks.iter_mut().enumerate() {
        pixels(y(i), cb(i), cr(i), block);
    }
    if !rest.is_empty() {
        let mut last = [[0; 4]; PIXELS];
        pixels(y(count), cb(count), cr(count), &mut last);
        rest.iter_mut().zip(last).for_each(|(pixel, new)| *pixel = new);
    }
}

/// Sixteen samples from each sixteenth on.
#[inline(always)]
fn as_they_are(row: &[u8]) -> impl FnMut(usize) -> EvenOdd {
    let (blocks, _) = row.as_chunks::<PIXELS>();
    move |i| {
        let samples = blocks.get(i).map_or(i16x8_splat(0), |block| {
            // SAFETY: these are sixteen bytes, and the load needs no alignment.
            unsafe { v128_load(block.as_ptr().cast()) }
        });
        (v128_and(samples, i16x8_splat(255)), u16x8_shr(samples, 8))
    }
}

/// Eight samples from each eighth on, as numbers of 16 bits.
#[inline(always)]
fn eights(row: &[u8]) -> impl Fn(usize) -> v128 {
    let (blocks, _) = row.as_chunks::<8>();
    move |i| {
        blocks.get(i).map_or(i16x8_splat(0), |block| {
            // SAFETY: these are eight bytes, and the load needs no alignment.
            unsafe { u16x8_load_extend_u8x8(block.as_ptr()) }
        })
    }
}

/// Twice as many samples, each with a quarter of a neighbour: `numbers` gives eight from each eighth on, each from 0 to
/// 1020 or less, and the sums of four are rounded and scaled down.
#[inline(always)]
fn doubled<const BITS: u32>(numbers: impl Fn(usize) -> v128, (even, odd): (i16, i16)) -> impl FnMut(usize) -> EvenOdd {
    let mut here = numbers(0);
    // The first sample is its own neighbour.
    let mut before = i16x8_shuffle::<0, 0, 0, 0, 0, 0, 0, 0>(here, here);
    move |i| {
        let after = numbers(i + 1);
        let left = i16x8_shuffle::<7, 8, 9, 10, 11, 12, 13, 14>(before, here);
        let right = i16x8_shuffle::<1, 2, 3, 4, 5, 6, 7, 8>(here, after);
        let three = i16x8_add(here, i16x8_shl(here, 1));
        (before, here) = (here, after);
        (
            u16x8_shr(i16x8_add(i16x8_add(three, left), i16x8_splat(even)), BITS),
            u16x8_shr(i16x8_add(i16x8_add(three, right), i16x8_splat(odd)), BITS),
        )
    }
}

#[inline(always)]
fn across(row: &[u8]) -> impl FnMut(usize) -> EvenOdd {
    doubled::<2>(eights(row), (1, 2))
}

#[inline(always)]
fn both(near: &[u8], far: &[u8]) -> impl FnMut(usize) -> EvenOdd {
    let (near, far) = (eights(near), eights(far));
    let sums = move |i| {
        let near = near(i);
        i16x8_add(i16x8_add(near, i16x8_shl(near, 1)), far(i))
    };
    doubled::<4>(sums, (8, 7))
}

/// Red, green and blue of eight samples, before they are limited to 0..=255: `super::plain::rgb`.
#[inline(always)]
fn rgb(y: v128, cb: v128, cr: v128) -> [v128; 3] {
    let (cb, cr) = (i16x8_sub(cb, i16x8_splat(128)), i16x8_sub(cr, i16x8_splat(128)));
    // 91881 = 65536 + 26345, and half of 26345, rounded, gives the same for all 256 values of Cr.
    let r = i16x8_add(i16x8_add(y, cr), i16x8_q15mulr_sat(cr, i16x8_splat(13173)));
    // 116130 = 2 · 65536 - 2 · 7471.
    let b = i16x8_add(i16x8_add(y, i16x8_shl(cb, 1)), i16x8_q15mulr_sat(cb, i16x8_splat(-7471)));
    // -46802 = -65536 + 18734.
    let weights = i16x8(-22554, 18734, -22554, 18734, -22554, 18734, -22554, 18734);
    let scaled = |pairs| i32x4_shr(i32x4_add(i32x4_dot_i16x8(pairs, weights), i32x4_splat(32768)), 16);
    let low = scaled(i16x8_shuffle::<0, 8, 1, 9, 2, 10, 3, 11>(cb, cr));
    let high = scaled(i16x8_shuffle::<4, 12, 5, 13, 6, 14, 7, 15>(cb, cr));
    let g = i16x8_add(i16x8_sub(y, cr), i16x8_narrow_i32x4(low, high));
    [r, g, b]
}

/// The first eight bytes of either, by turns.
#[inline(always)]
fn low(a: v128, b: v128) -> v128 {
    i8x16_shuffle::<0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23>(a, b)
}

/// The last eight bytes of either, by turns.
#[inline(always)]
fn high(a: v128, b: v128) -> v128 {
    i8x16_shuffle::<8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31>(a, b)
}

/// Eight pixels of red and green, and of blue and alpha: the first four, and the last four.
#[inline(always)]
fn joined(rg: v128, ba: v128) -> [v128; 2] {
    [i16x8_shuffle::<0, 8, 1, 9, 2, 10, 3, 11>(rg, ba), i16x8_shuffle::<4, 12, 5, 13, 6, 14, 7, 15>(rg, ba)]
}

#[inline(always)]
fn pixels(y: EvenOdd, cb: EvenOdd, cr: EvenOdd, out: &mut [[u8; 4]; PIXELS]) {
    let ([r, g, b], [odd_r, odd_g, odd_b]) = (rgb(y.0, cb.0, cr.0), rgb(y.1, cb.1, cr.1));
    let (rb, br) = (u8x16_narrow_i16x8(r, b), u8x16_narrow_i16x8(odd_b, odd_r));
    let (gg, alpha) = (u8x16_narrow_i16x8(g, odd_g), u8x16_splat(255));
    let even = joined(low(rb, gg), high(rb, alpha));
    let odd = joined(high(br, gg), low(br, alpha));
    let fours = [
        i32x4_shuffle::<0, 4, 1, 5>(even[0], odd[0]),
        i32x4_shuffle::<2, 6, 3, 7>(even[0], odd[0]),
        i32x4_shuffle::<0, 4, 1, 5>(even[1], odd[1]),
        i32x4_shuffle::<2, 6, 3, 7>(even[1], odd[1]),
    ];
    for (out, four) in out.as_chunks_mut::<4>().0.iter_mut().zip(fours) {
        // SAFETY: four pixels are sixteen bytes, and the store needs no alignment.
        unsafe { v128_store(out.as_mut_ptr().cast(), four) };
    }
}
