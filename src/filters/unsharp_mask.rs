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
        let rule = Rule {
            amount: self.amount as f32,
            // Differences that small are those of the arithmetic: a flat area must stay as it is however large the amount.
            threshold: (self.threshold as f32).max(5e-4),
        };
        let (height, border) = (source.height(), self.border);
        if source.is_opaque() && border != Border::Transparent {
            let gaussian = fixed::Gaussian::new(self.sigma, border);
            if self.is_near_enough(gaussian.largest_error()) {
                return Ok(vec![Stage::Neighbourhood(Box::new(SharpenOpaque { gaussian, rule, height }))]);
            }
        }
        let gaussian = float::Gaussian::new(self.sigma, border);
        Ok(vec![Stage::Neighbourhood(Box::new(Sharpen { gaussian, rule, height }))])
    }
}

impl UnsharpMask {
    /// Whether a blur that is off by at most so many levels does.
    fn is_near_enough(&self, error: f64) -> bool {
        self.amount <= LARGEST_FIXED_AMOUNT
            && self.amount * error < 1.0
            && (self.threshold == 0.0 || error < LARGEST_ERROR_AT_THRESHOLD)
    }
}

/// Up to here what fixed point is usually off by changes few bytes.
const LARGEST_FIXED_AMOUNT: f64 = 8.0;
/// What it may be off by at worst where that decides whether a difference counts.
const LARGEST_ERROR_AT_THRESHOLD: f64 = 0.1;

/// Sharpens with a blur in sixteen bits.
struct SharpenOpaque {
    gaussian: fixed::Gaussian,
    rule: Rule,
    height: usize,
}

impl Neighbourhood for SharpenOpaque {
    fn reach(&self) -> Reach {
        self.gaussian.reach(self.height)
    }

    fn write(&self, source: &Rows<'_>, rows: Range<usize>, out: &mut [u8], scratch: &mut Scratch) {
        self.gaussian.run((source, rows), out, scratch, &|filtered, out| {
            self.rule.write_opaque(filtered.source, filtered.sums, out);
        });
    }
}

/// Sharpens with a blur in single precision: straight colours of what is hardly visible need more bits.
struct Sharpen {
    gaussian: float::Gaussian,
    rule: Rule,
    height: usize,
}

impl Neighbourhood for Sharpen {
    fn reach(&self) -> Reach {
        self.gaussian.reach(self.height)
    }

    fn gains_from_opaque(&self) -> bool {
        self.gaussian.keeps_opaque()
    }

    fn write(&self, source: &Rows<'_>, rows: Range<usize>, out: &mut [u8], scratch: &mut Scratch) {
        self.gaussian.run(None, (source, rows), out, scratch, &|filtered, out| {
            self.rule.write(filtered.source, filtered.sums, out);
        });
    }
}
