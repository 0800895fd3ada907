//! A quarter of a turn.

use crate::error::Error;
use crate::filter::Filter;
use crate::kernels::turns::Turn;
use crate::params::filter;
use crate::plan::{Node, Plan};

filter! {
    /// Turns the picture clockwise by a quarter.
    ///
    /// The result has `H` columns and `W` rows. Its pixel `(x, y)` is pixel `(y, H − 1 − x)` of the picture, whatever its alpha.
    ///
    /// Class E. Reference: Pillow's `transpose` with `ROTATE_270`, which counts counterclockwise.
    pub struct Rotate90 = "rotate90", "Rotate 90° clockwise", Geometry, result Swapped {
    }
    alpha: Moved,
    identity: Never,
}

impl Filter for Rotate90 {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let source = plan.start();
        Ok(plan.turned(source, Turn::quarters(1)))
    }
}
