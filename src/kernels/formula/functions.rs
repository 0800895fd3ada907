//! Sine, exponential, logarithm, power and arc tangent of four numbers, made of additions and multiplications alone, so that
//! they have the same bits everywhere. What is no number stays none.

use crate::vector::F4;
use std::f32::consts::{FRAC_1_PI, FRAC_PI_2, FRAC_PI_4, LN_2, LOG2_E, PI};

/// A polynomial, from the highest power down.
#[inline(always)]
fn polynomial<const N: usize>(x: F4, factors: [f32; N]) -> F4 {
    factors[1..].iter().fold(F4::splat(factors[0]), |sum, factor| sum * x + F4::splat(*factor))
}

/// A limit on both sides, which what is no number passes.
#[inline(always)]
fn limited(x: F4, least: f32, most: f32) -> F4 {
    F4::splat(most).min(F4::splat(least).max(x))
}

#[inline(always)]
fn negative(x: F4) -> F4 {
    F4::splat(0.0) - x
}

/// Zero where a whole number is even, one where it is odd.
#[inline(always)]
fn odd(whole: F4) -> F4 {
    whole - F4::splat(2.0) * (whole * F4::splat(0.5)).floor()
}

/// π in three parts: products of the first two with whole numbers up to 2¹³ are exact.
const PI_PARTS: [f32; 3] = [3.140_625, 9.675_026e-4, 1.509_958e-7];

/// Sine, `turns` half turns from the middle of a half wave; those that are odd are turned over.
#[inline(always)]
fn wave(x: F4, turns: F4, half_waves: F4) -> F4 {
    let rest = PI_PARTS.iter().fold(x, |rest, part| rest - turns * F4::splat(*part));
    // Of angles beyond what single precision can tell apart, anything from −1 to 1.
    let rest = limited(rest, -FRAC_PI_2, FRAC_PI_2);
    let square = rest * rest;
    let sum = polynomial(square, [2.600_06e-6, -1.980_661_8e-4, 8.333_017e-3, -0.166_666_57]);
    let value = rest + rest * square * sum;
    value - F4::splat(2.0) * odd(half_waves) * value
}

/// Off by at most 3·10⁻⁷ up to 10,000; beyond, as much as single precision is off at the angle.
#[inline(always)]
pub(super) fn sine(x: F4) -> F4 {
    let turns = (x * F4::splat(FRAC_1_PI) + F4::splat(0.5)).floor();
    wave(x, turns, turns)
}

#[inline(always)]
pub(super) fn cosine(x: F4) -> F4 {
    let half_waves = (x * F4::splat(FRAC_1_PI) + F4::splat(1.0)).floor();
    wave(x, half_waves - F4::splat(0.5), half_waves)
}

/// `e^rest · 2^whole`, of a rest from −½·ln 2 to ½·ln 2.
#[inline(always)]
fn powered(rest: F4, whole: F4) -> F4 {
    let sum = polynomial(rest, [1.987_569_1e-4, 1.398_199_9e-3, 8.333_452e-3, 4.166_579_6e-2, 0.166_666_65, 0.5]);
    let value = sum * (rest * rest) + rest + F4::splat(1.0);
    // In two steps, so that what is very large or very small gets there.
    let half = (whole * F4::splat(0.5)).floor();
    value * half.two_to() * (whole - half).two_to()
}

/// Off by at most 3·10⁻⁷ of it.
#[inline(always)]
pub(super) fn exponential(x: F4) -> F4 {
    let x = limited(x, -110.0, 100.0);
    let whole = (x * F4::splat(LOG2_E) + F4::splat(0.5)).floor();
    // ln 2 in two parts, the first of which has few bits.
    let rest = x - whole * F4::splat(0.693_359_4) - whole * F4::splat(-2.121_944_4e-4);
    powered(rest, whole)
}

/// The logarithm to base 2, exact where it is whole; off by at most 3·10⁻⁷, or as much of it. What is below 2⁻¹²⁶ is 0.
#[inline(always)]
pub(super) fn logarithm(x: F4) -> F4 {
    let zero = F4::splat(0.0);
    let [exponent, factor] = x.parts();
    // From √½ to √2.
    let large = factor.more(F4::splat(std::f32::consts::SQRT_2), F4::splat(1.0), zero);
    let exponent = exponent + large;
    let rest = factor * (F4::splat(1.0) - F4::splat(0.5) * large) - F4::splat(1.0);
    let sum = polynomial(
        rest,
        [
            7.037_683_6e-2,
            -0.115_146_1,
            0.116_769_99,
            -0.124_201_41,
            0.142_493_23,
            -0.166_680_58,
            0.200_007_15,
            -0.249_999_94,
            0.333_333_3,
        ],
    );
    let square = rest * rest;
    let natural = rest + (rest * square * sum - F4::splat(0.5) * square);
    let value = exponent + natural * F4::splat(LOG2_E);
    let of_none = x.more(F4::splat(f32::MIN_POSITIVE.next_down()), value, F4::splat(f32::NEG_INFINITY));
    let of_negative = zero.more(x, F4::splat(f32::NAN), of_none);
    let infinite = F4::splat(f32::INFINITY);
    // Infinity stays as it is, and so does what is no number.
    x.equal(x, x.equal(infinite, x, of_negative), x)
}

/// Off by at most 10⁻⁶ of it, times how many doublings it is from 1. Of negative numbers there are only whole powers.
#[inline(always)]
pub(super) fn power(x: F4, exponent: F4) -> F4 {
    let (zero, one) = (F4::splat(0.0), F4::splat(1.0));
    let doublings = limited(exponent * logarithm(x.abs()), -160.0, 140.0);
    let whole = (doublings + F4::splat(0.5)).floor();
    let size = powered((doublings - whole) * F4::splat(LN_2), whole);
    let floor = exponent.floor();
    let signed = size - F4::splat(2.0) * odd(floor) * size;
    let of_negative = exponent.equal(floor, signed, F4::splat(f32::NAN));
    exponent.equal(zero, one, zero.more(x, of_negative, size))
}

/// The angle of a point, off by at most 3·10⁻⁷.
#[inline(always)]
pub(super) fn angle(y: F4, x: F4) -> F4 {
    let (zero, one) = (F4::splat(0.0), F4::splat(1.0));
    let (across, up) = (x.abs(), y.abs());
    let longer = across.max(up);
    let slope = longer.equal(zero, zero, across.min(up) / longer);
    // What is steeper than an eighth of a turn is turned by a quarter of one.
    let eighth = F4::splat(0.414_213_57);
    let rest = slope.more(eighth, (slope - one) / (slope + one), slope);
    let base = slope.more(eighth, F4::splat(FRAC_PI_4), zero);
    let square = rest * rest;
    let sum = polynomial(square, [8.053_745e-2, -0.138_776_86, 0.199_777_1, -0.333_329_5]);
    let first = base + (sum * square * rest + rest);
    let second = up.more(across, F4::splat(FRAC_PI_2) - first, first);
    let third = zero.more(x, F4::splat(PI) - second, second);
    let fourth = zero.more(y, negative(third), third);
    x.equal(x, y.equal(y, fourth, y), x)
}
