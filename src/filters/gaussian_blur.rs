//! Gaussian blur.

use crate::color::{Space, Transfer, to_byte_f32};
use crate::filter::{Filter, Neighbourhood, Reach, Scratch, Stage};
use crate::image::{Border, Rows, Size};
use crate::kernels::gaussian::{Gaussian, unpremultiply};
use crate::params::{choice, filter, number};
use std::ops::Range;

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
    }
}

impl Filter for GaussianBlur {
    fn plan(&self, size: Size) -> Vec<Stage> {
        if self.sigma == 0.0 {
            return Vec::new();
        }
        let transfer = (self.space == Space::Linear).then(Transfer::default);
        vec![Stage::Neighbourhood(Box::new(Blur {
            gaussian: Gaussian::new(self.sigma, self.border),
            transfer,
            height: size.height(),
        }))]
    }
}

struct Blur {
    gaussian: Gaussian,
    transfer: Option<Transfer>,
    height: usize,
}

impl Neighbourhood for Blur {
    fn reach(&self) -> Reach {
        self.gaussian.reach(self.height)
    }

    fn keeps_opaque(&self) -> bool {
        self.gaussian.keeps_opaque()
    }

    fn write(&self, source: &Rows<'_>, rows: Range<usize>, out: &mut [u8], scratch: &mut Scratch) {
        let transfer = self.transfer.as_ref();
        self.gaussian.run(transfer, (source, rows), out, scratch, |filtered, out| match transfer {
            None => unpremultiply(&filtered, out, to_byte_f32),
            Some(transfer) => unpremultiply(&filtered, out, |light| transfer.encode(light)),
        });
    }
}
