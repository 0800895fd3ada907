//! CSS `saturate()`.

use crate::error::Error;
use crate::filter::Filter;
use crate::plan::{Node, Plan};
use crate::kernels::matrix::{of_color, apply};
use crate::params::{filter, number};

filter! {
    /// Moves colours away from grey of the same brightness, as CSS `saturate()` (Filter Effects Module Level 1). Alpha
    /// is copied.
    ///
    /// With `s` the amount, red, green and blue are multiplied by these rows:
    ///
    /// - `R' = (0.213 + 0.787·s)·R + (0.715 − 0.715·s)·G + (0.072 − 0.072·s)·B`
    /// - `G' = (0.213 − 0.213·s)·R + (0.715 + 0.285·s)·G + (0.072 − 0.072·s)·B`
    /// - `B' = (0.213 − 0.213·s)·R + (0.715 − 0.715·s)·G + (0.072 + 0.928·s)·B`
    ///
    /// The weights have three digits, as the specification has them; they are not those of luma. Grey stays as it is.
    ///
    /// Class R. Source: the matrix in Filter Effects Module Level 1.
    pub struct Saturate = "saturate", "Saturate", Color, intensity "amount" {
        /// Factor; 0 is grey, 1 changes nothing.
        amount: f64 = number(1.0).range(0.0, f64::INFINITY).soft(0.0, 3.0).step(0.05),
    }
    alpha: Copied,
    identity: Where("amount" = Number(1.0)),
}

impl Filter for Saturate {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let source = plan.source();
        // Far beyond this everything is saturated, and grey would lose its exactness to the size of the factors.
        let s = self.amount.min(1e9);
        Ok(apply(plan, source, &of_color([
            [0.213 + 0.787 * s, 0.715 - 0.715 * s, 0.072 - 0.072 * s],
            [0.213 - 0.213 * s, 0.715 + 0.285 * s, 0.072 - 0.072 * s],
            [0.213 - 0.213 * s, 0.715 - 0.715 * s, 0.072 + 0.928 * s],
        ])))
    }
}
