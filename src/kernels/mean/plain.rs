//! Sums and means one by one.

use super::{NARROW, ROUND, WIDE};
use crate::image::CHANNELS;
use crate::kernels::window::pixels;

/// The four sums of a column.
fn numbers<const BYTES: usize>(sums: &[u8; BYTES]) -> [u32; CHANNELS] {
    let size = BYTES / CHANNELS;
    std::array::from_fn(|lane| {
        let mut number = [0; 4];
        number[..size].copy_from_slice(&sums[lane * size..][..size]);
        u32::from_le_bytes(number)
    })
}

fn add<const BYTES: usize>(
    columns: &mut [u8],
    enters: &[u8],
    leaves: &[u8],
    terms: impl Fn([u8; CHANNELS]) -> [u32; CHANNELS],
) {
    let columns = columns.as_chunks_mut::<BYTES>().0.iter_mut();
    for (sums, (enters, leaves)) in columns.zip(pixels(enters).iter().zip(pixels(leaves))) {
        let (old, enters, leaves) = (numbers(sums), terms(*enters), terms(*leaves));
        for (lane, bytes) in sums.chunks_exact_mut(BYTES / CHANNELS).enumerate() {
            let sum = old[lane] + enters[lane] - leaves[lane];
            bytes.copy_from_slice(&sum.to_le_bytes()[..BYTES / CHANNELS]);
        }
    }
}

pub(super) fn add_bytes_narrow(columns: &mut [u8], enters: &[u8], leaves: &[u8]) {
    add::<NARROW>(columns, enters, leaves, |pixel| pixel.map(u32::from));
}

pub(super) fn add_bytes(columns: &mut [u8], enters: &[u8], leaves: &[u8]) {
    add::<WIDE>(columns, enters, leaves, |pixel| pixel.map(u32::from));
}

pub(super) fn add_weighted(columns: &mut [u8], enters: &[u8], leaves: &[u8]) {
    add::<WIDE>(columns, enters, leaves, |[r, g, b, a]| [r, g, b, 1].map(|value| u32::from(value) * u32::from(a)));
}

/// Makes a pixel of the totals of each square.
fn slide<const BYTES: usize>(
    side: usize,
    columns: &[u8],
    out: &mut [[u8; CHANNELS]],
    pixel: impl Fn([i32; CHANNELS]) -> [u8; CHANNELS],
) {
    let columns = columns.as_chunks::<BYTES>().0;
    let mut totals = [0; CHANNELS];
    let add = |totals: &mut [i32; CHANNELS], sign: i32, sums| {
        totals.iter_mut().zip(numbers(sums)).for_each(|(total, sum)| *total += sign * sum.cast_signed());
    };
    columns[..side].iter().for_each(|enters| add(&mut totals, 1, enters));
    for (out, (enters, leaves)) in out.iter_mut().zip(columns[side..].iter().zip(columns)) {
        add(&mut totals, 1, enters);
        add(&mut totals, -1, leaves);
        *out = pixel(totals);
    }
}

pub(super) fn means_narrow(side: usize, columns: &[u8], out: &mut [[u8; CHANNELS]]) {
    let inverse = 1.0 / (side * side) as f32;
    slide::<NARROW>(side, columns, out, |totals| totals.map(|total| nearest(total as f32 * inverse)));
}

pub(super) fn means_of_opaque(side: usize, columns: &[u8], out: &mut [[u8; CHANNELS]]) {
    let count = (side * side) as i32;
    slide::<WIDE>(side, columns, out, |totals| totals.map(|total| quotient(total, count)));
}

pub(super) fn means(side: usize, columns: &[u8], out: &mut [[u8; CHANNELS]]) {
    let count = (side * side) as i32;
    slide::<WIDE>(side, columns, out, |[r, g, b, a]| {
        let alpha = quotient(a, count);
        if alpha == 0 { [0; CHANNELS] } else { [quotient(r, a), quotient(g, a), quotient(b, a), alpha] }
    });
}

/// A value in 0..=255 rounded.
fn nearest(value: f32) -> u8 {
    (value + ROUND).to_bits() as u8
}

/// `⌊(2·total + count) / (2·count)⌋`, which is at most 255.
fn quotient(total: i32, count: i32) -> u8 {
    // Four roundings of 2⁻²⁴ each: the guess is at most one off.
    let guess = nearest(total as f32 * (1.0 / count as f32));
    let twice_rest = 2 * (total - i32::from(guess) * count);
    let (more, less) = (twice_rest >= count, twice_rest < -count);
    guess.wrapping_add(u8::from(more)).wrapping_sub(u8::from(less))
}
