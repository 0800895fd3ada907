//! Steps of the quantisation, and how a coefficient is divided by its step.

use crate::jpeg::tables::COEFFICIENTS;

/// How the coefficients of a component are divided.
///
/// The transform gives coefficients that are 8 times too large, so a coefficient `x` with the step `q` becomes
/// `x / 8q`, rounded to the nearest number, halves away from zero.
///
/// Vectors have no division, so they multiply twice by fractions of 15 bits, each time rounded to the nearest number
/// (`i16x8_q15mulr_sat`): by a reciprocal, which leaves some bits behind the point, then by a power of two, which takes
/// them away. With `8q <= 2^t < 16q` and `r = round(2^(11 + t) / q)` these are
///
/// 1. `a = round(2x · r / 2^15)`, which is near `2^t · x / 8q`;
/// 2. `round(a / 2^t)`.
///
/// The first rounding makes the result step from `k - 1` to `k` a little too early, by at most `1 / 16q`, and that of `r`
/// moves the step by at most `1 / 32q`. The possible values of `x / 8q` lie `1 / 8q` apart, so that none lies between the
/// wrong place and the right one. Negative numbers are made smaller by one first, which moves their steps away from zero
/// in the same way. The test below tries all numbers.
pub(super) struct Quantizer {
    /// The steps, row by row.
    pub(super) steps: [u8; COEFFICIENTS],
    /// `r` of each.
    #[cfg_attr(not(target_arch = "wasm32"), allow(dead_code, reason = "vectors of wasm use it"))]
    pub(super) reciprocals: [i16; COEFFICIENTS],
    /// `2^(15 - t)` of each.
    #[cfg_attr(not(target_arch = "wasm32"), allow(dead_code, reason = "vectors of wasm use it"))]
    pub(super) scales: [i16; COEFFICIENTS],
}

impl Quantizer {
    /// From steps for quality 50, as libjpeg scales them; `quality` is 1 (smallest file) to 100 (all steps are 1).
    pub(super) fn new(at_quality_50: &[u8; COEFFICIENTS], quality: u8) -> Self {
        let quality = u32::from(quality.clamp(1, 100));
        let percent = if quality < 50 { 5000 / quality } else { 200 - 2 * quality };
        let steps = at_quality_50.map(|step| ((u32::from(step) * percent + 50) / 100).clamp(1, 255) as u8);
        Self { steps, reciprocals: steps.map(|step| factors(step).0), scales: steps.map(|step| factors(step).1) }
    }
}

/// The reciprocal of a step and the power of two that belongs to it; `step` is at least 1.
fn factors(step: u8) -> (i16, i16) {
    let step = u32::from(step).max(1);
    let (mut power, mut scale) = (8, 1 << 12);
    // Not `1 << (15 - t)`: rustc 1.96 of Debian makes -4096 of it, in a loop over many by vectors of WebAssembly.
    while power < 8 * step {
        power *= 2;
        scale /= 2;
    }
    (((power << 11) + step / 2).div_euclid(step) as i16, scale)
}

/// The definition: a coefficient that is 8 times too large, divided by its step.
pub(super) fn quantize(coefficient: i32, step: u8) -> i16 {
    let step = 8 * i32::from(step).max(1);
    let magnitude = (coefficient.abs() + step / 2) / step;
    (magnitude * coefficient.signum()) as i16
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `i16x8_q15mulr_sat` of numbers that do not overflow.
    fn multiply(a: i32, b: i16) -> i32 {
        (a * i32::from(b) + (1 << 14)) >> 15
    }

    #[test]
    fn two_products_divide_exactly() {
        for step in 1..=255 {
            let (reciprocal, scale) = factors(step);
            for x in -8200..=8200_i32 {
                let twice = (x + (x >> 15)) << 1;
                let quotient = multiply(multiply(twice, reciprocal), scale);
                assert_eq!(quotient, i32::from(quantize(x, step)), "{x} by {step}");
            }
        }
    }

    #[test]
    fn steps_are_those_of_libjpeg() {
        let steps = |quality| Quantizer::new(&[16; 64], quality).steps[0];
        assert_eq!([1, 10, 50, 75, 85, 100].map(steps), [255, 80, 16, 8, 5, 1]);
    }
}
