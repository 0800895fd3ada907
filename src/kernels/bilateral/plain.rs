//! Weighted means, a block of pixels at a time.

use super::{Bilateral, LEVELS, Levels, Lines, power};

/// Pixels that are taken together.
const BLOCK: usize = 8;

/// What makes the weight of a pixel.
pub(super) trait Weigh {
    /// Of the difference of its colour, and what is kept of its distance.
    fn weight(&self, difference: f32, space: f32) -> f32;
}

impl Weigh for f32 {
    #[inline(always)]
    fn weight(&self, difference: f32, space: f32) -> f32 {
        power(difference * difference * self + space)
    }
}

impl Weigh for Levels {
    #[inline(always)]
    fn weight(&self, difference: f32, space: f32) -> f32 {
        self[(difference as usize).min(LEVELS - 1)] * space
    }
}

/// Writes a row of the three planes.
pub(super) fn write(filter: &Bilateral, color: &impl Weigh, lines: &Lines<'_>, mut out: [&mut [f32]; 3]) {
    let count = out[0].len();
    let mut x = 0;
    while x < count {
        if x + BLOCK <= count {
            put(&means::<BLOCK>(filter, color, lines, x), x, &mut out);
            x += BLOCK;
        } else {
            put(&means::<1>(filter, color, lines, x), x, &mut out);
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
fn means<const N: usize>(filter: &Bilateral, color: &impl Weigh, lines: &Lines<'_>, x: usize) -> [[f32; N]; 3] {
    let at = |line: &[f32], x: usize| -> [f32; N] { *line[x..].first_chunk().expect("lines have a margin") };
    let centre = lines[filter.radius].map(|line| at(line, x + filter.radius));
    let (mut sums, mut weights) = ([[0.0; N]; 3], [0.0; N]);
    for (taps, lines) in filter.rows.iter().zip(lines) {
        for (i, space) in taps.space.iter().enumerate() {
            let values = lines.map(|line| at(line, x + taps.first + i));
            for lane in 0..N {
                let off = |plane: usize| (values[plane][lane] - centre[plane][lane]).abs();
                let difference = off(0) + off(1) + off(2);
                let weight = color.weight(difference, *space);
                weights[lane] += weight;
                for (sum, values) in sums.iter_mut().zip(&values) {
                    sum[lane] += weight * values[lane];
                }
            }
        }
    }
    sums.map(|sums| std::array::from_fn(|lane| sums[lane] / weights[lane]))
}
