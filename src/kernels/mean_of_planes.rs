//! The mean of squares in planes: the definition of the byte kernels, and what runs on 16 bits and on floats.
//!
//! Sums slide, so they must be exact, or they would depend on where a tile begins: they are whole numbers of 64 bits. Floats
//! are counted in steps of 2⁻²² for that, those beyond ±2,048 as that, and products of two beyond ±2²¹ as that.

use crate::image::{Border, Sample};
use crate::plan::{Edge, Node, Plan};
use crate::planes::{Holds, Load, Sees, rounded};
use crate::stage::{Place, RowStage, RowsMut, Shape, Window, Work};
use std::ops::Range;

/// Steps of a float.
const STEPS: f64 = (1 << 22) as f64;
const LARGEST: f32 = 2048.0;
/// In steps: the sum of as many as the largest square has pixels, 1001 · 1001, fits 63 bits.
const LARGEST_PRODUCT: f64 = (1_u64 << 43) as f64;

/// The mean of `(2·radius + 1)²` pixels, colour weighted with alpha.
pub fn blur(plan: &mut Plan, source: Node, radius: usize, border: Border) -> Node {
    let layout = plan.layout(source);
    let sample = layout.format().sample;
    let weighted = border == Border::Transparent || !plan.is_opaque(source);
    let sees = if weighted { Sees::Rgba } else { Sees::Colors };
    let planes = sees.planes(layout.format().channels);
    let load = Load { margin: radius, border, ..Load::plain(layout, sees) };
    let means = plan.rows(&[(source, Edge::Border(border))], Means { radius, planes, weighted, sample, load });
    if weighted {
        let layout = if border == Border::Transparent { plan.with_any_alpha(source) } else { layout };
        plan.store_as(means, layout, Holds::StraightAlpha, false)
    } else {
        plan.store(means, source)
    }
}

/// The mean of `(2·radius + 1)²` lumas, rounded half up where samples are whole: one plane.
pub fn of_luma(plan: &mut Plan, source: Node, radius: usize, border: Border) -> Node {
    let layout = plan.layout(source);
    let load = Load { margin: radius, border, ..Load::plain(layout, Sees::Luma) };
    let sample = layout.format().sample;
    plan.rows(&[(source, Edge::Border(border))], Means { radius, planes: 1, weighted: false, sample, load })
}

struct Means {
    radius: usize,
    planes: usize,
    /// Whether the last plane is alpha, which weights the others.
    weighted: bool,
    sample: Sample,
    /// Makes planes of a row where it enters the window, and again where it leaves: kept as they are stored, rows take a
    /// fraction of the memory.
    load: Load,
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

    /// What a pixel adds to the sum of a column, of a plane, where planes have so many values.
    fn term(&self, planes: &[f32], length: usize, plane: usize, x: usize) -> i64 {
        let value = self.whole(planes[plane * length + x]);
        if !self.weighted || plane + 1 == self.planes {
            return value as i64;
        }
        let product = value * self.whole(planes[(self.planes - 1) * length + x]);
        // Products of floats are brought back to steps, so that sums of them are whole as well.
        libm::round(product / self.steps()).clamp(-LARGEST_PRODUCT, LARGEST_PRODUCT) as i64
    }

    /// Steps of one.
    fn steps(&self) -> f64 {
        if self.sample == Sample::F32 { STEPS } else { 1.0 }
    }

    /// Adds a row to the sums of columns, or takes it away.
    fn add(&self, sums: &mut [[u8; 8]], planes: &[f32], sign: i64) {
        let length = sums.len() / self.planes;
        for (i, sum) in sums.iter_mut().enumerate() {
            let term = self.term(planes, length, i / length, i % length);
            *sum = (i64::from_le_bytes(*sum) + sign * term).to_le_bytes();
        }
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

    fn reads_columns(&self, input: usize, columns: Range<usize>, width: usize) -> Range<usize> {
        self.load.reads_columns(input, columns, width)
    }

    fn memory(&self, columns: usize) -> usize {
        (columns + 2 * self.radius) * self.planes * size_of::<i64>()
    }

    fn write(&self, place: &Place, inputs: &[Window<'_>], out: &mut RowsMut<'_>, work: &mut Work<'_>) {
        let (window, side) = (&inputs[0], 2 * self.radius + 1);
        let length = place.columns.len() + 2 * self.radius;
        let sums = &mut work.memory.as_chunks_mut::<8>().0[..self.planes * length];
        let mut planes = work.scratch.floats(self.planes * length);
        let rows = if work.continues { side..side + 1 } else { 1..side + 1 };
        for row in rows {
            self.load.row(window, row, &place.columns, &mut planes);
            self.add(sums, &planes, 1);
        }
        if work.continues {
            self.load.row(window, 0, &place.columns, &mut planes);
            self.add(sums, &planes, -1);
        }
        work.scratch.give_floats(planes);
        let count = (side * side) as f64;
        let steps = self.steps();
        let mut totals = [0_i64; 4];
        for x in 0..place.columns.len() {
            for (total, sums) in totals.iter_mut().zip(sums.chunks_exact(length)).take(self.planes) {
                let at = |x: usize| i64::from_le_bytes(sums[x]);
                *total = if x == 0 { (0..side).map(at).sum() } else { *total + at(x + side - 1) - at(x - 1) };
            }
            let alpha = totals[self.planes - 1] as f64;
            let stored = rounded(self.sample, (alpha / count / steps) as f32);
            for (plane, total) in totals.iter().enumerate().take(self.planes) {
                let total = *total as f64;
                let mean = match (self.weighted, plane + 1 == self.planes) {
                    (false, _) | (_, true) => total / count / steps,
                    _ if stored > 0.0 => total / alpha,
                    _ => 0.0,
                };
                // Halves are rounded up exactly, before single precision moves them.
                out.plane(0, plane)[x] = if self.sample == Sample::F32 { mean } else { (mean + 0.5).floor() } as f32;
            }
        }
    }
}
