//! A blur along lines from a centre.

use crate::error::Error;
use crate::filter::Filter;
use crate::params::{filter, number};
use crate::plan::{Node, Plan};

filter! {
    /// Blurs along lines from a centre, as a camera does that zooms. Colour is weighted with alpha.
    ///
    /// With the centre `c = (centerX·W, centerY·H)` and `d` from there to the pixel's own centre, `amount·|d|` is the length of its
    /// path, and `n` the least power of two, up to 256, that is not below it. The pixel becomes the mean of the `n + 1` points
    /// `c + d·(1 + amount·t)` with `t` from −½ to ½ in equal steps. A point between pixels is the bilinear mean of the four around it;
    /// outside the image the nearest pixel of the edge is seen.
    ///
    /// Class N, or P where there is alpha. Reference: SciPy's `map_coordinates(order=1, mode="nearest")` at each of the points, in
    /// double precision. GEGL's zoom motion blur begins at the pixel, and goes to the centre.
    pub struct ZoomBlur = "zoomBlur", "Zoom blur", Blur, intensity "amount" {
        /// How far the picture zooms meanwhile; 0 changes nothing. The time that it takes grows with it.
        amount: f64 = number(0.1).range(0.0, 1.0).step(0.01),
        /// Where it zooms to: 0 at the left, 1 at the right.
        center_x as "centerX": f64 = number(0.5).range(0.0, 1.0).step(0.05),
        /// The same from top to bottom.
        center_y as "centerY": f64 = number(0.5).range(0.0, 1.0).step(0.05),
    }
    alpha: Weights,
    identity: Where("amount" = Number(0.0)),
}

impl Filter for ZoomBlur {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let source = plan.source();
        let amount = self.amount;
        if amount == 0.0 {
            return Ok(source);
        }
        Ok(plan.smeared(source, [self.center_x, self.center_y], amount, |t| [1.0 + amount * t, 0.0]))
    }
}
