//! CSS `hue-rotate()`.

use crate::error::Error;
use crate::filter::Filter;
use crate::plan::{Node, Plan};
use crate::kernels::matrix::{of_color, apply};
use crate::params::{filter, number};

filter! {
    /// Turns the hue of colours, as CSS `hue-rotate()` (Filter Effects Module Level 1). Alpha is copied.
    ///
    /// With `c` and `s` the cosine and the sine of the angle, red, green and blue are multiplied by these rows:
    ///
    /// - `R' = (0.213 + 0.787·c − 0.213·s)·R + (0.715 − 0.715·c − 0.715·s)·G + (0.072 − 0.072·c + 0.928·s)·B`
    /// - `G' = (0.213 − 0.213·c + 0.143·s)·R + (0.715 + 0.285·c + 0.140·s)·G + (0.072 − 0.072·c − 0.283·s)·B`
    /// - `B' = (0.213 − 0.213·c − 0.787·s)·R + (0.715 − 0.715·c + 0.715·s)·G + (0.072 + 0.928·c + 0.072·s)·B`
    ///
    /// Whole turns are taken off first, so any multiple of 360 changes nothing. Grey stays as it is.
    ///
    /// Class R. Source: the matrix in Filter Effects Module Level 1.
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
