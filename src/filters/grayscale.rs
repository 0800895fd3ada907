//! CSS `grayscale()`.

use crate::error::Error;
use crate::filter::Filter;
use crate::plan::{Node, Plan};
use crate::kernels::matrix::{of_color, apply};
use crate::params::{filter, number};

filter! {
    /// Blends with grey of the same brightness, as CSS `grayscale()` (Filter Effects Module Level 1). Alpha is copied.
    ///
    /// With `k = 1 − min(amount, 1)`, red, green and blue are multiplied by these rows:
    ///
    /// - `R' = (0.2126 + 0.7874·k)·R + (0.7152 − 0.7152·k)·G + (0.0722 − 0.0722·k)·B`
    /// - `G' = (0.2126 − 0.2126·k)·R + (0.7152 + 0.2848·k)·G + (0.0722 − 0.0722·k)·B`
    /// - `B' = (0.2126 − 0.2126·k)·R + (0.7152 − 0.7152·k)·G + (0.0722 + 0.9278·k)·B`
    ///
    /// The weights are those of BT.709, with four digits; luma in the other filters is that of BT.601.
    ///
    /// Class R. Source: the matrix in Filter Effects Module Level 1.
    pub struct Grayscale = "grayscale", "Grayscale", Color, intensity "amount" {
        /// Share of grey; 0 changes nothing, more than 1 is the same as 1.
        amount: f64 = number(1.0).range(0.0, f64::INFINITY).soft(0.0, 1.0),
    }
    alpha: Copied,
    identity: Where("amount" = Number(0.0)),
}

impl Filter for Grayscale {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let source = plan.source();
        let k = 1.0 - self.amount.min(1.0);
        Ok(apply(plan, source, &of_color([
            [0.2126 + 0.7874 * k, 0.7152 - 0.7152 * k, 0.0722 - 0.0722 * k],
            [0.2126 - 0.2126 * k, 0.7152 + 0.2848 * k, 0.0722 - 0.0722 * k],
            [0.2126 - 0.2126 * k, 0.7152 - 0.7152 * k, 0.0722 + 0.9278 * k],
        ])))
    }
}
