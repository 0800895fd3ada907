//! Few tones.

use crate::error::Error;
use crate::filter::Filter;
use crate::params::{filter, integer};
use crate::plan::{Node, Plan};

filter! {
    /// Leaves so many tones of each colour channel, evenly spread from black to white. Alpha is copied.
    ///
    /// With `n = levels` and `v` in levels, each colour becomes `255·k/(n − 1)` with `k = floor(v·n/256)`. Floats are
    /// clamped to 0 and full scale first.
    ///
    /// Class E. Reference: the formula in whole numbers. Pillow's `posterize` keeps the highest bits, which is something
    /// else.
    pub struct Posterize = "posterize", "Posterise", Effects, intensity "levels" {
        /// Tones that are left; 256 changes no byte.
        levels: usize = integer(6.0).range(2.0, 256.0).soft(2.0, 32.0),
    }
    alpha: Copied,
    identity: Where("levels" = Number(256.0)),
    floats: Bounded,
}

impl Filter for Posterize {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let source = plan.source();
        let tones = self.levels as f64;
        Ok(plan.curve(source, move |value| {
            // Compared this way round, NaN is 0.
            let value = if value > 0.0 { value.min(255.0) } else { 0.0 };
            let tone = libm::floor(value * tones / 256.0);
            255.0 * tone / (tones - 1.0)
        }))
    }
}
