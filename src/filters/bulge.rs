//! Pictures that swell or shrink around a point.

use crate::error::Error;
use crate::filter::Filter;
use crate::image::{Border, Interpolation};
use crate::kernels::remap::{Around, Path, Places, Remap};
use crate::params::{choice, filter, number};
use crate::plan::{Node, Plan};

filter! {
    /// Makes the picture swell around a centre, or shrink, within a circle. Colour is weighted with alpha.
    ///
    /// With the centre at `(centerX·W, centerY·H)` and `R = radius·min(W, H)/2`, a pixel whose centre lies `(dx, dy)` away from it, and
    /// `t² = (dx² + dy²)/R²`, is read at `f·(dx, dy)` from the centre, with `f = 1 − amount·(1 − t²)²` where `t² < 1`. All others are read
    /// where they are. So the centre is drawn `1/(1 − amount)` times as large, and nothing breaks at the circle.
    ///
    /// Between pixels, and outside the picture, it is read as `swirl` reads it.
    ///
    /// Class N, or P where there is alpha; E for `nearest`, but for places within 0.001 of the edge of a pixel. Reference: SciPy's
    /// `map_coordinates` with `order=1` at these places. Bulges of other tools have other curves.
    pub struct Bulge = "bulge", "Bulge and pinch", Geometry, intensity "amount" {
        /// How strong it is: above 0 the picture swells, below it is pinched, 0 changes nothing.
        amount: f64 = number(0.5).range(-1.0, 1.0).step(0.05),
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
    identity: Where("amount" = Number(0.0)),
}

impl Filter for Bulge {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let source = plan.source();
        if self.amount == 0.0 {
            return Ok(source);
        }
        let size = plan.layout(source).size();
        let [width, height] = [size.width(), size.height()].map(|side| side as f64);
        let radius = self.radius * width.min(height) / 2.0;
        let center = [self.center_x * width, self.center_y * height];
        let places = Swollen { center, scale: 1.0 / (radius * radius), amount: self.amount };
        let (path, around) = (Path::Placed(Box::new(places)), Around::border(self.border));
        plan.remapped(source, Remap { path, size, interpolation: self.interp, around })
    }
}

struct Swollen {
    center: [f64; 2],
    /// One by the square of the radius.
    scale: f64,
    amount: f64,
}

impl Places for Swollen {
    fn row(&self, y: usize, x: usize, places: &mut [[f64; 2]]) {
        let y = y as f64 + 0.5;
        let dy = y - self.center[1];
        for (x, place) in (x..).zip(places) {
            let x = x as f64 + 0.5;
            let dx = x - self.center[0];
            let share = (1.0 - (dx * dx + dy * dy) * self.scale).max(0.0);
            let less = self.amount * (share * share);
            *place = [x - less * dx, y - less * dy];
        }
    }
}
