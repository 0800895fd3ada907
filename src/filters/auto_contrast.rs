//! The whole range of tones.

use crate::error::Error;
use crate::filter::Filter;
use crate::kernels::histogram::{Counts, Histogram, bins};
use crate::params::{choice, choices, filter, number};
use crate::plan::{Node, Plan};
use crate::planes::Sees;
use crate::vector::{F4, for_each};

choices! {
    /// Whose tones are spread.
    pub enum Mode {
        /// Luma; all colours are spread alike.
        Luma = "luma",
        /// Each colour by itself: casts go away, and hues change.
        Rgb = "rgb",
    }
}

filter! {
    /// Spreads tones so that the darkest become black and the brightest white, but for a few of each. Alpha is copied.
    ///
    /// Of the `n` values, `floor(n·low/100)` may be darker than black: black `b` is the least value up to which there are more.
    /// White `w` is the largest value from which on there are more than `floor(n·high/100)`. Where `w` is above `b`, each colour
    /// becomes `255·(v − b)/(w − b)`, else it stays. With `mode: "luma"` the values are those of luma (BT.601), and `b` and `w` hold
    /// for all colours; with `"rgb"` each channel has its own. Bytes have 256 values, 16 bits 65,536, and floats as many between 0
    /// and 1. All pixels count, whatever their alpha.
    ///
    /// Class R. Reference: Pillow's `ImageOps.autocontrast` (`rgb`), which cuts off what is behind the point.
    pub struct AutoContrast = "autoContrast", "Auto contrast", Tone {
        /// Whether black and white are found in luma, or in each channel by itself.
        mode: Mode = choice::<Mode>(),
        /// Pixels that may become darker than black.
        low: f64 = number(0.5).range(0.0, 50.0).soft(0.0, 10.0).step(0.1).unit("%"),
        /// Pixels that may become brighter than white.
        high: f64 = number(0.5).range(0.0, 50.0).soft(0.0, 10.0).step(0.1).unit("%"),
    }
    alpha: Copied,
    identity: Needless,
}

/// Black, and the factor of what is above it, of each plane; none where there is nothing to spread.
type Ends = Vec<Option<[f32; 2]>>;

impl Filter for AutoContrast {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let start = plan.start();
        let format = plan.layout(start).format();
        let (sample, low, high) = (format.sample, self.low, self.high);
        let found = plan.measure(Histogram {
            sample,
            sees: if self.mode == Mode::Luma { Sees::Luma } else { Sees::Colors },
            channels: format.channels,
            make: Box::new(move |counts: &Counts| {
                let last = (bins(sample) - 1) as f64;
                let ends = counts.chunks_exact(bins(sample)).map(|counts| {
                    let [black, white] = ends(counts, low, high)?;
                    let full = f64::from(sample.full());
                    let level = |bin: usize| bin as f64 / last * full;
                    (black < white).then(|| [level(black) as f32, (last / (white - black) as f64) as f32])
                });
                (Box::new(ends.collect::<Ends>()) as _, None)
            }),
        });
        let source = plan.source();
        let count = plan.layout(source).format().channels.colors();
        let colors = plan.planes(source, Sees::Colors);
        let spread = plan.point_of(&[colors], count, found, |ends: &Ends, planes| {
            // Of luma, and of grey bytes, there is one pair for all planes.
            for (i, plane) in planes.iter_mut().enumerate() {
                if let Some([black, factor]) = ends[i.min(ends.len() - 1)].map(|ends| ends.map(F4::splat)) {
                    for_each(plane, |value| (value - black) * factor);
                }
            }
        });
        Ok(plan.store(spread, source))
    }
}

/// The bins that become black and white.
fn ends(counts: &[u64], low: f64, high: f64) -> Option<[usize; 2]> {
    let n: u64 = counts.iter().sum();
    let cut = |percent: f64| (n as f64 * percent / 100.0) as u64;
    let black = first_above(cut(low), counts.iter())?;
    let white = counts.len() - 1 - first_above(cut(high), counts.iter().rev())?;
    Some([black, white])
}

/// Where a sum is first more than `cut`.
fn first_above<'a>(cut: u64, mut counts: impl Iterator<Item = &'a u64>) -> Option<usize> {
    let mut sum = 0;
    counts.position(|count| {
        sum += count;
        sum > cut
    })
}
