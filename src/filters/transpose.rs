//! Rows as columns.

use crate::error::Error;
use crate::filter::Filter;
use crate::kernels::turns::Turn;
use crate::params::filter;
use crate::plan::{Node, Plan};

filter! {
    /// Mirrors the picture along its diagonal from the upper left corner: rows become columns.
    ///
    /// The result has `H` columns and `W` rows. Its pixel `(x, y)` is pixel `(y, x)` of the picture, whatever its alpha.
    ///
    /// Class E. Reference: Pillow's `transpose` with `TRANSPOSE`.
    pub struct Transpose = "transpose", "Transpose", Geometry, result Swapped {
    }
    alpha: Moved,
    identity: Never,
}

impl Filter for Transpose {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let source = plan.start();
        Ok(plan.turned(source, Turn { transposed: true, ..Turn::default() }))
    }
}
