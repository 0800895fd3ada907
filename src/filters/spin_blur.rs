//! A blur along arcs around a centre.

use crate::error::Error;
use crate::filter::Filter;
use crate::params::{filter, number};
use crate::plan::{Node, Plan};

filter! {
    /// Blurs along arcs around a centre, as a camera does that turns. Colour is weighted with alpha.
    ///
    /// With the centre `c = (centerX·W, centerY·H)`, `d` from there to the pixel's own centre and the angle `a` in radians, `a·|d|` is
    /// the length of its path, and `n` the least power of two, up to 256, that is not below it. The pixel becomes the mean of the
    /// `n + 1` points `c + d` turned by `a·t`, with `t` from −½ to ½ in equal steps. A point between pixels is the bilinear mean of
    /// the four around it; outside the image the nearest pixel of the edge is seen.
    ///
    /// Class N, or P where there is alpha. Reference: SciPy's `map_coordinates(order=1, mode="nearest")` at each of the points, in
    /// double precision.
    pub struct SpinBlur = "spinBlur", "Spin blur", Blur, intensity "degrees" {
        /// How far the picture turns meanwhile; 0 changes nothing. The time that it takes grows with it.
        degrees: f64 = number(10.0).range(0.0, 180.0).soft(0.0, 60.0).step(1.0).unit("°"),
        /// What it turns around: 0 at the left, 1 at the right.
        center_x as "centerX": f64 = number(0.5).range(0.0, 1.0).step(0.05),
        /// The same from top to bottom.
        center_y as "centerY": f64 = number(0.5).range(0.0, 1.0).step(0.05),
    }
    alpha: Weights,
    identity: Where("degrees" = Number(0.0)),
}

impl Filter for SpinBlur {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let source = plan.source();
        if self.degrees == 0.0 {
            return Ok(source);
        }
        let angle = self.degrees.to_radians();
        Ok(plan.smeared(source, [self.center_x, self.center_y], angle, |t| {
            let (sin, cos) = libm::sincos(angle * t);
            [cos, sin]
        }))
    }
}
