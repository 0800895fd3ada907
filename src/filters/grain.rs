//! The grain of film.

use crate::error::Error;
use crate::filter::Filter;
use crate::image::Border;
use crate::kernels::gaussian::of_planes;
use crate::kernels::random::Row;
use crate::params::{filter, integer, number};
use crate::plan::{Edge, Node, Plan};
use crate::planes::Sees;
use crate::stage::{Place, RowStage, RowsMut, Shape, Window, Work};
use crate::vector::{F4, rewrite};

filter! {
    /// Adds grain as film has it: soft specks of a size, strongest in the middle tones, the same for the same seed. Alpha is copied.
    ///
    /// `n(x, y)` is the noise of `noise` with `distribution: "normal"`, this seed and `c = 0`. It is blurred as by `gaussianBlur` with
    /// `sigma = size` and the border `reflect101`, not rounded, and divided by `Σ w²` over the weights of that blur along one axis, so
    /// that its standard deviation stays 1. With `y` the luma (BT.601) of the pixel as a share of full scale, clamped to 0 and 1, each
    /// colour becomes `v + amount·4·y·(1 − y)·n`, in levels.
    ///
    /// Class R. Reference: SciPy's `gaussian_filter` and the formula, in double precision.
    pub struct Grain = "grain", "Film grain", Effects, intensity "amount" {
        /// Standard deviation of the grain in the middle tones, in levels; 0 changes nothing.
        amount: f64 = number(16.0).range(0.0, 255.0).soft(0.0, 64.0).step(1.0),
        /// Standard deviation of the blur that makes specks of points; 0 leaves points.
        size: f64 = number(0.7).range(0.0, 20.0).soft(0.0, 4.0).step(0.1).unit("px"),
        /// Another number gives other grain.
        seed: usize = integer(0.0).range(0.0, 4_294_967_295.0).soft(0.0, 100.0),
    }
    alpha: Copied,
    identity: Where("amount" = Number(0.0)),
    floats: Any,
    even: false,
}

impl Filter for Grain {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let source = plan.source();
        if self.amount == 0.0 {
            return Ok(source);
        }
        let format = plan.layout(source).format();
        let border = Border::Reflect101;
        let points = plan.rows(&[(source, Edge::Border(border))], Points { seed: self.seed as u32 });
        let (specks, deviation) = match self.size {
            0.0 => (points, 1.0),
            size => (of_planes::filter_planes(plan, points, size, border), of_planes::deviation(size)),
        };
        let colors = plan.planes(source, Sees::Colors);
        let luma = plan.planes(source, Sees::Luma);
        let amount = F4::splat((4.0 * self.amount * f64::from(format.sample.level()) / deviation) as f32);
        let [none, one, inverse] = [0.0, 1.0, 1.0 / format.sample.full()].map(F4::splat);
        let grained = plan.point(&[colors, luma, specks], format.channels.colors(), move |_, planes| {
            let Some((specks, planes)) = planes.split_last_mut() else { unreachable!("specks are last") };
            let Some((luma, colors)) = planes.split_last_mut() else { unreachable!("luma comes before them") };
            rewrite(specks, luma, |speck, luma| {
                let tone = (luma * inverse).max(none).min(one);
                amount * (tone * (one - tone)) * speck
            });
            colors.iter_mut().for_each(|color| rewrite(color, specks, |value, by| value + by));
        });
        Ok(plan.store(grained, source))
    }
}

/// A plane of numbers that follow from their places. What it is made for does not matter, but for its size.
struct Points {
    seed: u32,
}

impl RowStage for Points {
    fn shape(&self) -> Shape {
        Shape::planes(1)
    }

    fn write(&self, place: &Place, _: &[Window<'_>], out: &mut RowsMut<'_>, _: &mut Work<'_>) {
        for (i, y) in place.rows.clone().enumerate() {
            let row = Row::new(self.seed, 0, y.cast_unsigned());
            out.plane(i, 0).iter_mut().zip(place.columns.clone()).for_each(|(out, x)| *out = row.normal(x));
        }
    }
}
