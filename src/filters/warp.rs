//! Pictures moved, stretched, slanted and seen in perspective.

use crate::error::{Class, Error};
use crate::filter::{Filter, Refusal};
use crate::image::{Interpolation, Size};
use crate::kernels::remap::{Around, Matrix, Path, Remap, inverse};
use crate::params::{Length, choice, filter, integer, numbers};
use crate::plan::{Node, Plan};

filter! {
    /// Takes each place of the picture to another by a matrix: moves, stretches, turns, slants, and perspective. Colour is
    /// weighted with alpha; what shrinks is not smoothed.
    ///
    /// Places are counted from the upper left corner: pixel `(i, j)` covers `i` to `i + 1` and `j` to `j + 1`, and has
    /// its centre at `(i + 0.5, j + 0.5)`. The matrix takes `(x, y, 1)` of the picture to `(x', y', w)`, which is the
    /// place `(x'/w, y'/w)` of the result. The inverse is applied to each centre of the result and gives a place
    /// `(u, v)` in the picture; where its `w` is not above 0, there is the background. A matrix without an inverse is a
    /// `RangeError`.
    ///
    /// `nearest` takes the pixel that `(u, v)` lies in. `bilinear` blends the four pixels whose centres lie around it,
    /// and `bicubic` sixteen, with the kernel of `resize` (`a = −0.5`), whose weights are not divided by their sum.
    /// Pixels outside the picture have the background's colour and alpha, in levels, so edges are blended with it.
    ///
    /// Class N, or P where there is alpha; E for `nearest`, but for places within 0.001 of the edge of a pixel.
    /// References: SciPy's `map_coordinates` with `order=1, mode="grid-constant"`, OpenCV's `warpPerspective` of
    /// floats. No library has the same `bicubic`: OpenCV has `a = −0.75`, Pillow `a = −1`.
    pub struct Warp = "warp", "Warp", Geometry, result Parameters("width", "height") {
        /// Three rows of three numbers that take x, y and 1 to places of the result, as canvas' `setTransform` does, and
        /// with a last row that divides. Both are counted from the upper left corner.
        matrix: Vec<f64> = numbers(Length::Exactly(9), &[0.9, -0.2, 60.0, 0.15, 0.9, 0.0, 0.0002, 0.0, 1.0]),
        /// Columns of the result.
        width: usize = integer(320.0).range(1.0, 65_535.0).soft(16.0, 4096.0).unit("px").required(),
        /// Rows of the result.
        height: usize = integer(240.0).range(1.0, 65_535.0).soft(16.0, 4096.0).unit("px").required(),
        /// What a pixel is made of: the four pixels around its place, the nearest one, or sixteen, which is sharper.
        interp: Interpolation = choice::<Interpolation>(),
        /// What is seen around the picture: red, green, blue and alpha.
        background: Vec<f64> = numbers(Length::Exactly(4), &[0.0; 4]).range(0.0, 255.0).or(&[0.0; 4]),
    }
    alpha: Weights,
    identity: Never,
    check: Self::check,
}

impl Filter for Warp {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let Some(inverse) = inverse(&self.matrix()) else { unreachable!("it has been checked") };
        let size = Size::new(self.width, self.height)?;
        let (path, around) = (Path::new(&inverse, size), Around::background(&self.background));
        let source = plan.source();
        plan.remapped(source, Remap { path, size, interpolation: self.interp, around })
    }
}

impl Warp {
    fn check(&self) -> Result<(), Refusal> {
        let refusal = || ("matrix", Class::Range, "must have an inverse: it is singular".into());
        inverse(&self.matrix()).map(|_| ()).ok_or_else(refusal)
    }

    fn matrix(&self) -> Matrix {
        std::array::from_fn(|row| std::array::from_fn(|column| self.matrix[3 * row + column]))
    }
}
