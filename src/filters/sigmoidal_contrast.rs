//! Contrast along an S.

use crate::error::Error;
use crate::filter::Filter;
use crate::params::{filter, number};
use crate::plan::{Node, Plan};

filter! {
    /// Raises contrast in the middle and keeps black and white as they are, along an S; or lowers it, along the same turned round.
    /// Alpha is copied.
    ///
    /// With `c = |contrast|`, `b = midpoint/255`, `s(u) = 1/(1 + exp(−c·(u − b)))` and `f(u) = (s(u) − s(0))/(s(1) − s(0))`, each
    /// colour becomes `255·f(v/255)`; where `contrast` is less than 0 the inverse of `f` takes its place. Floats are clamped to 0
    /// and full scale first.
    ///
    /// Class R. Reference: ImageMagick's `-sigmoidal-contrast`, whose midpoint is in percent, and `+sigmoidal-contrast`.
    pub struct SigmoidalContrast = "sigmoidalContrast", "Contrast (sigmoidal)", Tone, intensity "contrast" {
        /// How steep the S is; less than 0 lowers contrast, 0 changes nothing.
        contrast: f64 = number(5.0).range(-20.0, 20.0).soft(-10.0, 10.0).step(0.5),
        /// The level where it is steepest.
        midpoint: f64 = number(127.5).range(0.0, 255.0).step(1.0),
    }
    alpha: Copied,
    identity: Where("contrast" = Number(0.0)),
    floats: Bounded,
}

impl Filter for SigmoidalContrast {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let source = plan.source();
        let (contrast, middle) = (self.contrast, self.midpoint / 255.0);
        let steepness = contrast.abs();
        let s = move |u: f64| 1.0 / (1.0 + libm::exp(-steepness * (u - middle)));
        let (low, high) = (s(0.0), s(1.0));
        Ok(plan.curve(source, move |value| {
            // Compared this way round, NaN is 0.
            let u = if value > 0.0 { (value / 255.0).min(1.0) } else { 0.0 };
            let bent = if contrast > 0.0 {
                (s(u) - low) / (high - low)
            } else if contrast < 0.0 {
                (middle - libm::log(1.0 / (low + u * (high - low)) - 1.0) / steepness).clamp(0.0, 1.0)
            } else {
                u
            };
            255.0 * bent
        }))
    }
}
