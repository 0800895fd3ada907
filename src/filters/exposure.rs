//! Exposure.

use crate::color::{decode_srgb, encode_srgb};
use crate::error::Error;
use crate::filter::Filter;
use crate::params::{filter, number};
use crate::plan::{Node, Plan};

filter! {
    /// Multiplies the light, as a longer or shorter exposure does: by two for each stop. Alpha is copied.
    ///
    /// `v' = 255·enc(min(1, dec(v/255)·2^ev))`, with `dec` and `enc` of linear light. Floats that come to more than full
    /// scale stay so: nothing is cut off there, and what lies below 0 keeps its sign.
    ///
    /// Class R. Reference: colour-science's transfer of sRGB.
    pub struct Exposure = "exposure", "Exposure", Tone, intensity "ev" {
        /// Stops: 1 doubles the light, −1 halves it, 0 changes nothing.
        ev: f64 = number(0.0).range(-16.0, 16.0).soft(-4.0, 4.0).step(0.05).unit("EV"),
    }
    alpha: Copied,
    identity: Where("ev" = Number(0.0)),
}

impl Filter for Exposure {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let source = plan.source();
        if self.ev == 0.0 {
            return Ok(source);
        }
        let factor = libm::exp2(self.ev);
        // Of bytes and 16 bits, the least of this and 1 is what a table is clamped to.
        Ok(plan.curve(source, move |value| {
            (255.0 * encode_srgb(factor * decode_srgb(value.abs() / 255.0))).copysign(value)
        }))
    }
}
