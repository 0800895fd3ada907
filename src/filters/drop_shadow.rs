//! A shadow that a picture throws.

use crate::error::Error;
use crate::filter::Filter;
use crate::image::{Border, Format};
use crate::kernels::gaussian::of_planes;
use crate::params::{Length, filter, integer, number, numbers};
use crate::plan::{Edge, Node, Plan};
use crate::planes::{Holds, Sees, luma_of};
use crate::stage::{Place, RowStage, RowsMut, Shape, Window, Work};
use crate::vector::{F4, for_each, rewrite};
use std::ops::Range;

filter! {
    /// Lays a blurred shadow under what is visible, as of cut-out pictures and letters. The image does not grow: `pad` makes room before.
    ///
    /// With `a` alpha as a share of full scale, clamped to 0 and 1, 0 outside the image, and `B` the blur of `gaussianBlur` with `sigma`, not rounded,
    /// the shadow at `(x, y)` has the alpha `s = opacity·B(a)(x − dx, y − dy)`. The pixel lies over it: `alpha' = a + s·(1 − a)`, and each colour
    /// becomes `(v·a + color·s·(1 − a))/alpha'`. Opaque images do not change.
    ///
    /// Class R, or P where there is alpha. Reference: SciPy's `gaussian_filter` and `shift` of alpha, and the formula, in double precision. CSS'
    /// `drop-shadow()` has the same parameters, and blurs with three boxes.
    pub struct DropShadow = "dropShadow", "Drop shadow", Layers, intensity "opacity" {
        /// How far the shadow lies to the right.
        dx: f64 = integer(6.0).range(-1000.0, 1000.0).soft(-50.0, 50.0).unit("px"),
        /// How far it lies below.
        dy: f64 = integer(6.0).range(-1000.0, 1000.0).soft(-50.0, 50.0).unit("px"),
        /// Standard deviation of its blur.
        sigma: f64 = number(4.0).range(0.0, 250.0).soft(0.0, 30.0).step(0.5).unit("px"),
        /// Its colour: red, green and blue.
        color: Vec<f64> = numbers(Length::Exactly(3), BLACK).range(0.0, 255.0).or(BLACK),
        /// How dense it is; 0 changes nothing.
        opacity: f64 = number(0.6).range(0.0, 1.0),
    }
    alpha: Changed,
    identity: Where("opacity" = Number(0.0)),
    even: false,
}

const BLACK: &[f64] = &[0.0; 3];

impl Filter for DropShadow {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let source = plan.source();
        if self.opacity == 0.0 || plan.is_opaque(source) {
            return Ok(source);
        }
        let layout = plan.layout(source);
        let format = layout.format();
        let clamp = Edge::Border(Border::Clamp);
        // So many columns and rows more make what the image hides at its edges, and the shadow shows, a part of the plane.
        let by = [self.dx, self.dy].map(|by| by as isize);
        let before = by.map(|by| by.max(0).cast_unsigned());
        let [width, height] = [layout.width() + by[0].unsigned_abs(), layout.height() + by[1].unsigned_abs()];
        let alphas = Alphas { format, before, size: [layout.width(), layout.height()] };
        let alpha = plan.rows_of(&[(source, clamp)], [width, height], alphas);
        let blurred = match self.sigma {
            0.0 => alpha,
            sigma => of_planes::filter_planes(plan, alpha, sigma, Border::Transparent),
        };
        let after = by.map(|by| by.min(0).unsigned_abs());
        let shadow = plan.rows_of(&[(blurred, clamp)], [layout.width(), layout.height()], Part { first: after });
        let sample = format.sample;
        let full = sample.full();
        let [r, g, b] = [0, 1, 2].map(|i| (self.color[i] / 255.0) as f32 * full);
        let colors = match format.channels.colors() {
            1 => vec![luma_of(sample, [r, g, b])],
            _ => vec![r, g, b],
        };
        let [none, one, inverse, white, opacity] =
            [0.0, 1.0, 1.0 / full, full, self.opacity as f32].map(F4::splat);
        let planes = plan.planes(source, Sees::Straight);
        let laid = plan.point(&[planes, shadow], colors.len() + 1, move |_, planes| {
            let Some((shadow, planes)) = planes.split_last_mut() else { unreachable!("the shadow is last") };
            let Some((alpha, planes)) = planes.split_last_mut() else { unreachable!("alpha comes before it") };
            for_each(alpha, |alpha| (alpha * inverse).max(none).min(one));
            rewrite(shadow, alpha, |shadow, alpha| opacity * shadow * (one - alpha));
            for (plane, color) in planes.iter_mut().zip(&colors) {
                let color = F4::splat(*color);
                rewrite(plane, alpha, |value, alpha| value * alpha);
                rewrite(plane, shadow, |value, shadow| value + color * shadow);
            }
            rewrite(alpha, shadow, |alpha, shadow| white * (alpha + shadow));
        });
        Ok(plan.store_as(laid, layout, Holds::Premultiplied, false))
    }
}

/// Alpha as a share of full scale, with room around it where there is none.
struct Alphas {
    format: Format,
    /// Columns and rows before the image.
    before: [usize; 2],
    size: [usize; 2],
}

impl Alphas {
    /// The columns of the image that are seen in some of the plane's.
    fn inside(&self, columns: &Range<usize>) -> Range<usize> {
        let within = |column: usize| column.saturating_sub(self.before[0]).min(self.size[0]);
        within(columns.start)..within(columns.end)
    }
}

impl RowStage for Alphas {
    fn shape(&self) -> Shape {
        Shape::planes(1)
    }

    fn reads(&self, _: usize, rows: Range<isize>) -> Range<isize> {
        let before = self.before[1].cast_signed();
        rows.start - before..rows.end - before
    }

    fn reads_columns(&self, _: usize, columns: Range<usize>, width: usize) -> Range<usize> {
        let inside = self.inside(&columns);
        // One at least is read, where none is needed too.
        let start = inside.start.min(width - 1);
        start..inside.end.max(start + 1)
    }

    fn write(&self, place: &Place, inputs: &[Window<'_>], out: &mut RowsMut<'_>, _: &mut Work<'_>) {
        let (sample, channels) = (self.format.sample, self.format.channels);
        let (bytes, skipped) = (self.format.bytes(), channels.colors() * sample.bytes());
        let inside = self.inside(&place.columns);
        for (i, y) in place.rows.clone().enumerate() {
            let out = out.plane(i, 0);
            out.fill(0.0);
            let row = y - self.before[1].cast_signed();
            if !(0..self.size[1].cast_signed()).contains(&row) || inside.is_empty() {
                continue;
            }
            let pixels = &inputs[0].bytes(i)[(inside.start - inputs[0].columns().start) * bytes..];
            let out = &mut out[inside.start + self.before[0] - place.columns.start..][..inside.len()];
            for (out, pixel) in out.iter_mut().zip(pixels.chunks_exact(bytes)) {
                let alpha = sample.value(&pixel[skipped..]) / sample.full();
                // Compared this way round, NaN is 0.
                *out = if alpha > 0.0 { alpha.min(1.0) } else { 0.0 };
            }
        }
    }
}

/// A part of a plane.
struct Part {
    /// Its first column and row.
    first: [usize; 2],
}

impl RowStage for Part {
    fn shape(&self) -> Shape {
        Shape::planes(1)
    }

    fn reads(&self, _: usize, rows: Range<isize>) -> Range<isize> {
        let first = self.first[1].cast_signed();
        rows.start + first..rows.end + first
    }

    fn reads_columns(&self, _: usize, columns: Range<usize>, _: usize) -> Range<usize> {
        columns.start + self.first[0]..columns.end + self.first[0]
    }

    fn write(&self, place: &Place, inputs: &[Window<'_>], out: &mut RowsMut<'_>, _: &mut Work<'_>) {
        let columns = place.columns.start + self.first[0]..place.columns.end + self.first[0];
        for row in 0..place.rows.len() {
            out.plane(row, 0).copy_from_slice(inputs[0].part(row, 0, &columns));
        }
    }
}
