//! One table per channel.

use crate::kernels::curve::Curve;
use crate::error::Error;
use crate::filter::Filter;
use crate::plan::{Node, Plan};
use crate::params::{Length, filter, numbers};
use std::sync::Arc;

filter! {
    /// Looks each channel up in a table of its own.
    ///
    /// `R' = r[R]`, and likewise for green, blue and alpha. A table has an entry for each level; what lies between two
    /// levels, as 16 bits and floats do, lies on the straight line between their entries. Floats are clamped to 0 and
    /// full scale before they are looked up.
    ///
    /// Class E. Reference: OpenCV's `LUT`.
    pub struct Lut1d = "lut1d", "Tables", Technical {
        /// What becomes of each level of red.
        r: Vec<f64> = numbers(Length::Exactly(256), RED).range(0.0, 255.0).whole(),
        /// What becomes of each level of green.
        g: Vec<f64> = numbers(Length::Exactly(256), GREEN).range(0.0, 255.0).whole(),
        /// What becomes of each level of blue.
        b: Vec<f64> = numbers(Length::Exactly(256), BLUE).range(0.0, 255.0).whole(),
        /// What becomes of each level of alpha; left out, alpha is copied.
        a: Option<Vec<f64>> = numbers(Length::Exactly(256), PLAIN).range(0.0, 255.0).whole().optional(),
    }
    alpha: Changed,
    identity: Where("r" = Numbers(PLAIN), "g" = Numbers(PLAIN), "b" = Numbers(PLAIN), "a" = Numbers(PLAIN)),
    floats: Bounded,
}

impl Filter for Lut1d {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let source = plan.source();
        let colors = [&self.r, &self.g, &self.b].map(|table| through(table));
        Ok(plan.curves(source, colors, self.a.as_deref().map(through)))
    }
}

/// A table as a curve: straight lines between its entries, which count where values are finer than bytes.
fn through(table: &[f64]) -> Curve {
    let table = table.to_vec();
    Arc::new(move |value| {
        let value = if value > 0.0 { value.min(255.0) } else { 0.0 };
        let below = value as usize;
        let share = value - below as f64;
        table[below] + share * (table[(below + 1).min(255)] - table[below])
    })
}

// The look of a slide film developed as a negative: red and green steeper in the middle, blue flatter.
const RED: &[f64] = &curve(1.0);
const GREEN: &[f64] = &curve(0.6);
const BLUE: &[f64] = &curve(-0.6);
const PLAIN: &[f64] = &curve(0.0);

/// A straight line blended with the S of `3t² − 2t³`.
const fn curve(strength: f64) -> [f64; 256] {
    let mut table = [0.0; 256];
    let mut value = 0;
    while value < 256 {
        let t = value as f64 / 255.0;
        let bent = t + strength * (t * t * (3.0 - 2.0 * t) - t);
        table[value] = (255.0 * bent + 0.5) as u8 as f64;
        value += 1;
    }
    table
}
