//! Black and white by luma.

use crate::error::Error;
use crate::filter::Filter;
use crate::plan::{Node, Plan};
use crate::stage::BytePoint;
use crate::kernels::luma;
use crate::params::{filter, number};

filter! {
    /// White where luma (BT.601) is above a threshold, else black. Alpha is copied.
    ///
    /// `255` where `Y > t`, else `0`, for red, green and blue; `Y` is luma. Luma of bytes is a whole number of levels,
    /// so `t` then acts as if rounded down; of 16 bits and floats it is not.
    ///
    /// Class E. Reference: OpenCV's `threshold` on the luma of this page.
    pub struct Threshold = "threshold", "Threshold", Edges, intensity "t" {
        /// The highest luma that becomes black.
        t: f64 = number(128.0).range(0.0, 255.0).step(1.0),
    }
    alpha: Copied,
    identity: Never,
    floats: Bounded,
}

impl Filter for Threshold {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let source = plan.source();
        if plan.is_bytes(source) {
            // Luma is whole, so it is above `t` where it is above `t` rounded down.
            return Ok(plan.pixels(source, Box::new(BlackAndWhite { black: self.t as u8 }), true));
        }
        Ok(luma::black_and_white(plan, source, self.t))
    }
}

struct BlackAndWhite {
    black: u8,
}

impl BytePoint for BlackAndWhite {
    fn apply(&self, pixels: &mut [u8]) {
        luma::bytes_to_black_and_white(pixels.as_chunks_mut().0, self.black);
    }
}
