//! Bright tones reversed.

use crate::error::Error;
use crate::filter::Filter;
use crate::params::{filter, number};
use crate::plan::{Node, Plan};

filter! {
    /// Reverses the tones from a level on, as film does that has seen light too early. Alpha is copied.
    ///
    /// In levels: `v' = v` where `v < threshold`, else `255 − v`. Floats are clamped to 0 and full scale first.
    ///
    /// Class E. Reference: Pillow's `ImageOps.solarize`.
    pub struct Solarize = "solarize", "Solarise", Effects, intensity "threshold" {
        /// The lowest level that is reversed; 0 reverses all, 256 none.
        threshold: f64 = number(128.0).range(0.0, 256.0).step(1.0),
    }
    alpha: Copied,
    identity: Where("threshold" = Number(256.0)),
    floats: Bounded,
}

impl Filter for Solarize {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let source = plan.source();
        let threshold = self.threshold;
        Ok(plan.curve(source, move |value| {
            // Compared this way round, NaN is 0.
            let value = if value > 0.0 { value.min(255.0) } else { 0.0 };
            if value < threshold { value } else { 255.0 - value }
        }))
    }
}
