//! Mirrored left to right.

use crate::error::Error;
use crate::filter::Filter;
use crate::kernels::turns::Turn;
use crate::params::filter;
use crate::plan::{Node, Plan};

filter! {
    /// Mirrors the picture: left and right change places.
    ///
    /// Pixel `(x, y)` of the result is pixel `(W − 1 − x, y)` of the picture, whatever its alpha.
    ///
    /// Class E. Reference: Pillow's `ImageOps.mirror`.
    pub struct FlipH = "flipH", "Flip horizontally", Geometry {
    }
    alpha: Moved,
    identity: Never,
}

impl Filter for FlipH {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let source = plan.start();
        Ok(plan.turned(source, Turn { flipped_x: true, ..Turn::default() }))
    }
}
