//! CSS `invert()`.

use crate::error::Error;
use crate::filter::Filter;
use crate::plan::{Node, Plan};
use crate::params::{filter, number};

filter! {
    /// Blends with the negative, as CSS `invert()` (Filter Effects Module Level 1). Alpha is copied.
    ///
    /// With `a = min(amount, 1)`: `v' = (1 − 2·a)·v + 255·a`, in levels, for each colour. Half of it is middle grey.
    ///
    /// Class R. Source: the shorthand's equivalent in Filter Effects Module Level 1.
    pub struct Invert = "invert", "Invert", Color, intensity "amount" {
        /// Share of the negative; 0 changes nothing, more than 1 is the same as 1.
        amount: f64 = number(1.0).range(0.0, f64::INFINITY).soft(0.0, 1.0),
    }
    alpha: Copied,
    identity: Where("amount" = Number(0.0)),
}

impl Filter for Invert {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let source = plan.source();
        let amount = self.amount.min(1.0);
        if amount == 0.0 {
            return Ok(source);
        }
        Ok(plan.line(source, (1.0 - 2.0 * amount, 255.0 * amount), (1.0, 0.0)))
    }
}
