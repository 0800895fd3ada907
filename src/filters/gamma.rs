//! Gamma correction.

use crate::error::Error;
use crate::filter::{Filter, Stage};
use crate::image::Layout;
use crate::kernels::table::Tables;
use crate::params::{filter, number};

filter! {
    /// Raises colours to a power, `255·(v/255)^(1/gamma)`: brightens or darkens the middle tones. Alpha is copied.
    pub struct Gamma = "gamma", "Gamma", Point, intensity "gamma" {
        /// More than 1 brightens, less darkens, 1 changes nothing.
        gamma: f64 = number(1.0).above(0.0, 100.0).soft(0.1, 4.0).step(0.05),
    }
    alpha: Copied,
    identity: Where("gamma" = Number(1.0)),
}

impl Filter for Gamma {
    fn plan(&self, _: Layout) -> Result<Vec<Stage>, Error> {
        if self.gamma == 1.0 {
            return Ok(Vec::new());
        }
        let power = |value: f64| 255.0 * libm::pow(value / 255.0, 1.0 / self.gamma);
        Ok(vec![Stage::Point(Box::new(Tables::of_color(power)))])
    }
}
