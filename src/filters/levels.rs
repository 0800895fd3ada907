//! Black, white and middle of the tones.

use crate::error::{Class, Error};
use crate::filter::{Filter, Refusal};
use crate::params::{filter, number};
use crate::plan::{Node, Plan};

filter! {
    /// Sets which tones become black and white, how bright those between are, and what black and white are drawn as. Alpha
    /// is copied.
    ///
    /// With `t = clamp((v − inBlack)/(inWhite − inBlack), 0, 1)`, each colour becomes
    /// `outBlack + t^(1/gamma)·(outWhite − outBlack)`, all in levels.
    ///
    /// Class R. Reference: the formula in double precision.
    pub struct Levels = "levels", "Levels", Tone, intensity "gamma" {
        /// This level and darker ones become `outBlack`. It must be less than `inWhite`.
        in_black as "inBlack": f64 = number(0.0).range(0.0, 255.0).step(1.0),
        /// This level and brighter ones become `outWhite`.
        in_white as "inWhite": f64 = number(255.0).range(0.0, 255.0).step(1.0),
        /// More than 1 brightens what lies between, less darkens.
        gamma: f64 = number(1.0).above(0.0, f64::INFINITY).soft(0.1, 4.0).step(0.05),
        /// What black is drawn as. Where it is more than `outWhite`, the picture becomes its negative.
        out_black as "outBlack": f64 = number(0.0).range(0.0, 255.0).step(1.0),
        /// What white is drawn as.
        out_white as "outWhite": f64 = number(255.0).range(0.0, 255.0).step(1.0),
    }
    alpha: Copied,
    identity: Where(
        "inBlack" = Number(0.0),
        "inWhite" = Number(255.0),
        "gamma" = Number(1.0),
        "outBlack" = Number(0.0),
        "outWhite" = Number(255.0),
    ),
    floats: Bounded,
    check: Self::check,
}

impl Levels {
    fn check(&self) -> Result<(), Refusal> {
        if self.in_black < self.in_white {
            return Ok(());
        }
        Err(("inWhite", Class::Range, "must be above inBlack".into()))
    }
}

impl Filter for Levels {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let source = plan.source();
        let Self { in_black, in_white, gamma, out_black, out_white } = *self;
        Ok(plan.curve(source, move |value| {
            let t = (value - in_black) / (in_white - in_black);
            // Compared this way round, NaN is 0.
            let t = if t > 0.0 { t.min(1.0) } else { 0.0 };
            out_black + libm::pow(t, 1.0 / gamma) * (out_white - out_black)
        }))
    }
}
