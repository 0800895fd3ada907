//! Total variation.

use crate::error::Error;
use crate::filter::Filter;
use crate::image::Border;
use crate::params::{filter, integer, number};
use crate::plan::{Edge, Node, Plan};
use crate::planes::{Sees, beside};
use crate::stage::{Place, RowStage, RowsMut, Shape, Window, Work};
use crate::vector::{F4, fill, four, rewrite, rewrite_all};
use std::ops::Range;

filter! {
    /// Takes noise away and leaves flat regions with sharp edges: the picture with the least total variation that is still near (Rudin,
    /// Osher and Fatemi), by Chambolle's method. Alpha is copied.
    ///
    /// Each channel by itself, with values `f` as shares of full scale. Two fields `p` and `q`, for differences in rows and in columns,
    /// begin as 0, and count as 0 outside the image. So many times, with `τ = ¼`:
    /// `u(x, y) = f(x, y) − p(x, y) + p(x − 1, y) − q(x, y) + q(x, y − 1)`; `g = u(x + 1, y) − u(x, y)` and `h = u(x, y + 1) − u(x, y)`,
    /// 0 in the last column and in the last row; `d = 1 + τ/weight·√(g² + h²)`; then `p` becomes `(p − τ·g)/d`, and `q` `(q − τ·h)/d`.
    /// The result is the `u` that is made of the last fields but one. Alpha has no part in it.
    ///
    /// Class N. Reference: scikit-image's `denoise_tv_chambolle(image, weight, eps=0, max_num_iter=iterations)`, which by default goes
    /// on until little changes.
    pub struct TvDenoise = "tvDenoise", "Denoise (total variation)", Noise, intensity "weight" {
        /// How much is taken away, as a share of full scale: about the contrast of what vanishes. 0 changes nothing.
        weight: f64 = number(0.1).range(0.0, 10.0).soft(0.0, 0.5).step(0.01),
        /// How many times the fields are made better; at 1 nothing changes. The time that it takes grows with it.
        iterations: usize = integer(30.0).range(1.0, 50.0),
    }
    alpha: Copied,
    identity: WhereAny("weight" = Number(0.0), "iterations" = Number(1.0)),
}

const TAU: f32 = 0.25;

impl Filter for TvDenoise {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let source = plan.source();
        if self.weight == 0.0 || self.iterations == 1 {
            return Ok(source);
        }
        let layout = plan.layout(source);
        let (count, full) = (layout.format().channels.colors(), f64::from(layout.format().sample.full()));
        // Larger ones are the same: all differences vanish beside it.
        let slope = (f64::from(TAU) / (self.weight * full)).min(f64::from(f32::MAX)) as f32;
        let mut node = plan.planes(source, Sees::Colors);
        for i in 0..self.iterations {
            let (is_first, is_last) = (i == 0, i + 1 == self.iterations);
            let size = [layout.width(), layout.height()];
            let step = Step { count, size, slope, is_first, is_last };
            node = plan.rows(&[(node, Edge::Border(Border::Clamp))], step);
        }
        Ok(plan.store(node, source))
    }
}

/// Makes the fields of a row better. Of each channel there are three planes: values, then the fields; in the beginning, and at the end,
/// only values.
struct Step {
    count: usize,
    size: [usize; 2],
    slope: f32,
    is_first: bool,
    is_last: bool,
}

impl Step {
    /// Writes `u` of some columns of row `y`, the one of the window at `row`.
    fn values(&self, window: &Window<'_>, row: usize, y: isize, channel: usize, columns: &Range<usize>, out: &mut [f32]) {
        let part = |row: usize, plane: usize| window.part(row, plane, columns);
        let values = part(row, channel);
        if self.is_first {
            return out.copy_from_slice(values);
        }
        let (across, down) = (part(row, self.count + channel), part(row, 2 * self.count + channel));
        let above = if y > 0 { part(row - 1, 2 * self.count + channel) } else { &[] };
        // Of the first column there is nothing to the left.
        let skipped = usize::from(columns.start == 0);
        let start = columns.start + skipped - 1 - window.columns().start;
        let left = &window.plane(row, self.count + channel)[start..];
        if skipped > 0 {
            out[0] = values[0] - across[0] - down[0];
        }
        let [values, across, down] = [values, across, down].map(|line| &line[skipped..]);
        fill(&mut out[skipped..], |x| four(values, x) + (four(left, x) - four(across, x)) - four(down, x));
        rewrite(&mut out[..above.len()], above, |value, above| value + above);
    }
}

impl RowStage for Step {
    fn shape(&self) -> Shape {
        Shape::planes(if self.is_last { self.count } else { 3 * self.count })
    }

    fn reads(&self, _: usize, rows: Range<isize>) -> Range<isize> {
        rows.start - 1..rows.end + 1
    }

    fn reads_columns(&self, _: usize, columns: Range<usize>, width: usize) -> Range<usize> {
        beside(columns, 1, Border::Clamp, width)
    }

    fn write(&self, place: &Place, inputs: &[Window<'_>], out: &mut RowsMut<'_>, work: &mut Work<'_>) {
        let (window, y, columns) = (&inputs[0], place.rows.start, &place.columns);
        let [width, height] = self.size;
        let is_lowest = y + 1 == height.cast_signed();
        let read = columns.start..(columns.end + 1).min(width);
        let mut here = work.scratch.floats(columns.len() + 1);
        let [mut across, mut below] = [(), ()].map(|()| work.scratch.floats(columns.len()));
        let (tau, slope, one) = (F4::splat(TAU), F4::splat(self.slope), F4::splat(1.0));
        for channel in 0..self.count {
            if self.is_last {
                self.values(window, 1, y, channel, columns, out.plane(0, channel));
                continue;
            }
            self.values(window, 1, y, channel, &read, &mut here[..read.len()]);
            if read.len() == columns.len() {
                // Beside the last column there is no difference.
                here[read.len()] = here[read.len() - 1];
            }
            if is_lowest {
                below.copy_from_slice(&here[..columns.len()]);
            } else {
                self.values(window, 2, y + 1, channel, columns, &mut below);
            }
            out.plane(0, channel).copy_from_slice(window.part(1, channel, columns));
            let fields = [1, 2].map(|field| field * self.count + channel);
            for plane in fields {
                match self.is_first {
                    true => out.plane(0, plane).fill(0.0),
                    false => out.plane(0, plane).copy_from_slice(window.part(1, plane, columns)),
                }
            }
            rewrite(&mut below, &here[..columns.len()], |below, here| below - here);
            fill(&mut across, |x| four(&here, x + 1) - four(&here, x));
            let (p, q) = out.floats(0).split_at_mut(fields[1] * columns.len());
            let p = &mut p[fields[0] * columns.len()..][..columns.len()];
            rewrite_all([p, q, &mut across, &mut below], |[p, q, g, h]| {
                let by = one / (one + slope * (g * g + h * h).sqrt());
                [(p - tau * g) * by, (q - tau * h) * by, g, h]
            });
        }
        work.scratch.give_floats(across);
        work.scratch.give_floats(here);
        work.scratch.give_floats(below);
    }
}
