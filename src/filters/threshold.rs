//! Black and white by luma.

use crate::error::Error;
use crate::filter::Filter;
use crate::plan::{Node, Plan};
use crate::stage::BytePoint;
use crate::image::CHANNELS;
use crate::kernels::luma;
use crate::params::{filter, number};

filter! {
    /// White where luma (BT.601) is above a threshold, else black. Alpha is copied.
    pub struct Threshold = "threshold", "Threshold", Point, intensity "t" {
        /// The highest luma that becomes black.
        t: f64 = number(128.0).range(0.0, 255.0).step(1.0),
    }
    alpha: Copied,
    identity: Never,
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

/// Pixels whose lumas are worked out together.
const BLOCK: usize = 256;

struct BlackAndWhite {
    black: u8,
}

impl BytePoint for BlackAndWhite {
    fn apply(&self, pixels: &mut [u8]) {
        let mut lumas = [0; BLOCK];
        for pixels in pixels.as_chunks_mut::<CHANNELS>().0.chunks_mut(BLOCK) {
            luma::write(pixels, &mut lumas[..pixels.len()]);
            for (pixel, luma) in pixels.iter_mut().zip(&lumas) {
                let value = if *luma > self.black { 255 } else { 0 };
                *pixel = [value, value, value, pixel[3]];
            }
        }
    }
}
