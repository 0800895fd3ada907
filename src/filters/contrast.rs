//! CSS `contrast()`.

use crate::error::Error;
use crate::filter::Filter;
use crate::plan::{Node, Plan};
use crate::params::{filter, number};

filter! {
    /// Moves colours away from middle grey, as CSS `contrast()` (Filter Effects Module Level 1). Alpha is copied.
    pub struct Contrast = "contrast", "Contrast", Color, intensity "amount" {
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
