//! SVG's `feColorMatrix`.

use crate::error::Error;
use crate::filter::Filter;
use crate::plan::{Node, Plan};
use crate::kernels::matrix::{IDENTITY, apply};
use crate::params::{Length, filter, numbers};

/// Warm: more red, less blue, and a little light in the shadows.
const WARM: &[f64] = &[
    1.1, 0.1, 0.0, 0.0, 0.02, //
    0.0, 1.0, 0.05, 0.0, 0.01, //
    0.0, 0.1, 0.75, 0.0, 0.0, //
    0.0, 0.0, 0.0, 1.0, 0.0,
];

filter! {
    /// Multiplies red, green, blue, alpha and 1 with a matrix, as SVG's `feColorMatrix` (straight values, as stored).
    ///
    /// With full scale 1: `R' = m[0]·R + m[1]·G + m[2]·B + m[3]·A + m[4]`, and green, blue and alpha by the next rows.
    /// Alpha is a number like the others, and no colour is weighted with it.
    ///
    /// Class R. Reference: OpenCV's `transform` in double precision. SVG's default is to work on linear light
    /// (`color-interpolation-filters`); this works on values as they are stored.
    pub struct ColorMatrix = "colorMatrix", "Colour matrix", Color {
        /// Four rows of five numbers: for red, green, blue and alpha, the factors of the same and a constant, where 1
        /// is full scale.
        m: Vec<f64> = numbers(Length::Exactly(20), WARM),
    }
    alpha: Changed,
    identity: Where("m" = Numbers(IDENTITY.as_flattened())),
}

impl Filter for ColorMatrix {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let source = plan.source();
        Ok(apply(plan, source, &std::array::from_fn(|row| std::array::from_fn(|column| self.m[5 * row + column]))))
    }
}
