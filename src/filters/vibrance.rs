//! Saturation for dull colours.

use crate::error::Error;
use crate::filter::Filter;
use crate::params::{filter, number};
use crate::plan::{Node, Plan};
use crate::planes::Sees;
use crate::vector::{F4, rewrite_all};

filter! {
    /// Makes dull colours more vivid, and vivid ones hardly: they do not run into each other. Alpha is copied.
    ///
    /// With `Y = (19595·R + 38470·G + 7471·B)/65536`, not rounded, and `s = max(R, G, B) − min(R, G, B)` as a share of full scale,
    /// clamped to 1, each colour becomes `Y + (1 + amount·(1 − s))·(v − Y)`. Grey stays as it is.
    ///
    /// Class R. Reference: the formula in double precision. Each editor has its own.
    pub struct Vibrance = "vibrance", "Vibrance", Color, intensity "amount" {
        /// More than 0 makes colours more vivid, less makes them duller: −1 makes those grey that are nearly so. 0 changes nothing.
        amount: f64 = number(0.0).range(-1.0, 4.0).soft(-1.0, 2.0).step(0.05),
    }
    alpha: Copied,
    identity: Where("amount" = Number(0.0)),
}

impl Filter for Vibrance {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let source = plan.source();
        if self.amount == 0.0 {
            return Ok(source);
        }
        let full = plan.layout(source).format().sample.full();
        let [amount, inverse, one] = [self.amount as f32, 1.0 / full, 1.0].map(F4::splat);
        let weights = [19595.0, 38470.0, 7471.0].map(|weight: f32| F4::splat(weight / 65536.0));
        let planes = plan.planes(source, Sees::Rgb);
        let vivid = plan.point(&[planes], 3, move |_, planes| {
            let [r, g, b] = planes else { unreachable!("there are three planes") };
            rewrite_all([r, g, b], |[r, g, b]| {
                let luma = weights[0] * r + weights[1] * g + weights[2] * b;
                let range = r.max(g).max(b) - r.min(g).min(b);
                let factor = one + amount * (one - (range * inverse).min(one));
                // Added to what was, so that grey stays as it is to the last bit.
                [r, g, b].map(|value| value + (factor - one) * (value - luma))
            });
        });
        Ok(plan.store(vivid, source))
    }
}
