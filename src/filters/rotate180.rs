//! Half a turn.

use crate::error::Error;
use crate::filter::Filter;
use crate::kernels::turns::Turn;
use crate::params::filter;
use crate::plan::{Node, Plan};

filter! {
    /// Turns the picture by half a turn.
    ///
    /// Pixel `(x, y)` of the result is pixel `(W − 1 − x, H − 1 − y)` of the picture, whatever its alpha.
    ///
    /// Class E. Reference: Pillow's `transpose` with `ROTATE_180`.
    pub struct Rotate180 = "rotate180", "Rotate 180°", Geometry {
    }
    alpha: Moved,
    identity: Never,
}

impl Filter for Rotate180 {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let source = plan.start();
        Ok(plan.turned(source, Turn::quarters(2)))
    }
}
