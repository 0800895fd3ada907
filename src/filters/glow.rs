//! Light that spreads.

use crate::error::Error;
use crate::filter::Filter;
use crate::image::Border;
use crate::kernels::gaussian::of_planes;
use crate::params::{filter, number};
use crate::plan::{Node, Plan};
use crate::planes::Sees;
use crate::vector::{F4, for_each, rewrite};

filter! {
    /// Lets bright parts shine: their light is blurred and laid over the picture. Alpha is copied.
    ///
    /// With `a` alpha and `v` a colour as shares of full scale, and `T = threshold/255`, the light of a pixel is `a·max(0, v − T)/(1 − T)`. `B` is that,
    /// blurred as by `gaussianBlur` with `sigma` and the border `clamp`, not rounded. Each colour becomes `v + amount·B·max(0, 1 − v)`: with an `amount`
    /// of 1 that is the blend mode `screen`.
    ///
    /// Class N. Reference: SciPy's `gaussian_filter` and the formula, in double precision.
    pub struct Glow = "glow", "Glow", Effects, intensity "amount" {
        /// How strong the light is; 0 changes nothing.
        amount: f64 = number(0.7).range(0.0, 4.0).step(0.05),
        /// Standard deviation of the blur.
        sigma: f64 = number(12.0).range(0.0, 250.0).soft(0.0, 60.0).step(0.5).unit("px"),
        /// What is no brighter than this level does not shine.
        threshold: f64 = number(128.0).range(0.0, 254.0).step(1.0),
    }
    alpha: Copied,
    identity: Where("amount" = Number(0.0)),
}

impl Filter for Glow {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let source = plan.source();
        if self.amount == 0.0 {
            return Ok(source);
        }
        let format = plan.layout(source).format();
        let (count, full) = (format.channels.colors(), format.sample.full());
        let has_alpha = !plan.is_opaque(source);
        let least = self.threshold / 255.0 * f64::from(full);
        let scale = self.amount / (f64::from(full) - least);
        let [none, white, inverse, least, scale] = [0.0, full, 1.0 / full, least as f32, scale as f32].map(F4::splat);
        let planes = plan.planes(source, if has_alpha { Sees::Straight } else { Sees::Colors });
        let light = plan.point(&[planes], count, move |_, planes| {
            let (colors, alpha) = planes.split_at_mut(count);
            for color in colors {
                for_each(color, |value| (value - least).max(none) * scale);
                if let Some(alpha) = alpha.first() {
                    rewrite(color, alpha, |value, alpha| value * (alpha * inverse));
                }
            }
        });
        let blurred = match self.sigma {
            0.0 => light,
            sigma => of_planes::filter_planes(plan, light, sigma, Border::Clamp),
        };
        let colors = plan.planes(source, Sees::Colors);
        let lit = plan.point(&[colors, blurred], count, move |_, planes| {
            let (colors, light) = planes.split_at_mut(count);
            for (color, light) in colors.iter_mut().zip(light) {
                rewrite(color, light, |value, light| value + light * (white - value).max(none));
            }
        });
        Ok(plan.store(lit, source))
    }
}
