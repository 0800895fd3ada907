//! Contrast of the middle tones, where they are.

use crate::error::Error;
use crate::filter::Filter;
use crate::image::Border;
use crate::kernels::gaussian::of_planes;
use crate::params::{filter, number};
use crate::plan::{Node, Plan};
use crate::planes::Sees;
use crate::vector::{F4, rewrite};

filter! {
    /// Raises the contrast of regions in the middle tones, and leaves black, white and colours alone. Alpha is copied.
    ///
    /// With luma `Y` (BT.601), `B` the same blurred as by `gaussianBlur` with `sigma` and the border `clamp`, not rounded, and `y` luma
    /// as a share of full scale, clamped to 0 and 1: each colour becomes `v + amount·4·y·(1 − y)·(Y − B)`.
    ///
    /// Class R. Reference: SciPy's `gaussian_filter` and the formula, in double precision. Each editor has its own.
    pub struct Clarity = "clarity", "Clarity", Sharpen, intensity "amount" {
        /// Share of the difference to the region; less than 0 softens, 0 changes nothing.
        amount: f64 = number(0.5).range(-1.0, 4.0).soft(-1.0, 2.0).step(0.05),
        /// Standard deviation of the blur that finds the regions; 0 changes nothing.
        sigma: f64 = number(16.0).range(0.0, 250.0).soft(0.0, 100.0).step(1.0).unit("px"),
    }
    alpha: Copied,
    identity: WhereAny("amount" = Number(0.0), "sigma" = Number(0.0)),
}

impl Filter for Clarity {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let source = plan.source();
        if self.amount == 0.0 || self.sigma == 0.0 {
            return Ok(source);
        }
        let format = plan.layout(source).format();
        let [colors, luma, regions] = [Sees::Colors, Sees::Luma, Sees::Luma].map(|sees| plan.planes(source, sees));
        let regions = of_planes::filter_planes(plan, regions, self.sigma, Border::Clamp);
        let [amount, inverse] = [4.0 * self.amount as f32, 1.0 / format.sample.full()].map(F4::splat);
        let [none, one] = [0.0, 1.0].map(F4::splat);
        let count = format.channels.colors();
        let clear = plan.point(&[colors, luma, regions], count, move |_, planes| {
            let Some((regions, planes)) = planes.split_last_mut() else { unreachable!("regions are last") };
            let Some((luma, colors)) = planes.split_last_mut() else { unreachable!("luma comes before them") };
            rewrite(luma, regions, |luma, region| {
                let tone = (luma * inverse).max(none).min(one);
                amount * (tone * (one - tone)) * (luma - region)
            });
            colors.iter_mut().for_each(|color| rewrite(color, luma, |value, by| value + by));
        });
        Ok(plan.store(clear, source))
    }
}
