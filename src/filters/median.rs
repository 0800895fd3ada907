//! Median.

use crate::error::Error;
use crate::filter::Filter;
use crate::plan::{Node, Plan};
use crate::planes::Sees;
use crate::image::{Border, Sample};
use crate::kernels::median_of_planes::RankOfPlanes;
use crate::kernels::{median_histogram, median_network};
use crate::params::{choice, filter, integer};

filter! {
    /// Replaces each colour by the middle value of a square around it: takes specks away and keeps edges. Alpha is copied.
    ///
    /// Each colour becomes the middle one of the `(2·radius + 1)²` values of its channel in the square, in order of
    /// size. Alpha has no part in it.
    ///
    /// Class E. References: OpenCV's `medianBlur`, SciPy's `median_filter` and Pillow's `MedianFilter`, all equal.
    pub struct Median = "median", "Median", Noise, intensity "radius" {
        /// Half the side of the square, which is 2 × radius + 1 wide; 0 changes nothing.
        radius: usize = integer(1.0).range(0.0, 50.0).soft(0.0, 20.0).unit("px"),
        /// What is seen outside the image.
        border: Border = choice::<Border>(),
    }
    alpha: Copied,
    identity: Where("radius" = Number(0.0)),
}

impl Filter for Median {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let source = plan.source();
        if self.radius == 0 {
            return Ok(source);
        }
        let (radius, border) = (self.radius, self.border);
        if plan.is_bytes(source) {
            // Networks grow with the fourth power of the radius, histograms hardly at all.
            let is_small = radius <= median_network::MOST_RADIUS;
            let median = if is_small { median_network::median } else { median_histogram::median };
            return Ok(median(plan, source, radius, border));
        }
        let is_whole = plan.layout(source).format().sample != Sample::F32;
        let planes = plan.planes(source, Sees::Colors);
        let middles = plan.area(planes, border, RankOfPlanes { radius, rank: 2 * radius * (radius + 1), is_whole });
        Ok(plan.store(middles, source))
    }
}
