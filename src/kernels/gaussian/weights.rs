//! The weights of Gaussian kernels: in floating point, and in 16-bit fixed point as one pass or as several.

use crate::scratch::Scratch;
use std::iter;

/// The weight of the centre, then those of its neighbours on both sides: `exp(−i²/2σ²)` for `i ≤ ⌈3σ⌉`, of sum 1.
pub(super) fn bell(sigma: f64) -> Vec<f64> {
    cut_bell(sigma, (3.0 * sigma).ceil() as usize)
}

/// The same for `i ≤ radius`.
pub(super) fn cut_bell(sigma: f64, radius: usize) -> Vec<f64> {
    // Divided before it is squared: the square of a tiny sigma would be 0.
    let bell = |i: usize| libm::exp(-0.5 * (i as f64 / sigma) * (i as f64 / sigma));
    let sum = bell(0) + 2.0 * (1..=radius).map(bell).sum::<f64>();
    (0..=radius).map(|i| bell(i) / sum).collect()
}

/// A symmetric kernel whose taps lie `step` apart.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Kernel {
    /// Half the weight of the centre, then the weights of its neighbours on both sides, in units of 1 / [`ONE`]. With the
    /// centre counted twice they sum to exactly that. An even number of them: the last may be 0.
    pub(super) weights: Vec<i16>,
    pub(super) step: usize,
}

/// Bits of a weight's fraction.
pub(super) const WEIGHT_BITS: u32 = 16;
/// What all weights sum to.
const ONE: i32 = 1 << WEIGHT_BITS;

impl Kernel {
    /// Rounds weights so that none of the sum is lost: each takes over what the one outside it was rounded by.
    fn new(weights: &[f64], step: usize) -> Self {
        let mut carry = 0.0;
        let mut rounded: Vec<i32> = weights
            .iter()
            .rev()
            .map(|weight| {
                let wanted = weight * f64::from(ONE) + carry;
                carry = wanted - libm::round(wanted);
                libm::round(wanted) as i32
            })
            .collect();
        rounded.reverse();
        // What is left is even, since each neighbour counts twice. A kernel that is nearly all centre gives a unit away.
        let centre = |rounded: &[i32]| ONE / 2 - rounded[1..].iter().sum::<i32>();
        rounded[1] += i32::from(centre(&rounded) > i32::from(i16::MAX));
        rounded[0] = centre(&rounded);
        let taps = rounded.iter().rposition(|weight| *weight != 0).map_or(0, |last| last + 1);
        rounded.resize(taps.next_multiple_of(2), 0);
        Self { weights: rounded.into_iter().map(|weight| weight as i16).collect(), step }
    }

    /// How far from the centre its taps lie.
    pub(super) fn reach(&self) -> usize {
        let last = self.weights.iter().rposition(|weight| *weight != 0).unwrap_or(0);
        last * self.step
    }

    /// Where lines before and after the centre begin, of each weight; `line` is told how far from the first that counts a line
    /// lies. A last weight that is 0 reads the centre.
    pub(super) fn with_places<T>(
        &self,
        scratch: &mut Scratch,
        line: impl Fn(usize) -> u32,
        then: impl FnOnce(&[[u32; 2]]) -> T,
    ) -> T {
        let reach = self.reach();
        let mut buffer = scratch.words(2 * self.weights.len());
        for (tap, places) in buffer.as_chunks_mut::<2>().0.iter_mut().enumerate() {
            *places = match tap * self.step {
                distance if distance <= reach => [line(reach - distance), line(reach + distance)],
                _ => [line(reach); 2],
            };
        }
        let result = then(buffer.as_chunks().0);
        scratch.give_words(buffer);
        result
    }
}

/// A tent `2·step − 1` wide, of sum 1: its right half.
fn tent(step: usize) -> Vec<f64> {
    (0..step).map(|i| (step - i) as f64 / (step * step) as f64).collect()
}

/// The kernels that one after another blur by `sigma`.
///
/// A wide bell is drawn through points `step` apart, with straight lines between them: it is a kernel with so many times
/// fewer taps on an image that a tent of that width has blurred. Tents are made of smaller ones in the same way.
pub(super) fn passes(sigma: f64) -> Vec<Kernel> {
    let bell = bell(sigma);
    let (step, factors) = steps(sigma);
    if step == 1 {
        return vec![one_pass(sigma)];
    }
    let mut passes = Vec::new();
    let mut apart = 1;
    for factor in factors {
        passes.push(Kernel::new(&tent(factor), apart));
        apart *= factor;
    }
    passes.push(Kernel::new(&through(&bell, step), step));
    passes
}

/// The kernel that blurs by `sigma` in one pass.
pub(super) fn one_pass(sigma: f64) -> Kernel {
    Kernel::new(&bell(sigma), 1)
}

/// The most levels that a value of any opaque image can be off by where it has been through these passes, but for the
/// rounding of values: less than one, so no byte can be wrong by more than one.
pub(super) fn largest_error(passes: &[Kernel]) -> f64 {
    match passes {
        // No weight is off by more than a unit, along both axes.
        [kernel] => 127.5 * (4 * kernel.weights.len()) as f64 / f64::from(ONE),
        _ => 0.8,
    }
}

/// At least so many steps to a standard deviation.
const STEPS_A_SIGMA: f64 = 5.0;

/// The largest product of 4s, 3s and 2s that is a good step for `sigma`, and these factors.
fn steps(sigma: f64) -> (usize, Vec<usize>) {
    let most = sigma / STEPS_A_SIGMA;
    let mut best = (1, Vec::new());
    for threes in 0..4_u32 {
        for twos in 0..7_u32 {
            let step = 3_usize.pow(threes) << twos;
            if step as f64 <= most && step > best.0 {
                let twos = iter::repeat_n(2, twos as usize % 2).chain(iter::repeat_n(4, twos as usize / 2));
                best = (step, twos.chain(iter::repeat_n(3, threes as usize)).collect());
            }
        }
    }
    best
}

/// Heights of points `step` apart whose straight connection is nearest to `bell` (least squares): the centre's, then
/// those on both sides.
fn through(bell: &[f64], step: usize) -> Vec<f64> {
    let radius = bell.len() - 1;
    let tent = tent(step);
    let at = |i: isize| bell.get(i.unsigned_abs()).copied().unwrap_or(0.0);
    let count = (radius + step / 2) / step + 1;
    let product = |point: usize| {
        let centre = (point * step).cast_signed();
        let side = |i: usize| at(centre - i.cast_signed()) + at(centre + i.cast_signed());
        tent[0] * at(centre) + (1..step).map(|i| tent[i] * side(i)).sum::<f64>()
    };
    // Products of a tent with itself and with its neighbour: the matrix has three diagonals.
    let own = tent[0] * tent[0] + 2.0 * tent[1..].iter().map(|value| value * value).sum::<f64>();
    let other = (1..step).map(|i| tent[i] * tent[step - i]).sum::<f64>();
    let mut heights: Vec<f64> = (0..count).map(product).collect();
    let mut factors = vec![0.0; count];
    for i in 0..count {
        // The centre has the same neighbour on both sides.
        let (before, after) = (other, if i == 0 { 2.0 * other } else { other });
        let (last, factor) = if i == 0 { (0.0, 0.0) } else { (heights[i - 1], factors[i - 1]) };
        let pivot = own - before * factor;
        factors[i] = after / pivot;
        heights[i] = (heights[i] - before * last) / pivot;
    }
    for i in (0..count - 1).rev() {
        heights[i] -= factors[i] * heights[i + 1];
    }
    let heights: Vec<f64> = heights.into_iter().map(|height| height.max(0.0)).collect();
    let sum = heights[0] + 2.0 * heights[1..].iter().sum::<f64>();
    heights.iter().map(|height| height / sum).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The one kernel that passes come to, its centre in the middle.
    fn product(passes: &[Kernel]) -> Vec<f64> {
        passes.iter().fold(vec![1.0], |kernel, pass| {
            let reach = pass.reach();
            let mut product = vec![0.0; kernel.len() + 2 * reach];
            for (i, weight) in pass.weights.iter().enumerate().take(reach / pass.step + 1) {
                let share = f64::from(*weight) / f64::from(ONE);
                for (j, value) in kernel.iter().enumerate() {
                    product[j + reach - i * pass.step] += share * value;
                    product[j + reach + i * pass.step] += share * value;
                }
            }
            product
        })
    }

    const SIGMAS: [f64; 18] =
        [1e-200, 0.05, 0.3, 0.5, 1.0, 2.0, 3.0, 5.0, 7.5, 8.0, 9.99, 10.0, 14.9, 15.0, 30.0, 64.0, 149.9, 250.0];

    #[test]
    fn weights_sum_to_one() {
        for sigma in SIGMAS {
            for pass in passes(sigma) {
                assert_eq!(pass.weights.iter().map(|weight| 2 * i32::from(*weight)).sum::<i32>(), ONE, "{sigma}");
                assert!(pass.weights.iter().all(|weight| *weight >= 0), "sums stay in range, sigma {sigma}");
                assert_eq!(pass.weights.len() % 2, 0, "taps are taken in pairs, sigma {sigma}");
            }
        }
    }

    /// What weights are off by decides what a value can be off by, whatever the image.
    #[test]
    fn passes_are_the_bell() {
        for sigma in SIGMAS {
            let passes = passes(sigma);
            let (weights, bell) = (product(&passes), bell(sigma));
            let middle = weights.len() / 2;
            let exact = |i: usize| bell.get(i.abs_diff(middle)).copied().unwrap_or(0.0);
            let mut difference = 0.0;
            for (y, below) in weights.iter().enumerate() {
                for (x, weight) in weights.iter().enumerate() {
                    difference += (weight * below - exact(x) * exact(y)).abs();
                }
            }
            let (got, limit) = (127.5 * difference, largest_error(&passes));
            assert!(got < limit, "sigma {sigma}: {got}, {limit} are allowed");
        }
    }
}
