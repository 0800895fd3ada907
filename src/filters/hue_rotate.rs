//! CSS `hue-rotate()`.

use crate::filter::{Filter, Stage};
use crate::image::Size;
use crate::kernels::matrix::{of_color, stages};
use crate::params::{filter, number};

filter! {
    /// Turns the hue of colours, as CSS `hue-rotate()` (Filter Effects Module Level 1). Alpha is copied.
    pub struct HueRotate = "hueRotate", "Rotate hue", Color, intensity "degrees" {
        /// Angle; any multiple of 360 changes nothing.
        degrees: f64 = number(0.0).soft(-180.0, 180.0).step(1.0).unit("°"),
    }
}

impl Filter for HueRotate {
    fn plan(&self, _: Size) -> Vec<Stage> {
        // Whole turns are taken off in degrees, where that is exact.
        let degrees = self.degrees % 360.0;
        if degrees == 0.0 {
            return Vec::new();
        }
        let (s, c) = sine_and_cosine(degrees);
        stages(&of_color([
            [0.213 + 0.787 * c - 0.213 * s, 0.715 - 0.715 * c - 0.715 * s, 0.072 - 0.072 * c + 0.928 * s],
            [0.213 - 0.213 * c + 0.143 * s, 0.715 + 0.285 * c + 0.140 * s, 0.072 - 0.072 * c - 0.283 * s],
            [0.213 - 0.213 * c - 0.787 * s, 0.715 - 0.715 * c + 0.715 * s, 0.072 + 0.928 * c + 0.072 * s],
        ]))
    }
}

/// Sine and cosine of an angle of less than a few turns. Series of eight terms are exact to the last bits within an eighth
/// of a turn; libm's functions would bring along their reduction of angles of any size, 5 kB of wasm.
fn sine_and_cosine(degrees: f64) -> (f64, f64) {
    let quarters = (degrees / 90.0).round_ties_even();
    let x = (degrees - 90.0 * quarters).to_radians();
    let square = x * x;
    let series = |first: u32| {
        let mut sum = 1.0;
        for n in (1..=8).rev() {
            let n = f64::from(2 * n + first);
            sum = 1.0 - sum * square / (n * (n - 1.0));
        }
        sum
    };
    let (sine, cosine) = (x * series(1), series(0));
    match (quarters as i32).rem_euclid(4) {
        0 => (sine, cosine),
        1 => (cosine, -sine),
        2 => (-sine, -cosine),
        _ => (-cosine, sine),
    }
}
