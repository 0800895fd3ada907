//! Gaussian blur.

use crate::color::{Space, Transfer};
use crate::error::Error;
use crate::filter::Filter;
use crate::legacy::{Neighbourhood, Reach};
use crate::plan::{Node, Plan};
use crate::scratch::Scratch;
use crate::image::{Border, Rows};
use crate::kernels::gaussian::{self, fast, fixed};
use crate::params::{choice, choices, filter, number};
use std::ops::Range;

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
            let height = plan.layout(source).height();
            let is_opaque = self.border != Border::Transparent && plan.is_opaque(source);
            if self.quality == Quality::Fast && self.sigma >= fast::LEAST_SIGMA {
                let gaussian = fast::Gaussian::new(self.sigma, self.border);
                let transfer = linear.then(Transfer::tables);
                return Ok(plan.neighbourhood(source, Box::new(FastBlur { gaussian, transfer, height })));
            }
            if is_opaque && !linear {
                let gaussian = fixed::Gaussian::new(self.sigma, self.border);
                return Ok(plan.neighbourhood(source, Box::new(OpaqueBlur { gaussian, height })));
            }
        }
        Ok(gaussian::of_planes::blur(plan, source, self.sigma, linear, self.border))
    }
}

/// Blurs in sixteen bits. Where alpha is rounded as well as colour, they could be wrong by one in both at once.
struct OpaqueBlur {
    gaussian: fixed::Gaussian,
    height: usize,
}

impl Neighbourhood for OpaqueBlur {
    fn reach(&self) -> Reach {
        self.gaussian.reach(self.height)
    }

    fn write(&self, source: &Rows<'_>, rows: Range<usize>, out: &mut [u8], scratch: &mut Scratch) {
        self.gaussian.blur((source, rows), out, scratch);
    }
}

/// Blurs nearly so.
struct FastBlur {
    gaussian: fast::Gaussian,
    transfer: Option<&'static Transfer>,
    height: usize,
}

impl Neighbourhood for FastBlur {
    fn reach(&self) -> Reach {
        self.gaussian.reach(self.height)
    }

    fn keeps_opaque(&self) -> bool {
        self.gaussian.keeps_opaque()
    }

    fn write(&self, source: &Rows<'_>, rows: Range<usize>, out: &mut [u8], scratch: &mut Scratch) {
        self.gaussian.blur(self.transfer, (source, rows), out, scratch);
    }
}
