//! Gaussian blur.

use crate::color::{Space, Transfer, to_byte_f32};
use crate::error::Error;
use crate::filter::{Filter, Neighbourhood, Reach, Scratch, Stage};
use crate::image::{Border, Layout, Rows};
use crate::kernels::gaussian::{fast, fixed, float, unpremultiply};
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
    fn plan(&self, source: Layout) -> Result<Vec<Stage>, Error> {
        if self.sigma == 0.0 {
            return Ok(Vec::new());
        }
        let height = source.height();
        let transfer = (self.space == Space::Linear).then(Transfer::tables);
        if self.quality == Quality::Fast && self.sigma >= fast::LEAST_SIGMA {
            let gaussian = fast::Gaussian::new(self.sigma, self.border);
            return Ok(vec![Stage::Neighbourhood(Box::new(FastBlur { gaussian, transfer, height }))]);
        }
        if source.is_opaque() && transfer.is_none() && self.border != Border::Transparent {
            let gaussian = fixed::Gaussian::new(self.sigma, self.border);
            return Ok(vec![Stage::Neighbourhood(Box::new(OpaqueBlur { gaussian, height }))]);
        }
        let gaussian = float::Gaussian::new(self.sigma, self.border);
        Ok(vec![Stage::Neighbourhood(Box::new(Blur { gaussian, transfer, height }))])
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

/// Blurs in single precision: transparent images, and linear light, whose dark tones need more bits.
struct Blur {
    gaussian: float::Gaussian,
    transfer: Option<&'static Transfer>,
    height: usize,
}

impl Neighbourhood for Blur {
    fn reach(&self) -> Reach {
        self.gaussian.reach(self.height)
    }

    fn keeps_opaque(&self) -> bool {
        self.gaussian.keeps_opaque()
    }

    fn gains_from_opaque(&self) -> bool {
        self.gaussian.keeps_opaque()
    }

    fn write(&self, source: &Rows<'_>, rows: Range<usize>, out: &mut [u8], scratch: &mut Scratch) {
        match self.transfer {
            None => self.gaussian.run(None, (source, rows), out, scratch, &|filtered, out| {
                unpremultiply(&filtered, out, to_byte_f32);
            }),
            Some(transfer) => self.gaussian.run(Some(transfer), (source, rows), out, scratch, &|filtered, out| {
                unpremultiply(&filtered, out, |light| transfer.encode(light));
            }),
        }
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

    fn gains_from_opaque(&self) -> bool {
        self.gaussian.keeps_opaque()
    }

    fn write(&self, source: &Rows<'_>, rows: Range<usize>, out: &mut [u8], scratch: &mut Scratch) {
        self.gaussian.blur(self.transfer, (source, rows), out, scratch);
    }
}
