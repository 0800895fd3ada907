//! The colour of the light.

use crate::error::Error;
use crate::filter::Filter;
use crate::kernels::light::tinted;
use crate::params::{filter, number};
use crate::plan::{Node, Plan};

filter! {
    /// Makes the picture look lit by a warmer or a cooler light. Alpha is copied.
    ///
    /// The chromaticity of a black body of `T` kelvin is `(u, v)` of CIE 1960, by Krystek's approximation (1985):
    ///
    /// - `u = (0.860117757 + 1.54118254e-4·T + 1.28641212e-7·T²)/(1 + 8.42420235e-4·T + 7.08145163e-7·T²)`
    /// - `v = (0.317398726 + 4.22806245e-5·T + 4.20481691e-8·T²)/(1 − 2.89741816e-5·T + 1.61456053e-7·T²)`
    ///
    /// and so `X = 1.5·u/v`, `Y = 1`, `Z = (4 − u − 10·v)/(2·v)`. With `w(T)` these in linear sRGB (IEC 61966-2-1), the factors of
    /// red, green and blue are `w(kelvin)/w(6500)`, divided by their mean with the weights 0.2126, 0.7152 and 0.0722, so that white
    /// keeps its luminance. Each colour becomes `255·enc(factor·dec(v/255))`. A float below 0 keeps its sign.
    ///
    /// Class R. Reference: colour-science's `CCT_to_uv_Krystek1985`, and the formula in double precision.
    pub struct Temperature = "temperature", "Temperature", Color, intensity "kelvin" {
        /// The light that the picture shall look lit by: less than 6500 is warmer, more is cooler, 6500 changes nothing.
        kelvin: f64 = number(6500.0).range(2000.0, 15_000.0).soft(3000.0, 12_000.0).step(50.0).unit("K"),
    }
    alpha: Copied,
    identity: Where("kelvin" = Number(6500.0)),
}

/// What changes nothing.
const NEUTRAL: f64 = 6500.0;

impl Filter for Temperature {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let source = plan.source();
        if self.kelvin == NEUTRAL {
            return Ok(source);
        }
        let [light, neutral] = [self.kelvin, NEUTRAL].map(white);
        Ok(tinted(plan, source, std::array::from_fn(|i| light[i] / neutral[i])))
    }
}

/// The light of a black body in linear sRGB.
fn white(kelvin: f64) -> [f64; 3] {
    let ratio = |[a, b, c]: [f64; 3], [d, e]: [f64; 2]| {
        (a + (b + c * kelvin) * kelvin) / (1.0 + (d + e * kelvin) * kelvin)
    };
    let u = ratio([0.860117757, 1.54118254e-4, 1.28641212e-7], [8.42420235e-4, 7.08145163e-7]);
    let v = ratio([0.317398726, 4.22806245e-5, 4.20481691e-8], [-2.89741816e-5, 1.61456053e-7]);
    let (x, z) = (1.5 * u / v, (4.0 - u - 10.0 * v) / (2.0 * v));
    [[3.2406, -1.5372, -0.4986], [-0.9689, 1.8758, 0.0415], [0.0557, -0.2040, 1.0570]].map(|[a, b, c]| a * x + b + c * z)
}
