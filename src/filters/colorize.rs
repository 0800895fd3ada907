//! One hue for all.

use crate::error::Error;
use crate::filter::Filter;
use crate::kernels::luma_map::colored;
use crate::params::{filter, number};
use crate::plan::{Node, Plan};

filter! {
    /// Draws the whole picture in one hue, as a toned print. Alpha is copied.
    ///
    /// With `l = Y/255`, luma (BT.601) clamped to 0 and 1, and `k = lightness`: `l' = l + k·(1 − l)` where `k` is above 0, else
    /// `l·(1 + k)`. The result is the colour of `hue`, `saturation` and `l'` in HSL (CSS Color Module Level 4): with
    /// `a = saturation·min(l', 1 − l')` and `t(n) = (n + hue/30) mod 12`, red, green and blue are
    /// `l' − a·max(−1, min(t(n) − 3, 9 − t(n), 1))` for `n` 0, 8 and 4.
    ///
    /// Class R. Reference: the algorithm of CSS Color Module Level 4 in double precision.
    pub struct Colorize = "colorize", "Colorise", Color, intensity "saturation" {
        /// The hue: 0 is red, 120 green, 240 blue.
        hue: f64 = number(30.0).soft(0.0, 360.0).step(1.0).unit("°"),
        /// How vivid it is; 0 is grey.
        saturation: f64 = number(0.5).range(0.0, 1.0).step(0.05),
        /// More than 0 moves tones towards white, less towards black.
        lightness: f64 = number(0.0).range(-1.0, 1.0).step(0.05),
    }
    alpha: Copied,
    identity: Never,
    floats: Bounded,
}

impl Filter for Colorize {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let source = plan.source();
        // The rest of a division is exact, however large the angle.
        let sector = (self.hue % 360.0 + 360.0) % 360.0 / 30.0;
        let (saturation, lightness) = (self.saturation, self.lightness);
        Ok(colored(plan, source, move |luma| {
            // Compared this way round, NaN is 0.
            let l = if luma > 0.0 { (luma / 255.0).min(1.0) } else { 0.0 };
            let l = if lightness > 0.0 { l + lightness * (1.0 - l) } else { l * (1.0 + lightness) };
            let a = saturation * l.min(1.0 - l);
            [0.0, 8.0, 4.0].map(|n| {
                let t = (n + sector) % 12.0;
                255.0 * (l - a * (t - 3.0).min(9.0 - t).clamp(-1.0, 1.0))
            })
        }))
    }
}
