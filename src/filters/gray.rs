//! Luma as grey.

use crate::error::Error;
use crate::filter::Filter;
use crate::image::CHANNELS;
use crate::kernels::luma;
use crate::params::filter;
use crate::plan::{Node, Plan};
use crate::planes::Sees;
use crate::stage::BytePoint;

filter! {
    /// Makes every pixel the grey of its luma (BT.601), as old television saw it. `grayscale` has the weights of CSS, which
    /// are others. Alpha is copied.
    ///
    /// Red, green and blue become `Y`, luma.
    ///
    /// Class E. Reference: Pillow's `convert("L")`.
    pub struct Gray = "gray", "Grey (luma)", Technical {
    }
    alpha: Copied,
    identity: Never,
}

impl Filter for Gray {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let source = plan.source();
        if plan.is_bytes(source) {
            return Ok(plan.pixels(source, Box::new(OfBytes), true));
        }
        let luma = plan.planes(source, Sees::Luma);
        Ok(plan.store(luma, source))
    }
}

struct OfBytes;

impl BytePoint for OfBytes {
    fn apply(&self, pixels: &mut [u8]) {
        luma::each(pixels.as_chunks_mut::<CHANNELS>().0, |pixel, luma| *pixel = [luma, luma, luma, pixel[3]]);
    }
}
