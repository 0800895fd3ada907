//! CSS `opacity()`.

use crate::error::Error;
use crate::filter::{Filter, Stage};
use crate::image::Layout;
use crate::kernels::table::Tables;
use crate::params::{filter, number};

filter! {
    /// Scales alpha, as CSS `opacity()` (Filter Effects Module Level 1). Colours are copied.
    pub struct Opacity = "opacity", "Opacity", Color, intensity "amount" {
        /// Factor; 0 is invisible, 1 changes nothing, and so does more.
        amount: f64 = number(1.0).range(0.0, f64::INFINITY).soft(0.0, 1.0),
    }
    alpha: Changed,
    identity: Where("amount" = Number(1.0)),
}

impl Filter for Opacity {
    fn plan(&self, _: Layout) -> Result<Vec<Stage>, Error> {
        let amount = self.amount.min(1.0);
        if amount == 1.0 {
            return Ok(Vec::new());
        }
        Ok(vec![Stage::Point(Box::new(Tables::straight((1.0, 0.0), (amount, 0.0))))])
    }
}
