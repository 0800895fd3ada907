//! Gaussian filtering of opaque images in 16-bit fixed point.

use super::fixed_point::FRACTION_BITS;
use super::many_passes::ManyPasses;
use super::one_pass::OnePass;
use super::weights::{largest_error, passes};
use crate::image::Border;
use crate::kernels::sharpen::Rule;
use crate::plan::{Node, Plan};

/// A Gaussian kernel and how it reads outside the image.
#[derive(Debug, Clone)]
pub struct Gaussian {
    method: Method,
    /// The most levels that a filtered value of any opaque image can be off by before it is rounded to a byte.
    largest_error: f64,
    border: Border,
}

#[derive(Debug, Clone)]
enum Method {
    OnePass(OnePass),
    ManyPasses(ManyPasses),
}

impl Gaussian {
    /// Weights `exp(−i²/2σ²)` for `|i| ≤ ⌈3σ⌉`, of sum 1. What lies outside must be opaque too.
    #[must_use]
    pub fn new(sigma: f64, border: Border) -> Self {
        let passes = passes(sigma);
        let rounding = passes.len() as f64 / f64::from(1 << FRACTION_BITS);
        let largest_error = largest_error(&passes) + rounding;
        let method = OnePass::new(&passes).map_or_else(|| Method::ManyPasses(ManyPasses::new(passes)), Method::OnePass);
        Self { method, largest_error, border }
    }

    /// The most levels that a filtered value of any opaque image can be off by before it is rounded to a byte.
    #[must_use]
    pub fn largest_error(&self) -> f64 {
        self.largest_error
    }

    /// Blurs an opaque image; with a `rule`, sharpens it by the difference.
    pub fn apply(self, plan: &mut Plan, source: Node, rule: Option<Rule>) -> Node {
        match self.method {
            Method::OnePass(pass) => pass.apply(plan, source, self.border, rule),
            Method::ManyPasses(passes) => passes.apply(plan, source, self.border, rule),
        }
    }
}
