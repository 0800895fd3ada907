//! Resampling of planes: the definition of the byte kernels, and what runs for 16 bits and floats.

use super::axis::{Kernel, Runs};
use crate::image::{Border, Layout};
use crate::plan::{Edge, Node, Plan};
use crate::planes::{Holds, Sees};
use crate::stage::{Place, RowStage, RowsMut, Shape, Window, Work};
use crate::vector::{F4, interleave, rewrite};
use std::ops::Range;

/// Makes an image the size of another layout. Colour is weighted with alpha, as linear light where `linear`.
pub fn resample(plan: &mut Plan, source: Node, result: Layout, kernel: Kernel, linear: bool) -> Node {
    let layout = plan.layout(source);
    let is_weighted = !layout.is_opaque();
    let sees = if is_weighted { Sees::PremultipliedAlways } else { Sees::Colors };
    let planes = sees.planes(layout.format().channels);
    let loaded = plan.planes_with_margin(source, sees, linear, 0, Border::Clamp);
    let across = Across { planes, runs: Runs::new(layout.width(), result.width(), kernel) };
    let clamp = Edge::Border(Border::Clamp);
    let across = plan.rows_of(&[(loaded, clamp)], [result.width(), layout.height()], across);
    let down = Down { planes, runs: Runs::new(layout.height(), result.height(), kernel) };
    let down = plan.rows_of(&[(across, clamp)], [result.width(), result.height()], down);
    plan.store_as(down, result, if is_weighted { Holds::Premultiplied } else { Holds::Scaled(1.0) }, linear)
}

struct Across {
    planes: usize,
    runs: Runs,
}

impl RowStage for Across {
    fn shape(&self) -> Shape {
        Shape::planes(self.planes)
    }

    fn reads_columns(&self, _: usize, columns: Range<usize>, _: usize) -> Range<usize> {
        self.runs.reads(columns)
    }

    fn write(&self, place: &Place, inputs: &[Window<'_>], out: &mut RowsMut<'_>, work: &mut Work<'_>) {
        let columns = inputs[0].columns();
        // Pixels of four channels: a tap is one product of vectors.
        let mut pixels_buffer = work.scratch.floats(4 * columns.len());
        let pixels = pixels_buffer.as_chunks_mut::<4>().0;
        let planes = [0, 1, 2, 3].map(|plane: usize| inputs[0].plane(0, plane.min(self.planes - 1)));
        interleave(&planes[..self.planes], pixels);
        let mut sums_buffer = work.scratch.floats(4 * place.columns.len());
        let sums = sums_buffer.as_chunks_mut::<4>().0;
        for (x, out) in place.columns.clone().zip(sums.iter_mut()) {
            let (first, weights) = self.runs.of(x);
            let terms = pixels[first - columns.start..].iter().zip(weights);
            terms.fold(F4::splat(0.0), |sum, (pixel, weight)| sum + F4::load(pixel) * F4::splat(*weight)).store(out);
        }
        for plane in 0..self.planes {
            out.plane(0, plane).iter_mut().zip(&*sums).for_each(|(out, sums)| *out = sums[plane]);
        }
        work.scratch.give_floats(sums_buffer);
        work.scratch.give_floats(pixels_buffer);
    }
}

struct Down {
    planes: usize,
    runs: Runs,
}

impl RowStage for Down {
    fn shape(&self) -> Shape {
        Shape::planes(self.planes)
    }

    fn reads(&self, _: usize, rows: Range<isize>) -> Range<isize> {
        self.runs.reads_rows(&rows)
    }

    fn most_rows(&self, _: usize) -> usize {
        self.runs.most()
    }

    fn write(&self, place: &Place, inputs: &[Window<'_>], out: &mut RowsMut<'_>, _: &mut Work<'_>) {
        let (_, weights) = self.runs.of(place.rows.start.cast_unsigned());
        for plane in 0..self.planes {
            let out = out.plane(0, plane);
            out.fill(0.0);
            for (row, weight) in weights.iter().enumerate() {
                let line = inputs[0].part(row, plane, &place.columns);
                rewrite(out, line, |sum, value| sum + value * F4::splat(*weight));
            }
        }
    }
}
