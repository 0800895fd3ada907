//! The difference of two Gaussian blurs.

use crate::error::Error;
use crate::filter::Filter;
use crate::image::Border;
use crate::kernels::gaussian::of_planes;
use crate::params::{choice, choices, filter, number};
use crate::plan::{Node, Plan};
use crate::planes::Sees;
use crate::vector::{F4, rewrite};

choices! {
    /// What is drawn of the difference.
    pub enum Mode {
        /// How large it is.
        Size = "abs",
        /// Grey, and more or less than that.
        Signed = "signed",
    }
}

filter! {
    /// Shows edges and detail of one size: the difference of two Gaussian blurs of luma (BT.601), in grey. Alpha is copied.
    ///
    /// With `G(s)` luma blurred as by `gaussianBlur` with `sigma` `s` and this border, not rounded, and
    /// `d = scale·(G(sigma1) − G(sigma2))` in levels, red, green and blue become `|d|` (`abs`) or `127.5 + d` (`signed`).
    ///
    /// Class R. Reference: SciPy's `gaussian_filter` with `radius=ceil(3·sigma)`, twice.
    pub struct DifferenceOfGaussians = "differenceOfGaussians", "Difference of Gaussians", Edges, intensity "scale" {
        /// Standard deviation of the narrow blur: smaller detail is left out; 0 leaves it as it is.
        sigma1: f64 = number(1.0).range(0.0, 250.0).soft(0.0, 20.0).step(0.1).unit("px"),
        /// Standard deviation of the wide blur: larger detail is left out.
        sigma2: f64 = number(2.0).range(0.0, 250.0).soft(0.0, 20.0).step(0.1).unit("px"),
        /// Factor of the difference.
        scale: f64 = number(4.0).range(0.0, f64::INFINITY).soft(0.0, 20.0).step(0.1),
        /// Whether its size is drawn, or grey that is brighter where the narrow blur is.
        mode: Mode = choice::<Mode>(),
        /// What is seen outside the image.
        border: Border = choice::<Border>(),
    }
    alpha: Copied,
    identity: Never,
}

impl Filter for DifferenceOfGaussians {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let source = plan.source();
        let middle = F4::splat(plan.layout(source).format().sample.full() / 2.0);
        let (scale, is_signed) = (self.scale as f32, self.mode == Mode::Signed);
        // Each blur has its own rows of luma: rows for both would have to be kept from the first that one sees to the last that
        // the other does.
        let [narrow, wide] = [self.sigma1, self.sigma2].map(|sigma| {
            let luma = plan.planes(source, Sees::Luma);
            if sigma == 0.0 { luma } else { of_planes::filter_planes(plan, luma, sigma, self.border) }
        });
        let difference = plan.point(&[narrow, wide], 1, move |_, planes| {
            let [narrow, wide] = planes else { unreachable!("there are two planes") };
            rewrite(narrow, wide, |narrow, wide| {
                let difference = F4::splat(scale) * (narrow - wide);
                if is_signed { middle + difference } else { difference.abs() }
            });
        });
        Ok(plan.store(difference, source))
    }
}
