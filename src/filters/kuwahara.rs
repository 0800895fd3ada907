//! The most even of four squares.

use crate::error::Error;
use crate::filter::Filter;
use crate::image::Border;
use crate::kernels::box_sums;
use crate::params::{choice, filter, integer};
use crate::plan::{Edge, Node, Plan};
use crate::planes::{Holds, Sees};
use crate::stage::{Place, RowStage, RowsMut, Shape, Window, Work};
use crate::vector::{F4, for_each, rewrite};
use std::ops::Range;

filter! {
    /// Smooths and keeps edges, like strokes of a brush: each pixel becomes the mean of the most even of the four squares that it
    /// is a corner of. Colour is weighted with alpha.
    ///
    /// The squares have `n = (radius + 1)²` pixels: to the upper left of the pixel, to the upper right, to the lower left and to the
    /// lower right, the pixel included. The first of them with the least variance is taken, and colours times alpha, and alpha,
    /// become their means over it. The variance is that of luma (BT.601) times alpha, plus that of alpha:
    /// `Σ l²/n − (Σ l/n)² + Σ a²/n − (Σ a/n)²` with `l = Y·a/F`.
    ///
    /// Class R, or P where there is alpha; of squares whose variances are within 10⁻⁵ of the mean square, either may be taken. Of
    /// opaque bytes, up to a radius of 15, sums are exact. Reference: SciPy's `uniform_filter`, shifted, in double precision.
    pub struct Kuwahara = "kuwahara", "Kuwahara", Noise, intensity "radius" {
        /// How far the squares reach from the pixel; 0 changes nothing.
        radius: usize = integer(3.0).range(0.0, 50.0).soft(0.0, 20.0).unit("px"),
        /// What is seen outside the image.
        border: Border = choice::<Border>(),
    }
    alpha: Weights,
    identity: Where("radius" = Number(0.0)),
}

impl Filter for Kuwahara {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let source = plan.source();
        let Self { radius, border } = *self;
        if radius == 0 {
            return Ok(source);
        }
        let layout = plan.layout(source);
        let is_weighted = border == Border::Transparent || !plan.is_opaque(source);
        let sees = if is_weighted { Sees::PremultipliedAlways } else { Sees::Colors };
        let count = sees.planes(layout.format().channels);
        let planes = plan.planes(source, sees);
        let luma = plan.planes(source, Sees::Luma);
        let inverse = F4::splat(1.0 / layout.format().sample.full());
        // The last plane is there twice: it becomes the squares.
        let planes = plan.point(&[planes, luma, luma], count + 2, move |_, planes| {
            let (planes, lumas) = planes.split_at_mut(count);
            let [luma, squares] = lumas else { unreachable!("there are two") };
            if is_weighted {
                rewrite(luma, planes[count - 1], |luma, alpha| luma * (alpha * inverse));
                squares.copy_from_slice(luma);
            }
            for_each(squares, |luma| luma * luma);
            if is_weighted {
                rewrite(squares, planes[count - 1], |square, alpha| square + alpha * alpha);
            }
        });
        let sums = box_sums::of_corners(plan, planes, count + 2, radius, border);
        let means = plan.rows(&[(sums, Edge::Counted)], Means { radius, count, is_weighted });
        if !is_weighted {
            return Ok(plan.store(means, source));
        }
        let layout = if border == Border::Transparent { plan.with_any_alpha(source) } else { layout };
        Ok(plan.store_as(means, layout, Holds::Premultiplied, false))
    }
}

/// The means over the square with the least variance.
struct Means {
    radius: usize,
    /// Planes of the result; those of luma and of squares come after them.
    count: usize,
    is_weighted: bool,
}

impl RowStage for Means {
    fn shape(&self) -> Shape {
        Shape::planes(self.count)
    }

    fn reads(&self, _: usize, rows: Range<isize>) -> Range<isize> {
        rows.start - self.radius.cast_signed()..rows.end
    }

    fn write(&self, place: &Place, inputs: &[Window<'_>], out: &mut RowsMut<'_>, _: &mut Work<'_>) {
        let n = ((self.radius + 1) * (self.radius + 1)) as f32;
        let corners = [(0, 0), (0, 1), (self.radius, 0), (self.radius, 1)];
        let sums = |plane: usize| corners.map(|(row, side)| inputs[0].part(row, 2 * plane + side, &place.columns));
        let [luma, squares] = [self.count, self.count + 1].map(sums);
        let alpha = self.is_weighted.then(|| sums(self.count - 1));
        let chosen = |x: usize| {
            // Of whole numbers exact, so that the same variance is the same number.
            let variance = |corner: usize| {
                let square = |sums: &[&[f32]; 4]| f64::from(sums[corner][x]) * f64::from(sums[corner][x]);
                f64::from(n) * f64::from(squares[corner][x]) - square(&luma) - alpha.as_ref().map_or(0.0, square)
            };
            let mut best = (0, variance(0));
            for corner in 1..4 {
                let variance = variance(corner);
                if variance < best.1 {
                    best = (corner, variance);
                }
            }
            best.0
        };
        let all: Vec<_> = (0..self.count).map(sums).collect();
        let (width, out) = (place.columns.len(), out.floats(0));
        for x in 0..width {
            let corner = chosen(x);
            for (plane, sums) in all.iter().enumerate() {
                out[plane * width + x] = sums[corner][x] / n;
            }
        }
    }
}
