//! Pictures drawn into four corners, and what lies between four corners made a whole picture.

use crate::error::{Class, Error};
use crate::filter::{Filter, Refusal};
use crate::image::Interpolation;
use crate::kernels::remap::{Around, Matrix, Path, Remap, inverse};
use crate::params::{Length, boolean, choice, filter, integer, numbers};
use crate::plan::{Node, Plan};

filter! {
    /// Draws the picture so that its corners come to lie in four places, or makes what lies between four places the whole
    /// picture, such as a page that was photographed from the side. Colour is weighted with alpha; what shrinks is not smoothed.
    ///
    /// The corners are shares of width and height: `(0, 0)` is the upper left corner and `(1, 1)` the lower right one. They must be
    /// those of a convex quadrilateral, in either direction, else there is a `RangeError`. `M` is the one matrix of three rows and
    /// columns that takes `(0, 0)`, `(1, 0)`, `(1, 1)` and `(0, 1)` to them in this order, with division by the third coordinate.
    ///
    /// With `rectify` a place of the result, as shares of its sides, is taken by `M` to the place of the picture that is drawn there.
    /// Without it, the inverse of `M` takes it there. Places whose third coordinate is not above 0 are background. Between pixels, and
    /// around the picture, it is read as `warp` reads it.
    ///
    /// Class N, or P where there is alpha; E for `nearest`, but for places within 0.001 of the edge of a pixel. References: OpenCV's
    /// `getPerspectiveTransform` with `warpPerspective` of floats, and SciPy's `map_coordinates` with
    /// `order=1, mode="grid-constant"`.
    pub struct Perspective = "perspective", "Perspective", Geometry, result Parameters("width", "height") {
        /// Where the corners lie, as shares of width and height: the upper left, upper right, lower right and lower left one, first x,
        /// then y of each.
        corners: Vec<f64> = numbers(Length::Exactly(8), &[0.1, 0.05, 0.85, 0.15, 1.0, 0.95, 0.0, 0.8]).range(-10.0, 10.0),
        /// Whether what lies between these places of the picture becomes the whole result; else the picture's corners are drawn there.
        rectify: bool = boolean(false),
        /// Columns of the result; left out, the picture keeps its shape.
        width: Option<usize> = integer(320.0).range(1.0, 65_535.0).soft(16.0, 4096.0).unit("px").optional(),
        /// Rows of the result; left out, the picture keeps its shape.
        height: Option<usize> = integer(240.0).range(1.0, 65_535.0).soft(16.0, 4096.0).unit("px").optional(),
        /// What a pixel is made of: the four pixels around its place, the nearest one, or sixteen, which is sharper.
        interp: Interpolation = choice::<Interpolation>(),
        /// What is seen around the picture: red, green, blue and alpha.
        background: Vec<f64> = numbers(Length::Exactly(4), &[0.0; 4]).range(0.0, 255.0).or(&[0.0; 4]),
    }
    alpha: Weights,
    identity: Never,
    check: Self::check,
}

impl Filter for Perspective {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let source = plan.source();
        let picture = plan.layout(source).size();
        let size = picture.with_sides(self.width, self.height)?;
        let square = self.square();
        let Some(back) = inverse(&square) else { unreachable!("it has been checked") };
        let sides = [picture.width(), picture.height()].map(|side| side as f64);
        let shares = [1.0 / size.width() as f64, 1.0 / size.height() as f64, 1.0];
        let [across, down, divisor] = (if self.rectify { square } else { back })
            .map(|row| std::array::from_fn(|column| row[column] * shares[column]));
        let matrix = [across.map(|value| value * sides[0]), down.map(|value| value * sides[1]), divisor];
        let (path, around) = (Path::new(&matrix, size), Around::background(&self.background));
        plan.remapped(source, Remap { path, size, interpolation: self.interp, around })
    }
}

impl Perspective {
    fn check(&self) -> Result<(), Refusal> {
        let [a, b, c, d] = self.corners();
        let turns = [[d, a, b], [a, b, c], [b, c, d], [c, d, a]].map(turn);
        let is_convex = turns.iter().all(|turn| *turn > 0.0) || turns.iter().all(|turn| *turn < 0.0);
        if is_convex && inverse(&self.square()).is_some() {
            return Ok(());
        }
        Err(("corners", Class::Range, "must be those of a convex quadrilateral, one after another".into()))
    }

    fn corners(&self) -> [[f64; 2]; 4] {
        std::array::from_fn(|i| [self.corners[2 * i], self.corners[2 * i + 1]])
    }

    /// The matrix that takes a square, whose sides are 1, to the corners (Heckbert 1989).
    fn square(&self) -> Matrix {
        let corners @ [a, b, c, d] = self.corners();
        let sum: [f64; 2] = std::array::from_fn(|axis| a[axis] - b[axis] + c[axis] - d[axis]);
        let [from_right, from_below] = [b, d].map(|corner| [corner[0] - c[0], corner[1] - c[1]]);
        let cross = |[a, b]: [f64; 2], [c, d]: [f64; 2]| a * d - b * c;
        let scale = cross(from_right, from_below);
        let (g, h) = (cross(sum, from_below) / scale, cross(from_right, sum) / scale);
        let row = |axis: usize| {
            let [a, b, _, d] = corners.map(|corner| corner[axis]);
            [b - a + g * b, d - a + h * d, a]
        };
        [row(0), row(1), [g, h, 1.0]]
    }
}

/// Twice the area of a triangle: above 0 where it is gone round clockwise.
fn turn([a, b, c]: [[f64; 2]; 3]) -> f64 {
    (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
}
