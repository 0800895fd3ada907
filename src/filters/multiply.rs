//! Multiplication: the exercise that the project descends from.

use crate::error::Error;
use crate::filter::{Filter, Flat};
use crate::plan::{Node, Plan};
use crate::params::{filter, number};

filter! {
    /// Multiplies by a factor: the three colour channels of a picture, clamped, or every number of a flat list, unclamped.
    ///
    /// `v' = factor·v` for each colour. The factor may be negative: then whole samples become black, and floats change
    /// their sign. Each number of a flat list is multiplied in double precision, and neither rounded nor clamped.
    ///
    /// Class R.
    pub struct Multiply = "multiply", "Multiply", Technical, intensity "factor" {
        /// The factor.
        factor: f64 = number(1.0).soft(0.0, 4.0).step(0.05),
    }
    alpha: Copied,
    identity: Where("factor" = Number(1.0)),
}

impl Filter for Multiply {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let source = plan.source();
        if self.factor == 1.0 {
            return Ok(source);
        }
        Ok(plan.line(source, (self.factor, 0.0), (1.0, 0.0)))
    }

    fn flat(&self) -> Option<Flat> {
        let factor = self.factor;
        Some(Flat::Map(Box::new(move |numbers| numbers.iter_mut().for_each(|number| *number *= factor))))
    }
}
