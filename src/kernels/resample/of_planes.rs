//! Resampling of planes: the definition of the byte kernel, and what runs where alpha, linear light, 16 bits or floats need
//! more than fixed point has.

use super::axis::{Kernel, exact};
use crate::image::{Border, Layout};
use crate::plan::{Edge, Node, Plan};
use crate::planes::{Holds, Sees};
use crate::stage::{Place, RowStage, RowsMut, Shape, Window, Work};
use std::ops::Range;

/// Makes an image the size of another layout. Colour is weighted with alpha, as linear light where `linear`.
pub fn resample(plan: &mut Plan, source: Node, result: Layout, kernel: Kernel, linear: bool) -> Node {
    let layout = plan.layout(source);
    let is_weighted = linear || !plan.is_opaque(source);
    let sees = if is_weighted { Sees::PremultipliedAlways } else { Sees::Colors };
    let planes = sees.planes(layout.format().channels);
    let loaded = plan.planes_with_margin(source, sees, linear, 0, Border::Clamp);
    let axis = |from, to| Axis::new(from, to, kernel);
    let across = Across { planes, axis: axis(layout.width(), result.width()) };
    let clamp = Edge::Border(Border::Clamp);
    let across = plan.rows_of(&[(loaded, clamp)], [result.width(), layout.height()], across);
    let down = Down { planes, axis: axis(layout.height(), result.height()) };
    let down = plan.rows_of(&[(across, clamp)], [result.width(), result.height()], down);
    plan.store_as(down, result, if is_weighted { Holds::Premultiplied } else { Holds::Scaled(1.0) }, linear)
}

/// The inputs of each output, and their weights.
struct Axis {
    runs: Vec<(usize, Range<usize>)>,
    weights: Vec<f32>,
    most: usize,
}

impl Axis {
    fn new(from: usize, to: usize, kernel: Kernel) -> Self {
        let mut weights = Vec::new();
        let runs: Vec<_> = (0..to)
            .map(|output| {
                let (first, run) = exact(output, from, to, kernel);
                let start = weights.len();
                weights.extend(run.iter().map(|weight| *weight as f32));
                (first, start..weights.len())
            })
            .collect();
        let most = runs.iter().map(|(_, run)| run.len()).max().unwrap_or(1);
        Self { runs, weights, most }
    }

    fn of(&self, output: usize) -> (usize, &[f32]) {
        let (first, run) = &self.runs[output];
        (*first, &self.weights[run.clone()])
    }

    fn reads(&self, outputs: Range<usize>) -> Range<usize> {
        let ends = outputs.clone().map(|output| self.of(output)).map(|(first, run)| first + run.len());
        self.of(outputs.start).0..ends.max().unwrap_or(0)
    }
}

struct Across {
    planes: usize,
    axis: Axis,
}

impl RowStage for Across {
    fn shape(&self) -> Shape {
        Shape::planes(self.planes)
    }

    fn reads_columns(&self, _: usize, columns: Range<usize>, _: usize) -> Range<usize> {
        self.axis.reads(columns)
    }

    fn write(&self, place: &Place, inputs: &[Window<'_>], out: &mut RowsMut<'_>, _: &mut Work<'_>) {
        let held = inputs[0].columns().start;
        for plane in 0..self.planes {
            let line = inputs[0].plane(0, plane);
            for (x, out) in place.columns.clone().zip(out.plane(0, plane)) {
                let (first, weights) = self.axis.of(x);
                let terms = line[first - held..].iter().zip(weights);
                *out = terms.fold(0.0, |sum, (value, weight)| sum + value * weight);
            }
        }
    }
}

struct Down {
    planes: usize,
    axis: Axis,
}

impl RowStage for Down {
    fn shape(&self) -> Shape {
        Shape::planes(self.planes)
    }

    fn reads(&self, _: usize, rows: Range<isize>) -> Range<isize> {
        let reads = self.axis.reads(rows.start.cast_unsigned()..rows.end.cast_unsigned());
        reads.start.cast_signed()..reads.end.cast_signed()
    }

    fn most_rows(&self, _: usize) -> usize {
        self.axis.most
    }

    fn write(&self, place: &Place, inputs: &[Window<'_>], out: &mut RowsMut<'_>, _: &mut Work<'_>) {
        let (_, weights) = self.axis.of(place.rows.start.cast_unsigned());
        for plane in 0..self.planes {
            let out = out.plane(0, plane);
            out.fill(0.0);
            for (row, weight) in weights.iter().enumerate() {
                let line = inputs[0].part(row, plane, &place.columns);
                out.iter_mut().zip(line).for_each(|(sum, value)| *sum += value * weight);
            }
        }
    }
}
