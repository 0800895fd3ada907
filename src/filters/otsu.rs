//! Black and white by the threshold that parts an image best.

use crate::error::Error;
use crate::filter::Filter;
use crate::image::Sample;
use crate::image::{Border, CHANNELS};
use crate::kernels::histogram::{Counts, Histogram, bins};
use crate::kernels::luma;
use crate::params::filter;
use crate::plan::{Edge, Found, Node, Plan};
use crate::planes::Sees;
use crate::stage::{Place, RowStage, RowsMut, Shape, Window, Work};

filter! {
    /// White where luma (BT.601) is above the threshold that Otsu's method finds in the image, else black: the one that
    /// parts lumas into two groups as far from each other as can be. Reports it as `threshold`, in levels. Alpha is copied.
    ///
    /// All pixels count, whatever their alpha. With `n` pixels whose lumas sum to `s`, and `b` of them up to `t` whose
    /// lumas sum to `u`, the threshold is the least `t` for which `(n·u − b·s)² / (b·(n − b))` is largest; values for
    /// which `b` is 0 or `n` are left out, and where none is left `t` is 0. Then as `threshold`.
    ///
    /// Bytes have 256 values to choose from, 16 bits 65,536, and floats as many between 0 and 1; what lies outside is
    /// counted at the ends. Fractions that are nearly the same are compared in whole numbers, so that equal ones are
    /// equal.
    ///
    /// Class E. References: OpenCV's `threshold` with `THRESH_OTSU`; scikit-image's `threshold_otsu`, which differs on
    /// images of one value.
    pub struct Otsu = "otsu", "Threshold (Otsu)", Edges {
    }
    alpha: Copied,
    identity: Never,
    floats: Bounded,
}

impl Filter for Otsu {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let start = plan.start();
        let format = plan.layout(start).format();
        let sample = format.sample;
        let threshold = plan.measure(Histogram {
            sample,
            sees: Sees::Luma,
            channels: format.channels,
            make: Box::new(move |counts: &Counts| {
                let bin = threshold(counts);
                let in_levels = bin as f64 * 255.0 / (bins(sample) - 1) as f64;
                (Box::new(level(sample, bin)) as _, Some(("threshold", in_levels)))
            }),
        });
        let source = plan.source();
        if plan.is_bytes(source) {
            let layout = plan.layout(source);
            return Ok(plan.image(&[(source, Edge::Border(Border::Clamp))], layout, BlackAndWhite { threshold }));
        }
        Ok(luma::black_and_white_of(plan, source, threshold))
    }
}

/// The highest luma that becomes black, in the scale of the samples.
fn level(sample: Sample, bin: usize) -> f32 {
    match sample {
        Sample::U8 | Sample::U16 => bin as f32,
        // Up to where a bin ends.
        Sample::F32 => ((bin as f64 + 0.5) / 65_535.0) as f32,
    }
}

/// Otsu's threshold: of `n` values whose sum is `sum`, those up to a bin are `below` with the sum `sum_below`; the first
/// bin for which `(n·sum_below − below·sum)² / (below·(n − below))` is largest, or 0 where there is none.
fn threshold(counts: &Counts) -> usize {
    let n: u64 = counts.iter().sum();
    let sum: u128 = counts.iter().enumerate().map(|(value, count)| value as u128 * u128::from(*count)).sum();
    let (mut below, mut sum_below) = (0_u64, 0_u128);
    let mut best = (0, Ratio { root: 0, divisor: 1 });
    for (value, count) in counts[..counts.len() - 1].iter().enumerate() {
        below += count;
        sum_below += value as u128 * u128::from(*count);
        // What an empty bin ends has been looked at.
        if *count == 0 || below == n {
            continue;
        }
        let root = (u128::from(n) * sum_below).abs_diff(u128::from(below) * sum);
        let ratio = Ratio { root, divisor: u128::from(below) * u128::from(n - below) };
        if ratio.is_above(&best.1) {
            best = (value, ratio);
        }
    }
    best.0
}

/// `root² / divisor`.
struct Ratio {
    root: u128,
    divisor: u128,
}

impl Ratio {
    fn is_above(&self, other: &Self) -> bool {
        let near = |ratio: &Self| (ratio.root as f64) * (ratio.root as f64) / (ratio.divisor as f64);
        let (this, that) = (near(self), near(other));
        if (this - that).abs() > 1e-9 * this.max(that) {
            return this > that;
        }
        // Two bins part an image nearly, or quite, as well: whole numbers decide, where they hold the squares.
        match (self.root.checked_mul(self.root), other.root.checked_mul(other.root)) {
            (Some(square), Some(other_square)) => is_above((square, self.divisor), (other_square, other.divisor)),
            _ => this > that,
        }
    }
}

/// Whether a fraction is larger than another, digit by digit as Euclid's algorithm gives them: cross products would not
/// fit.
fn is_above((mut a, mut b): (u128, u128), (mut c, mut d): (u128, u128)) -> bool {
    loop {
        let (whole, other) = (a / b, c / d);
        if whole != other {
            return whole > other;
        }
        (a, c) = (a % b, c % d);
        if a == 0 || c == 0 {
            return c == 0 && a > 0;
        }
        // The larger of two fractions below 1 has the smaller reciprocal.
        (a, b, c, d) = (d, c, b, a);
    }
}

/// For RGBA bytes.
struct BlackAndWhite {
    threshold: Found,
}

impl RowStage for BlackAndWhite {
    fn shape(&self) -> Shape {
        Shape::pixels(CHANNELS)
    }

    fn write(&self, place: &Place, inputs: &[Window<'_>], out: &mut RowsMut<'_>, work: &mut Work<'_>) {
        let black = *self.threshold.of::<f32>(work) as u8;
        let pixels = out.pixels(0);
        pixels.copy_from_slice(inputs[0].pixels(0, &place.columns));
        luma::bytes_to_black_and_white(pixels, black);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fractions_are_compared_exactly() {
        for a in 0..12 {
            for b in 1..12 {
                for c in 0..12 {
                    for d in 1..12 {
                        assert_eq!(is_above((a, b), (c, d)), a * d > c * b, "{a}/{b} and {c}/{d}");
                    }
                }
            }
        }
        let large = u128::MAX / 3;
        assert!(is_above((large, 7), (large - 1, 7)) && !is_above((large, 7), (large, 7)));
        assert!(is_above((large, large - 1), (large + 1, large)));
    }

    #[test]
    fn the_first_of_equal_thresholds_is_taken() {
        let mut counts = vec![0; 256];
        assert_eq!(threshold(&counts), 0, "nothing");
        counts[9] = 5;
        assert_eq!(threshold(&counts), 0, "one value");
        counts[100] = 5;
        assert_eq!(threshold(&counts), 9, "two values, and nothing between");
        // Three values at the same distance: both cuts are equally good.
        let mut counts = vec![0; 256];
        (counts[10], counts[20], counts[30]) = (4, 3, 4);
        assert_eq!(threshold(&counts), 10);
    }
}
