//! Black and white by what is around.

use crate::error::Error;
use crate::filter::Filter;
use crate::image::Border;
use crate::kernels::gaussian::of_planes;
use crate::kernels::mean_of_planes;
use crate::params::{choice, choices, filter, integer};
use crate::plan::{Node, Plan};
use crate::planes::{Sees, rounded};
use crate::vector::{F4, rewrite};

choices! {
    /// What a pixel is compared with.
    pub enum Method {
        /// The mean of the square around it.
        Mean = "mean",
        /// A mean in which near pixels count more.
        Gaussian = "gaussian",
    }
}

filter! {
    /// White where luma (BT.601) is above the mean around it, less a few levels, else black: for writing in uneven light. Alpha
    /// is copied.
    ///
    /// With `r = radius`, the local mean `m` of luma `Y` is that of the `(2·r + 1)²` square (`mean`), or one with Gaussian
    /// weights, `σ = 0.3·(r − 1) + 0.8`, cut at `r` (`gaussian`); outside the image the nearest pixel of the edge is seen. It is
    /// rounded half up as the samples are: to levels, to whole numbers of 16 bits, and of floats not at all. The result is 255
    /// where `Y > m − c`, else 0, for red, green and blue.
    ///
    /// Class E; for `gaussian`, pixels are not compared whose mean is within 0.02 of a half. Reference: OpenCV's
    /// `adaptiveThreshold` with `THRESH_BINARY` and `blockSize=2·r + 1`; for `gaussian` from radius 5 on, since below that it has
    /// tables of its own.
    pub struct AdaptiveThreshold = "adaptiveThreshold", "Threshold (adaptive)", Edges, intensity "c" {
        /// How the mean is taken.
        method: Method = choice::<Method>(),
        /// Half the side of the square, which is 2 × radius + 1 wide.
        radius: usize = integer(5.0).range(1.0, 200.0).soft(1.0, 50.0).unit("px"),
        /// Levels that are taken from the mean: more makes more white.
        c: f64 = integer(5.0).range(-255.0, 255.0).soft(-50.0, 50.0),
    }
    alpha: Copied,
    identity: Never,
    floats: Bounded,
}

impl Filter for AdaptiveThreshold {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let source = plan.source();
        let sample = plan.layout(source).format().sample;
        let luma = plan.planes(source, Sees::Luma);
        let radius = self.radius;
        let means = match self.method {
            Method::Mean => mean_of_planes::of_luma(plan, source, radius, Border::Clamp),
            Method::Gaussian => {
                let sigma = 0.3 * (radius as f64 - 1.0) + 0.8;
                of_planes::filter_planes_cut(plan, luma, sigma, radius, Border::Clamp)
            }
        };
        let (less, white) = (F4::splat(self.c as f32 * sample.level()), F4::splat(sample.full()));
        let gray = plan.point(&[luma, means], 1, move |_, planes| {
            let [luma, means] = planes else { unreachable!("there are two planes") };
            means.iter_mut().for_each(|mean| *mean = rounded(sample, *mean));
            rewrite(luma, means, |luma, mean| luma.more(mean - less, white, F4::splat(0.0)));
        });
        Ok(plan.store(gray, source))
    }
}
