//! Gradients by vectors of WebAssembly.

use super::Magnitude;
use crate::image::CHANNELS;
use crate::vector::to_bytes;
use core::arch::wasm32::{
    f32x4_convert_i32x4, f32x4_mul, f32x4_splat, f32x4_sqrt, i8x16_shuffle, i16x8_abs, i16x8_add, i16x8_shuffle,
    i16x8_splat, i16x8_sub, i32x4_dot_i16x8, i32x4_extend_high_i16x8, i32x4_extend_low_i16x8, u16x8_load_extend_u8x8,
    v128, v128_and, v128_load, v128_store,
};

/// Pixels that are taken together, as many as make a vector of 16-bit numbers.
const PIXELS: usize = 8;

/// Writes a row of `scale × magnitude` in grey with the alpha of `source`. `window` holds the lines above, here and below,
/// which begin one pixel left of the row, and end with spare ones.
pub fn write(
    window: [&[u8]; 3],
    magnitude: Magnitude,
    scale: f32,
    source: &[[u8; CHANNELS]],
    out: &mut [[u8; CHANNELS]],
) {
    match magnitude {
        Magnitude::Length => write_each(window, scale, source, out, |gx, gy| {
            let squares = |pairs| f32x4_sqrt(f32x4_convert_i32x4(i32x4_dot_i16x8(pairs, pairs)));
            let low = i16x8_shuffle::<0, 8, 1, 9, 2, 10, 3, 11>(gx, gy);
            let high = i16x8_shuffle::<4, 12, 5, 13, 6, 14, 7, 15>(gx, gy);
            [squares(low), squares(high)]
        }),
        Magnitude::Sum { x, y } => {
            let [x, y] = [x, y].map(|counts| i16x8_splat(-i16::from(counts)));
            write_each(window, scale, source, out, |gx, gy| {
                let sum = i16x8_add(v128_and(i16x8_abs(gx), x), v128_and(i16x8_abs(gy), y));
                [i32x4_extend_low_i16x8(sum), i32x4_extend_high_i16x8(sum)].map(|sums| f32x4_convert_i32x4(sums))
            });
        }
    }
}

#[inline(always)]
fn write_each(
    window: [&[u8]; 3],
    scale: f32,
    source: &[[u8; CHANNELS]],
    out: &mut [[u8; CHANNELS]],
    magnitude: impl Fn(v128, v128) -> [v128; 2],
) {
    let (blocks, last) = out.as_chunks_mut();
    let (sources, last_source) = source.as_chunks();
    for (block, (source, out)) in sources.iter().zip(blocks.iter_mut()).enumerate() {
        write_block(window, scale, block, source, out, &magnitude);
    }
    if !last.is_empty() {
        let (mut source, mut out) = ([[0; CHANNELS]; PIXELS], [[0; CHANNELS]; PIXELS]);
        source[..last.len()].copy_from_slice(last_source);
        write_block(window, scale, blocks.len(), &source, &mut out, &magnitude);
        last.copy_from_slice(&out[..last.len()]);
    }
}

#[inline(always)]
fn write_block(
    window: [&[u8]; 3],
    scale: f32,
    block: usize,
    source: &[[u8; CHANNELS]; PIXELS],
    out: &mut [[u8; CHANNELS]; PIXELS],
    magnitude: impl Fn(v128, v128) -> [v128; 2],
) {
    // Written out: `map` would be a call.
    let start = block * PIXELS;
    let [above, here, below] = [load(&window[0][start..]), load(&window[1][start..]), load(&window[2][start..])];
    let across = |line: [v128; 3]| i16x8_sub(line[2], line[0]);
    let gx = weighted([across(above), across(here), across(below)]);
    let down = |i: usize| i16x8_sub(below[i], above[i]);
    let gy = weighted([down(0), down(1), down(2)]);
    let halves = source.as_chunks().0.iter().zip(out.as_chunks_mut().0);
    for (magnitude, (source, out)) in magnitude(gx, gy).into_iter().zip(halves) {
        write_grey(f32x4_mul(f32x4_splat(scale), magnitude), source, out);
    }
}

/// The first bytes of a line as 16-bit numbers, those that follow one later, and two.
#[inline(always)]
fn load(line: &[u8]) -> [v128; 3] {
    let bytes: &[u8; PIXELS + 2] = line.first_chunk().expect("lines have spare pixels");
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

/// Writes four values as grey bytes, with the alpha of `source`.
#[inline(always)]
fn write_grey(values: v128, source: &[[u8; CHANNELS]; 4], out: &mut [[u8; CHANNELS]; 4]) {
    let bytes = to_bytes(values);
    // SAFETY: these are sixteen bytes, and the instructions ask for no alignment.
    unsafe {
        let source = v128_load(source.as_ptr().cast());
        let grey = i8x16_shuffle::<0, 0, 0, 19, 4, 4, 4, 23, 8, 8, 8, 27, 12, 12, 12, 31>(bytes, source);
        v128_store(out.as_mut_ptr().cast(), grey);
    }
}
