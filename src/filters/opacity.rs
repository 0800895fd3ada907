//! CSS `opacity()`.

use crate::error::Error;
use crate::filter::Filter;
use crate::plan::{Node, Plan};
use crate::params::{filter, number};

filter! {
    /// Scales alpha, as CSS `opacity()` (Filter Effects Module Level 1). Colours are copied.
    ///
    /// `alpha' = min(amount, 1)·alpha`. The colours stay, those of pixels that become invisible too. An image without
    /// alpha stays as it is.
    ///
    /// Class R. Source: the shorthand's equivalent in Filter Effects Module Level 1. Chromium 156 cuts off where this
    /// rounds: an amount of 0.5 gives full alpha 127 there, and 128 here.
    pub struct Opacity = "opacity", "Opacity", Layers, intensity "amount" {
        /// Factor; 0 is invisible, 1 changes nothing, and so does more.
        amount: f64 = number(1.0).range(0.0, f64::INFINITY).soft(0.0, 1.0),
    }
    alpha: Changed,
    identity: Where("amount" = Number(1.0)),
}

impl Filter for Opacity {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let source = plan.source();
        let amount = self.amount.min(1.0);
        if amount == 1.0 {
            return Ok(source);
        }
        Ok(plan.line(source, (1.0, 0.0), (amount, 0.0)))
    }
}
