//! Weighted means, a block of pixels at a time.

use super::{Bilateral, LEAST_POWER, Lines, POWER, ROUND};

/// Pixels that are taken together.
const BLOCK: usize = 8;

/// Writes a row of the three planes.
pub(super) fn write(filter: &Bilateral, lines: &Lines<'_>, mut out: [&mut [f32]; 3]) {
    let count = out[0].len();
    let mut x = 0;
    while x < count {
        if x + BLOCK <= count {
            put(&means::<BLOCK>(filter, lines, x), x, &mut out);
            x += BLOCK;
        } else {
            put(&means::<1>(filter, lines, x), x, &mut out);
            x += 1;
        }
    }
}

fn put<const N: usize>(means: &[[f32; N]; 3], x: usize, out: &mut [&mut [f32]; 3]) {
    for (out, means) in out.iter_mut().zip(means) {
        out[x..x + N].copy_from_slice(means);
    }
}

/// The means around `N` pixels from `x` on.
#[inline(always)]
fn means<const N: usize>(filter: &Bilateral, lines: &Lines<'_>, x: usize) -> [[f32; N]; 3] {
    let at = |line: &[f32], x: usize| -> [f32; N] { *line[x..].first_chunk().expect("lines have a margin") };
    let centre = lines[filter.radius].map(|line| at(line, x + filter.radius));
    let (mut sums, mut weights) = ([[0.0; N]; 3], [0.0; N]);
    for (taps, lines) in filter.rows.iter().zip(lines) {
        for (i, space) in taps.space.iter().enumerate() {
            let values = lines.map(|line| at(line, x + taps.first + i));
            for lane in 0..N {
                let off = |color: usize| (values[color][lane] - centre[color][lane]).abs();
                let difference = off(0) + off(1) + off(2);
                let weight = power(difference * difference * filter.color + space);
                weights[lane] += weight;
                for (sum, values) in sums.iter_mut().zip(&values) {
                    sum[lane] += weight * values[lane];
                }
            }
        }
    }
    sums.map(|sums| std::array::from_fn(|lane| sums[lane] / weights[lane]))
}

/// Two to the power of what is at most 0.
#[inline(always)]
fn power(exponent: f32) -> f32 {
    let exponent = if LEAST_POWER < exponent { exponent } else { LEAST_POWER };
    let whole = exponent + ROUND;
    let rest = exponent - (whole - ROUND);
    let [first, others @ ..] = POWER;
    let power = others.iter().fold(first, |power, factor| power * rest + factor);
    f32::from_bits(power.to_bits().wrapping_add(whole.to_bits() << 23))
}
