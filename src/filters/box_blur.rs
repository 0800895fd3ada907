//! Box blur.

use crate::error::Error;
use crate::filter::Filter;
use crate::plan::{Node, Plan};
use crate::image::Border;
use crate::kernels::{mean, mean_of_planes};
use crate::params::{choice, filter, integer};

filter! {
    /// Replaces each pixel by the mean of a square around it, exactly. Colour is weighted with alpha.
    ///
    /// With `n = (2·radius + 1)²` pixels in the square, `S` the sum of their alphas and `C` the sum of colour times
    /// alpha, both in whole numbers: alpha becomes `floor((2·S + n) / (2·n))`, and a colour `floor((2·C + S) / (2·S))`.
    /// These are the means `S/n` and `C/S`, rounded. Where the new alpha is 0, the colour is 0.
    ///
    /// 16 bits are summed in the same way. Floats are summed in steps of 2⁻²²; those beyond ±2,048 count as that, and
    /// NaN as 0; so do products with alpha beyond ±2²¹. So no sum depends on where it was begun.
    ///
    /// Class E. Reference: OpenCV's `blur` of opaque images.
    pub struct BoxBlur = "boxBlur", "Box blur", Blur, intensity "radius" {
        /// Half the side of the square, which is 2 × radius + 1 wide; 0 changes nothing.
        radius: usize = integer(2.0).range(0.0, 500.0).soft(0.0, 50.0).unit("px"),
        /// What is seen outside the image.
        border: Border = choice::<Border>(),
    }
    alpha: Weights,
    identity: Where("radius" = Number(0.0)),
}

impl Filter for BoxBlur {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let source = plan.source();
        if self.radius == 0 {
            return Ok(source);
        }
        let (radius, border) = (self.radius, self.border);
        if plan.is_bytes(source) {
            return Ok(mean::of_squares(plan, source, radius, border));
        }
        Ok(mean_of_planes::blur(plan, source, radius, border))
    }
}
