//! Edges by Prewitt's operator.

use crate::error::Error;
use crate::filter::Filter;
use crate::image::Border;
use crate::kernels::gradient::{Gradients, Magnitude};
use crate::params::{choice, filter, number};
use crate::plan::{Node, Plan};
use crate::planes::Sees;

filter! {
    /// Shows edges by the gradient of luma (BT.601) in which all neighbours count the same, in grey. Alpha is copied.
    ///
    /// With the letters of the compass for luma of the eight neighbours: `gx = (NE + E + SE) − (NW + W + SW)` and
    /// `gy = (SW + S + SE) − (NW + N + NE)`. The result is `scale` times `√(gx² + gy²)` (`l2`), `|gx| + |gy|`
    /// (`l1`), `|gx|` (`x`) or `|gy|` (`y`), for red, green and blue.
    ///
    /// Class E where the scale is 1, else R. Reference: SciPy's `prewitt` along both axes. scikit-image's `prewitt` is this divided by
    /// `3·√2`.
    pub struct Prewitt = "prewitt", "Edges (Prewitt)", Edges, intensity "scale" {
        /// How the horizontal and the vertical gradient are combined: length, sum, or one of them.
        mode: Magnitude = choice::<Magnitude>(),
        /// Factor of the result.
        scale: f64 = number(1.0).range(0.0, f64::INFINITY).soft(0.0, 4.0).step(0.05),
        /// What is seen outside the image.
        border: Border = choice::<Border>(),
    }
    alpha: Copied,
    identity: Never,
    floats: Positive,
}

impl Filter for Prewitt {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let source = plan.source();
        let luma = plan.planes(source, Sees::Luma);
        let (magnitude, scale) = (self.mode, self.scale as f32);
        let edges = plan.area(luma, self.border, Gradients { side: 1.0, middle: 1.0, magnitude, scale });
        Ok(plan.store(edges, source))
    }
}
