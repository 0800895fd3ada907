//! Pictures stirred.

use crate::error::Error;
use crate::filter::Filter;
use crate::image::{Border, Interpolation};
use crate::kernels::remap::{Around, Path, Places, Remap};
use crate::params::{choice, filter, number};
use crate::plan::{Node, Plan};

filter! {
    /// Turns the picture around a centre: wholly there, less and less towards a circle, and not at all beyond it. Colour is weighted
    /// with alpha.
    ///
    /// With the centre at `(centerX·W, centerY·H)` and `R = radius·min(W, H)/2`, a pixel whose centre lies `(dx, dy)` away from it, and
    /// `d = √(dx² + dy²)`, is turned by `φ = degrees·(1 − d/R)²` where `d < R`: it is read at `(cos φ·dx + sin φ·dy, −sin φ·dx + cos φ·dy)`
    /// from the centre. All others are read where they are.
    ///
    /// `nearest` takes the pixel that the place lies in, `bilinear` blends the four pixels around it and `bicubic` sixteen, as `warp`
    /// does. Pixels outside the picture are those that `border` shows.
    ///
    /// Class N, or P where there is alpha; E for `nearest`, but for places within 0.001 of the edge of a pixel. Reference: SciPy's
    /// `map_coordinates` with `order=1` at these places. ImageMagick's `-swirl` has the same angles on square pictures; that of
    /// scikit-image falls off exponentially.
    pub struct Swirl = "swirl", "Swirl", Geometry, intensity "degrees" {
        /// How far the centre is turned, clockwise; 0 changes nothing.
        degrees: f64 = number(120.0).range(-3600.0, 3600.0).soft(-720.0, 720.0).step(1.0).unit("°"),
        /// The radius of the circle, where 1 reaches the nearest edges from the middle.
        radius: f64 = number(1.0).above(0.0, 10.0).soft(0.05, 2.0).step(0.05),
        /// Where the centre is: 0 at the left, 1 at the right.
        center_x as "centerX": f64 = number(0.5).range(0.0, 1.0),
        /// Where the centre is: 0 at the top, 1 at the bottom.
        center_y as "centerY": f64 = number(0.5).range(0.0, 1.0),
        /// What a pixel is made of: the four pixels around its place, the nearest one, or sixteen, which is sharper.
        interp: Interpolation = choice::<Interpolation>(),
        /// What is seen outside the picture.
        border: Border = choice::<Border>(),
    }
    alpha: Weights,
    identity: Where("degrees" = Number(0.0)),
}

impl Filter for Swirl {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let source = plan.source();
        if self.degrees == 0.0 {
            return Ok(source);
        }
        let size = plan.layout(source).size();
        let [width, height] = [size.width(), size.height()].map(|side| side as f64);
        let places = Turned {
            center: [self.center_x * width, self.center_y * height],
            radius: self.radius * width.min(height) / 2.0,
            angle: self.degrees.to_radians(),
        };
        let (path, around) = (Path::Placed(Box::new(places)), Around::border(self.border));
        plan.remapped(source, Remap { path, size, interpolation: self.interp, around })
    }
}

struct Turned {
    center: [f64; 2],
    radius: f64,
    /// In radians, at the centre.
    angle: f64,
}

impl Places for Turned {
    fn row(&self, y: usize, x: usize, places: &mut [[f64; 2]]) {
        let y = y as f64 + 0.5;
        let dy = y - self.center[1];
        for (x, place) in (x..).zip(places) {
            let x = x as f64 + 0.5;
            let dx = x - self.center[0];
            let share = 1.0 - (dx * dx + dy * dy).sqrt() / self.radius;
            *place = [x, y];
            if share > 0.0 {
                let (sin, cos) = libm::sincos(self.angle * (share * share));
                *place = [self.center[0] + (cos * dx + sin * dy), self.center[1] + (cos * dy - sin * dx)];
            }
        }
    }
}
