//! CSS `brightness()`.

use crate::error::Error;
use crate::filter::{Filter, Stage};
use crate::image::Layout;
use crate::kernels::table::Tables;
use crate::params::{filter, number};

filter! {
    /// Scales the colour channels, as CSS `brightness()` (Filter Effects Module Level 1). Alpha is copied.
    pub struct Brightness = "brightness", "Brightness", Color, intensity "amount" {
        /// Factor; 0 is black, 1 changes nothing.
        amount: f64 = number(1.0).range(0.0, f64::INFINITY).soft(0.0, 3.0).step(0.05),
    }
    alpha: Copied,
    identity: Where("amount" = Number(1.0)),
}

impl Filter for Brightness {
    fn plan(&self, _: Layout) -> Result<Vec<Stage>, Error> {
        if self.amount == 1.0 {
            return Ok(Vec::new());
        }
        Ok(vec![Stage::Point(Box::new(Tables::straight((self.amount, 0.0), (1.0, 0.0))))])
    }
}
