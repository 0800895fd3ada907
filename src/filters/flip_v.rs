//! Mirrored top to bottom.

use crate::error::Error;
use crate::filter::Filter;
use crate::kernels::turns::Turn;
use crate::params::filter;
use crate::plan::{Node, Plan};

filter! {
    /// Turns the picture upside down as a mirror does: top and bottom change places.
    ///
    /// Pixel `(x, y)` of the result is pixel `(x, H − 1 − y)` of the picture, whatever its alpha.
    ///
    /// Class E. Reference: Pillow's `ImageOps.flip`.
    pub struct FlipV = "flipV", "Flip vertically", Geometry {
    }
    alpha: Moved,
    identity: Never,
}

impl Filter for FlipV {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let source = plan.start();
        Ok(plan.turned(source, Turn { flipped_y: true, ..Turn::default() }))
    }
}
