//! Shadows lifted, highlights held.

use crate::error::Error;
use crate::filter::Filter;
use crate::image::Border;
use crate::kernels::gaussian::of_planes;
use crate::params::{filter, number};
use crate::plan::{Node, Plan};
use crate::planes::Sees;
use crate::vector::{F4, for_each, rewrite};

filter! {
    /// Brightens dark regions and darkens bright ones, and keeps the contrast within them. Alpha is copied.
    ///
    /// With `m` the luma (BT.601) blurred as by `gaussianBlur` with `sigma` and the border `clamp`, not rounded, as a share of full
    /// scale and clamped to 0 and 1: `a = shadows·(1 − m)² − highlights·m²`, and each colour, as a share of full scale, becomes
    /// `v + a·v·(1 − v)`. Floats below 0 and above 1 stay as they are.
    ///
    /// Class R. Reference: SciPy's `gaussian_filter` and the formula, in double precision.
    pub struct ShadowsHighlights = "shadowsHighlights", "Shadows and highlights", Tone, intensity "shadows" {
        /// How much dark regions are brightened; less than 0 darkens them.
        shadows: f64 = number(0.5).range(-1.0, 1.0).step(0.05),
        /// How much bright regions are darkened; less than 0 brightens them.
        highlights: f64 = number(0.0).range(-1.0, 1.0).step(0.05),
        /// Standard deviation of the blur that finds the regions.
        sigma: f64 = number(16.0).range(0.0, 250.0).soft(0.0, 100.0).step(1.0).unit("px"),
    }
    alpha: Copied,
    identity: Where("shadows" = Number(0.0), "highlights" = Number(0.0)),
}

impl Filter for ShadowsHighlights {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let source = plan.source();
        if self.shadows == 0.0 && self.highlights == 0.0 {
            return Ok(source);
        }
        let format = plan.layout(source).format();
        let colors = plan.planes(source, Sees::Colors);
        let luma = plan.planes(source, Sees::Luma);
        let regions = match self.sigma {
            0.0 => luma,
            sigma => of_planes::filter_planes(plan, luma, sigma, Border::Clamp),
        };
        let [shadows, highlights] = [self.shadows, self.highlights].map(|amount| F4::splat(amount as f32));
        let [none, one, inverse] = [0.0, 1.0, 1.0 / format.sample.full()].map(F4::splat);
        let changed = plan.point(&[colors, regions], format.channels.colors(), move |_, planes| {
            let Some((regions, colors)) = planes.split_last_mut() else { unreachable!("luma is one of them") };
            for_each(regions, |region| {
                let bright = (region * inverse).max(none).min(one);
                let dark = one - bright;
                shadows * dark * dark - highlights * bright * bright
            });
            for color in colors {
                rewrite(color, regions, |value, by| value + by * (value * (one - value * inverse)).max(none));
            }
        });
        Ok(plan.store(changed, source))
    }
}
