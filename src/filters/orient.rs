//! Pictures set upright.

use crate::error::Error;
use crate::filter::Filter;
use crate::kernels::turns::Turn;
use crate::params::{filter, integer};
use crate::plan::{Node, Plan};

filter! {
    /// Sets a picture upright by the number that a camera has written down (Exif's orientation): mirrors and quarter turns,
    /// which change no pixel.
    ///
    /// Each pixel of the result is one of the picture. Number 5 is the mirror at the diagonal from the upper left
    /// corner, 7 that at the other one.
    ///
    /// Class E. Reference: Pillow's `exif_transpose`.
    pub struct Orient = "orient", "Orientation", Geometry, result SwappedFrom("orientation", 5.0) {
        /// 1: as it is. 2: mirrored left to right. 3: by half a turn. 4: mirrored top to bottom. 5: mirrored along the
        /// diagonal. 6: by a quarter clockwise. 7: mirrored along the other diagonal. 8: by a quarter counterclockwise.
        orientation: usize = integer(6.0).range(1.0, 8.0).required(),
    }
    alpha: Moved,
    identity: Where("orientation" = Number(1.0)),
}

impl Filter for Orient {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let [transposed, flipped_x, flipped_y] = match self.orientation {
            2 => [false, true, false],
            3 => [false, true, true],
            4 => [false, false, true],
            5 => [true, false, false],
            6 => [true, true, false],
            7 => [true, true, true],
            8 => [true, false, true],
            _ => [false; 3],
        };
        let source = plan.start();
        Ok(plan.turned(source, Turn { transposed, flipped_x, flipped_y }))
    }
}
