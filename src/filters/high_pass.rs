//! What is finer than a blur.

use crate::error::Error;
use crate::filter::Filter;
use crate::image::Border;
use crate::kernels::gaussian::of_planes;
use crate::params::{choice, filter, number};
use crate::plan::{Node, Plan};
use crate::planes::Sees;
use crate::vector::{F4, rewrite};

filter! {
    /// Leaves fine detail on grey, and takes away what is larger: for sharpening by `blend` with `overlay`, or to even out light.
    /// Alpha is copied.
    ///
    /// With `b` the colour blurred as by `gaussianBlur` with this `sigma` and `border`, but whatever alpha is, not rounded: each colour
    /// becomes `127.5 + amount·(v − b)`, in levels.
    ///
    /// Class R. Reference: SciPy's `gaussian_filter` with `radius=ceil(3·sigma)`, and the formula.
    pub struct HighPass = "highPass", "High pass", Sharpen, intensity "amount" {
        /// Standard deviation of the blur: larger detail is taken away; with 0 all is.
        sigma: f64 = number(4.0).range(0.0, 250.0).soft(0.0, 50.0).step(0.5).unit("px"),
        /// Factor of what is left.
        amount: f64 = number(1.0).range(0.0, f64::INFINITY).soft(0.0, 5.0).step(0.05),
        /// What is seen outside the image.
        border: Border = choice::<Border>(),
    }
    alpha: Copied,
    identity: Never,
}

impl Filter for HighPass {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let source = plan.source();
        let format = plan.layout(source).format();
        let (amount, middle) = (F4::splat(self.amount as f32), F4::splat(format.sample.full() / 2.0));
        let colors = plan.planes(source, Sees::Colors);
        let blurred = plan.planes(source, Sees::Colors);
        let blurred = match self.sigma {
            0.0 => blurred,
            sigma => of_planes::filter_planes(plan, blurred, sigma, self.border),
        };
        let count = format.channels.colors();
        let detail = plan.point(&[colors, blurred], count, move |_, planes| {
            let (colors, blurred) = planes.split_at_mut(count);
            for (color, blurred) in colors.iter_mut().zip(blurred) {
                rewrite(color, blurred, |value, blur| middle + amount * (value - blur));
            }
        });
        Ok(plan.store(detail, source))
    }
}
