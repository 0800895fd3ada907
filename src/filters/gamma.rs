//! Gamma correction.

use crate::error::Error;
use crate::filter::Filter;
use crate::plan::{Node, Plan};
use crate::params::{filter, number};

filter! {
    /// Raises colours to a power, `255·(v/255)^(1/gamma)`: brightens or darkens the middle tones. Alpha is copied.
    ///
    /// Values are in levels. A float below 0 keeps its sign: `−v` becomes what `v` becomes, negated; one above 1 goes
    /// through the same formula.
    ///
    /// Class R. Reference: the formula in double precision.
    pub struct Gamma = "gamma", "Gamma", Tone, intensity "gamma" {
        /// More than 1 brightens, less darkens, 1 changes nothing.
        gamma: f64 = number(1.0).above(0.0, 100.0).soft(0.1, 4.0).step(0.05),
    }
    alpha: Copied,
    identity: Where("gamma" = Number(1.0)),
}

impl Filter for Gamma {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let source = plan.source();
        if self.gamma == 1.0 {
            return Ok(source);
        }
        let power = 1.0 / self.gamma;
        // Floats below 0 keep their sign.
        Ok(plan.curve(source, move |value| (255.0 * libm::pow(value.abs() / 255.0, power)).copysign(value)))
    }
}
