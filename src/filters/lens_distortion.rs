//! What lenses do to straight lines, and taken back.

use crate::error::Error;
use crate::filter::Filter;
use crate::image::Interpolation;
use crate::kernels::remap::{Around, Path, Places, Remap};
use crate::params::{Length, choice, filter, number, numbers};
use crate::plan::{Node, Plan};

filter! {
    /// Bends the picture from a centre, as lenses do, or takes that back: numbers below 0 straighten what bulges (barrel), those above
    /// what is drawn in (pincushion). Colour is weighted with alpha; what shrinks is not smoothed.
    ///
    /// With the centre at `(centerX·W, centerY·H)`, a pixel whose centre lies `scale·(dx, dy)` away from it is read at `f·(dx, dy)` from the
    /// centre, with `f = 1 + k1·r² + k2·r⁴` (Brown) and `r² = 4·(dx² + dy²)/(W² + H²)`: a corner is 1 away from the middle.
    ///
    /// Between pixels, and around the picture, it is read as `warp` reads it.
    ///
    /// Class N, or P where there is alpha; E for `nearest`, but for places within 0.001 of the edge of a pixel. References: SciPy's
    /// `map_coordinates` with `order=1, mode="grid-constant"` at these places; FFmpeg's `lenscorrection` has the same `k1` and `k2`. Those
    /// of OpenCV are for another unit of length.
    pub struct LensDistortion = "lensDistortion", "Lens distortion", Geometry, intensity "k1" {
        /// How much places are moved with the square of their distance from the centre.
        k1: f64 = number(-0.2).range(-1.0, 1.0).step(0.01),
        /// The same with the fourth power.
        k2: f64 = number(0.0).range(-1.0, 1.0).step(0.01),
        /// How large the result is drawn: more than 1 leaves no empty corners.
        scale: f64 = number(1.0).above(0.0, 10.0).soft(0.5, 2.0).step(0.01),
        /// Where the centre is: 0 at the left, 1 at the right.
        center_x as "centerX": f64 = number(0.5).range(0.0, 1.0),
        /// Where the centre is: 0 at the top, 1 at the bottom.
        center_y as "centerY": f64 = number(0.5).range(0.0, 1.0),
        /// What a pixel is made of: the four pixels around its place, the nearest one, or sixteen, which is sharper.
        interp: Interpolation = choice::<Interpolation>(),
        /// What is seen around the picture: red, green, blue and alpha.
        background: Vec<f64> = numbers(Length::Exactly(4), &[0.0; 4]).range(0.0, 255.0).or(&[0.0; 4]),
    }
    alpha: Weights,
    identity: Where("k1" = Number(0.0), "k2" = Number(0.0), "scale" = Number(1.0)),
}

impl Filter for LensDistortion {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let source = plan.source();
        if self.k1 == 0.0 && self.k2 == 0.0 && self.scale == 1.0 {
            return Ok(source);
        }
        let size = plan.layout(source).size();
        let [width, height] = [size.width(), size.height()].map(|side| side as f64);
        let places = Bent {
            center: [self.center_x * width, self.center_y * height],
            corner: 4.0 / (width * width + height * height),
            factors: [self.k1, self.k2],
            scale: 1.0 / self.scale,
        };
        let (path, around) = (Path::Placed(Box::new(places)), Around::background(&self.background));
        plan.remapped(source, Remap { path, size, interpolation: self.interp, around })
    }
}

struct Bent {
    center: [f64; 2],
    /// One by the square of a corner's distance from the middle.
    corner: f64,
    factors: [f64; 2],
    scale: f64,
}

impl Places for Bent {
    fn row(&self, y: usize, x: usize, places: &mut [[f64; 2]]) {
        let dy = (y as f64 + 0.5 - self.center[1]) * self.scale;
        for (x, place) in (x..).zip(places) {
            let dx = (x as f64 + 0.5 - self.center[0]) * self.scale;
            let square = (dx * dx + dy * dy) * self.corner;
            let factor = 1.0 + square * (self.factors[0] + self.factors[1] * square);
            *place = [self.center[0] + factor * dx, self.center[1] + factor * dy];
        }
    }
}
