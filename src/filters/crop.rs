//! A rectangle of a picture.

use crate::error::{Class, Error};
use crate::filter::Filter;
use crate::image::Size;
use crate::params::{filter, integer};
use crate::plan::{Node, Plan};

filter! {
    /// Cuts a rectangle out of the picture. It must lie within it.
    ///
    /// Pixel `(i, j)` of the result is pixel `(x + i, y + j)` of the picture, whatever its alpha. A rectangle that
    /// reaches out of the picture is a `RangeError` that says what fits.
    ///
    /// Class E.
    pub struct Crop = "crop", "Crop", Geometry, result Parameters("width", "height") {
        /// Columns to the left of the rectangle.
        x: usize = integer(0.0).range(0.0, 65_535.0).soft(0.0, 4096.0).unit("px"),
        /// Rows above the rectangle.
        y: usize = integer(0.0).range(0.0, 65_535.0).soft(0.0, 4096.0).unit("px"),
        /// Columns of the rectangle.
        width: usize = integer(128.0).range(1.0, 65_535.0).soft(1.0, 4096.0).unit("px").required(),
        /// Rows of the rectangle.
        height: usize = integer(128.0).range(1.0, 65_535.0).soft(1.0, 4096.0).unit("px").required(),
    }
    alpha: Moved,
    identity: SameSize,
}

impl Filter for Crop {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let source = plan.start();
        let layout = plan.layout(source);
        fits(["x", "width"], [self.x, self.width], ["columns", "wide"], layout.width())?;
        fits(["y", "height"], [self.y, self.height], ["rows", "high"], layout.height())?;
        let size = Size::new(self.width, self.height)?;
        if size == layout.size() {
            return Ok(source);
        }
        plan.cut(source, [self.x, self.y], size)
    }
}

/// Whether a start and a length lie within a side of the image.
fn fits(names: [&str; 2], [start, length]: [usize; 2], words: [&str; 2], side: usize) -> Result<(), Error> {
    let refuse = |name: &str, least: usize, most: usize, why: String, got: usize| {
        let rule = format!("must be a whole number from {least} to {most} px, {why}, got ");
        let mut error = Error::parameter(Class::Range, "crop", name, &rule);
        error.got = Some(got as f64);
        Err(error)
    };
    let image = format!("the picture is {side} px {}", words[1]);
    if start >= side {
        return refuse(names[0], 0, side - 1, format!("since {image}"), start);
    }
    if length > side - start {
        let why = format!("since {image} and {start} {} are left out before", words[0]);
        return refuse(names[1], 1, side - start, why, length);
    }
    Ok(())
}
