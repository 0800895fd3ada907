//! CSS `invert()`.

use crate::error::Error;
use crate::filter::{Filter, Stage};
use crate::image::Layout;
use crate::kernels::table::Tables;
use crate::params::{filter, number};

filter! {
    /// Blends with the negative, as CSS `invert()` (Filter Effects Module Level 1). Alpha is copied.
    pub struct Invert = "invert", "Invert", Color, intensity "amount" {
        /// Share of the negative; 0 changes nothing, more than 1 is the same as 1.
        amount: f64 = number(1.0).range(0.0, f64::INFINITY).soft(0.0, 1.0),
    }
    alpha: Copied,
    identity: Where("amount" = Number(0.0)),
}

impl Filter for Invert {
    fn plan(&self, _: Layout) -> Result<Vec<Stage>, Error> {
        let amount = self.amount.min(1.0);
        if amount == 0.0 {
            return Ok(Vec::new());
        }
        Ok(vec![Stage::Point(Box::new(Tables::straight((1.0 - 2.0 * amount, 255.0 * amount), (1.0, 0.0))))])
    }
}
