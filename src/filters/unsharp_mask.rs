//! Unsharp mask.

use crate::error::Error;
use crate::filter::Filter;
use crate::plan::{Node, Plan};
use crate::planes::Sees;
use crate::vector::{F4, rewrite};
use crate::image::Border;
use crate::kernels::gaussian::{fixed, of_planes};
use crate::kernels::sharpen::Rule;
use crate::params::{choice, filter, number};

filter! {
    /// Sharpens: adds a share of the difference to a Gaussian blur, `v + amount·(v − blur)`. Alpha is copied.
    ///
    /// With `b` the straight colour, not rounded, that `gaussianBlur` gives with the same `sigma` and `border`:
    /// `v' = v + amount·(v − b)` where `|v − b| > threshold`, else `v`. Where alpha is 0 a pixel is copied.
    ///
    /// Class C. Near a threshold that is not 0 the comparison may go either way: samples whose difference is within
    /// 0.02 levels of it are not compared. Reference: OpenCV's blur of floats and the formula. Pillow and scikit-image
    /// blur in other ways, and Pillow compares differences of bytes.
    pub struct UnsharpMask = "unsharpMask", "Unsharp mask", Sharpen, intensity "amount" {
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
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let source = plan.source();
        if self.sigma == 0.0 || self.amount == 0.0 {
            return Ok(source);
        }
        let border = self.border;
        if plan.is_bytes(source) && border != Border::Transparent && plan.is_opaque(source) {
            let gaussian = fixed::Gaussian::new(self.sigma, border);
            if self.is_near_enough(gaussian.largest_error()) {
                return Ok(gaussian.apply(plan, source, Some(self.rule(1.0))));
            }
        }
        let layout = plan.layout(source);
        let sample = layout.format().sample;
        let (rule, full) = (self.rule(sample.level()), sample.full());
        let blurred = of_planes::filter(plan, source, self.sigma, false, border);
        let weighted = of_planes::is_weighted(plan, source, border);
        let scale = of_planes::scale_of_opaque(sample, self.sigma);
        let colors = layout.format().channels.colors();
        let straight = plan.planes(source, Sees::Straight);
        let sharpened = plan.point(&[straight, blurred], colors, move |_, planes| {
            let (straight, blurred) = planes.split_at_mut(colors + 1);
            let (straight, alpha) = straight.split_at_mut(colors);
            let (blurred, blurred_alpha) = blurred.split_at_mut(colors);
            for (values, blurs) in straight.iter_mut().zip(blurred) {
                if weighted {
                    rewrite(blurs, blurred_alpha[0], |blur, alpha| blur * (F4::splat(full) / alpha));
                } else {
                    rewrite(blurs, values, |blur, _| blur * F4::splat(scale));
                }
                rewrite(blurs, values, |blur, value| rule.sharpened(value, blur));
                // What is invisible stays as it is.
                for ((value, sharpened), alpha) in values.iter_mut().zip(blurs.iter()).zip(alpha[0].iter()) {
                    *value = if *alpha == 0.0 { *value } else { *sharpened };
                }
            }
        });
        Ok(plan.store(sharpened, source))
    }
}

impl UnsharpMask {
    /// How values are sharpened whose levels have this size.
    fn rule(&self, level: f32) -> Rule {
        // Differences that small are those of the arithmetic: a flat area must stay as it is however large the amount.
        Rule { amount: self.amount as f32, threshold: (self.threshold as f32).max(5e-4) * level }
    }

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
