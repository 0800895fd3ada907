//! Median.

use crate::error::Error;
use crate::filter::Filter;
use crate::legacy::{Neighbourhood, Reach};
use crate::plan::{Node, Plan};
use crate::planes::Sees;
use crate::scratch::Scratch;
use crate::image::{Border, Rows};
use crate::kernels::window::reach;
use crate::kernels::median_of_planes::MedianOfPlanes;
use crate::kernels::{median_histogram, median_network};
use crate::params::{choice, filter, integer};
use std::ops::Range;

filter! {
    /// Replaces each colour by the middle value of a square around it: takes specks away and keeps edges. Alpha is copied.
    pub struct Median = "median", "Median", Blur, intensity "radius" {
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
            let height = plan.layout(source).height();
            return Ok(plan.neighbourhood(source, Box::new(Middle { radius, border, height })));
        }
        let planes = plan.planes(source, Sees::Colors);
        let middles = plan.area(planes, border, MedianOfPlanes { radius });
        Ok(plan.store(middles, source))
    }
}

struct Middle {
    radius: usize,
    border: Border,
    height: usize,
}

impl Neighbourhood for Middle {
    fn reach(&self) -> Reach {
        reach(self.radius, self.border, self.height)
    }

    fn write(&self, source: &Rows<'_>, rows: Range<usize>, out: &mut [u8], scratch: &mut Scratch) {
        // Networks grow with the fourth power of the radius, histograms hardly at all.
        let median = if self.radius <= median_network::MOST_RADIUS { median_network::median } else { median_histogram::median };
        median(source, rows, self.radius, self.border, out, scratch);
    }
}
