//! Green or magenta.

use crate::error::Error;
use crate::filter::Filter;
use crate::kernels::light::tinted;
use crate::params::{filter, number};
use crate::plan::{Node, Plan};

filter! {
    /// Makes the picture greener or more magenta, as light of lamps does. Alpha is copied.
    ///
    /// The factors of red, green and blue are `1`, `2^(−amount)` and `1`, divided by their mean with the weights 0.2126, 0.7152 and
    /// 0.0722, so that white keeps its luminance. Each colour becomes `255·enc(factor·dec(v/255))`. A float below 0 keeps its sign.
    ///
    /// Class R. Reference: the formula in double precision.
    pub struct Tint = "tint", "Tint", Color, intensity "amount" {
        /// More than 0 is more magenta, less is greener: 1 halves the light of green beside the others, 0 changes nothing.
        amount: f64 = number(0.0).range(-4.0, 4.0).soft(-1.0, 1.0).step(0.05),
    }
    alpha: Copied,
    identity: Where("amount" = Number(0.0)),
}

impl Filter for Tint {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let source = plan.source();
        if self.amount == 0.0 {
            return Ok(source);
        }
        Ok(tinted(plan, source, [1.0, libm::exp2(-self.amount), 1.0]))
    }
}
