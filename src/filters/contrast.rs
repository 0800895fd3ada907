//! CSS `contrast()`.

use crate::error::Error;
use crate::filter::{Filter, Stage};
use crate::image::Layout;
use crate::kernels::table::Tables;
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
    fn plan(&self, _: Layout) -> Result<Vec<Stage>, Error> {
        if self.amount == 1.0 {
            return Ok(Vec::new());
        }
        // From 510 on, every level is 0 or 255; larger ones would overflow into ∞ − ∞.
        let amount = self.amount.min(1000.0);
        Ok(vec![Stage::Point(Box::new(Tables::straight((amount, 127.5 - 127.5 * amount), (1.0, 0.0))))])
    }
}
