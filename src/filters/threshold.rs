//! Black and white by luma.

use crate::color::luma;
use crate::filter::{Filter, Point, Stage};
use crate::image::{CHANNELS, Size};
use crate::params::{filter, number};

filter! {
    /// White where luma (BT.601) is above a threshold, else black. Alpha is copied.
    pub struct Threshold = "threshold", "Threshold", Point, intensity "t" {
        /// The highest luma that becomes black.
        t: f64 = number(128.0).range(0.0, 255.0).step(1.0),
    }
}

impl Filter for Threshold {
    fn plan(&self, _: Size) -> Vec<Stage> {
        // Luma is whole, so it is above `t` where it is above `t` rounded down.
        vec![Stage::Point(Box::new(BlackAndWhite { black: self.t as u8 }))]
    }
}

struct BlackAndWhite {
    black: u8,
}

impl Point for BlackAndWhite {
    fn apply(&self, pixels: &mut [u8]) {
        for pixel in pixels.as_chunks_mut::<CHANNELS>().0 {
            // As one word: several pixels are a vector then.
            let [r, g, b, _] = *pixel;
            let color = if luma(r, g, b) > self.black { 0x00ff_ffff } else { 0 };
            *pixel = (u32::from_le_bytes(*pixel) & 0xff00_0000 | color).to_le_bytes();
        }
    }
}
