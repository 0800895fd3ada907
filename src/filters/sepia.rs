//! CSS `sepia()`.

use crate::error::Error;
use crate::filter::Filter;
use crate::plan::{Node, Plan};
use crate::kernels::matrix::{of_color, apply};
use crate::params::{filter, number};

filter! {
    /// Blends with brown, as CSS `sepia()` (Filter Effects Module Level 1). Alpha is copied.
    ///
    /// With `k = 1 − min(amount, 1)`, red, green and blue are multiplied by these rows:
    ///
    /// - `R' = (0.393 + 0.607·k)·R + (0.769 − 0.769·k)·G + (0.189 − 0.189·k)·B`
    /// - `G' = (0.349 − 0.349·k)·R + (0.686 + 0.314·k)·G + (0.168 − 0.168·k)·B`
    /// - `B' = (0.272 − 0.272·k)·R + (0.534 − 0.534·k)·G + (0.131 + 0.869·k)·B`
    ///
    /// Class R. Source: the matrix in Filter Effects Module Level 1.
    pub struct Sepia = "sepia", "Sepia", Color, intensity "amount" {
        /// Share of brown; 0 changes nothing, more than 1 is the same as 1.
        amount: f64 = number(1.0).range(0.0, f64::INFINITY).soft(0.0, 1.0),
    }
    alpha: Copied,
    identity: Where("amount" = Number(0.0)),
}

impl Filter for Sepia {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let source = plan.source();
        let k = 1.0 - self.amount.min(1.0);
        Ok(apply(plan, source, &of_color([
            [0.393 + 0.607 * k, 0.769 - 0.769 * k, 0.189 - 0.189 * k],
            [0.349 - 0.349 * k, 0.686 + 0.314 * k, 0.168 - 0.168 * k],
            [0.272 - 0.272 * k, 0.534 - 0.534 * k, 0.131 + 0.869 * k],
        ])))
    }
}
