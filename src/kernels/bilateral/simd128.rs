//! Weighted means by vectors of WebAssembly.

use super::{Bilateral, LEAST_POWER, LEVELS, Levels, Lines, MOST_ROWS, POWER, ROUND};
use crate::color::WHOLE;
use core::arch::wasm32::{
    f32x4_abs, f32x4_add, f32x4_div, f32x4_mul, f32x4_pmax, f32x4_pmin, f32x4_splat, f32x4_sub, i32x4_add, i32x4_shl,
    i64x2_extract_lane, v128, v128_load, v128_load32_lane, v128_load32_zero, v128_store,
};

/// Pixels of a vector.
const LANES: usize = 4;

/// What makes the weights of four pixels.
pub(super) trait Weigh {
    /// Of the differences of their colours, and what is kept of their distance.
    fn weight(&self, difference: v128, space: f32) -> v128;
}

impl Weigh for f32 {
    #[inline(always)]
    fn weight(&self, difference: v128, space: f32) -> v128 {
        let exponent = f32x4_mul(f32x4_mul(difference, difference), f32x4_splat(*self));
        power(f32x4_add(exponent, f32x4_splat(space)))
    }
}

impl Weigh for Levels {
    #[inline(always)]
    fn weight(&self, difference: v128, space: f32) -> v128 {
        // In this order, NaN becomes the largest difference.
        let difference = f32x4_pmin(f32x4_splat((LEVELS - 1) as f32), difference);
        let places = f32x4_add(difference, f32x4_splat(WHOLE));
        let [first, second] =
            [i64x2_extract_lane::<0>(places), i64x2_extract_lane::<1>(places)].map(i64::cast_unsigned);
        let start = self.as_ptr().wrapping_sub(WHOLE.to_bits() as usize);
        let at = |place: u64| start.wrapping_add(place as u32 as usize).cast::<u32>();
        // SAFETY: differences are at least 0, and have been made less than there are levels: so these are places in the table.
        let weights = unsafe {
            let weights = v128_load32_zero(at(first));
            let weights = v128_load32_lane::<1>(weights, at(first >> 32));
            let weights = v128_load32_lane::<2>(weights, at(second));
            v128_load32_lane::<3>(weights, at(second >> 32))
        };
        f32x4_mul(weights, f32x4_splat(space))
    }
}

/// Writes a row of the three planes.
pub(super) fn write(filter: &Bilateral, color: &impl Weigh, lines: &Lines<'_>, mut out: [&mut [f32]; 3]) {
    let count = out[0].len();
    if count < LANES {
        return alone(filter, color, lines, &mut out);
    }
    for x in (0..count).step_by(LANES) {
        // The last ones are taken again with those before them: each is made of its own window alone.
        let x = x.min(count - LANES);
        put(means(filter, color, lines, x), x, &mut out);
    }
}

/// Rows of fewer pixels than a vector has.
#[cold]
fn alone(filter: &Bilateral, color: &impl Weigh, lines: &Lines<'_>, out: &mut [&mut [f32]; 3]) {
    let count = out[0].len();
    let mut longer = vec![0.0; filter.rows.len() * 3 * (2 * filter.radius + LANES)];
    let mut places = longer.chunks_exact_mut(2 * filter.radius + LANES);
    let mut copies: [[&[f32]; 3]; MOST_ROWS] = [[&[]; 3]; MOST_ROWS];
    for (copies, lines) in copies.iter_mut().zip(lines) {
        for (copy, line) in copies.iter_mut().zip(lines) {
            let place = places.next().expect("there is one for each line");
            place[..count + 2 * filter.radius].copy_from_slice(&line[..count + 2 * filter.radius]);
            *copy = place;
        }
    }
    let mut means_of = [[0.0; LANES]; 3];
    let [r, g, b] = &mut means_of;
    put(means(filter, color, &copies[..lines.len()], 0), 0, &mut [&mut r[..], &mut g[..], &mut b[..]]);
    for (out, means) in out.iter_mut().zip(&means_of) {
        out.copy_from_slice(&means[..count]);
    }
}

#[inline(always)]
fn put(means: [v128; 3], x: usize, out: &mut [&mut [f32]; 3]) {
    for (out, mean) in out.iter_mut().zip(means) {
        let out = &mut out[x..x + LANES];
        // SAFETY: these are four floats, and the instruction asks for no alignment.
        unsafe { v128_store(out.as_mut_ptr().cast(), mean) };
    }
}

/// The means around four pixels from `x` on. With eight, what is kept would no longer fit the registers.
#[inline(always)]
fn means(filter: &Bilateral, color: &impl Weigh, lines: &Lines<'_>, x: usize) -> [v128; 3] {
    let centre = lines[filter.radius].map(|line| {
        let values = &line[x + filter.radius..][..LANES];
        // SAFETY: these are four floats, and the instruction asks for no alignment.
        unsafe { v128_load(values.as_ptr().cast()) }
    });
    let zero = f32x4_splat(0.0);
    let (mut sums, mut weights) = ([zero; 3], zero);
    for (taps, lines) in filter.rows.iter().zip(lines) {
        // What all taps of the row read, looked at once.
        let length = taps.space.len() - 1 + LANES;
        let [r, g, b] = lines.map(|line| line[x + taps.first..][..length].as_ptr());
        for (i, space) in taps.space.iter().enumerate() {
            // SAFETY: `i` is at most `space.len() − 1`, so that four floats from it on lie within the line, and the
            // instruction asks for no alignment.
            let values =
                unsafe { [v128_load(r.add(i).cast()), v128_load(g.add(i).cast()), v128_load(b.add(i).cast())] };
            let off = [
                f32x4_abs(f32x4_sub(values[0], centre[0])),
                f32x4_abs(f32x4_sub(values[1], centre[1])),
                f32x4_abs(f32x4_sub(values[2], centre[2])),
            ];
            let difference = f32x4_add(f32x4_add(off[0], off[1]), off[2]);
            let weight = color.weight(difference, *space);
            weights = f32x4_add(weights, weight);
            sums = [
                f32x4_add(sums[0], f32x4_mul(weight, values[0])),
                f32x4_add(sums[1], f32x4_mul(weight, values[1])),
                f32x4_add(sums[2], f32x4_mul(weight, values[2])),
            ];
        }
    }
    sums.map(|sum| f32x4_div(sum, weights))
}

/// Two to the power of what is at most 0.
#[inline(always)]
fn power(exponent: v128) -> v128 {
    let exponent = f32x4_pmax(f32x4_splat(LEAST_POWER), exponent);
    let whole = f32x4_add(exponent, f32x4_splat(ROUND));
    let rest = f32x4_sub(exponent, f32x4_sub(whole, f32x4_splat(ROUND)));
    let factors = POWER.map(|factor| f32x4_splat(factor));
    let power = f32x4_add(f32x4_mul(factors[0], rest), factors[1]);
    let power = f32x4_add(f32x4_mul(power, rest), factors[2]);
    let power = f32x4_add(f32x4_mul(power, rest), factors[3]);
    let power = f32x4_add(f32x4_mul(power, rest), factors[4]);
    i32x4_add(power, i32x4_shl(whole, 23))
}
