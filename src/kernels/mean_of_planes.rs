//! The mean of squares in planes: the definition of the byte kernels, and what runs on 16 bits and on floats.
//!
//! Sums slide, so they must be exact, or they would depend on where a tile begins: they are whole numbers below 2⁵³ in
//! double precision. Floats are counted in steps of 2⁻²² for that, and those beyond ±2,048 as that.

use crate::image::{Border, Sample};
use crate::plan::{Edge, Node, Plan};
use crate::planes::{Holds, Sees, rounded};
use crate::stage::{Place, RowStage, RowsMut, Shape, Window, Work};
use std::ops::Range;

/// Steps of a float.
const STEPS: f64 = (1 << 22) as f64;
const LARGEST: f32 = 2048.0;

/// The mean of `(2·radius + 1)²` pixels, colour weighted with alpha.
pub fn blur(plan: &mut Plan, source: Node, radius: usize, border: Border) -> Node {
    let layout = plan.layout(source);
    let sample = layout.format().sample;
    let weighted = border == Border::Transparent || !plan.is_opaque(source);
    let sees = if weighted { Sees::Rgba } else { Sees::Colors };
    let planes = plan.planes_with_margin(source, sees, false, radius, border);
    let count = sees.planes(layout.format().channels);
    let means = plan.rows(&[(planes, Edge::Border(border))], Means { radius, planes: count, weighted, sample });
    if weighted {
        let layout = if border == Border::Transparent { plan.with_any_alpha(source) } else { layout };
        plan.store_as(means, layout, Holds::StraightAlpha, false)
    } else {
        plan.store(means, source)
    }
}

struct Means {
    radius: usize,
    planes: usize,
    /// Whether the last plane is alpha, which weights the others.
    weighted: bool,
    sample: Sample,
}

impl Means {
    /// A value as a whole number.
    fn whole(&self, value: f32) -> f64 {
        match self.sample {
            Sample::F32 => {
                // Compared this way round, what is no number is 0.
                let value = if value > 0.0 {
                    value.min(LARGEST)
                } else if value < 0.0 {
                    value.max(-LARGEST)
                } else {
                    0.0
                };
                libm::round(f64::from(value) * STEPS)
            }
            _ => f64::from(value),
        }
    }

    /// What a pixel adds to the sum of a column, of a plane.
    fn term(&self, window: &Window<'_>, row: usize, plane: usize, x: usize) -> f64 {
        let value = self.whole(window.plane(row, plane)[x]);
        if !self.weighted || plane + 1 == self.planes {
            return value;
        }
        let product = value * self.whole(window.plane(row, self.planes - 1)[x]);
        // Products of floats are brought back to steps, so that sums of them are whole as well.
        if self.sample == Sample::F32 { libm::round(product / STEPS) } else { product }
    }
}

impl RowStage for Means {
    fn shape(&self) -> Shape {
        Shape::planes(self.planes)
    }

    fn reads(&self, _: usize, rows: Range<isize>) -> Range<isize> {
        let radius = self.radius.cast_signed();
        // The row above the window is what leaves it.
        rows.start - radius - 1..rows.end + radius
    }

    fn memory(&self, columns: usize) -> usize {
        (columns + 2 * self.radius) * self.planes * size_of::<f64>()
    }

    fn write(&self, place: &Place, inputs: &[Window<'_>], out: &mut RowsMut<'_>, work: &mut Work<'_>) {
        let (window, side) = (&inputs[0], 2 * self.radius + 1);
        let first = place.columns.start - window.columns().start;
        let length = place.columns.len() + 2 * self.radius;
        let sums = work.memory.as_chunks_mut::<8>().0;
        for (plane, sums) in (0..self.planes).zip(sums.chunks_exact_mut(length)) {
            for (x, sum) in sums.iter_mut().enumerate() {
                let term = |row| self.term(window, row, plane, first + x);
                let new = if work.continues {
                    f64::from_le_bytes(*sum) + term(side) - term(0)
                } else {
                    (1..=side).map(term).sum()
                };
                *sum = new.to_le_bytes();
            }
        }
        let count = (side * side) as f64;
        let step = if self.sample == Sample::F32 { STEPS } else { 1.0 };
        let mut totals = [0.0; 4];
        for x in 0..place.columns.len() {
            for (total, sums) in totals.iter_mut().zip(sums.chunks_exact(length)).take(self.planes) {
                let at = |x: usize| f64::from_le_bytes(sums[x]);
                *total = if x == 0 { (0..side).map(at).sum() } else { *total + at(x + side - 1) - at(x - 1) };
            }
            let alpha = totals[self.planes - 1];
            let stored = rounded(self.sample, (alpha / count / step) as f32);
            for (plane, total) in totals.iter().enumerate().take(self.planes) {
                let mean = match (self.weighted, plane + 1 == self.planes) {
                    (false, _) | (_, true) => *total / count / step,
                    _ if stored > 0.0 => *total / alpha,
                    _ => 0.0,
                };
                // Halves are rounded up exactly, before single precision moves them.
                out.plane(0, plane)[x] = if self.sample == Sample::F32 { mean } else { (mean + 0.5).floor() } as f32;
            }
        }
    }
}
