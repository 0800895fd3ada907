//! CSS `hue-rotate()`.

use crate::error::Error;
use crate::filter::Filter;
use crate::plan::{Node, Plan};
use crate::kernels::matrix::{of_color, apply};
use crate::params::{filter, number};

filter! {
    /// Turns the hue of colours, as CSS `hue-rotate()` (Filter Effects Module Level 1). Alpha is copied.
    pub struct HueRotate = "hueRotate", "Rotate hue", Color, intensity "degrees" {
        /// Angle; any multiple of 360 changes nothing.
        degrees: f64 = number(0.0).soft(-180.0, 180.0).step(1.0).unit("°"),
    }
    alpha: Copied,
    identity: Where("degrees" = Number(0.0)),
}

impl Filter for HueRotate {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let source = plan.source();
        // Whole turns are taken off in degrees, where that is exact.
        let degrees = self.degrees % 360.0;
        if degrees == 0.0 {
            return Ok(source);
        }
        let (s, c) = libm::sincos(degrees.to_radians());
        Ok(apply(plan, source, &of_color([
            [0.213 + 0.787 * c - 0.213 * s, 0.715 - 0.715 * c - 0.715 * s, 0.072 - 0.072 * c + 0.928 * s],
            [0.213 - 0.213 * c + 0.143 * s, 0.715 + 0.285 * c + 0.140 * s, 0.072 - 0.072 * c - 0.283 * s],
            [0.213 - 0.213 * c - 0.787 * s, 0.715 - 0.715 * c + 0.715 * s, 0.072 + 0.928 * c + 0.072 * s],
        ])))
    }
}
