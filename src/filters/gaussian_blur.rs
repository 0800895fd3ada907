//! Gaussian blur.

use crate::color::Space;
use crate::planes::Transfer;
use crate::error::Error;
use crate::filter::Filter;
use crate::plan::{Node, Plan};
use crate::image::Border;
use crate::kernels::gaussian::{self, fast, fixed};
use crate::params::{choice, choices, filter, number};

choices! {
    /// How near the result must be to the true one.
    pub enum Quality {
        /// As near as bytes can be, but for rounding.
        Exact = "exact",
        /// Near enough that no eye sees it, and many times sooner where the blur is wide.
        Fast = "fast",
    }
}

filter! {
    /// Blurs with a true Gaussian kernel that ends at three standard deviations. Colour is weighted with alpha, so
    /// invisible pixels do not bleed.
    ///
    /// A pixel's neighbour at the distance of `i` pixels has the weight `exp(−i²/(2·sigma²))`, for
    /// `|i| ≤ ceil(3·sigma)`; the weights are divided by their sum. Rows are blurred, then columns, with nothing
    /// rounded between them. With `space: "linear"` colours are decoded before they are multiplied with alpha, and
    /// encoded after they have been divided by it; alpha itself is never decoded.
    ///
    /// With `quality: "fast"` 8-bit images are approximated from a `sigma` of 4 on: the peak signal-to-noise ratio to
    /// the definition is at least 48 dB, and no sample is more than 12 off. Below that, and for 16 bits and floats, the
    /// result is the exact one.
    ///
    /// Class N, or P where there is alpha. References: SciPy's `gaussian_filter` with `radius=ceil(3*sigma)`, and
    /// OpenCV's `GaussianBlur` of floats. By default SciPy ends its kernel at four standard deviations, and OpenCV
    /// mirrors at the edge. CSS `blur()` and Pillow's blur are made of three boxes: other filters.
    pub struct GaussianBlur = "gaussianBlur", "Gaussian blur", Blur, intensity "sigma" {
        /// Standard deviation of the kernel; 0 changes nothing.
        sigma: f64 = number(2.0).range(0.0, 250.0).soft(0.0, 20.0).step(0.1).unit("px"),
        /// What is seen outside the image.
        border: Border = choice::<Border>(),
        /// Whether colours are mixed as stored or as linear light, where bright spots keep their weight.
        space: Space = choice::<Space>(),
        /// Whether a wide blur may be approximated: by less than an eye sees, several times as fast.
        quality: Quality = choice::<Quality>(),
    }
    alpha: Weights,
    identity: Where("sigma" = Number(0.0)),
}

impl Filter for GaussianBlur {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let source = plan.source();
        if self.sigma == 0.0 {
            return Ok(source);
        }
        let linear = self.space == Space::Linear;
        if plan.is_bytes(source) {
            if self.quality == Quality::Fast && self.sigma >= fast::LEAST_SIGMA {
                return Ok(fast::blur(plan, source, self.sigma, self.border, linear.then(Transfer::tables)));
            }
            if !linear && self.border != Border::Transparent && plan.is_opaque(source) {
                // Where alpha is rounded as well as colour, sixteen bits could be wrong by one in both at once.
                return Ok(fixed::Gaussian::new(self.sigma, self.border).apply(plan, source, None));
            }
        }
        Ok(gaussian::of_planes::blur(plan, source, self.sigma, linear, self.border))
    }
}
