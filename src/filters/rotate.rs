//! Pictures turned by any angle.

use crate::error::Error;
use crate::filter::Filter;
use crate::image::{Interpolation, Size};
use crate::kernels::remap::{Around, Path, Remap};
use crate::kernels::turns::Turn;
use crate::params::{Length, boolean, choice, filter, number, numbers};
use crate::plan::{Node, Plan};

filter! {
    /// Turns the picture around its centre, clockwise. Quarters of a turn change no pixel. Colour is weighted with alpha.
    ///
    /// The picture's centre, `(W/2, H/2)`, becomes that of the result. With `expand` the result has
    /// `max(1, ceil(W·|cos| + H·|sin| − 10⁻⁶))` columns and `max(1, ceil(W·|sin| + H·|cos| − 10⁻⁶))` rows, else as many
    /// as the picture. Multiples of 90° are exact; with `expand`, and of 180°, they are the copies that `orient` makes.
    ///
    /// Between pixels, and around the picture, it is read as `warp` reads it.
    ///
    /// Class N, or P where there is alpha; E for `nearest` and for quarters of a turn. References: SciPy's
    /// `map_coordinates` with `order=1, mode="grid-constant"`, OpenCV's `warpPerspective` of floats. Pillow and OpenCV
    /// count angles counterclockwise.
    pub struct Rotate = "rotate", "Rotate", Geometry, intensity "degrees", result Turned("degrees", "expand") {
        /// The angle, clockwise.
        degrees: f64 = number(10.0).soft(-180.0, 180.0).step(0.1).unit("°").required(),
        /// Whether the result is large enough for the whole picture; else it has the size of the picture.
        expand: bool = boolean(true),
        /// What a pixel is made of: the four pixels around its place, the nearest one, or sixteen, which is sharper.
        interp: Interpolation = choice::<Interpolation>(),
        /// What is seen around the picture: red, green, blue and alpha.
        background: Vec<f64> = numbers(Length::Exactly(4), &[0.0; 4]).range(0.0, 255.0).or(&[0.0; 4]),
    }
    alpha: Weights,
    identity: Where("degrees" = Number(0.0)),
}

impl Filter for Rotate {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        // The rest of a division is exact, however large the angle.
        let degrees = self.degrees % 360.0;
        let quarters = (degrees / 90.0) as i32;
        if f64::from(quarters) * 90.0 == degrees && (self.expand || quarters % 2 == 0) {
            let source = plan.start();
            return Ok(plan.turned(source, Turn::quarters(quarters.rem_euclid(4).cast_unsigned() as usize)));
        }
        let [cos, sin] = cosine_and_sine(degrees);
        let source = plan.source();
        let [width, height] = plan.size(source).map(|side| side as f64);
        let side = |a: f64, b: f64| ((a * cos.abs() + b * sin.abs() - 1e-6).ceil() as usize).max(1);
        let size = match self.expand {
            true => Size::new(side(width, height), side(height, width))?,
            false => plan.layout(source).size(),
        };
        let (x, y) = (0.5 * size.width() as f64, 0.5 * size.height() as f64);
        let inverse = [
            [cos, sin, 0.5 * width - cos * x - sin * y],
            [-sin, cos, 0.5 * height + sin * x - cos * y],
            [0.0, 0.0, 1.0],
        ];
        let (path, around) = (Path::new(&inverse, size), Around::background(&self.background));
        plan.remapped(source, Remap { path, size, interpolation: self.interp, around })
    }
}

/// Exact for quarters of a turn.
fn cosine_and_sine(degrees: f64) -> [f64; 2] {
    let radians = degrees.to_radians();
    match (degrees % 90.0 == 0.0, (degrees / 90.0) as i32 & 3) {
        (false, _) => [libm::cos(radians), libm::sin(radians)],
        (true, 0) => [1.0, 0.0],
        (true, 1) => [0.0, 1.0],
        (true, 2) => [-1.0, 0.0],
        (true, _) => [0.0, -1.0],
    }
}
