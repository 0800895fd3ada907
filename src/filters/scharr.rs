//! Edges by Scharr's operator.

use crate::error::Error;
use crate::filter::Filter;
use crate::image::Border;
use crate::kernels::gradient::{Gradients, Magnitude};
use crate::params::{choice, filter, number};
use crate::plan::{Node, Plan};
use crate::planes::Sees;

filter! {
    /// Shows edges by the gradient of luma (BT.601) that depends least on their direction, in grey. Alpha is copied.
    ///
    /// With the letters of the compass for luma of the eight neighbours: `gx = (3·NE + 10·E + 3·SE) − (3·NW + 10·W + 3·SW)` and
    /// `gy = (3·SW + 10·S + 3·SE) − (3·NW + 10·N + 3·NE)`. The result is `scale` times `√(gx² + gy²)` (`l2`), `|gx| + |gy|`
    /// (`l1`), `|gx|` (`x`) or `|gy|` (`y`), for red, green and blue.
    ///
    /// Class R. Reference: OpenCV's `Scharr`. scikit-image's `scharr` is this divided by `16·√2`. A scale of 0.25 is about as bright
    /// as `sobel`.
    pub struct Scharr = "scharr", "Edges (Scharr)", Edges, intensity "scale" {
        /// How the horizontal and the vertical gradient are combined: length, sum, or one of them.
        mode: Magnitude = choice::<Magnitude>(),
        /// Factor of the result.
        scale: f64 = number(0.25).range(0.0, f64::INFINITY).soft(0.0, 1.0).step(0.05),
        /// What is seen outside the image.
        border: Border = choice::<Border>(),
    }
    alpha: Copied,
    identity: Never,
    floats: Positive,
}

impl Filter for Scharr {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let source = plan.source();
        let luma = plan.planes(source, Sees::Luma);
        let (magnitude, scale) = (self.mode, self.scale as f32);
        let edges = plan.area(luma, self.border, Gradients { side: 3.0, middle: 10.0, magnitude, scale });
        Ok(plan.store(edges, source))
    }
}
