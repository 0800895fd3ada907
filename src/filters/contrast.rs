//! CSS `contrast()`.

use crate::error::Error;
use crate::filter::Filter;
use crate::plan::{Node, Plan};
use crate::params::{filter, number};

filter! {
    /// Moves colours away from middle grey, as CSS `contrast()` (Filter Effects Module Level 1). Alpha is copied.
    ///
    /// `v' = amount·v + (1 − amount)·127.5`, in levels, for each colour.
    ///
    /// Class R. Source: the shorthand's equivalent in Filter Effects Module Level 1. Chromium 156 cuts off where this
    /// rounds: an amount of 0 gives 127 there, and 128 here.
    pub struct Contrast = "contrast", "Contrast", Tone, intensity "amount" {
        /// Factor; 0 is grey, 1 changes nothing.
        amount: f64 = number(1.0).range(0.0, f64::INFINITY).soft(0.0, 3.0).step(0.05),
    }
    alpha: Copied,
    identity: Where("amount" = Number(1.0)),
}

impl Filter for Contrast {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let source = plan.source();
        if self.amount == 1.0 {
            return Ok(source);
        }
        // Larger ones, which make two colours of all, would overflow into ∞ − ∞.
        let amount = self.amount.min(1e12);
        Ok(plan.line(source, (amount, 127.5 - 127.5 * amount), (1.0, 0.0)))
    }
}
