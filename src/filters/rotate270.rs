//! A quarter of a turn the other way.

use crate::error::Error;
use crate::filter::Filter;
use crate::kernels::turns::Turn;
use crate::params::filter;
use crate::plan::{Node, Plan};

filter! {
    /// Turns the picture counterclockwise by a quarter.
    ///
    /// The result has `H` columns and `W` rows. Its pixel `(x, y)` is pixel `(W − 1 − y, x)` of the picture, whatever its alpha.
    ///
    /// Class E. Reference: Pillow's `transpose` with `ROTATE_90`, which counts counterclockwise.
    pub struct Rotate270 = "rotate270", "Rotate 90° counterclockwise", Geometry, result Swapped {
    }
    alpha: Moved,
    identity: Never,
}

impl Filter for Rotate270 {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let source = plan.start();
        Ok(plan.turned(source, Turn::quarters(3)))
    }
}
