//! Pictures moved, stretched, slanted and seen in perspective.

use crate::error::{Class, Error};
use crate::filter::Filter;
use crate::image::{Interpolation, Size};
use crate::kernels::remap::{Matrix, Remap, inverse};
use crate::params::{Length, choice, filter, integer, numbers};
use crate::plan::{Node, Plan};

filter! {
    /// Takes each place of the picture to another by a matrix: moves, stretches, turns, slants, and perspective. Colour is
    /// weighted with alpha; what shrinks is not smoothed.
    pub struct Warp = "warp", "Warp", Other, result Parameters("width", "height") {
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
}

impl Filter for Warp {
    fn check(&self) -> Result<(), (&'static str, Class, String)> {
        let refusal = || ("matrix", Class::Range, "must have an inverse: it is singular".into());
        inverse(&self.matrix()).map(|_| ()).ok_or_else(refusal)
    }

    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let Some(inverse) = inverse(&self.matrix()) else { unreachable!("it has been checked") };
        let size = Size::new(self.width, self.height)?;
        let background = std::array::from_fn(|i| self.background[i]);
        let source = plan.source();
        plan.remapped(source, &Remap { inverse, size, interpolation: self.interp, background })
    }
}

impl Warp {
    fn matrix(&self) -> Matrix {
        std::array::from_fn(|row| std::array::from_fn(|column| self.matrix[3 * row + column]))
    }
}
