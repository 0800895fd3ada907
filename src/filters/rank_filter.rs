//! A value of any rank.

use crate::error::Error;
use crate::filter::Filter;
use crate::image::{Border, Sample};
use crate::kernels::median_of_planes::RankOfPlanes;
use crate::kernels::{median_histogram, median_network};
use crate::params::{choice, filter, integer, number};
use crate::plan::{Node, Plan};
use crate::planes::Sees;

filter! {
    /// Replaces each colour by the value of a rank in a square around it: the least, the largest, the median or any between. Alpha
    /// is copied.
    ///
    /// Of the `n = (2·radius + 1)²` values of a channel in the square, in order of size, each colour becomes the one that
    /// `k = min(floor(n·percentile/100), n − 1)` others come before. Alpha has no part in it. The percentiles 0, 50 and 100 give the
    /// least, the median as `median` has it, and the largest.
    ///
    /// Class E. Reference: SciPy's `percentile_filter`. Pillow's `RankFilter` has the rank itself.
    pub struct RankFilter = "rankFilter", "Rank filter", Noise, intensity "percentile" {
        /// Half the side of the square, which is 2 × radius + 1 wide; 0 changes nothing.
        radius: usize = integer(2.0).range(0.0, 50.0).soft(0.0, 20.0).unit("px"),
        /// How many of the values come before it: 0 is the least, 50 the median, 100 the largest.
        percentile: f64 = number(50.0).range(0.0, 100.0).step(1.0).unit("%"),
        /// What is seen outside the image.
        border: Border = choice::<Border>(),
    }
    alpha: Copied,
    identity: Where("radius" = Number(0.0)),
}

impl Filter for RankFilter {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let source = plan.source();
        if self.radius == 0 {
            return Ok(source);
        }
        let (radius, border) = (self.radius, self.border);
        let count = (2 * radius + 1) * (2 * radius + 1);
        let rank = ((count as f64 * self.percentile / 100.0) as usize).min(count - 1);
        if plan.is_bytes(source) {
            if rank == count / 2 && radius <= median_network::MOST_RADIUS {
                return Ok(median_network::median(plan, source, radius, border));
            }
            return Ok(median_histogram::rank(plan, source, radius, rank, border));
        }
        let is_whole = plan.layout(source).format().sample != Sample::F32;
        let planes = plan.planes(source, Sees::Colors);
        let values = plan.area(planes, border, RankOfPlanes { radius, rank, is_whole });
        Ok(plan.store(values, source))
    }
}
