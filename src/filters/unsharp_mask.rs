//! Unsharp mask.

use crate::error::Error;
use crate::filter::{Filter, Neighbourhood, Reach, Scratch, Stage};
use crate::image::{Border, Layout, Rows};
use crate::kernels::gaussian::{fixed, float};
use crate::kernels::sharpen::Rule;
use crate::params::{choice, filter, number};
use std::ops::Range;

filter! {
    /// Sharpens: adds a share of the difference to a Gaussian blur, `v + amount·(v − blur)`. Alpha is copied.
    pub struct UnsharpMask = "unsharpMask", "Unsharp mask", Detail, intensity "amount" {
        /// Standard deviation of the blur; 0 changes nothing.
        sigma: f64 = number(1.5).range(0.0, 250.0).soft(0.0, 20.0).step(0.1).unit("px"),
        /// Share of the difference; 0 changes nothing.
        amount: f64 = number(1.0).range(0.0, f64::INFINITY).soft(0.0, 5.0).step(0.05),
        /// Differences up to this many levels are left alone, so that noise is not sharpened.
        threshold: f64 = number(0.0).range(0.0, 255.0).soft(0.0, 50.0).step(1.0),
        /// What is seen outside the image.
        border: Border = choice::<Border>(),
    }
    alpha: Copied,
    identity: WhereAny("sigma" = Number(0.0), "amount" = Number(0.0)),
}

impl Filter for UnsharpMask {
    fn plan(&self, source: Layout) -> Result<Vec<Stage>, Error> {
        if self.sigma == 0.0 || self.amount == 0.0 {
            return Ok(Vec::new());
        }
        let fixed = fixed::Gaussian::new(self.sigma, self.border);
        let error = fixed.largest_error();
        let is_near = self.border != Border::Transparent
            && self.amount <= LARGEST_FIXED_AMOUNT
            && self.amount * error < 1.0
            && (self.threshold == 0.0 || error < LARGEST_ERROR_AT_THRESHOLD);
        Ok(vec![Stage::Neighbourhood(Box::new(Sharpen {
            fixed: is_near.then_some(fixed),
            float: float::Gaussian::new(self.sigma, self.border),
            rule: Rule {
                amount: self.amount as f32,
                // Differences that small are those of the arithmetic: a flat area must stay as it is however large the
                // amount.
                threshold: (self.threshold as f32).max(5e-4),
            },
            height: source.height(),
        }))])
    }
}

/// Up to here what fixed point is usually off by changes few bytes.
const LARGEST_FIXED_AMOUNT: f64 = 8.0;
/// What it may be off by at worst where that decides whether a difference counts.
const LARGEST_ERROR_AT_THRESHOLD: f64 = 0.1;

struct Sharpen {
    /// For opaque images, where it is near enough.
    fixed: Option<fixed::Gaussian>,
    /// For all others: straight colours of what is hardly visible need more bits.
    float: float::Gaussian,
    rule: Rule,
    height: usize,
}

impl Neighbourhood for Sharpen {
    fn reach(&self) -> Reach {
        let float = self.float.reach(self.height);
        self.fixed.as_ref().map_or(float, |fixed| fixed.reach(self.height).max(float))
    }

    fn asks_opaque(&self) -> bool {
        self.fixed.is_some()
    }

    fn write(&self, source: &Rows<'_>, rows: Range<usize>, out: &mut [u8], scratch: &mut Scratch) {
        let rule = self.rule;
        match &self.fixed {
            Some(fixed) if source.is_opaque() => fixed.run((source, rows), out, scratch, &|filtered, out| {
                rule.write_opaque(filtered.source, filtered.sums, out);
            }),
            _ => self.float.run(None, (source, rows), out, scratch, &|filtered, out| {
                rule.write(filtered.source, filtered.sums, out);
            }),
        }
    }
}
