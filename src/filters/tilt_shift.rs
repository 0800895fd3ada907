//! A band that is sharp.

use crate::error::Error;
use crate::filter::Filter;
use crate::image::Border;
use crate::kernels::gaussian::of_planes;
use crate::params::{filter, number};
use crate::plan::{Node, Plan};
use crate::planes::{Holds, Sees};
use crate::vector::rewrite;

filter! {
    /// Blurs what lies away from a band, as the picture of a model looks from near by. Colour is weighted with alpha.
    ///
    /// The centre of pixel `(x, y)` lies `d = |(y + 0.5 − center·H)·cos − (x + 0.5 − W/2)·sin|/H` of the height away from the middle of
    /// the band, with the angle's cosine and sine. With `t = clamp((d − size/2)/feather, 0, 1)` and `s = t²·(3 − 2·t)`, the colour times
    /// alpha `p`, and alpha, become `p + s·(b − p)`, where `b` are those of `gaussianBlur` with `sigma` and the border `clamp`, not rounded.
    ///
    /// Class N, or P where there is alpha. Reference: SciPy's `gaussian_filter` and the formula, in double precision.
    pub struct TiltShift = "tiltShift", "Tilt shift", Blur, intensity "sigma" {
        /// Standard deviation of the blur; 0 changes nothing.
        sigma: f64 = number(6.0).range(0.0, 250.0).soft(0.0, 30.0).step(0.5).unit("px"),
        /// Where the middle of the band is: 0 at the top, 1 at the bottom.
        center: f64 = number(0.5).range(0.0, 1.0).step(0.05),
        /// How much of the height is sharp.
        size: f64 = number(0.2).range(0.0, 1.0).step(0.05),
        /// How much of the height it takes from there to the full blur.
        feather: f64 = number(0.3).above(0.0, 2.0).soft(0.05, 1.0).step(0.05),
        /// How the band is turned, clockwise.
        degrees: f64 = number(0.0).soft(-90.0, 90.0).step(1.0).unit("°"),
    }
    alpha: Weights,
    identity: Where("sigma" = Number(0.0)),
    floats: Any,
}

impl Filter for TiltShift {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let source = plan.source();
        if self.sigma == 0.0 {
            return Ok(source);
        }
        let layout = plan.layout(source);
        let is_weighted = of_planes::is_weighted(plan, source, Border::Clamp);
        let sees = if is_weighted { Sees::PremultipliedAlways } else { Sees::Colors };
        let count = sees.planes(layout.format().channels);
        let sharp = plan.planes(source, sees);
        let blurred = plan.planes(source, sees);
        let blurred = of_planes::filter_planes(plan, blurred, self.sigma, Border::Clamp);
        let [width, height] = [layout.width(), layout.height()].map(|side| side as f64);
        // Whole turns are taken off in degrees, where that is exact.
        let (sin, cos) = libm::sincos((self.degrees % 360.0).to_radians());
        let Self { center, size, feather, .. } = *self;
        let mixed = plan.point(&[sharp, blurred], count, move |place, planes| {
            let y = place.rows.start as f64 + 0.5 - center * height;
            let (sharp, blurred) = planes.split_at_mut(count);
            for (sharp, blurred) in sharp.iter_mut().zip(blurred) {
                rewrite(blurred, sharp, |blur, value| blur - value);
                let shares = place.columns.clone().zip(blurred.iter_mut());
                shares.for_each(|(x, difference)| {
                    let away = (y * cos - (x as f64 + 0.5 - width / 2.0) * sin).abs() / height;
                    let t = ((away - size / 2.0) / feather).clamp(0.0, 1.0) as f32;
                    *difference *= t * t * (3.0 - 2.0 * t);
                });
                rewrite(sharp, blurred, |value, by| value + by);
            }
        });
        if !is_weighted {
            return Ok(plan.store(mixed, source));
        }
        Ok(plan.store_as(mixed, layout, Holds::Premultiplied, false))
    }
}
