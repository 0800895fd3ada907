//! Bilateral filter.

use crate::error::Error;
use crate::filter::Filter;
use crate::image::{Border, Sample};
use crate::kernels::bilateral::{Bilateral as Means, MOST_RADIUS};
use crate::params::{choice, filter, integer, number};
use crate::plan::{Node, Plan};
use crate::planes::Sees;

filter! {
    /// Smooths and keeps edges: replaces each pixel by the mean of a disk around it, where pixels count the less the farther
    /// away and the less like it they are. Alpha is copied.
    ///
    /// The disk holds the pixels with `dx² + dy² ≤ radius²`. Each has the weight
    /// `exp(−(dx² + dy²)/(2·sigmaSpace²)) · exp(−D²/(2·sigmaColor²))`, where `D = |ΔR| + |ΔG| + |ΔB|` is its difference
    /// to the centre in levels; red, green and blue become the weighted means with the same weights. Of a grey image
    /// `D` is three times the difference. Alpha has no part in it.
    ///
    /// Class N. Reference: OpenCV's `bilateralFilter(d=2·radius + 1, sigmaColor, sigmaSpace)`, in floats. scikit-image
    /// takes a square, and another distance between colours.
    pub struct Bilateral = "bilateral", "Bilateral", Noise, intensity "sigmaColor" {
        /// How far the disk reaches from its centre.
        radius: usize = integer(4.0).range(1.0, MOST_RADIUS as f64).soft(1.0, 12.0).unit("px"),
        /// Standard deviation of the weights by distance.
        sigma_space as "sigmaSpace": f64 = number(3.0).above(0.0, f64::INFINITY).soft(0.5, 20.0).step(0.5).unit("px"),
        /// Standard deviation of the weights by difference, in levels: red, green and blue add up.
        sigma_color as "sigmaColor": f64 = number(30.0).above(0.0, f64::INFINITY).soft(5.0, 200.0).step(5.0),
        /// What is seen outside the image.
        border: Border = choice::<Border>(),
    }
    alpha: Copied,
    identity: Never,
}

impl Filter for Bilateral {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let source = plan.source();
        let sample = plan.layout(source).format().sample;
        let means = match sample {
            Sample::U8 => Means::of_bytes(self.radius, self.sigma_space, self.sigma_color),
            _ => Means::new(self.radius, self.sigma_space, self.sigma_color * f64::from(sample.level())),
        };
        let colors = plan.planes_with_margin(source, Sees::Rgb, false, self.radius, self.border);
        let smooth = plan.area(colors, self.border, means);
        Ok(plan.store(smooth, source))
    }
}
