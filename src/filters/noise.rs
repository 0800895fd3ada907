//! Noise.

use crate::error::Error;
use crate::filter::Filter;
use crate::kernels::random::Row;
use crate::params::{boolean, choice, choices, filter, integer, number};
use crate::plan::{Node, Plan};
use crate::planes::Sees;

choices! {
    /// How the numbers are spread.
    pub enum Distribution {
        /// Small ones are frequent, large ones rare.
        Normal = "normal",
        /// All are as frequent up to the largest.
        Uniform = "uniform",
    }
}

filter! {
    /// Adds noise to every colour, the same for the same seed. Alpha is copied.
    ///
    /// Each colour becomes `v + amount·n` in levels, where `n` has the mean 0 and the standard deviation 1 and follows from the place
    /// alone. With `m(h)` in 32 bits that wrap round, `h ^= h >> 16; h *= 0x7feb352d; h ^= h >> 15; h *= 0x846ca68b; h ^= h >> 16`, and
    /// `c` 0, 1 and 2 for red, green and blue, or 0 for all of them with `monochrome`:
    /// `h = m(x + m(y + m(3·seed + c + 0x9e3779b9)))`. With `uniform`, `n = (floor(h/2⁸) − 2²³)·√12/2²⁴`. With `normal`, `n` is the sum of
    /// the four bytes of `h`, less 510, divided by `√(4·(256² − 1)/12)`.
    ///
    /// Class R. Reference: the formula in double precision.
    pub struct Noise = "noise", "Noise", Effects, intensity "amount" {
        /// Standard deviation of the noise, in levels; 0 changes nothing.
        amount: f64 = number(20.0).range(0.0, 255.0).soft(0.0, 100.0).step(1.0),
        /// How the noise is spread.
        distribution: Distribution = choice::<Distribution>(),
        /// Whether red, green and blue get the same.
        monochrome: bool = boolean(false),
        /// Another number gives other noise.
        seed: usize = integer(0.0).range(0.0, 4_294_967_295.0).soft(0.0, 100.0),
    }
    alpha: Copied,
    identity: Where("amount" = Number(0.0)),
    floats: Any,
    even: false,
}

impl Filter for Noise {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let source = plan.source();
        if self.amount == 0.0 {
            return Ok(source);
        }
        let sample = plan.layout(source).format().sample;
        let amount = (self.amount * f64::from(sample.level())) as f32;
        let (seed, distribution, monochrome) = (self.seed as u32, self.distribution, self.monochrome);
        let planes = plan.planes(source, Sees::Rgb);
        let noisy = plan.point(&[planes], 3, move |place, planes| {
            let y = place.rows.start.cast_unsigned();
            for (plane, values) in (0..).zip(planes) {
                let row = Row::new(seed, if monochrome { 0 } else { plane }, y);
                let places = place.columns.clone().zip(values.iter_mut());
                match distribution {
                    Distribution::Normal => places.for_each(|(x, value)| *value += amount * row.normal(x)),
                    Distribution::Uniform => places.for_each(|(x, value)| *value += amount * row.uniform(x)),
                }
            }
        });
        Ok(plan.store(noisy, source))
    }
}
