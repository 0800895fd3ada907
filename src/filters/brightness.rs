//! CSS `brightness()`.

use crate::error::Error;
use crate::filter::Filter;
use crate::plan::{Node, Plan};
use crate::params::{filter, number};

filter! {
    /// Scales the colour channels, as CSS `brightness()` (Filter Effects Module Level 1). Alpha is copied.
    ///
    /// `v' = amount·v` for each colour.
    ///
    /// Class R. Source: the shorthand's equivalent in Filter Effects Module Level 1. Browsers make a table of 256
    /// entries and cut off what is behind the point: Chromium 156 is up to one level lower than this.
    pub struct Brightness = "brightness", "Brightness", Tone, intensity "amount" {
        /// Factor; 0 is black, 1 changes nothing.
        amount: f64 = number(1.0).range(0.0, f64::INFINITY).soft(0.0, 3.0).step(0.05),
    }
    alpha: Copied,
    identity: Where("amount" = Number(1.0)),
}

impl Filter for Brightness {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let source = plan.source();
        if self.amount == 1.0 {
            return Ok(source);
        }
        Ok(plan.line(source, (self.amount, 0.0), (1.0, 0.0)))
    }
}
