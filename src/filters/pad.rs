//! Room around a picture.

use crate::error::Error;
use crate::filter::Filter;
use crate::image::Size;
use crate::params::{Length, filter, integer, numbers};
use crate::plan::{Node, Plan};

filter! {
    /// Puts the picture on a larger ground: so many pixels of one colour on each side.
    ///
    /// Pixel `(x, y)` of the picture is pixel `(x + left, y + top)` of the result, whatever its alpha, and all others have the
    /// colour of the ground; where that is invisible they are all zeros.
    ///
    /// Class E. Reference: OpenCV's `copyMakeBorder` with `BORDER_CONSTANT`.
    pub struct Pad = "pad", "Pad", Geometry,
        result Padded { left: "left", right: "right", top: "top", bottom: "bottom" } {
        /// Columns on the left.
        left: usize = integer(16.0).range(0.0, 65_535.0).soft(0.0, 256.0).unit("px"),
        /// Columns on the right.
        right: usize = integer(16.0).range(0.0, 65_535.0).soft(0.0, 256.0).unit("px"),
        /// Rows above.
        top: usize = integer(16.0).range(0.0, 65_535.0).soft(0.0, 256.0).unit("px"),
        /// Rows below.
        bottom: usize = integer(16.0).range(0.0, 65_535.0).soft(0.0, 256.0).unit("px"),
        /// The ground: red, green, blue and alpha.
        background: Vec<f64> = numbers(Length::Exactly(4), &[0.0; 4]).range(0.0, 255.0).or(&[0.0; 4]),
    }
    alpha: Changed,
    identity: Where("left" = Number(0.0), "right" = Number(0.0), "top" = Number(0.0), "bottom" = Number(0.0)),
}

impl Filter for Pad {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let source = plan.start();
        let [width, height] = plan.size(source);
        let size = Size::new(self.left + width + self.right, self.top + height + self.bottom)?;
        if size == plan.layout(source).size() {
            return Ok(source);
        }
        plan.framed(source, [self.left, self.top], size, std::array::from_fn(|i| self.background[i]))
    }
}
